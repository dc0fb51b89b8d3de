"""Home's figures against a plain count of what the API sent, and what they say where not all is cached."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from store.cache.ledger import campaign_scope
from store.cache.rollups import DayCount, write_day
from store.days import instant_text
from store.models import Source
from store.queries.home import Home, HomeFigure, home
from store.queries.home_windows import WINDOWS, HomeWindow, stretches
from store.queries.reader import Reader
from store.sandbox.world import Sizes
from store.sync.request import PAGES_ONLY, SyncRequest
from tests.support.records import Document, campaign, order, put, read_whole, redemption
from tests.support.syncing import NOW, ZONE, Project

SIZES = Sizes(customers=20, vouchers=300, redemptions=600, publications=10, accruals=20)
BY_ID = {window.id: window for window in WINDOWS}
WEEK = BY_ID["7d"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("home") / "c.db", SIZES)
    wanted = SyncRequest(everything=True, via=PAGES_ONLY, only=frozenset({"campaigns", "redemptions"}))
    project.copy_synced(wanted)
    return project


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(ZONE)


def bounds(window: HomeWindow) -> tuple[datetime, datetime, datetime]:
    """Where a window, and the one before it, begin and end; worked out by the calendar alone."""
    now = NOW.astimezone(ZONE)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if window.id == "24h":
        return NOW - timedelta(hours=48), NOW - timedelta(hours=24), NOW
    days = {"7d": 7, "30d": 30, "90d": 90, "12m": 365}[window.id]

    def day(back: int) -> datetime:
        gone = (midnight.date() - timedelta(days=back)).timetuple()[:3]
        return datetime(*gone, tzinfo=ZONE)

    return day(2 * days - 1), day(days - 1), day(-1)


def counted(rows: list[Document], begin: datetime, end: datetime) -> dict[str, int]:
    """What a person would count: children for redemptions, each order once a day."""
    found = {"redemptions": 0, "refused": 0, "discount": 0}
    orders: dict[tuple[date, str], int] = {}
    for row in rows:
        when = local(row["date"])
        if not begin <= when < end or row["object"] == "redemption_rollback":
            continue
        good, heads_a_stack = row["result"] == "SUCCESS", row.get("related_object_type") == "redemption"
        if good and row["order"]:
            orders[when.date(), row["order"]["id"]] = row["order"]["amount"]
        if not heads_a_stack:
            found["redemptions" if good else "refused"] += 1
            found["discount"] += row["order"]["total_applied_discount_amount"] if good and row["order"] else 0
    return {**found, "orders": sum(orders.values()), "number": len(orders)}


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: window.id)
def test_figures_are_those_of_a_plain_count(project: Project, window: HomeWindow) -> None:
    rows = list(project.world.tables["redemptions"].documents())
    before, begin, end = bounds(window)
    now, earlier = counted(rows, begin, end), counted(rows, before, begin)
    with closing(Reader(project.path, ZONE, project.clock)) as reader:
        found = reader.ask(home, window, NOW, ZONE, "EUR")
    figures = {one.id: one for one in found.figures}
    assert now["redemptions"] > 0
    for name, key in (("redemptions", "redemptions"), ("discount", "discount"), ("orders", "orders")):
        one = figures[name]
        assert (one.figure.value, one.figure.complete) == (now[key], True), name
        assert (one.now, one.before) == (now[key], earlier[key]), name
    assert figures["orders"].figure.note == f"{now['number']:,} order{'s' if now['number'] != 1 else ''}"
    for part, rate in ((now, figures["success"].now), (earlier, figures["success"].before)):
        attempts = part["redemptions"] + part["refused"]
        assert rate == (None if not attempts else (2_000 * part["redemptions"] + attempts) // (2 * attempts))
    assert found.covered == found.campaigns == len(project.world.tables["campaigns"].column("id"))
    by_campaign: dict[str, int] = {}
    for row in rows:
        tier = row.get("promotion_tier", {}).get("campaign", {}).get("id")
        of, good = row.get("voucher", {}).get("campaign_id") or tier, row["result"] == "SUCCESS"
        if of and good and row["object"] == "redemption" and begin <= local(row["date"]) < end:
            by_campaign[of] = by_campaign.get(of, 0) + 1
    assert {one.campaign.id: one.redemptions for one in found.top}.items() <= by_campaign.items()
    assert [one.redemptions for one in found.top] == sorted(by_campaign.values(), reverse=True)[:10]


def ask(cache: sqlite3.Connection, window: HomeWindow = WEEK, now: datetime = NOW) -> Home:
    return home(cache, window, now, ZONE, "EUR")


def one(found: Home, name: str) -> HomeFigure:
    return next(figure for figure in found.figures if figure.id == name)


def known(found: Home, name: str) -> tuple[int | None, int | None]:
    figure = one(found, name).figure
    return figure.value, figure.at_least


def of(identity: str, when: datetime, campaign_id: str = "camp_1", **more: Any) -> Document:
    voucher = {"id": f"v_{campaign_id}", "code": "C", "campaign": "x", "campaign_id": campaign_id}
    usual = {"voucher": voucher, "order": order(f"o_{identity}", 1_000, 100)}
    return redemption(identity, date=instant_text(when), **{**usual, **more})


def test_nothing_read_is_unknown_and_never_zero(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign(active=True))
    read_whole(cache, "campaigns", at=instant_text(NOW))
    found = ask(cache)
    for name in ("redemptions", "success", "discount", "orders", "calls"):
        figure = one(found, name)
        assert known(found, name) == (None, None), name
        assert figure.figure.note == "not synced yet"
        assert (figure.now, figure.before) == (None, None)
    assert known(found, "active") == (1, None)
    assert (found.covered, found.campaigns, found.top) == (0, 1, ())


def test_part_of_the_campaigns_gives_lower_bounds_and_the_change_of_those_that_are_known(
    cache: sqlite3.Connection,
) -> None:
    put(cache, "campaigns", campaign(), campaign("camp_2", "Unread"))
    read_whole(cache, "campaigns", at=instant_text(NOW))
    days = [1, 2, 3, 8, 9]
    put(cache, "redemptions", *(of(f"r_{day}", NOW - timedelta(days=day)) for day in days))
    read_whole(cache, "redemptions", scope=campaign_scope("camp_1"), at=instant_text(NOW))
    found = ask(cache)
    assert known(found, "redemptions") == (None, 3)
    assert one(found, "redemptions").figure.note == "1 of 2 campaigns"
    assert (one(found, "redemptions").now, one(found, "redemptions").before) == (3, 2)
    assert known(found, "discount") == (None, 300)
    assert known(found, "orders") == (None, 3_000)
    assert (one(found, "orders").now, one(found, "orders").before) == (3_000, 2_000)
    # A share is no lower bound: it is that of the redemptions that are known, and says so.
    assert known(found, "success") == (1_000, None)
    assert not one(found, "success").figure.complete
    assert (found.covered, found.campaigns) == (1, 2)
    # What was read before the window alone makes the figures no older.
    put(cache, "campaigns", campaign("camp_3", "Old"))
    read_whole(cache, "redemptions", scope=campaign_scope("camp_3"), at=instant_text(NOW - timedelta(days=90)))
    assert (ask(cache).as_of, ask(cache).covered) == (instant_text(NOW), 1)
    [top] = found.top
    assert (top.redemptions, top.complete, top.before, top.success_permille) == (3, True, 2, 1_000)


def test_summaries_fill_what_rows_do_not_tell(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign())
    read_whole(cache, "campaigns", at=instant_text(NOW))
    today = NOW.astimezone(ZONE).date()
    for back in range(14):
        day = (today - timedelta(days=back)).isoformat()
        told = '{"redemptions_succeeded": 2, "redemptions_failed": 1, "discounted_amount": 50}'
        cache.execute("insert into campaign_summaries values ('camp_1', ?, ?, ?, 1)", (day, day, told))
        values = {"redemptions_succeeded": 2, "redemptions_failed": 1, "discounted_amount": 50}
        write_day(cache, "camp_1", day, "summary", DayCount(values, {}))
    read_whole(cache, "campaign_summaries", scope=campaign_scope("camp_1"), at=instant_text(NOW))
    found = ask(cache)
    figure = one(found, "redemptions").figure
    # Codes without a campaign are in no summary, so that the sum stays a lower bound.
    assert (figure.value, figure.at_least, figure.source) == (None, 14, Source.SUMMARY)
    assert figure.note == "without codes of no campaign"
    assert (one(found, "redemptions").now, one(found, "redemptions").before) == (14, 14)
    assert (found.covered, found.by_summary) == (1, 1)
    assert known(found, "orders") == (None, None)
    assert known(ask(cache, BY_ID["24h"]), "redemptions") == (None, None)


def test_an_order_of_a_stack_counts_once_and_its_children_each(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign(), campaign("camp_2", "Other"))
    paid = order("ord_1", 5_000, 900)
    when = NOW - timedelta(hours=2)
    head = of("r_0", when, voucher=None, related_object_type="redemption", related_object_id="r_0", order=paid)
    child: dict[str, Any] = {"redemption": "r_0", "order": order("ord_1", 5_000, 300)}
    put(cache, "redemptions", head, of("r_1", when, **child), of("r_2", when, "camp_2", **child))
    # A code of no campaign, and an attempt on a code that does not exist.
    put(cache, "redemptions", of("r_3", when, voucher={"id": "v_9", "code": "LONE"}, order=order("ord_2", 70, 7)))
    put(cache, "redemptions", of("r_4", when, voucher=None, order=None, result="FAILURE", status="FAILED"))
    read_whole(cache, "campaigns", "redemptions", at=instant_text(NOW))
    for window in (BY_ID["24h"], WEEK):
        found = ask(cache, window)
        assert known(found, "redemptions") == (3, None)
        assert known(found, "orders") == (5_070, None)
        assert one(found, "orders").figure.note == "2 orders"
        assert known(found, "discount") == (607, None)
        assert known(found, "success") == (750, None)


def test_an_order_without_an_amount_makes_a_lower_bound(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign())
    odd = {"id": "ord_2", "object": "order", "amount": "much"}
    put(cache, "redemptions", of("r_1", NOW - timedelta(hours=2)), of("r_2", NOW - timedelta(hours=3), order=odd))
    read_whole(cache, "campaigns", "redemptions", at=instant_text(NOW))
    for window in (BY_ID["24h"], WEEK):
        found = ask(cache, window)
        assert known(found, "orders") == (None, 1_000), window
        assert one(found, "orders").figure.note == "1 order without a usable amount"
        assert one(found, "orders").now is None
        assert known(found, "discount") == (None, 100)
        assert known(found, "redemptions") == (2, None)


def test_old_data_is_not_compared(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign())
    put(cache, "redemptions", of("r_1", NOW - timedelta(days=3)), of("r_2", NOW - timedelta(days=9)))
    read_whole(cache, "campaigns", "redemptions", at=instant_text(NOW - timedelta(days=1)))
    figure = one(ask(cache), "redemptions")
    assert (figure.figure.value, figure.figure.as_of) == (1, instant_text(NOW - timedelta(days=1)))
    assert (figure.now, figure.before) == (None, None)
    read_whole(cache, "redemptions", at=instant_text(NOW - timedelta(days=30)))
    found = ask(cache)
    assert found.covered == 0
    assert known(found, "redemptions") == (None, 1)


def test_a_cache_from_before_there_were_orders_says_so(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign())
    put(cache, "redemptions", of("r_1", NOW - timedelta(days=3)))
    read_whole(cache, "campaigns", "redemptions", at=instant_text(NOW))
    cache.execute("insert into project_days_dirty values ('*')")
    found = ask(cache)
    assert known(found, "orders") == (None, None)
    assert one(found, "orders").figure.note == "counted with the next sync"
    put(cache, "redemptions", of("r_2", NOW - timedelta(days=2)))
    assert known(ask(cache), "orders") == (2_000, None)
    cache.execute("drop table project_days")
    assert known(ask(cache), "orders") == (None, None)


def test_calls_are_those_of_our_syncs(cache: sqlite3.Connection) -> None:
    def run(number: int, days: int, calls: int, *, ended: bool = True) -> None:
        at = instant_text(NOW - timedelta(days=days))
        values = (f"run_{number}", at, at if ended else None, "complete", calls)
        cache.execute(
            "insert into sync_runs (id, started_at, finished_at, state, calls) values (?, ?, ?, ?, ?)", values
        )

    run(1, 6, 40)
    run(2, 0, 5)
    figure = one(ask(cache), "calls")
    # The cache is younger than the week before: of its calls then nothing is known.
    assert (figure.figure.value, figure.now, figure.before) == (45, None, None)
    run(3, 13, 90)
    assert one(ask(cache), "calls").before is None
    run(4, 20, 1)
    assert (one(ask(cache), "calls").now, one(ask(cache), "calls").before) == (45, 90)
    run(5, 1, 0, ended=False)
    assert known(ask(cache), "calls") == (None, 45)


def test_active_campaigns_against_the_beginning_of_the_window(cache: sqlite3.Connection) -> None:
    day = timedelta(days=1)
    put(
        cache, "campaigns", campaign(active=True),
        campaign("camp_2", active=True, expiration_date=instant_text(NOW - 2 * day)),
        campaign("camp_3", active=True, start_date=instant_text(NOW - day)),
        campaign("camp_4", active=True, created_at=instant_text(NOW - 3 * day)), campaign("camp_5", active=False),
    )  # fmt: skip
    read_whole(cache, "campaigns", at=instant_text(NOW))
    figure = one(ask(cache), "active")
    assert (figure.figure.value, figure.now, figure.before) == (3, 3, 2)


@pytest.mark.parametrize(
    ("now", "window", "first", "last", "hours"),
    [
        # The clocks go back on 25 October: that week has an hour more.
        (datetime(2026, 10, 27, 23, 30, tzinfo=UTC), "7d", "2026-10-21T22:00:00.000Z", "2026-10-28T23:00:00.000Z", 169),
        (datetime(2026, 11, 27, 22, 59, tzinfo=UTC), "7d", "2026-11-20T23:00:00.000Z", "2026-11-27T23:00:00.000Z", 168),
        (datetime(2026, 10, 25, 12, tzinfo=UTC), "24h", "2026-10-24T12:00:00.000Z", "2026-10-25T12:00:00.000Z", 24),
        (datetime(2026, 11, 27, 12, tzinfo=UTC), "12m", "2025-11-27T23:00:00.000Z", "2026-11-27T23:00:00.000Z", 8_760),
        (datetime(2028, 2, 29, 12, tzinfo=UTC), "12m", "2027-02-28T23:00:00.000Z", "2028-02-29T23:00:00.000Z", 8_784),
    ],
)
def test_windows_end_today_by_the_clock_of_the_project(
    now: datetime, window: str, first: str, last: str, hours: int
) -> None:
    stretch, before = stretches(BY_ID[window], now, ZONE)
    assert (stretch.begins, stretch.ends) == (first, last)
    assert before.ends == stretch.begins
    assert datetime.fromisoformat(last) - datetime.fromisoformat(first) == timedelta(hours=hours)
    if stretch.days and before.days:
        assert stretch.days.days == before.days.days
