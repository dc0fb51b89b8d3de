"""The map of failures: figures that are true or say what they lack, and the refusals behind a cell."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from store.days import instant_text
from store.queries.failures import By, FailureWindow
from store.ref import Ref
from tests.support.app_host import (
    NARROW,
    WIDE,
    DemoHost,
    assert_harmless,
    place,
    press,
    screen_lines,
    screen_text,
)
from tests.support.syncing import NOW
from tui.campaigns.list_screen import CampaignListScreen
from tui.kit.lists.tab import RowsTab
from tui.kit.preferences import Preferences
from tui.refusals.explanation_screen import ExplanationScreen
from tui.refusals.failures_screen import FailuresScreen
from tui.refusals.refusal_list import RefusalListScreen
from tui.shell.app import PromoscopeApp

SPIKE = "a code [/x]\x1b[2J"


def failures(app: PromoscopeApp) -> FailuresScreen:
    """The map, which is open."""
    screen = place(app)
    assert isinstance(screen, FailuresScreen)
    return screen


def about(app: PromoscopeApp) -> Ref:
    """What the explanation that is open is about."""
    screen = place(app)
    assert isinstance(screen, ExplanationScreen)
    return screen.about


def rows(app: PromoscopeApp) -> RowsTab:
    """The list of refusals, which is open."""
    screen = place(app)
    assert isinstance(screen, RefusalListScreen)
    return screen.query_one(RowsTab)


def add_refusals(cache: Path) -> None:
    """Twelve refusals of an attacker's code two hours ago, four of them without a message."""
    at = instant_text(NOW - timedelta(hours=2, minutes=10))
    rows = [
        (f"rf_made{n}", at, SPIKE, "Sorry." if n % 3 else None, f"CODE{n}", "cust_[b]x" if n % 2 else None)
        for n in range(12)
    ]
    with sqlite3.connect(cache) as connection:
        connection.executemany(
            "insert into redemptions (id, object, created_at, failure_code, failure_message, voucher_code, customer_id,"
            " result, campaign_id) select ?, 'redemption', ?, ?, ?, ?, ?, 'FAILURE', id from campaigns"
            " where name = 'Last Call'",
            rows,
        )
        connection.execute(
            "insert into redemptions_raw (id, json, source) select id, json_object('id', id, 'object', 'redemption',"
            " 'date', created_at, 'result', result, 'failure_code', failure_code, 'voucher', json_object('code',"
            " voucher_code)), 'api' from redemptions where id like 'rf_made%'"
        )
    connection.close()


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_from_the_map_to_an_explanation_and_back(demo_host: DemoHost, size: tuple[int, int]) -> None:
    add_refusals(demo_host.cache)
    async with demo_host.run(size) as (app, pilot):
        await press(pilot, "F")
        screen = failures(app)
        assert screen.found is not None
        assert screen.found.total == 12 + sum(row.total for row in screen.found.rows if row.key != SPIKE)
        text = screen_text(pilot)
        assert_harmless(text)
        assert "spike: 5 or more, and at least 3 times the average of the 24 hours before" in text
        # The cursor begins on the running hour; 12:50 by the project's clock lies three cells back.
        await press(pilot, "g")
        assert screen.row is not None
        assert screen.row.key == SPIKE
        await press(pilot, "F")
        assert place(app) is screen, "there already"
        await press(pilot, "enter")
        assert rows(app).table.row_count == 12, "the cell has none, the row has"
        await press(pilot, "escape", "left", "left", "left")
        assert " 12 refusals · 23 Nov 2026 10:00–11:00 · ▲ spike: 0 in the 24 hours before" in screen_text(pilot)
        await press(pilot, "enter")
        tab = rows(app)
        assert tab.table.row_count == 12
        assert_harmless(screen_text(pilot))
        await press(pilot, "x")
        assert about(app).kind == "redemption"
        assert SPIKE.replace("\x1b", "␛") in screen_text(pilot)
        await press(pilot, "escape", "escape")
        assert failures(app).row == screen.row
        assert screen.heat.column == 20
        await press(pilot, "x")
        assert about(app) == Ref("failure_code", SPIKE)
        await press(pilot, "escape", "M")
        assert rows(app).table.row_count == 4
        await press(pilot, "escape", "escape")
        assert isinstance(place(app), CampaignListScreen)


async def test_forms_and_windows(demo_host: DemoHost) -> None:
    add_refusals(demo_host.cache)
    async with demo_host.run(NARROW) as (app, pilot):
        await press(pilot, "F")
        screen = failures(app)
        await press(pilot, "g", "f")
        assert failures(app).by is By.CAMPAIGN
        assert f"only {SPIKE}".replace("\x1b", "␛") in screen_text(pilot)
        assert screen.found is not None
        assert [(row.name, row.total) for row in screen.found.rows] == [("Last Call", 12)]
        await press(pilot, "b", "b")
        assert screen.by is By.CUSTOMER
        assert "nobody named" in screen_text(pilot)
        assert [row.total for row in screen.found.rows] == [6, 6]
        await press(pilot, "escape")
        assert screen.found.total > 12
        for window, cells in zip(list(FailureWindow)[1:], (7, 30, 13, 12), strict=True):
            await press(pilot, "d", "down", "enter")
            assert screen.window is window
            assert len(screen.found.rows[0].counts) == cells
            assert f"by customer, last {window}" in screen_text(pilot)
            assert max(len(line) for line in screen_lines(pilot)) <= 80
        await press(pilot, "g", "a")
        assert rows(app).table.row_count == screen.found.rows[0].total


async def test_what_was_not_read_is_no_figure(demo_host: DemoHost) -> None:
    with sqlite3.connect(demo_host.cache) as connection:
        connection.execute("delete from sync_states where resource = 'redemptions'")
    connection.close()
    demo_host.preferences = Preferences(signs="ascii")
    async with demo_host.run(NARROW, open_at=Ref("failures", "voucher_disabled")) as (app, pilot):
        screen = failures(app)
        text = screen_text(pilot)
        assert "The redemptions of 0 of 12 campaigns are read: figures are at least that." in text
        assert ">= " in text
        assert "? not read yet" in text
        await press(pilot, "d", "end", "enter")
        assert screen.found is not None
        assert all(0 not in row.counts for row in screen.found.rows)


async def test_nothing_refused_says_so_and_the_palette_names_it(demo_host: DemoHost) -> None:
    demo_host.edit("update redemptions set result = 'SUCCESS'")
    async with demo_host.run(NARROW) as (_, pilot):
        await press(pilot, "ctrl+p", *"failures")
        assert "Failures: What was refused" in screen_text(pilot)
        await press(pilot, "enter")
        text = screen_text(pilot)
        assert "Nothing was refused in these 24 hours." in text
        assert "0 refusals" in text
        assert "enter rows" not in text
