"""The checks on the screen: states as they come, findings, what they open, the ticket, the file, and stopping."""

import asyncio
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest

from store.cache.database import connect_writer
from store.cache.ledger import Ledger, SyncCheckpoint
from store.checks.registry import CHECKS
from store.checks.run import run_check
from store.ref import Ref
from tests.support.app_host import NARROW, DemoHost, assert_harmless, press, screen_lines, screen_text, settle
from tests.support.checked_world import FAULTS, READ_AT, TOKEN, build_sound, voucher
from tests.support.records import campaign, put
from tests.support.syncing import Project
from tui.checks.findings_screen import FindingsScreen
from tui.checks.screen import ChecksScreen
from tui.kit.messages import CacheChanged

HOSTILE = "\x1b[2J[@click=app.quit]x[/]\u202e anna@example.com"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six codes over their limit, a hostile campaign with a token, a wrong card, and customers not wholly read."""
    path = tmp_path_factory.mktemp("faulty") / "c.db"
    build_sound(path)
    cache = connect_writer(path)
    FAULTS["balances"].plant(cache)
    used = {"quantity": 1, "redeemed_quantity": 2}
    put(cache, "vouchers", *(voucher(f"v_x{n}", f"OVER{n}", redemption=used) for n in range(6)))
    put(cache, "campaigns", campaign("camp_9", HOSTILE, metadata={"api_key": TOKEN}))
    Ledger(cache).write_state(SyncCheckpoint("customers", "project", "partial", READ_AT, None))
    cache.close()
    return path


@pytest.fixture
def host(faulty: Path, tmp_path: Path) -> DemoHost:
    return DemoHost(faulty, Project(tmp_path / "none.db"))


def line_of(lines: list[str], title: str) -> str:
    return next(line for line in lines if title in line)


def saved_rows(folder: Path) -> list[str]:
    (saved,) = folder.glob("promoscope-checks-overused-codes-*.csv")
    return saved.read_text().splitlines()


async def test_from_the_palette_to_the_ticket_the_file_and_the_thing(
    host: DemoHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with host.run(NARROW) as (app, pilot):
        await press(pilot, ":", *"checks", "enter")
        assert isinstance(app.screen, ChecksScreen)
        lines = screen_lines(pilot)
        assert_harmless("\n".join(lines))
        assert "✓ 7 sound  ✕ 3 checks found 8 cases  ? 1 not checked wholly" in lines[1]
        assert "✕ Card balances" in line_of(lines, "Card balances ")
        assert "6 codes" in line_of(lines, "Uses beyond the limit")
        assert "sound" in line_of(lines, "Cancelled orders")
        assert "partial" in line_of(lines, "Publications to deleted")
        assert any("vtx_2 says €31.00" in line for line in lines)
        assert "esc back" in lines[-1]

        await press(pilot, "down", "down", "down", "enter")
        assert isinstance(app.screen, FindingsScreen)
        lines = screen_lines(pilot)
        assert "6 codes used more often than allowed" in line_of(lines, "Autumn")
        assert "OVER0  used 2 times, its limit is 1" in line_of(lines, "OVER0")
        assert "and 1 more" in "\n".join(lines)
        await press(pilot, "Y")
        assert app.clipboard.splitlines() == [
            "Uses beyond the limit: Autumn (camp_1): 6 codes used more often than allowed.",
            "A code was redeemed more often than its own limit allows.",
            *(f"- OVER{n}: used 2 times, its limit is 1 (v_x{n})" for n in range(5)),
            "- and 1 more",
            f"What to do: {CHECKS[3].advice}",
            "As of 20 Nov 2026 13:00 Europe/Warsaw.",
        ]
        await press(pilot, "e", "enter")
        rows = saved_rows(tmp_path)
        assert len(rows) == 6
        assert rows[1] == (
            "overused-codes,error,Autumn,camp_1,6 codes used more often than allowed,6,,voucher,v_x0,OVER0,"
            '"used 2 times, its limit is 1"'
        )
        await press(pilot, "down", "y", "enter")
        assert app.clipboard == "v_x0"
        assert app.screen.crumbs()[-1] == "OVER0"
        await press(pilot, "escape", "up", "enter")
        assert app.screen.crumbs()[-1] == "Autumn"
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, ChecksScreen)
        app.post_message(CacheChanged())
        await settle(pilot)
        assert "the cache has changed" in screen_lines(pilot)[1]
        await press(pilot, "r")
        assert "11 checks" in screen_lines(pilot)[1]
        await press(pilot, "G", "Y", "enter")
        assert_harmless(screen_text(pilot))
        for secret in (TOKEN, "anna@example.com"):
            assert secret not in screen_text(pilot)
            assert secret not in app.clipboard
        assert "metadata “api_key” holds a GitHub token" in app.clipboard


async def test_results_appear_as_they_come_and_the_rest_can_be_stopped(
    host: DemoHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, begun = threading.Event(), threading.Event()
    run, held = run_check, CHECKS[2]

    def slow(connection: Any, check: Any, *more: Any) -> Any:
        if check is held and not gate.is_set():
            begun.set()
            gate.wait(30)
        return run(connection, check, *more)

    monkeypatch.setattr("tui.checks.screen.run_check", slow)
    app = host.app(open_at=Ref("checks", ""))
    async with app.run_test(size=NARROW) as pilot:
        await asyncio.to_thread(begun.wait, 30)
        await pilot.pause()
        lines = screen_lines(pilot)
        assert "checking 3 of 11" in lines[1]
        assert "1 card" in line_of(lines, "Card balances ")
        assert "checking" in line_of(lines, held.title)
        assert "esc stop" in lines[-1]
        await pilot.press("escape")
        await pilot.pause()
        lines = screen_lines(pilot)
        assert "stopped" in lines[1]
        assert "sound" not in line_of(lines, held.title)
        assert "esc back" in lines[-1]
        gate.set()
        await settle(pilot)
        assert "stopped" in screen_lines(pilot)[1]
        await press(pilot, "r")
        assert "✓ 7 sound" in screen_lines(pilot)[1]
        await press(pilot, "escape")
        assert not isinstance(app.screen, ChecksScreen)


async def test_a_cache_that_cannot_be_read_says_why(host: DemoHost, tmp_path: Path) -> None:
    made, host.cache = host.cache, tmp_path / "missing.db"
    async with host.run(NARROW, open_at=Ref("checks", "")) as (_, pilot):
        text = screen_text(pilot)
        assert "The cache cannot be read" in text
        assert "promoscope sync" in text
        await asyncio.to_thread(shutil.copy, made, host.cache)
        await press(pilot, "ctrl+r")
        assert "✓ 7 sound" in screen_lines(pilot)[1]
        assert "cannot be read" not in screen_text(pilot)
