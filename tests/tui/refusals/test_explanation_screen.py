"""The explanation: asked for wherever something was refused, read, copied, tried with other assumptions, and left."""

import sqlite3

import pytest

from store.cache.errors import CacheError
from store.explain.answer import Attempt, Explanation, Verdict
from store.ref import VOUCHER, Ref
from tests.support.app_host import (
    NARROW,
    WIDE,
    DemoHost,
    assert_harmless,
    place,
    press,
    screen_lines,
    screen_text,
    settle,
)
from tests.tui.refusals.made import hostile, refused
from tui.calendar.screen import CalendarScreen
from tui.campaigns.list_screen import CampaignListScreen
from tui.kit.lists.tab import RowsTab
from tui.kit.record_screen import RecordScreen
from tui.refusals.explanation_screen import ExplanationScreen
from tui.refusals.reading import Told
from tui.shell.app import PromoscopeApp
from widgets.panel.drawer import Drawer
from widgets.panel.sheet import Sheet


def explanation(app: PromoscopeApp) -> ExplanationScreen:
    """The explanation that is open."""
    screen = place(app)
    assert isinstance(screen, ExplanationScreen)
    return screen


def is_open(drawer: Drawer) -> bool:
    """Whether the details are seen."""
    return drawer.is_open


def copied(app: PromoscopeApp) -> str:
    """What was copied last."""
    return app.clipboard


def is_offered(app: PromoscopeApp) -> bool:
    """Whether `x` explains something now."""
    active = app.screen.active_bindings.get("x")
    return active is not None and active.enabled and active.binding.id == "app.explain"


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_it_is_read_from_top_to_bottom_and_copied(demo_host: DemoHost, size: tuple[int, int]) -> None:
    told = refused()
    async with demo_host.run(size) as (app, pilot):
        app.push_screen(
            ExplanationScreen(app.services, told.subject, lambda *_: Told(told, "the paragraph", {"format": 1}))
        )
        await settle(pilot)
        screen = explanation(app)
        sheet, drawer = screen.query_one(Sheet), screen.query_one(Drawer)
        # It begins on the condition that was not met, with the sentence in sight.
        assert sheet.key == "evidence 0"
        assert screen_lines(pilot)[1].startswith(" ✕ Refused")
        await press(pilot, "enter")
        assert is_open(drawer)
        assert drawer.has_class("-right") == (size == WIDE)
        assert "Undiscounted." in screen_text(pilot)
        await press(pilot, "j")
        assert "As of now alone." in screen_text(pilot)
        await press(pilot, "escape")
        assert not is_open(drawer)
        await press(pilot, "G")
        assert "request_id  v-0a1b" in screen_text(pilot)
        await press(pilot, "g", "Y")
        assert copied(app) == "the paragraph"
        await press(pilot, "y")
        assert copied(app) == "rf_0a1b"
        await press(pilot, "G", "y")
        assert copied(app) == "v-0a1b"
        await press(pilot, "J")
        assert isinstance(app.screen, RecordScreen)
        assert '"format": 1' in screen_text(pilot)
        await press(pilot, "escape", "o")
        assert "1 voucher" in screen_text(pilot)
        await press(pilot, "escape")
        assert "c customer" not in screen_text(pilot)
        await press(pilot, "escape")
        assert isinstance(place(app), CampaignListScreen)


async def test_what_cannot_be_read_says_so_and_hostile_text_is_harmless(demo_host: DemoHost) -> None:
    answers: list[Explanation | None] = [None, hostile()]

    def read(_: Attempt, reveal: bool) -> Told:
        assert not reveal
        found = answers.pop(0)
        if found is None:
            raise CacheError("The cache [/x] is damaged.")
        return Told(found, "", {})

    async with demo_host.run(NARROW) as (app, pilot):
        app.push_screen(ExplanationScreen(app.services, Ref("redemption", "rf_[/x]\x1b[2J"), read))
        await settle(pilot)
        assert "The cache [/x] is damaged." in screen_text(pilot)
        assert "ctrl+r reads it again" in screen_text(pilot)
        await press(pilot, "ctrl+r")
        assert "? Not known" in screen_text(pilot)
        assert_harmless(screen_text(pilot))
        await press(pilot, "enter", "G", "g")
        assert_harmless(screen_text(pilot))


async def test_x_is_offered_where_something_was_refused_and_esc_leads_back(demo_host: DemoHost) -> None:
    with sqlite3.connect(demo_host.cache) as connection:
        campaign, name, failed = connection.execute(
            "select c.id, c.name, r.id from campaigns c join redemptions r on r.campaign_id = c.id"
            " where c.name = 'Last Call' and r.result = 'FAILURE' order by r.created_at desc limit 1"
        ).fetchone()
    connection.close()
    async with demo_host.run(WIDE, open_campaign=campaign) as (app, pilot):
        # On its dashboard the campaign itself is at hand.
        assert is_offered(app)
        await press(pilot, "x")
        assert explanation(app).about == Ref.campaign(campaign)
        assert f"“{name}”" in screen_text(pilot)
        await press(pilot, "escape", "4")
        tab = next(tab for tab in app.screen.query(RowsTab) if tab.display)
        told: dict[bool, int] = {}
        row = tab.table.cursor_row
        for number in range(tab.table.row_count):
            tab.table.cursor = number
            await settle(pilot)
            row = tab.table.cursor_row
            assert row is not None
            is_refusal = "refused" in str(row.cells)
            assert is_offered(app) == is_refusal
            assert ("x explain" in screen_lines(pilot)[-1]) == is_refusal
            told[is_refusal] = number
            if row.id == failed:
                break
        assert told.keys() == {True, False}
        await press(pilot, "x")
        assert explanation(app).about == Ref("redemption", failed)
        assert explanation(app).told is not None
        await press(pilot, "escape")
        assert tab.table.cursor_row == row
        await press(pilot, "enter", "enter")
        assert isinstance(app.screen, RecordScreen)
        await press(pilot, "x")
        assert explanation(app).about == Ref("redemption", failed)
        await press(pilot, "escape", "escape", "escape", "escape")
        await press(pilot, "2")
        assert isinstance(app.screen, CalendarScreen)
        await press(pilot, "x")
        assert isinstance(app.screen, CalendarScreen)
        assert app.screen.with_clashes


async def test_a_code_is_tried_with_what_is_assumed(demo_host: DemoHost) -> None:
    with sqlite3.connect(demo_host.cache) as connection:
        [code] = connection.execute(
            "select id from vouchers where type = 'DISCOUNT_VOUCHER' and holder_id is not null and active = 1 limit 1"
        ).fetchone()
    connection.close()
    async with demo_host.run(NARROW, open_at=Ref(VOUCHER, code)) as (app, pilot):
        await press(pilot, "x")
        screen = explanation(app)
        assert "Assumed nobody named c · no order a · now t" in screen_text(pilot)
        await press(pilot, "a", *"12", "enter")
        assert screen.attempt == Attempt(None, 1200)
        await press(pilot, "c", *"cust_1", "enter")
        await press(pilot, "t", *"so", "enter")
        assert "is no date" in screen_text(pilot)
        await press(pilot, *["backspace"] * 2, *"2 jan 2027", "enter")
        assert screen.attempt == Attempt("cust_1", 1200, "2027-01-01T23:00:00.000Z")
        assert screen.told is not None
        assert screen.told.explanation.at == "2027-01-01T23:00:00.000Z"
        assert "order €12.00 a" in screen_text(pilot)
        assert screen.told.explanation.verdict is not Verdict.REFUSED
        await press(pilot, "a", *["backspace"] * 5, "enter")
        assert screen.attempt.order is None
        await press(pilot, "t", "escape", "escape")
        assert not isinstance(app.screen, ExplanationScreen)
