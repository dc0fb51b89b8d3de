"""Fixtures over one cache that is synced once per session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.app_host import DemoHost, build_cache, copy_host
from tests.support.quick_apps import quick_apps
from tests.support.syncing import Project
from widgets.text import glyphs

__all__ = ["quick_apps"]


@pytest.fixture(scope="session")
def synced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Project]:
    """A cache of the whole tiny world and the sandbox behind it; copy it, do not change it."""
    path = tmp_path_factory.mktemp("synced") / "cache.db"
    return path, build_cache(path)


@pytest.fixture
def demo_host(synced: tuple[Path, Project], tmp_path: Path) -> Iterator[DemoHost]:
    """The app's host over a private copy of the synced cache: `async with demo_host.run(size) as (app, pilot)`.

    Whatever keys a test presses: without consent to changes nothing leaves but readings and export jobs.
    """
    template, project = synced
    host = copy_host(template, tmp_path / "cache.db", project)
    yield host
    assert host.writes or host.changing == []


@pytest.fixture
def empty_host(synced: tuple[Path, Project], tmp_path: Path) -> DemoHost:
    """The app's host with a sandbox to sync from and no cache yet."""
    return DemoHost(tmp_path / "none.db", synced[1])


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enter sends a request as soon as it stands there."""
    monkeypatch.setattr("tui.actions.consent.SEEN_AFTER", 0.0)


@pytest.fixture(autouse=True)
def unicode_signs() -> Iterator[None]:
    """Tests that choose other signs do not choose them for all."""
    yield
    glyphs.use("unicode")
