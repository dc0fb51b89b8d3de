"""One world, one server and one full cache for all commands that only read."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.clock import ManualClock
from store.sandbox.world import World
from tests.tui.cli.harness import NOW, SIZES, CommandLine, serving, set_clock, set_environment
from tui.cli import run


@pytest.fixture(scope="package")
def world() -> World:
    return World(7, now=NOW, sizes=SIZES, hostile=True)


@pytest.fixture(scope="package")
def server_url(world: World) -> Iterator[str]:
    with serving(world, ManualClock(NOW)) as (url, _):
        yield url


@pytest.fixture(scope="package")
def full_cache(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of the whole world; to be read, not written."""
    folder = tmp_path_factory.mktemp("full")
    with pytest.MonkeyPatch.context() as patch:
        set_environment(patch, folder, server_url)
        set_clock(patch, ManualClock(NOW))
        assert run(["sync", "--all", "--json"]) == 0
    return folder / "cache" / "project.db"


@pytest.fixture
def cli(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server_url: str
) -> CommandLine:
    """Commands on an empty cache."""
    set_environment(monkeypatch, tmp_path, server_url)
    clock = ManualClock(NOW)
    set_clock(monkeypatch, clock)
    return CommandLine(capsys, monkeypatch, tmp_path / "cache" / "project.db", clock)


@pytest.fixture
def reading(cli: CommandLine, full_cache: Path) -> CommandLine:
    """Commands on the full cache, which they must not change."""
    cli.use(full_cache)
    return cli


@pytest.fixture
def writing(cli: CommandLine, full_cache: Path, tmp_path: Path) -> CommandLine:
    """Commands on a copy of the full cache."""
    copy = tmp_path / "copy" / "project.db"
    copy.parent.mkdir(mode=0o700)
    for suffix in ("", "-wal"):
        source = full_cache.with_name(full_cache.name + suffix)
        if source.exists():
            shutil.copy(source, copy.with_name(copy.name + suffix))
    copy.chmod(0o600)
    cli.use(copy)
    return cli
