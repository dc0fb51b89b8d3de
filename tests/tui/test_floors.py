"""The floors that ARCHITECTURE draws are those that `make check` holds, and every package stands on one of them."""

import re
import tomllib

from tests.support.paths import ROOT

CONTRACTS = {
    contract["name"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}
ROOMS = "rooms never import each other"
SCREENS = "the shell stands on the rooms, the rooms on the kit"
STORE = "inside store, imports point one way"
PICTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").split("## Floors")[1].split("```")[1]


def floors(contract: str) -> list[set[str]]:
    """From the highest to the lowest, what stands on each."""
    return [set(layer.split(" | ")) for layer in CONTRACTS[contract]["layers"]]


def packages(folder: str) -> set[str]:
    return {f"{folder}.{path.parent.name}" for path in (ROOT / folder).glob("*/__init__.py")}


def drawn(line: str) -> set[str]:
    return set(re.findall(r"\b(?:tui|store)\.\w+", line))


def test_every_package_stands_on_a_floor() -> None:
    assert set.union(*floors(SCREENS)) == packages("tui") | {"tui.project"}
    assert set.union(*floors(STORE)) == packages("store")


def test_the_rooms_are_those_with_a_room() -> None:
    rooms = floors(SCREENS)[2]
    assert set(CONTRACTS[ROOMS]["modules"]) == rooms
    assert rooms >= {f"tui.{path.parent.name}" for path in (ROOT / "tui").glob("*/room.py")}


def test_the_picture_shows_the_contracts() -> None:
    lines = PICTURE.splitlines()
    assert [found for line in lines if (found := drawn(line)) and "tui." in line] == floors(SCREENS)
    (store,) = (line for line in lines if "store." in line)
    assert [drawn(part) for part in store.split("▶")] == floors(STORE)
    assert set(re.findall(r"\w+", next(line for line in lines if line.startswith(" widgets")).split("(")[0])) == {
        "widgets", *(path.parent.name for path in (ROOT / "widgets").glob("*/__init__.py")),
    }  # fmt: skip


def test_the_glossary_is_short() -> None:
    rows = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").split("## Glossary")[1].split("## ")[0]
    assert len([line for line in rows.splitlines() if line.startswith("| ")]) - 2 <= 30
