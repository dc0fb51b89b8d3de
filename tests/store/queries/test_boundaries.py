"""Where one rule ends and the next begins: figures on the very day, instant or sign, each worked out by hand."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from store.cache.ledger import PROJECT, Ledger, SyncCheckpoint
from store.days import instant_text
from store.domain.status import StatusKind, derive_status
from store.models import Freshness, Source, Unit
from store.queries.budget import limit_uses, tightest
from store.queries.campaigns import CampaignRow, count_campaigns, get_campaign, list_campaigns
from store.queries.derived import PUBLISH_COUNT
from store.queries.freshness import FIRST_READING, REFUSED_NOTE, refused_state
from store.queries.lifetime import lifetime_of
from store.queries.people import REFEREES
from store.queries.points import Amount, expiring_points, pending_points
from store.queries.referrals import referred_series
from store.queries.summary import campaign_figures
from store.queries.wallets import wallet_totals
from store.words import Bucket, DateSpan
from tests.support.limits_cache import condition, fill, made, set_rule
from tests.support.records import AT, campaign, order, put, read_whole, redemption
from tests.support.syncing import ZONE, Project

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = Project(tmp_path / "c.db").connect()
    yield connection
    connection.close()


def row_of(cache: sqlite3.Connection) -> CampaignRow:
    row = get_campaign(cache, "camp_1", NOON, ZONE)
    assert row is not None
    return row


@pytest.mark.parametrize(
    ("milliseconds", "soon"), [(-1, 1), (0, 1), (1, 0)], ids=["just before", "to the moment", "just after"]
)
def test_a_campaign_that_ends_in_seven_days_ends_soon(cache: sqlite3.Connection, milliseconds: int, soon: int) -> None:
    end = instant_text(NOON + timedelta(days=7, milliseconds=milliseconds))
    put(cache, "campaigns", campaign(expiration_date=end))
    counts = count_campaigns(list_campaigns(cache, NOON, ZONE), NOON)
    assert (counts.active, counts.ending_soon) == (1, soon)


@pytest.mark.parametrize(
    ("start", "end", "kind"),
    [
        (0, None, StatusKind.ACTIVE),
        (1, None, StatusKind.SCHEDULED),
        (None, 0, StatusKind.EXPIRED),
        (None, 1, StatusKind.ACTIVE),
        (0, 0, StatusKind.EXPIRED),
    ],
)
def test_a_campaign_runs_from_its_start_until_just_before_its_end(
    start: int | None, end: int | None, kind: StatusKind
) -> None:
    """Milliseconds from now."""
    sides = (("start_date", start), ("expiration_date", end))
    dates = {name: instant_text(NOON + timedelta(milliseconds=ms)) for name, ms in sides if ms is not None}
    assert derive_status(dates, NOON, ZONE).kind is kind


def test_refusals_of_today_are_of_the_local_day(cache: sqlite3.Connection) -> None:
    """In Warsaw the 20th begins at 23:00 of the 19th; one of three redemptions of that day succeeded."""
    put(cache, "campaigns", campaign())
    refused = {"result": "FAILURE", "status": "FAILED"}
    put(
        cache, "redemptions",
        redemption("r_1", **refused, date="2026-11-19T22:59:59.999Z"),
        redemption("r_2", **refused, date="2026-11-19T23:00:00.000Z"),
        redemption("r_3", **refused, date="2026-11-20T11:00:00.000Z"),
        redemption("r_4", date="2026-11-20T11:00:00.000Z"),
    )  # fmt: skip
    read_whole(cache, "redemptions", at="2026-11-20T12:00:00.000Z")
    row = row_of(cache)
    assert (row.refused_today, row.spark[-1], row.is_failing) == (2, 1, True)
    assert count_campaigns([row], NOON).failing == 1
    read_whole(cache, "redemptions", at="2026-11-19T12:00:00.000Z")
    later = get_campaign(cache, "camp_1", NOON + timedelta(days=1), ZONE)
    assert later is not None
    assert (later.refused_today, later.is_failing) == (None, False)


def test_the_day_of_the_reading_is_known_in_the_list(cache: sqlite3.Connection) -> None:
    """Read at noon of the 19th, looked at on the 20th: nothing was redeemed, but on the 20th that is not known."""
    put(cache, "campaigns", campaign())
    read_whole(cache, "redemptions", at="2026-11-19T12:00:00.000Z")
    assert row_of(cache).spark == (0,) * 13 + (None,)


@pytest.mark.parametrize(("whole", "value", "source"), [(False, 7, Source.SUMMARY), (True, 1, Source.ROWS)])
def test_a_list_that_was_never_whole_gives_way_to_the_summary(
    cache: sqlite3.Connection, whole: bool, value: int, source: Source
) -> None:
    """Of seven redemptions one was read before the reading was cut."""
    put(cache, "campaigns", campaign())
    put(cache, "redemptions", redemption("r_1", date="2026-11-19T09:00:00.000Z"))
    state = SyncCheckpoint("redemptions", PROJECT, "complete" if whole else "partial", AT, AT if whole else None)
    Ledger(cache).write_state(state)
    cache.execute(
        "insert into campaign_summaries (campaign_id, start_date, end_date, json, closed)"
        " values ('camp_1', '2026-11-19', '2026-11-19', '{\"redemptions_succeeded\": 7}', 1)"
    )
    cache.execute(
        "insert into daily (campaign_id, metric, source, day, value)"
        " values ('camp_1', 'redemptions_succeeded', 'summary', '2026-11-19', 7)"
    )
    day = DateSpan(date(2026, 11, 19), date(2026, 11, 19))
    figure = campaign_figures(cache, row_of(cache), day, ZONE)["redemptions_succeeded"]
    assert (figure.known, figure.source) == (value, source)


def test_refused_publications_of_a_list_that_is_read_for_the_first_time_wait_for_it(cache: sqlite3.Connection) -> None:
    """Only after the project's list was whole is the campaign's own the one that lacks."""
    assert refused_state(cache, "camp_1") == Freshness()
    cache.execute(
        "insert into sync_windows (resource, scope, pass, started_at) values ('publications', 'project', 'sweep', ?)",
        (AT,),
    )
    assert refused_state(cache, "camp_1").reason == FIRST_READING
    read_whole(cache, "publications")
    found = refused_state(cache, "camp_1")
    assert (found.state, found.completed_at, found.reason) == ("partial", None, REFUSED_NOTE)


@pytest.mark.parametrize(("attempt", "complete"), [(None, True), ("failed", True), ("partial", False)])
def test_an_attempt_that_brought_some_rows_leaves_totals_at_least(
    cache: sqlite3.Connection, attempt: str | None, complete: bool
) -> None:
    put(cache, "campaigns", campaign())
    put(cache, "redemptions", redemption("r_1"))
    tried = "2026-11-20T13:00:00.000Z" if attempt else None
    state = SyncCheckpoint(
        "redemptions", PROJECT, "complete", AT, AT, attempt_state=attempt, attempted_at=tried, attempt_reason=attempt
    )
    Ledger(cache).write_state(state)
    row = row_of(cache)
    assert (row.redemptions, row.complete) == (1, complete)


def test_the_first_day_of_a_campaign_is_its_own(cache: sqlite3.Connection) -> None:
    """Made on the 10th: what was redeemed on that day counts, and the days before had nothing."""
    put(cache, "campaigns", campaign(created_at="2026-11-10T08:00:00.000Z"))
    put(cache, "redemptions", redemption("r_1", date="2026-11-10T09:00:00.000Z"))
    read_whole(cache, "campaigns", "redemptions")
    row = row_of(cache)
    found = {}
    for day in (9, 10):
        span = DateSpan(date(2026, 11, day), date(2026, 11, day))
        figure = campaign_figures(cache, row, span, ZONE)["redemptions_succeeded"]
        found[day] = (figure.value, figure.source)
    assert found == {9: (0, Source.DOCUMENT), 10: (1, Source.ROWS)}


@pytest.mark.parametrize(
    ("amounts", "value"),
    [((-500, 3), -500), ((3, -500), -500), ((500, -3), 500), ((5, -5), 5), ((-5, -7), -7), ((0, -1), -1)],
)
def test_an_order_that_is_told_with_two_amounts_counts_by_the_larger(
    cache: sqlite3.Connection, amounts: tuple[int, int], value: int
) -> None:
    """Redemptions of one order: each tells it, so it counts once; its sign is that of the larger."""
    told = [redemption(f"r_{index}", order=order("ord_1", amount, 0)) for index, amount in enumerate(amounts)]
    put(cache, "campaigns", campaign())
    put(cache, "redemptions", *told)
    read_whole(cache, "redemptions")
    row = row_of(cache)
    assert lifetime_of(cache, row.id, {"orders_amount": Unit.MINOR})["orders_amount"].value == value


@pytest.mark.parametrize(
    ("kind", "amounts", "name", "value"),
    [
        ("POINTS_ADDITION", (100, -120), "added", -20),
        ("POINTS_REDEMPTION", (-50, 20), "redeemed", 30),
        ("POINTS_REDEMPTION", (50,), "redeemed", -50),
        ("POINTS_REFUND", (-7,), "refunded", -7),
    ],
)
def test_a_movement_keeps_its_sign(
    cache: sqlite3.Connection, kind: str, amounts: tuple[int, ...], name: str, value: int
) -> None:
    """A correction goes the other way: it is taken off, not added on."""
    moved = [
        {"id": f"vtx_{index}", "campaign_id": "camp_1", "voucher_id": "v_1", "type": kind, "created_at": AT,
         "details": {"balance": {"points": amount}}}
        for index, amount in enumerate(amounts)
    ]  # fmt: skip
    put(cache, "campaigns", campaign(kind="LOYALTY_PROGRAM"))
    put(cache, "transactions", *moved)
    read_whole(cache, "transactions")
    assert wallet_totals(cache, "camp_1", gift=False, zone=ZONE)[name].value == value


@pytest.mark.parametrize(("amount", "value", "at_least"), [(500, 10_500, None), ("much", None, 10_000)])
def test_cards_made_since_the_summary_add_to_what_was_issued(
    cache: sqlite3.Connection, amount: Any, value: int | None, at_least: int | None
) -> None:
    put(cache, "campaigns", campaign(kind="GIFT_VOUCHERS"))
    cache.execute(
        "insert into campaign_totals (campaign_id, metric, source, value, until)"
        " values ('camp_1', 'created_vouchers_amount', 'summary', 10000, '2026-11-19T00:00:00.000Z')"
    )
    gift = {"amount": amount, "balance": amount}
    put(cache, "vouchers", {"id": "v_1", "campaign_id": "camp_1", "created_at": AT, "gift": gift})
    read_whole(cache, "vouchers", "transactions")
    issued = wallet_totals(cache, "camp_1", gift=True, zone=ZONE)["issued"]
    assert (issued.value, issued.at_least, issued.complete) == (value, at_least, at_least is None)
    assert issued.note == ("" if at_least is None else "1 card without a usable amount")


@pytest.mark.parametrize("day", ["9999-12-31", "9999-01-01", "9998-12-31"])
def test_the_last_year_of_the_calendar_is_no_day_to_wait_for(cache: sqlite3.Connection, day: str) -> None:
    common = {"campaign_id": "camp_1", "voucher_id": "v_1", "points": 40}
    put(cache, "points_expiration", {"id": "lopb_1", "status": "ACTIVE", "expires_at": day, **common})
    put(cache, "pending_points", {"id": "lopp_1", "activates_at": day, **common})
    read_whole(cache, "points_expiration", "pending_points")
    found, waiting = expiring_points(cache, "camp_1", NOON.date()), pending_points(cache, "camp_1", NOON.date())
    never = day.startswith("9999")
    assert (found.undated, found.later) == ((Amount(40, 1), Amount()) if never else (Amount(), Amount(40, 1)))
    assert (waiting.undated, waiting.later) == (found.undated, found.later)
    assert found.by_month == (() if never else (("9998-12", 40, 1),))


def referred(*told: tuple[str, str | None]) -> dict[str, Any]:
    referrals = [{"campaign_id": "camp_1", "referrer_id": who, "date": at} for who, at in told]
    return {"id": "cust_9", "object": "customer", "referrals": {"campaigns": referrals, "total": len(told)}}


@pytest.mark.parametrize(
    ("told", "first"),
    [
        ((("cust_1", "2026-11-12T09:00:00.000Z"), ("cust_2", "2026-11-10T09:00:00.000Z")), ("cust_2", 10)),
        ((("cust_1", "2026-11-10T09:00:00.000Z"), ("cust_2", "2026-11-12T09:00:00.000Z")), ("cust_1", 10)),
        ((("cust_1", None), ("cust_2", "2026-11-12T09:00:00.000Z")), ("cust_2", 12)),
        ((("cust_2", "2026-11-12T09:00:00.000Z"), ("cust_1", None)), ("cust_2", 12)),
    ],
)
def test_a_customer_referred_twice_counts_on_the_first_day_that_is_known(
    cache: sqlite3.Connection, told: tuple[tuple[str, str | None], ...], first: tuple[str, int]
) -> None:
    put(cache, "campaigns", campaign(kind="REFERRAL_PROGRAM"))
    put(cache, "customers", referred(*told))
    read_whole(cache, "customers")
    span = DateSpan(date(2026, 11, 9), date(2026, 11, 13))
    series = referred_series(cache, "camp_1", span, Bucket.DAY, ZONE)
    assert series.values == tuple(int(day.day == first[1]) for day in span)
    query = f"select {REFEREES.columns['referrer_id']} from {REFEREES.source} where {REFEREES.where}"
    assert cache.execute(query).fetchall() == [(first[0],)]


@pytest.mark.parametrize(
    ("results", "published"), [(("SUCCESS", None), 2), (("FAILURE", "SUCCESS"), 1), (("FAILURE",), 0)]
)
def test_an_exported_code_was_published_as_often_as_it_was_not_refused(
    cache: sqlite3.Connection, results: tuple[str | None, ...], published: int
) -> None:
    put(cache, "vouchers", {"id": "v_1", "campaign_id": "camp_1", "created_at": AT})
    documents = [
        {"id": f"pub_{index}", "created_at": AT, "result": result, "vouchers_id": ["v_1"],
         "voucher": {"id": "v_1", "campaign_id": "camp_1"}}
        for index, result in enumerate(results)
    ]  # fmt: skip
    put(cache, "publications", *documents)
    read_whole(cache, "publications")
    assert cache.execute(f"select {PUBLISH_COUNT} from vouchers t").fetchall() == [(published,)]


def test_of_limits_on_one_thing_the_one_with_less_left_binds_whatever_its_share(cache: sqlite3.Connection) -> None:
    """Three were redeemed a week ago: 97 % of a hundred are left, and all ninety of today."""
    fill(cache, *(made(f"r_{place}", "2026-11-13T08:00:00.000Z") for place in range(3)), read_at=AT)
    set_rule(cache, condition("campaign.redemptions.count", 100), condition("campaign.redemptions.count.daily", 90))
    found = tightest(limit_uses(cache, "camp_1", NOON, ZONE, "EUR"))
    assert found is not None
    assert (found.limit.highest, found.left) == (90, 90)
