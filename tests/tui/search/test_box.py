"""ctrl+k finds anything: hits as one types, a pasted ticket, what is not cached; esc walks back."""

import asyncio
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import OptionList

from store.cache.errors import CacheError, CacheLocked
from store.cache.search_index import index_states
from store.queries.search import Found, search
from store.queries.search_query import SearchQuery
from tests.support.app_host import HOSTILE, NARROW, WIDE, DemoHost, assert_harmless, place, press, screen_text, settle
from tui.campaigns.detail_screen import CampaignDetailScreen
from tui.campaigns.list_screen import CampaignListScreen
from tui.search.box import HINT, NOTHING, FindBox
from tui.search.line import FindLine
from tui.shell.app import PromoscopeApp


def one(host: DemoHost, query: str) -> tuple[Any, ...]:
    with sqlite3.connect(host.cache) as connection:
        row: tuple[Any, ...] = connection.execute(query).fetchone()
    connection.close()
    return row


def box(app: PromoscopeApp) -> FindBox:
    """The box, which must be open."""
    assert isinstance(app.screen, FindBox)
    return app.screen


async def paste(app: PromoscopeApp, pilot: Pilot[None], text: str) -> None:
    app.post_message(Paste(text))
    await settle(pilot)


def rows(app: PromoscopeApp) -> list[str]:
    hits = box(app).query_one(OptionList)
    return [str(hits.get_option_at_index(at).prompt).strip() for at in range(hits.option_count)]


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_an_order_leads_to_its_story_and_on(demo_host: DemoHost, size: tuple[int, int]) -> None:
    order, redemption = one(
        demo_host, "select order_id, id from redemptions where order_id is not null and customer_id is not null"
    )
    async with demo_host.run(size) as (app, pilot):
        await press(pilot, "ctrl+k")
        assert HINT in screen_text(pilot)
        await paste(app, pilot, order)
        assert rows(app)[0] == "ORDERS"
        await press(pilot, "enter")
        assert place(app).crumbs()[-2] == "Orders"
        assert order in screen_text(pilot)
        assert redemption in screen_text(pilot)
        await press(pilot, "o", "1")
        assert place(app).crumbs()[-2] == "Customers"
        assert "•••" in screen_text(pilot), "names are masked"
        await press(pilot, "escape")
        assert place(app).crumbs()[-2] == "Orders"
        await press(pilot, "escape")
        assert isinstance(app.screen, CampaignListScreen)


async def test_a_campaign_opens_in_its_room_and_names_stay_masked(demo_host: DemoHost) -> None:
    name, email = one(demo_host, "select name, email from customers where name glob '[A-Z]* [A-Z]*'")
    async with demo_host.run() as (app, pilot):
        await press(pilot, "ctrl+k", *"last call")
        assert rows(app)[0] == "CAMPAIGNS"
        await press(pilot, "enter")
        assert isinstance(app.screen, CampaignDetailScreen)
        await press(pilot, "ctrl+k")
        await paste(app, pilot, email)
        shown = screen_text(pilot)
        assert name not in "".join(rows(app))
        await press(pilot, "ctrl+o")
        assert name in "".join(rows(app))
        assert shown != screen_text(pilot)
        await press(pilot, "escape")
        assert isinstance(app.screen, CampaignDetailScreen)


async def test_a_pasted_ticket_is_read_whole(demo_host: DemoHost) -> None:
    code, holder = one(
        demo_host, "select code, holder_id from vouchers where holder_id is not null and code glob '*-*'"
    )
    async with demo_host.run() as (app, pilot):
        await press(pilot, "ctrl+k")
        await paste(app, pilot, f"Code {code} of {holder}\nis refused, request v-00000000deadbeef.")
        shown = rows(app)
        assert shown[0].removesuffix("  and more") == code
        assert holder in [text.removesuffix("  and more") for text in shown]
        assert "v-00000000deadbeef  not cached" in shown
        assert "3 references, 2 cached" in screen_text(pilot)
        await press(pilot, "enter")
        assert code in screen_text(pilot)
        assert place(app).crumbs()[-2] == "Codes"


async def test_a_filter_without_campaigns_offers_it(demo_host: DemoHost) -> None:
    (code,) = one(demo_host, "select code from vouchers where code glob '[A-Z]*-[A-Z0-9]*'")
    async with demo_host.run() as (app, pilot):
        await press(pilot, "slash")
        await paste(app, pilot, code)
        assert "ctrl+k looks for it in everything" in " ".join(screen_text(pilot).split())
        await press(pilot, "ctrl+k")
        assert code in rows(app)[1]


async def test_what_is_not_cached_is_asked_for(demo_host: DemoHost) -> None:
    (code, identity) = one(demo_host, "select code, id from vouchers where code glob '[A-Z]*-[A-Z0-9]*'")
    for table in ("vouchers", "vouchers_raw"):
        demo_host.edit(f"delete from {table} where id = ?", identity)
    async with demo_host.run() as (app, pilot):
        await press(pilot, "ctrl+k")
        await paste(app, pilot, code)
        assert rows(app)[-1] == f"not cached · enter asks the API, 1 call (GET /v1/vouchers/{code})"
        await press(pilot, "up", "enter")
        assert place(app).crumbs()[-2] == "Codes"
        assert code in screen_text(pilot)
    demo_host.online = False
    async with demo_host.run() as (app, pilot):
        await press(pilot, "ctrl+k", *"nowhere")
        assert rows(app) == ["not cached · offline"]
        assert NOTHING in screen_text(pilot)
        await press(pilot, "enter")
        assert isinstance(app.screen, FindBox), "there is nothing to open"


async def test_hostile_texts_are_harmless(demo_host: DemoHost) -> None:
    demo_host.edit("update vouchers set code = ? where rowid < 10", "".join(HOSTILE))
    demo_host.edit("update redemptions set failure_message = ?, reason = ? where rowid < 99", HOSTILE[0], HOSTILE[2])
    async with demo_host.run() as (app, pilot):
        await press(pilot, "ctrl+k")
        for text in ("[/x]", "[@click", '"', "' or 1", "a AND", "\x1b[2J", "type:", "after:never", "x" * 900, " "):
            await paste(app, pilot, text)
            assert_harmless(screen_text(pilot))
            box(app).query_one(FindLine).value = ""
            await settle(pilot)
        await paste(app, pilot, "[/x]")
        await press(pilot, "enter")
        assert_harmless(screen_text(pilot))
        await press(pilot, "o")
        assert_harmless(screen_text(pilot))


async def test_the_index_is_built_beside_it(demo_host: DemoHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.kit.indexing._WORTH_IT", 0)
    async with demo_host.run() as (app, pilot):
        await press(pilot, "ctrl+k")
        await settle(pilot)
        assert sum(state.pending for state in app.services.reader.ask(index_states).values()) == 0
        assert box(app) is app.screen


@pytest.mark.parametrize("passes", [False, True])
async def test_an_index_that_cannot_be_built_says_why_and_is_tried_again_where_that_passes(
    demo_host: DemoHost, monkeypatch: pytest.MonkeyPatch, passes: bool
) -> None:
    tries = list[Path]()

    def build(path: Path, _: object) -> bool:
        tries.append(path)
        raise CacheLocked("Another program writes.") if passes else CacheError("The disk is full.")

    monkeypatch.setattr("tui.kit.indexing._WORTH_IT", 0)
    monkeypatch.setattr("store.queries.search.TAIL", 0)
    monkeypatch.setattr("tui.kit.indexing.build_index", build)
    async with demo_host.run() as (_, pilot):
        await press(pilot, "ctrl+k", *"abcd")
        text = " ".join(screen_text(pilot).split())
        await press(pilot, *"efgh")
    assert (len(tries) > 1) == passes
    assert ("It cannot be built: The disk is full." in text.replace("│ │ ", "")) == (not passes)


@pytest.mark.parametrize("key", ["question_mark", "colon"])
async def test_it_opens_over_no_other_dialog(demo_host: DemoHost, key: str) -> None:
    async with demo_host.run() as (app, pilot):
        await press(pilot, key)
        dialog = app.screen
        await press(pilot, "ctrl+k")
        assert app.screen is dialog


async def test_a_letter_ends_the_search_before_it_and_enter_waits_for_the_last(
    demo_host: DemoHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, asked = threading.Event(), list[str]()

    def endless_for_one_letter(connection: sqlite3.Connection, query: SearchQuery, *terms: Any) -> Found:
        asked.append(query.text)
        if query.text == "l":
            begun.set()
            connection.execute("with recursive n(i) as (select 1 union all select i + 1 from n) select sum(i) from n")
            raise AssertionError("a sum without an end has come to one")
        return search(connection, query, *terms)

    monkeypatch.setattr("tui.search.box.search", endless_for_one_letter)
    async with demo_host.run() as (app, pilot):
        await press(pilot, "ctrl+k")
        await pilot.press("l")
        assert await asyncio.to_thread(begun.wait, 60)
        await pilot.press(*"ast call", "enter")
        await settle(pilot)
        assert isinstance(app.screen, CampaignDetailScreen)
    assert asked[-1] == "last call"


async def test_enter_is_kept_while_the_same_is_looked_for_again(demo_host: DemoHost) -> None:
    """The index is ready after enter was pressed and before the hits are there."""
    async with demo_host.run() as (app, pilot):
        await press(pilot, "ctrl+k", *"last call")
        found = box(app)
        found.look_again()
        found.action_take()
        found.look_again()
        await settle(pilot)
        assert type(app.screen).__name__ == "CampaignDetailScreen"
