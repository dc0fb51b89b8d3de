"""Summaries by day at the lowest price: what is asked, what is computed, what is never asked again."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.api.errors import BudgetSpent, ServerError
from store.cache.database import connect_writer
from store.clock import ManualClock
from store.domain.summary import metrics_of, quiet, subtract
from store.models import Unit
from store.queries.freshness import UNASKED_NOTE, why_unknown
from store.queries.lifetime import lifetime_of
from store.queries.series import daily_series
from store.queries.totals import summary_totals
from store.sync.summary_reading import SPLITS, halves
from store.wire import Request, Response
from store.words import DateSpan
from tests.support.summary_server import CAMPAIGN, Days, SummaryServer, held, make_campaign, read

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = NOON.date()
LIFE = (date(2026, 1, 10), TODAY)
OLD = "2026-01-10T08:00:00.000Z"
FIRST = TODAY - timedelta(days=29)
REDEEMED = "redemptions_succeeded"


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect_writer(tmp_path / "c.db")
    yield connection
    connection.close()


counts = st.fixed_dictionaries({REDEEMED: st.integers(0, 9), "orders_amount": st.integers(0, 10**9)})


@settings(max_examples=60)
@given(st.dictionaries(st.integers(0, 29), counts, max_size=30))
def test_every_day_is_known_for_at_most_one_call_a_day(
    cache: sqlite3.Connection, activity: dict[int, dict[str, int]]
) -> None:
    for table in ("campaign_summaries", "daily", "sync_states"):
        cache.execute(f"delete from {table}")
    days: Days = {ago(offset): metrics for offset, metrics in activity.items()}
    server = SummaryServer(days)
    read(cache, server, ManualClock(NOON), [make_campaign(cache, OLD)])
    for metric in (REDEEMED, "orders_amount"):
        wanted = {FIRST + timedelta(days=offset): 0 for offset in range(30)}
        wanted.update((day, metrics.get(metric, 0)) for day, metrics in days.items())
        assert held(cache, metric) == wanted
    busy = sum(1 for day, metrics in days.items() if day != TODAY and not quiet(metrics))
    assert len(server.asked) <= 31
    assert len(server.asked) <= 3 + 5 * busy, "a busy day costs at most the depth of the halving"


def test_a_quiet_range_costs_one_call_beside_the_life_and_today(cache: sqlite3.Connection) -> None:
    server = SummaryServer()
    read(cache, server, ManualClock(NOON), [make_campaign(cache, OLD)])
    assert server.asked == [LIFE, (TODAY, TODAY), (FIRST, ago(1))]
    assert set(held(cache, REDEEMED).values()) == {0}
    assert len(held(cache, REDEEMED)) == 30


def test_of_every_split_one_half_is_asked_and_the_other_computed(cache: sqlite3.Connection) -> None:
    server = SummaryServer({ago(1): {REDEEMED: 7}})
    read(cache, server, ManualClock(NOON), [make_campaign(cache, OLD)])
    whole, *parts = server.asked[2:]
    assert whole == (FIRST, ago(1))
    left = DateSpan(*whole)
    for asked in parts:
        earlier, later = halves(left)
        assert asked == (earlier.start, earlier.end), "the later half is what the earlier one leaves"
        left = later
    assert (left.start, left.end) == (ago(1), ago(1))
    assert len(parts) == 5
    assert held(cache, REDEEMED)[ago(1)] == 7


def test_closed_days_are_never_asked_twice(cache: sqlite3.Connection) -> None:
    clock = ManualClock(NOON)
    campaign = make_campaign(cache, OLD)
    read(cache, SummaryServer({ago(3): {REDEEMED: 2}}), clock, [campaign])
    again = SummaryServer({TODAY: {REDEEMED: 5}})
    read(cache, again, clock, [campaign])
    assert again.asked[1:] == [(TODAY, TODAY)], "only today can still change"
    assert held(cache, REDEEMED)[TODAY] == 5
    clock.advance(2 * 86_400)
    later = SummaryServer({TODAY: {REDEEMED: 6}, ago(-1): {REDEEMED: 1}})
    read(cache, later, clock, [campaign])
    assert later.asked[1:3] == [(ago(-2), ago(-2)), (TODAY, ago(-1))], "the days that have closed since, in one range"
    assert all(start >= TODAY for start, _ in later.asked[1:])
    assert held(cache, REDEEMED)[TODAY] == 6


def test_around_midnight_neither_day_is_closed(cache: sqlite3.Connection) -> None:
    """Half past eleven at night in UTC is tomorrow in Warsaw: where a summary's day ends is not documented."""
    late = ManualClock(datetime(2026, 11, 23, 23, 30, tzinfo=UTC))
    server = SummaryServer({ago(-1): {REDEEMED: 1}})
    read(cache, server, late, [make_campaign(cache, OLD)])
    assert server.asked[1:3] == [(TODAY, TODAY), (ago(-1), ago(-1))]
    closed = cache.execute("select max(start_date) from campaign_summaries where closed").fetchone()[0]
    assert closed == ago(1).isoformat()
    assert held(cache, REDEEMED)[ago(-1)] == 1


@pytest.mark.parametrize(
    ("created", "first"),
    [
        ("2025-06-16T23:59:59.999Z", None),
        ("2025-06-17T00:00:00.000Z", FIRST),
        ("2026-11-20T22:30:00.000Z", date(2026, 11, 20)),
        ("2026-11-20T23:30:00.000Z", date(2026, 11, 20)),
        ("2026-11-23T11:00:00.000Z", TODAY),
    ],
)
def test_the_first_day_asked_for(cache: sqlite3.Connection, created: str, first: date | None) -> None:
    server = SummaryServer()
    read(cache, server, ManualClock(NOON), [make_campaign(cache, created)])
    assert min((start for start, _ in server.asked[1:]), default=None) == first
    cache.execute("delete from campaign_totals")
    read(cache, totals := SummaryServer(), ManualClock(NOON))
    assert totals.asked == server.asked[:1], "a life is asked from the day of its making to today"


def test_a_campaign_without_a_summary_is_asked_once_and_stays_unknown(cache: sqlite3.Connection) -> None:
    server, campaign = SummaryServer(empty=True), make_campaign(cache, OLD)
    for _ in range(3):
        read(cache, server, ManualClock(NOON), [campaign])
        read(cache, server, ManualClock(NOON))
    assert len(server.asked) == 1
    assert held(cache, REDEEMED) == {}
    assert not summary_totals(cache, CAMPAIGN)


def test_totals_that_do_not_add_up_are_asked_for_instead_of_computed(cache: sqlite3.Connection) -> None:
    days: Days = {ago(offset): {REDEEMED: offset % 5} for offset in range(30)}
    server = SummaryServer(days, bonus=-3)
    read(cache, server, ManualClock(NOON), [make_campaign(cache, OLD)])
    found = held(cache, REDEEMED)
    assert all(value >= 0 for value in found.values()), "a day never holds less than nothing"
    earlier = [span for span in server.asked if span == (ago(29), ago(16))]
    assert earlier
    assert len(server.asked) <= 1 + 2 * 30


def test_a_spent_budget_keeps_what_was_fetched_and_the_next_run_asks_the_rest(cache: sqlite3.Connection) -> None:
    days: Days = {ago(offset): {REDEEMED: offset + 1} for offset in range(30)}
    campaign = make_campaign(cache, OLD)
    first = SummaryServer(days)
    with pytest.raises(BudgetSpent):
        read(cache, first, ManualClock(NOON), [campaign], max_calls=12)
    kept = held(cache, REDEEMED)
    assert 3 <= len(kept) < 30
    assert all(days[day][REDEEMED] == value for day, value in kept.items())
    second = SummaryServer(days)
    read(cache, second, ManualClock(NOON), [campaign])
    assert held(cache, REDEEMED) == {day: metrics[REDEEMED] for day, metrics in days.items()}
    asked_alone = {start for start, end in second.asked if start == end} - {TODAY}
    assert not asked_alone & kept.keys(), "days that were kept are not asked for again"


@dataclass
class FailingServer(SummaryServer):
    """Has a fault of its own for some campaigns."""

    failing: frozenset[str] = frozenset()

    def respond(self, request: Request) -> Response:
        if request.path.split("/")[3] in self.failing:
            return Response(500, {"content-type": "application/json"}, b'{"code": 500, "message": "fault"}')
        return super().respond(request)


@pytest.mark.parametrize(
    ("failing", "known", "ends"),
    [("b", "acdef", False), ("bc", "adef", False), ("ace", "bdf", False), ("bcd", "aef", True), ("f", "abcde", False)],
)
def test_a_campaign_whose_summary_fails_keeps_nobody_else_from_theirs(
    cache: sqlite3.Connection, failing: str, known: str, ends: bool
) -> None:
    """Three in a row are a fault of the server, which ends the reading; those asked beside them have come."""
    for key in "abcdef":
        make_campaign(cache, OLD, key)
    server = FailingServer({ago(1): {REDEEMED: 7}}, failing=frozenset(failing))
    if ends:
        with pytest.raises(ServerError):
            read(cache, server, ManualClock(NOON))
    else:
        report = read(cache, server, ManualClock(NOON))
        assert report.state == "partial"
        assert f"({', '.join(failing)})" in (report.reason or "")
    assert "".join(key for key in "abcdef" if summary_totals(cache, key).values == {
        REDEEMED: 7, "validations_failed": 0, "orders_amount": 0
    }) == known  # fmt: skip
    assert read(cache, SummaryServer({ago(1): {REDEEMED: 7}}), ManualClock(NOON)).state == "complete"
    assert all(summary_totals(cache, key).values[REDEEMED] == 7 for key in "abcdef")


def test_a_lifetime_total_is_asked_up_to_this_instant_and_left_alone_while_young(cache: sqlite3.Connection) -> None:
    clock, days = ManualClock(NOON), {ago(offset): {REDEEMED: 1, "orders_amount": 250} for offset in range(40)}
    make_campaign(cache, OLD)
    server = SummaryServer(days)
    read(cache, server, clock, young=timedelta(hours=1))
    assert server.asked == [LIFE]
    totals = summary_totals(cache, CAMPAIGN)
    assert (totals.values[REDEEMED], totals.values["orders_amount"]) == (40, 10_000), "today's are in it"
    assert totals.until == "2026-11-23T12:00:00.000Z"
    clock.advance(3_599)
    read(cache, server, clock, young=timedelta(hours=1))
    assert len(server.asked) == 1
    server.days[TODAY] = {REDEEMED: 3}
    clock.advance(1.002)
    read(cache, server, clock, young=timedelta(hours=1))
    assert server.asked[1:] == [LIFE]
    assert summary_totals(cache, CAMPAIGN).values[REDEEMED] == 42
    assert summary_totals(cache, CAMPAIGN).until == "2026-11-23T13:00:00.002Z"


def test_a_total_of_an_earlier_release_is_a_part(cache: sqlite3.Connection) -> None:
    """Its days end with a midnight: what happened since is not in it."""
    make_campaign(cache, OLD)
    cache.execute(
        "insert into campaign_totals values (?, 'validations_failed', 'summary', 7, '2026-11-22')", (CAMPAIGN,)
    )
    [figure] = lifetime_of(cache, CAMPAIGN, {"validations_failed": Unit.COUNT}).values()
    assert (figure.value, figure.at_least, figure.complete, figure.note) == (None, 7, False, "up to 2026-11-22")
    read(cache, SummaryServer({TODAY: {"validations_failed": 9}}), ManualClock(NOON))
    [figure] = lifetime_of(cache, CAMPAIGN, {"validations_failed": Unit.COUNT}).values()
    assert (figure.value, figure.as_of) == (9, "2026-11-23T12:00:00.000Z")


@pytest.mark.parametrize(
    ("columns", "scope", "asked"),
    [
        ({}, None, True),
        ({"creation_status": "DRAFT"}, None, True),
        ({"missing_since": "2026-11-20T00:00:00.000Z"}, None, False),
        ({}, "project", False),
        ({}, f"campaign:{CAMPAIGN}", False),
        ({}, "campaign:camp_2", True),
    ],
)
def test_totals_are_asked_only_where_nothing_else_tells_them(
    cache: sqlite3.Connection, columns: dict[str, str], scope: str | None, asked: bool
) -> None:
    make_campaign(cache, OLD, **columns)
    if scope is not None:
        cache.execute(
            "insert into sync_states (resource, scope, state, completed_at) values ('redemptions', ?, 'complete', ?)",
            (scope, OLD),
        )
    server = SummaryServer()
    read(cache, server, ManualClock(NOON))
    assert bool(server.asked) == asked


@pytest.mark.parametrize("amount", [None, 2**64, 10.5, "much"])
@pytest.mark.parametrize("whole_life", [True, False])
def test_a_day_without_a_usable_amount_leaves_the_others_known(
    cache: sqlite3.Connection, amount: object, whole_life: bool
) -> None:
    """Days 5 and 9 ago have 50.00 each; the amount of day 5 cannot be used."""
    campaign, spent = make_campaign(cache, OLD), {REDEEMED: 1, "orders_amount": 5_000}
    server = SummaryServer({ago(5): spent, ago(9): spent}, odd={ago(5): amount})
    read(cache, server, ManualClock(NOON), None if whole_life else [campaign])
    if whole_life:
        figures = lifetime_of(cache, CAMPAIGN, {REDEEMED: Unit.COUNT, "orders_amount": Unit.MINOR})
        assert (figures["orders_amount"].known, figures[REDEEMED].value) == (None, 2)
        assert server.asked == [LIFE], "a plan cannot foresee it, so it is looked for by the next run"
        read(cache, server, ManualClock(NOON))
        figures = lifetime_of(cache, CAMPAIGN, {REDEEMED: Unit.COUNT, "orders_amount": Unit.MINOR})
        assert len(server.asked) <= 2 + SPLITS, "it is found by halving"
    else:
        series = daily_series(cache, CAMPAIGN, [REDEEMED, "orders_amount"], DateSpan(FIRST, TODAY))
        assert series["orders_amount"].values[-6] is None
        figures = {metric: one.figure(Unit.MINOR) for metric, one in series.items()}
    orders, redeemed = figures["orders_amount"], figures[REDEEMED]
    assert (orders.value, orders.at_least, orders.complete) == (None, 5_000, False)
    assert orders.note == "one day without a usable amount"
    assert (redeemed.value, redeemed.complete, redeemed.note) == (2, True, "")


def test_lifetime_totals_past_64_bits_are_unknown_and_stop_nothing(cache: sqlite3.Connection) -> None:
    make_campaign(cache, OLD)
    clock, server = ManualClock(NOON), SummaryServer({ago(3): {REDEEMED: 1, "orders_amount": 2**63 - 1}})
    read(cache, server, clock)
    clock.advance(86_400)
    server.days[TODAY] = {REDEEMED: 1, "orders_amount": 2**63 - 1}
    read(cache, server, clock)
    figures = lifetime_of(cache, CAMPAIGN, {REDEEMED: Unit.COUNT, "orders_amount": Unit.MINOR})
    assert (figures["orders_amount"].value, figures["orders_amount"].complete) == (None, False)
    assert figures[REDEEMED].value == 2


def test_a_named_campaign_s_total_is_as_new_as_its_days(cache: sqlite3.Connection) -> None:
    campaign = make_campaign(cache, OLD)
    server = SummaryServer({ago(60): {"validations_failed": 7}})
    read(cache, server, ManualClock(NOON))
    server.days[TODAY] = {"validations_failed": 2}
    read(cache, server, ManualClock(NOON), [campaign])
    [figure] = lifetime_of(cache, CAMPAIGN, {"validations_failed": Unit.COUNT}).values()
    assert (figure.value, figure.as_of) == (9, "2026-11-23T12:00:00.000Z")


@pytest.mark.parametrize("amount", [None, "700", 2**63])
def test_an_amount_of_today_that_cannot_be_used_leaves_the_lifetime_total_at_least(
    cache: sqlite3.Connection, amount: object
) -> None:
    """The part that was known stays; the next run finds the odd day, and so what the other days are."""
    make_campaign(cache, OLD)
    server = SummaryServer({ago(60): {"orders_amount": 5_000}, ago(1): {"orders_amount": 20}})
    read(cache, server, ManualClock(NOON))
    server.odd = {TODAY: amount}
    server.days[ago(0)] = {"validations_failed": 1}
    for at_least, note in ((5_020, "some days without a usable amount"), (5_020, "one day without a usable amount")):
        read(cache, server, ManualClock(NOON))
        figures = lifetime_of(cache, CAMPAIGN, {"orders_amount": Unit.MINOR, "validations_failed": Unit.COUNT})
        orders = figures["orders_amount"]
        assert (orders.value, orders.at_least, orders.note) == (None, at_least, note)
        assert (figures["validations_failed"].value, figures["validations_failed"].complete) == (1, True)


@pytest.mark.parametrize(("status", "made"), [("DONE", TODAY), ("DRAFT", ago(3))])
def test_campaigns_of_today_and_drafts_have_totals(cache: sqlite3.Connection, status: str, made: date) -> None:
    make_campaign(cache, f"{made}T08:00:00.000Z", creation_status=status)
    server = SummaryServer({made: {"validations_failed": 2}})
    read(cache, server, ManualClock(NOON))
    found = lifetime_of(cache, CAMPAIGN, {"validations_failed": Unit.COUNT, "points_added": Unit.COUNT})
    assert (found["validations_failed"].value, found["validations_failed"].as_of) == (2, "2026-11-23T12:00:00.000Z")
    assert (found["points_added"].value, found["points_added"].complete) == (None, False)


def test_a_draft_without_a_summary_is_asked_again_once_it_has_changed(cache: sqlite3.Connection) -> None:
    server, clock = SummaryServer(empty=True), ManualClock(NOON)
    make_campaign(cache, OLD, creation_status="DRAFT")
    for _ in range(2):
        read(cache, server, clock)
        clock.advance(86_400)
    assert len(server.asked) == 1
    make_campaign(cache, OLD, creation_status="DONE", updated_at="2026-11-24T00:00:00.000Z")
    server.empty = False
    read(cache, server, clock)
    assert summary_totals(cache, CAMPAIGN).values["validations_failed"] == 0
    assert why_unknown(cache, CAMPAIGN) == UNASKED_NOTE


def test_an_ended_campaign_is_asked_until_its_total_covers_its_end(cache: sqlite3.Connection) -> None:
    make_campaign(cache, OLD, expiration_date="2026-11-22T10:00:00.000Z")
    clock, server = ManualClock(NOON), SummaryServer({ago(2): {REDEEMED: 4}})
    for _ in range(12):
        read(cache, server, clock, young=timedelta(hours=1))
        clock.advance(43_200)
    assert [end for _, end in server.asked] == [TODAY], "it was asked a day and two hours after the end"


def test_a_summary_is_read_to_whole_numbers_only() -> None:
    document = {
        "object": "campaign_summary", "campaign": {"id": CAMPAIGN}, "redemptions": 5, "orders_amount": "120",
        "validations": None, "odd": 1.5, "flag": True, "start_date": "2026-01-01", "points_added": -2,
    }  # fmt: skip
    assert metrics_of(document) == {"redemptions": 5, "orders_amount": None, "validations": None, "points_added": -2}


@given(counts, counts)
def test_a_range_less_its_part_is_the_other_part(one: dict[str, int], other: dict[str, int]) -> None:
    whole = {name: one[name] + other[name] for name in one}
    assert subtract(whole, one) == other


@given(st.dates(date(2025, 1, 1), date(2030, 1, 1)), st.integers(2, 500))
def test_halves_cover_the_whole_once(start: date, days: int) -> None:
    span = DateSpan(start, start + timedelta(days=days - 1))
    earlier, later = halves(span)
    assert (earlier.start, later.end) == (span.start, span.end)
    assert later.start - earlier.end == timedelta(days=1)
    assert 0 <= later.days - earlier.days <= 1
