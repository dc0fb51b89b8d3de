"""`docs/json.md` against what the commands really write."""

import json
import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import click
import pytest

from store.cache.deliveries import Kept
from tests.tui.cli.harness import CommandLine
from tui.cli.listen_command import delivery_json

DOC = Path(__file__).parents[3] / "docs" / "json.md"
_PARTS = re.findall(r"^## `(.+?)`.*?^```json\n(.*?)^```", DOC.read_text("utf-8"), re.MULTILINE | re.DOTALL)
SHAPES: dict[str, Any] = {name: json.loads(shape) for name, shape in _PARTS}
TYPES: dict[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "flag": lambda value: isinstance(value, bool),
    "any": lambda value: value is not None,
}


def difference(shape: Any, value: Any, place: str = "$") -> str:
    """Where a value is not of a documented shape; "" where it is."""
    if isinstance(shape, str):
        fits = (shape.endswith("?") and value is None) or TYPES[shape.rstrip("?")](value)
        return "" if fits else f"{place}: {value!r} is no {shape}"
    if isinstance(shape, int):
        return "" if value == shape else f"{place}: {value!r} is not {shape}"
    if type(value) is not type(shape):
        return f"{place}: {value!r:.80} is no {type(shape).__name__}"
    if isinstance(shape, list):
        parts = (difference(shape[0], one, f"{place}[{index}]") for index, one in enumerate(value))
    elif set(shape) == {"…"}:
        parts = (difference(shape["…"], one, f"{place}.{name}") for name, one in value.items())
    elif set(shape) != set(value):
        return f"{place}: members {sorted(set(shape) ^ set(value))} differ"
    else:
        parts = (difference(shape[name], value[name], f"{place}.{name}") for name in shape)
    return next((part for part in parts if part), "")


@pytest.fixture
def names(writing: CommandLine) -> dict[str, str]:
    """What the headings of the document stand for."""
    cards = writing("list", "transactions", "--where", "type=POINTS_ACCRUAL", "--columns", "code", "--limit", "9").out
    code = cards.splitlines()[1].strip()
    (card,) = writing("list", "vouchers", "--where", f"code={code}", "--json").json
    return {
        "RESOURCE": "campaigns", "ID": card["id"], "TEXT": "Gift", "TICKET": f"about\n{code} and {card['id']}\nplease",
        "CAMPAIGN": "Gift Cards", "CODE": code, "CUSTOMER": card["holder_id"],
    }  # fmt: skip


WRITING = ("sync", "listen", "activity CUSTOMER", "action", "action --dry-run", "audit")
"""What the test below looks at, and those of actions."""


@pytest.mark.parametrize("heading", sorted(set(SHAPES) - set(WRITING)))
def test_an_answer_is_of_the_documented_shape(writing: CommandLine, names: dict[str, str], heading: str) -> None:
    offline = ["--offline"] if heading == "doctor" else []
    done = writing(*(names.get(word, word) for word in heading.split()), *offline, "--json")
    # A check says by its code that it found something.
    assert done.code in ((0, 1, 4) if heading == "check" else (0,)), done.err
    compare(heading, done.out, may_be_empty={"changed_since", "not_known"})


def compare(heading: str, text: str, may_be_empty: AbstractSet[str] = frozenset()) -> None:
    """An answer is of its shape, and of one that shows something."""
    answer = json.loads(text)
    assert difference(SHAPES[heading], answer) == ""
    held = [value for name, value in answer.items() if isinstance(value, list | dict) and name not in may_be_empty]
    assert held
    assert all(held), "an empty answer shows nothing"


def test_what_writes_answers_in_the_documented_shapes(writing: CommandLine) -> None:
    compare("sync", writing("sync", "--json").out)
    (row,) = writing("list", "redemptions", "--where", "customer_id!=", "--limit", "1", "--json").json
    compare("activity CUSTOMER", writing("activity", row["customer_id"], "--json").out)
    received = "2026-11-23T12:00:00.000Z"
    kept = Kept("ev_1", "campaign.created", None, "camp_1", None, ("camp_1",), received, "verified", new=True)
    assert difference(SHAPES["listen"], {"format": 1, **delivery_json(kept)}) == ""


def test_every_command_with_json_is_documented(cli: CommandLine) -> None:
    from tui.cli.verbs import group

    context = click.Context(group)
    commands = {name: group.get_command(context, name) for name in group.list_commands(context)}
    answering = {
        name for name, one in commands.items() if one is not None and any("--json" in each.opts for each in one.params)
    }
    assert answering == {heading.split()[0] for heading in SHAPES}


def test_a_shape_that_differs_is_noticed() -> None:
    assert difference({"a": "text"}, {"a": 1}) == "$.a: 1 is no text"
    assert difference({"a": ["integer?"]}, {"a": [1, None, True]}) == "$.a[2]: True is no integer?"
    assert "['b'] differ" in difference({"a": "any"}, {"a": 1, "b": 2})
    assert difference({"…": "flag"}, {"x": True, "y": None}) == "$.y: None is no flag"
