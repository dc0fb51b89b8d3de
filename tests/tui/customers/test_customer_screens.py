"""The customers' room: lists, watching, a customer's tabs, and the activity read, folded, narrowed and scrolled."""

import json
import sqlite3
from contextlib import closing
from typing import Any

from store.ref import CUSTOMER, Ref
from store.times import text_of
from tests.support.app_host import (
    HOSTILE,
    NARROW,
    WIDE,
    DemoHost,
    assert_harmless,
    press,
    screen_lines,
    screen_text,
    settle,
)
from tests.support.syncing import NOW
from tui.customers.activity_tab import FeedTab
from tui.customers.detail_screen import CustomerScreen
from tui.customers.feed_source import told_by
from tui.customers.stories import STORY, FeedLine
from widgets.frame.tab_bar import TabBar


def asked(host: DemoHost, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(host.cache)) as connection:
        return connection.execute(query, values).fetchall()


def feed(app: Any) -> FeedTab:
    found: FeedTab = app.screen.query_one(FeedTab)
    return found


def at_hand(app: Any) -> FeedLine:
    """The line under the cursor."""
    line = feed(app).line
    assert line is not None
    return line


async def test_customers_are_listed_masked_watched_and_opened(host: DemoHost, busiest: str) -> None:
    name, email = asked(host, "select name, email from customers where id = ?", busiest)[0]
    async with host.run(NARROW) as (app, pilot):
        await press(pilot, "3")
        assert type(app.screen).__name__ == "CustomerListScreen"
        assert "60 customers" in screen_text(pilot)
        assert email not in screen_text(pilot)
        await press(pilot, "right_square_bracket")
        assert "0 watched customers" in screen_text(pilot)
        assert "Nobody is watched." in screen_text(pilot)
        await press(pilot, "left_square_bracket", "slash", *busiest[-6:], "enter")
        assert "1 of 60 customers" in screen_text(pilot)
        await press(pilot, "v")
        assert name in screen_text(pilot)
        await press(pilot, "w")
        assert asked(host, "select id from watched") == [(busiest,)]
        await press(pilot, "right_square_bracket")
        listed = screen_text(pilot)
        assert "Watched 1" in listed
        await press(pilot, "enter")
        screen = app.screen
        assert isinstance(screen, CustomerScreen)
        # What the list called them stands above the screen before it is read.
        assert screen.known_as
        assert f"● {screen.known_as} " in listed
        screen.loaded = None
        assert screen.crumbs() == ("Customers", screen.known_as)
        screen.cache_changed()
        await settle(pilot)
        assert "watched" in screen_lines(pilot)[1]
        assert "w unwatch" in screen_lines(pilot)[-1]
        # The first one closes the notice.
        await press(pilot, "w", "escape", "escape")
        assert asked(host, "select id from watched") == []
        assert asked(host, "select id from looked_at") == [(busiest,)]
        await press(pilot, "1")
        assert "Campaigns" in screen_lines(pilot)[0]


def test_nothing_is_said_of_the_age_of_what_is_not_read_yet(demo_host: DemoHost) -> None:
    services = demo_host.services()
    with closing(services.reader):
        assert CustomerScreen(services, "cust_1").data_age() == ""


async def test_two_customers_of_one_address_are_named_by_their_ids(host: DemoHost, busiest: str) -> None:
    other = asked(host, "select id from customers where id <> ? limit 1", busiest)[0][0]
    for one in (busiest, other):
        host.edit("update customers set email = 'two@example.com' where id = ?", one)
    async with host.run(NARROW, open_at=Ref(CUSTOMER, "two@example.com")) as (_, pilot):
        shown = " ".join(screen_text(pilot).split())
        assert "2 customers have this source id or e-mail" in shown
        assert busiest in shown
        assert other in shown


async def test_every_tab_of_a_customer_stands(host: DemoHost, busiest: str) -> None:
    async with host.run(NARROW, open_at=Ref(CUSTOMER, busiest)) as (app, pilot):
        tabs = app.screen.query_one(TabBar)
        titles = [tab.title for tab in tabs.tabs]
        assert titles[:2] == ["Dashboard", "Activity"]
        assert titles[-2:] == ["Metadata", "History"]
        for _ in titles:
            await press(pilot, "right_square_bracket")
            shown = screen_text(pilot)
            assert "cannot be read" not in shown
            assert_harmless(shown)
        counts = {tab.title: tab.count for tab in tabs.tabs}
    orders = "select count(distinct order_id) from customer_activity where customer_id = ?"
    assert counts["Orders"] == f"{asked(host, orders, busiest)[0][0]}"
    redemptions = "select count(*) from redemptions where customer_id = ?"
    assert counts["Redemptions"] == f"{asked(host, redemptions, busiest)[0][0]}"
    held = "select id from vouchers where holder_id = ?1 union select redeemable_id from holders where customer_id = ?1"
    assert counts["Wallet"] == f"{len(asked(host, held, busiest))}"


async def test_the_feed_shows_all_events_and_narrows_as_a_comprehension_does(host: DemoHost, busiest: str) -> None:
    rows = asked(host, "select id, type, group_id, json from customer_activity join customer_activity_raw using (id)"
                 " where customer_id = ?", busiest)  # fmt: skip
    async with host.run(NARROW, open_at=Ref(CUSTOMER, busiest)) as (app, pilot):
        await press(pilot, "2")
        groups = {group for _, _, group, _ in rows}
        assert f"{len(rows)} events in {len(groups)} stories" in screen_text(pilot)
        assert at_hand(app).kind == STORY
        await press(pilot, "z")
        quiet = [kind for _, kind, _, _ in rows if not kind.endswith((".sent", ".recovered", "customer.updated"))]
        assert f"{len(quiet)} of {len(rows)} events" in screen_text(pilot)
        await press(pilot, "z", "slash", *"quantity", "enter")
        held = [identity for identity, *_, text in rows if "quantity_exceeded" in text or "quantity" in text]
        assert f"{len(held)} of {len(rows)} events" in screen_text(pilot) or len(held) == len(rows)
        await press(pilot, "escape")
        assert f"{len(rows)} events in" in screen_text(pilot)


async def test_problems_stories_and_details(host: DemoHost, busiest: str) -> None:
    failed = asked(host, "select count(distinct group_id) from customer_activity where customer_id = ?"
                   " and type like '%.failed'", busiest)[0][0]  # fmt: skip
    async with host.run(NARROW, open_at=Ref(CUSTOMER, busiest)) as (app, pilot):
        await press(pilot, "2")
        met = []
        for _ in range(3):
            await press(pilot, "n")
            assert at_hand(app).is_problem
            met.append(at_hand(app).id)
        assert len(set(met)) == 3 <= failed
        await press(pilot, "N")
        assert at_hand(app).id == met[1]
        lines = feed(app).table.row_count
        await press(pilot, "enter")
        story = at_hand(app).story
        assert story is not None
        assert feed(app).table.row_count == lines + len(story.events)
        await press(pilot, "j", "enter")
        details = feed(app).drawer.details
        assert details is not None
        assert details.event.id == story.events[0].id
        email = asked(host, "select email from customers where id = ?", busiest)[0][0]
        assert email not in screen_text(pilot)
        await press(pilot, "enter")
        assert "Activity" in screen_lines(pilot)[0]
        await press(pilot, "escape", "escape", "plus", "plus")
        stories = feed(app)._read.told
        assert sum(line.event is not None for line in feed(app)._lines) == sum(
            len(story.events) for story in stories if len(story.events) > 1
        )


async def test_the_last_look_is_marked_the_next_time(host: DemoHost, busiest: str) -> None:
    host.edit("insert into looked_at (kind, id, at) values ('customer', ?, '2026-11-20T00:00:00.000Z')", busiest)
    host.online = False
    async with host.run(NARROW, open_at=Ref(CUSTOMER, busiest)) as (_, pilot):
        await press(pilot, "2")
        shown = screen_lines(pilot)
        mark = next(at for at, line in enumerate(shown) if "new since you last looked" in line)
        days = [line for line in shown[:mark] if " Nov " in line and "entr" in line]
        assert days
        assert not any(line.lstrip(" ▌").startswith(("17 Nov", "14 Nov")) for line in shown[:mark])


async def test_opening_a_customer_reads_what_was_never_read(demo_host: DemoHost, busiest: str) -> None:
    async with demo_host.run(NARROW, open_at=Ref(CUSTOMER, busiest)) as (_, pilot):
        await settle(pilot)
        events = asked(demo_host, "select count(*) from customer_activity where customer_id = ?", busiest)[0][0]
        assert events > 100
        assert f"{events} events back to" in screen_text(pilot)


async def test_offline_nothing_is_read_and_that_is_said(demo_host: DemoHost, busiest: str) -> None:
    demo_host.online = False
    async with demo_host.run(NARROW, open_at=Ref(CUSTOMER, busiest)) as (_, pilot):
        await press(pilot, "2")
        assert "The activity was not read yet." in screen_text(pilot)
        assert "shown offline" in screen_text(pilot)


async def test_a_customer_who_is_not_there_and_one_who_is_gone(host: DemoHost, busiest: str) -> None:
    host.edit("update customers set missing_since = '2026-11-22T00:00:00.000Z' where id = ?", busiest)
    async with host.run(NARROW, open_at=Ref(CUSTOMER, "cust_nowhere")) as (app, pilot):
        assert "The cache has nobody" in screen_text(pilot)
        await press(pilot, "escape")
        app.open_ref(Ref(CUSTOMER, busiest))
        await settle(pilot)
        assert "gone: deleted or merged" in screen_text(pilot)


async def test_hostile_texts_act_nowhere(host: DemoHost, busiest: str) -> None:
    for at, text in enumerate(HOSTILE):
        document = {"id": f"evcus_9{at}", "type": text, "created_at": text_of(NOW), "group_id": text,
                    "data": {"data": {"campaign": {"name": text}, "voucher": {"code": text}},
                             "event_source": {"channel": text, "api_key": {"name": text}}}}  # fmt: skip
        host.edit(
            "insert into customer_activity (id, created_at, type, customer_id, campaign, voucher_code, group_id,"
            " channel, performed_by) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            f"evcus_9{at}", text_of(NOW), text, busiest, text, text, text, text, text,
        )  # fmt: skip
        host.edit("insert into customer_activity_raw values (?, ?, 'api')", f"evcus_9{at}", json.dumps(document))
    host.edit(
        "update customers set name = ?, email = ?, source_id = '  ' where id = ?", HOSTILE[2], HOSTILE[0], busiest
    )
    async with host.run(WIDE, open_at=Ref(CUSTOMER, busiest)) as (_, pilot):
        for keys in (("v",), ("2", "v"), ("enter",), ("f",), ("escape", "o"), ("escape", "escape", "J")):
            await press(pilot, *keys)
            assert_harmless(screen_text(pilot))


async def test_an_event_leads_to_what_it_is_about_by_its_digit(host: DemoHost, busiest: str) -> None:
    async with host.run(NARROW, open_at=Ref(CUSTOMER, busiest)) as (app, pilot):
        await press(pilot, "2")
        place = app.screen
        both = "select id from customer_activity where customer_id = ? and campaign_id > '' and voucher_code > ''"
        wanted = {identity for (identity,) in asked(host, both, busiest)}
        while (event := told_by(at_hand(app))) is None or event.id not in wanted:
            await press(pilot, "j")
        await press(pilot, "o")
        assert type(app.screen).__name__ == "LinksDialog"
        assert "1 campaign" in screen_text(pilot)
        assert "2 code" in screen_text(pilot)
        await press(pilot, "2")
        assert type(app.screen).__name__ == "VoucherScreen"
        await press(pilot, "escape")
        assert app.screen is place
