"""The audit on a screen: what it lists, how it is narrowed, what leaves it, and that `u` takes an attempt back."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from textual.pilot import Pilot

from store.actions.action import Fate
from store.actions.audit import audit_path
from tests.support.acting import ALLOWED, Actor, named
from tests.support.app_host import (
    HOSTILE,
    NARROW,
    DemoHost,
    assert_harmless,
    place,
    press,
    screen_lines,
    screen_text,
    settle,
)
from tests.support.syncing import Project
from tests.support.writing import VIEWER, Writer, writer
from tui.actions.screen import ActionScreen
from tui.audit.attempt_screen import AttemptScreen
from tui.audit.screen import AuditScreen
from tui.kit.services import services_for
from tui.shell.app import PromoscopeApp
from widgets.table.virtual_table import VirtualTable


@pytest.fixture(scope="module")
def project() -> Writer:
    return writer()


@pytest.fixture
def actor(project: Writer, tmp_path: Path) -> Actor:
    return Actor(project, tmp_path)


@pytest.fixture
def app(actor: Actor, synced: tuple[Path, Project], tmp_path: Path) -> Iterator[PromoscopeApp]:
    """The app without a cache, over a project that it may change."""
    host = DemoHost(tmp_path / "project.db", synced[1], actor.project.respond)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        yield PromoscopeApp(services_for(host.services_project(), host.preferences, permission=ALLOWED))


def codes(project: Writer, number: int) -> list[str]:
    found = (one["code"] for one in project.rows("/v1/vouchers", ("limit", "100")) if one["active"])
    return [next(found) for _ in range(number)]


def three_attempts(actor: Actor, first: str, second: str, campaign: str) -> None:
    """One that is done, one that is refused, and a hostile text."""
    disable = named("voucher", "disable")
    assert actor.act(disable, first, {})[1].fate is Fate.DONE
    assert actor.run(actor.plan(disable, second, {}), keys=VIEWER).fate is Fate.REFUSED
    actor.act(named("campaign", "edit"), campaign, {"description": f"to anna@example.com {''.join(HOSTILE)}"})


def saved(folder: Path) -> list[str]:
    """The first cells of the file that was exported."""
    [path] = folder.glob("promoscope-audit-*.csv")
    return [line.split(",")[0] for line in path.read_text("utf-8").splitlines()]


async def assert_not_taken_back(app: PromoscopeApp, pilot: Pilot[None], project: Writer, campaign: str) -> None:
    """Attempts of different actions together, and one whose record was changed since."""
    await press(pilot, "escape", "escape", "g", "space", "space", "u")
    assert isinstance(app.screen, AuditScreen)
    assert "Attempt 3: " not in screen_text(pilot)
    assert "Different actions take them back" in screen_text(pilot)
    await press(pilot, "escape", "escape")
    assert app.screen.query_one(VirtualTable).marks == ()

    project.write("PUT", f"/v1/campaigns/{campaign}", {"description": "Theirs", "metadata": {"x": 1}})
    await press(pilot, "slash", *"edit", "enter", "u")
    assert isinstance(app.screen, AuditScreen)
    assert "description is now Theirs" in screen_text(pilot)


@pytest.mark.usefixtures("at_once")
async def test_attempts_are_listed_narrowed_copied_and_undone(app: PromoscopeApp, actor: Actor, tmp_path: Path) -> None:
    project = actor.project
    first, second = codes(project, 2)
    campaign = project.campaign("DISCOUNT_COUPONS")["id"]
    async with app.run_test(size=NARROW, notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "U")
        assert isinstance(app.screen, AuditScreen)
        assert "Nothing was changed from here." in screen_text(pilot)

        await asyncio.to_thread(three_attempts, actor, first, second, campaign)
        actor.audit.keep_task(2, "aa_gone", "")
        await press(pilot, "escape", "U")
        assert "Attempt 2, disable of" in screen_text(pilot)
        await press(pilot, "escape")
        lines = screen_lines(pilot)
        assert "3 attempts" in lines[1]
        assert_harmless("\n".join(lines))
        assert [line.split()[3] for line in lines[3:6]] == ["edit", "disable", "disable"]
        assert "anna@example.com" not in screen_text(pilot)
        assert first[:10] in lines[5]
        assert "✓ done enabled: yes → no" in " ".join(lines[5].split())
        assert second[:10] in lines[4]
        assert "refused" in lines[4]

        await press(pilot, "f", *"refused", "enter")
        assert "1 of 3 attempts  refused" in screen_lines(pilot)[1]
        assert "u undo" not in screen_lines(pilot)[-1]
        await press(pilot, "escape", "slash", *first.lower(), "enter")
        assert "1 of 3 attempts" in screen_lines(pilot)[1]
        await press(pilot, "Y")
        assert app.clipboard.startswith("Attempt 1, ")
        assert f"disable of voucher {first} (enabled: yes → no): done. It was done. POST" in app.clipboard
        await press(pilot, "e", "enter")
        assert saved(tmp_path) == ["id", "1"]

        await press(pilot, "enter")
        assert f"POST /v1/vouchers/{first}/disable" in screen_text(pilot)
        await press(pilot, "enter")
        assert isinstance(app.screen, AttemptScreen)
        assert '"before"' in screen_text(pilot)
        await press(pilot, "escape", "u")
        assert isinstance(app.screen, ActionScreen)
        assert "/enable" in screen_text(pilot)
        await press(pilot, "enter")
        assert project.get(f"/v1/vouchers/{first}")["active"] is True
        await press(pilot, "escape")
        assert isinstance(app.screen, AuditScreen)
        assert [(row["undoes"], row["undone_by"]) for row in actor.audit.rows()] == [
            (1, None), (None, None), (None, None), (None, 4),
        ]  # fmt: skip
        assert "done, undone" in screen_text(pilot)

        await assert_not_taken_back(app, pilot, project, campaign)


async def test_a_file_that_is_damaged_or_a_link_is_a_sentence(app: PromoscopeApp, actor: Actor, tmp_path: Path) -> None:
    path = audit_path(tmp_path / "project.db")
    path.write_bytes(b"no database" * 100)
    async with app.run_test(size=NARROW) as pilot:
        await settle(pilot)
        await press(pilot, "U")
        assert "cannot be used (file is not a database)" in " ".join(screen_text(pilot).split())
        path.unlink()
        other = tmp_path / "other.db"
        with closing(sqlite3.connect(other)) as connection, connection:
            connection.execute("create table audit (id)")
        path.symlink_to(other)
        await press(pilot, "escape", "U")
        assert "is a symbolic link" in screen_text(pilot)
        assert place(app).crumbs() == ("Audit",)
    del actor
