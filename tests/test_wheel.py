"""The wheel: one package, which runs by itself and leaves other distributions' packages whole."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.paths import ROOT

COMMON_NAMES = ("store", "tui", "widgets")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages that holds another distribution's `store`, `tui` and `widgets`, then the wheel."""
    folder = tmp_path_factory.mktemp("installed")
    for name in COMMON_NAMES:
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text("OTHER = True\n", encoding="utf-8")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def environment(folder: Path) -> dict[str, str]:
    own = {"PROMOSCOPE_DB": str(folder / "none.db"), "PROMOSCOPE_CONFIG": str(folder / "none.toml")}
    return {**os.environ, **own}


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with that folder before all others on the path."""
    return subprocess.run(
        [sys.executable, "-P", *arguments], cwd=folder, env={**environment(folder), "PYTHONPATH": str(folder)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_it_carries_one_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"promoscope"}


def test_others_packages_of_the_same_names_stay_whole(installed: Path) -> None:
    for name in COMMON_NAMES:
        assert (installed / name / "__init__.py").read_text(encoding="utf-8") == "OTHER = True\n"
    assert python(installed, "-c", "import store, tui, widgets; assert store.OTHER and tui.OTHER").returncode == 0


@pytest.mark.parametrize("arguments", [("--help",), ("status", "--json"), ("doctor", "--offline", "--json")])
def test_it_answers_as_the_source_does(installed: Path, arguments: tuple[str, ...]) -> None:
    there = python(installed, "-m", "promoscope", *arguments)
    here = subprocess.run(
        [sys.executable, "-m", "promoscope", *arguments], cwd=ROOT, env=environment(installed),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "Traceback" not in there.stderr
    assert (there.returncode, there.stdout.splitlines()[:1]) == (here.returncode, here.stdout.splitlines()[:1])


def test_it_finds_its_own_parts(installed: Path) -> None:
    # The command leaves at once, without what `atexit` would run: here it leaves as any script does.
    code = "import atexit, os, sys, promoscope.__main__ as entry; sys.argv = ['promoscope', '--version']"
    code += "; os._exit = sys.exit; atexit.register(lambda: print(sys.modules['tui'].__file__)); entry.main()"
    done = python(installed, "-c", code)
    assert done.stdout.splitlines()[-1] == str(installed / "promoscope" / "tui" / "__init__.py"), done.stderr
