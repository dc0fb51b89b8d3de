"""Boundaries and precedence of figures, each with values worked out by hand."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from store.cache.database import connect_writer
from store.cache.ledger import Ledger, SyncCheckpoint
from store.cache.rollups import write_totals
from store.models import Figure, Source, Unit, oldest
from store.queries.campaigns import get_campaign
from store.queries.freshness import summary_unread
from store.queries.lifetime import _surer, lifetime_of
from store.queries.series import Series, daily_series, success_rate
from store.queries.summary import campaign_figures
from store.queries.totals import summary_totals
from store.words import DateSpan
from tests.support.records import campaign, put, read_whole, redemption
from tests.support.syncing import NOW, ZONE
from tui.campaigns.panels.charts import _added

OLDER, NEWER = "2026-11-19T08:00:00.000Z", "2026-11-20T12:00:00.000Z"
DAY = DateSpan(date(2026, 11, 20), date(2026, 11, 20))


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect_writer(tmp_path / "c.db")
    put(connection, "campaigns", campaign())
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("succeeded", "failed", "permille"),
    [
        (0, 0, None),
        (None, 3, None),
        (3, None, None),
        (5, 0, 1000),
        (0, 5, 0),
        (1, 1, 500),
        (1, 2, 333),  # 333.33
        (2, 1, 667),  # 666.67
        (1, 7, 125),
        (5, 11, 313),  # 312.5 goes up
        (3, 13, 188),  # 187.5 goes up
        (31, 2_969, 10),  # 10.33
        (21, 1_979, 11),  # 10.5 goes up
        (2**62, 2**62, 500),
    ],
)
def test_success_rate(succeeded: int | None, failed: int | None, permille: int | None) -> None:
    assert success_rate(succeeded, failed) == permille


@pytest.mark.parametrize(
    ("instants", "expected"),
    [((), None), ((None, None), None), ((NEWER, None), NEWER), ((NEWER, OLDER), OLDER), ((OLDER, NEWER), OLDER)],
)
def test_several_readings_are_as_old_as_the_oldest(instants: tuple[str | None, ...], expected: str | None) -> None:
    assert oldest(*instants) == expected


@pytest.mark.parametrize(
    ("one", "other", "value", "at_least"),
    [
        (Figure(3, complete=True), Figure(4, complete=True), 7, None),
        (Figure(3, complete=True), Figure(None, at_least=4), None, 7),
        (Figure(None), Figure(4, complete=True), None, 4),
        (Figure(None), Figure(None), None, None),
    ],
)
def test_two_figures_as_one(one: Figure, other: Figure, value: int | None, at_least: int | None) -> None:
    found = replace(one, as_of=NEWER) + replace(other, as_of=OLDER)
    assert (found.value, found.at_least, found.as_of) == (value, at_least, OLDER)


def test_two_series_as_one_are_as_old_and_as_whole_as_the_weaker() -> None:
    days = (date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 21))
    good = Series("validations_succeeded", days, (1, None, None), Source.SUMMARY, NEWER, True)
    bad = Series("validations_failed", days, (2, 5, None), Source.SUMMARY, OLDER, False, "some days are not synced")
    both = _added("validations", good, bad)
    assert both.values == (3, 5, None)
    assert (both.as_of, both.complete, both.note) == (OLDER, False, "some days are not synced")


def test_a_total_tells_no_more_than_the_day_that_every_member_reaches(cache: sqlite3.Connection) -> None:
    cache.executemany(
        "insert into campaign_totals (campaign_id, metric, source, value, until) values ('camp_1', ?, 'summary', 1, ?)",
        [("validations_failed", "2026-11-20"), ("validations_succeeded", "2026-11-18")],
    )
    assert summary_totals(cache, "camp_1").until == "2026-11-19T00:00:00.000Z"


@pytest.mark.parametrize(
    ("result", "succeeded", "failed"), [("SUCCESS", 1, 0), ("FAILURE", 0, 1), (None, 1, 0), ("SOMETHING_NEW", 1, 0)]
)
def test_a_publication_without_a_result_is_one(
    cache: sqlite3.Connection, result: str | None, succeeded: int, failed: int
) -> None:
    """The API's first publications carry no result: only a refusal says that nothing was published."""
    row = {"id": "pub_1", "created_at": NEWER, "voucher": {"campaign_id": "camp_1"}, "result": result}
    put(cache, "publications", row)
    read_whole(cache, "publications", scope="campaign:camp_1")
    metrics = ("publications_succeeded", "publications_failed")
    found = daily_series(cache, "camp_1", metrics, DAY)
    assert [found[metric].total for metric in metrics] == [succeeded, failed]
    lifetime = lifetime_of(cache, "camp_1", dict.fromkeys(metrics, Unit.COUNT))
    assert [lifetime[metric].value for metric in metrics] == [succeeded, failed]


@pytest.mark.parametrize("amount", [5_000, None])
def test_a_period_is_compared_with_a_whole_one_only(cache: sqlite3.Connection, amount: int | None) -> None:
    """One redemption on each of two days; the earlier day's order has an amount, or none."""
    day_before = redemption("r_1", date="2026-11-19T12:00:00Z", order={"id": "ord_1", "amount": amount})
    put(cache, "redemptions", day_before, redemption("r_2", order={"id": "ord_2", "amount": 7_000}))
    read_whole(cache, "redemptions")
    row = get_campaign(cache, "camp_1", NOW, ZONE)
    assert row is not None
    figures = campaign_figures(cache, row, DAY, ZONE)
    orders = figures["orders_amount"]
    assert (orders.value, orders.previous) == (7_000, amount)
    assert figures["redemptions_succeeded"].previous == 1


@pytest.mark.parametrize(
    ("zone", "read_at", "days"),
    [
        ("UTC", "2026-11-20T12:00:00.000Z", (0, 0, None)),
        ("Pacific/Auckland", "2026-11-20T12:00:00.000Z", (0, 0, 0)),  # it is one o'clock on the 21st there
        ("America/New_York", "2026-11-20T02:00:00.000Z", (0, None, None)),  # and nine in the evening of the 19th here
    ],
)
def test_quiet_days_are_known_up_to_the_local_day_of_the_reading(
    cache: sqlite3.Connection, zone: str, read_at: str, days: tuple[int | None, ...]
) -> None:
    read_whole(cache, "redemptions", at=read_at)
    span = DateSpan(date(2026, 11, 19), date(2026, 11, 21))
    found = daily_series(cache, "camp_1", ["redemptions_succeeded"], span, zone=ZoneInfo(zone))
    assert found["redemptions_succeeded"].values == days


@pytest.mark.parametrize(
    ("last", "attempt", "value", "at_least"),
    [
        ("2026-11-19", None, 1, None),
        ("2026-11-19", "partial", 1, None),
        ("2026-11-19", "failed", 1, None),
        ("2026-11-20", None, 2, None),
        ("2026-11-20", "failed", 2, None),
        ("2026-11-20", "partial", None, 2),
    ],
)
def test_an_attempt_that_ended_early_leaves_only_the_days_after_the_reading_in_part(
    cache: sqlite3.Connection, last: str, attempt: str | None, value: int | None, at_least: int | None
) -> None:
    """The list was read whole on 19 November; the attempt on the 20th brought one of that day's redemptions."""
    put(cache, "redemptions", redemption("r_1", date="2026-11-18T12:00:00Z"), redemption("r_2"))
    read_whole(cache, "redemptions", at=OLDER)
    if attempt is not None:
        Ledger(cache).stop("redemptions", "project", state=attempt, reason="It ended.", as_of=NEWER)
    span = DateSpan(date(2026, 11, 18), date.fromisoformat(last))
    figure = daily_series(cache, "camp_1", ["redemptions_succeeded"], span, zone=UTC)["redemptions_succeeded"].figure()
    assert (figure.value, figure.at_least) == (value, at_least)


def tell(cache: sqlite3.Connection, days: dict[int, int | None]) -> None:
    """Cache summaries of days of November: a number goes into the rollup only where it is usable and not 0."""
    for day, number in days.items():
        text = f"2026-11-{day}"
        cache.execute(
            "insert into campaign_summaries values ('camp_1', ?, ?, ?, 1)",
            (text, text, json.dumps({"validations_failed": number})),
        )
        if number:
            row = ("camp_1", text, "summary", "validations_failed", number)
            cache.execute("insert into daily (campaign_id, day, source, metric, value) values (?, ?, ?, ?, ?)", row)


EXACT, LEAST, NOTHING = Figure(5, complete=True), Figure(None, at_least=7), Figure(None)
MORE, NOTED = Figure(None, at_least=9), Figure(None, note="3 days without a usable amount")


@pytest.mark.parametrize(
    ("told", "counted", "expected"),
    [
        (EXACT, LEAST, EXACT),
        (EXACT, NOTHING, EXACT),
        (LEAST, EXACT, EXACT),
        (LEAST, NOTHING, LEAST),
        (NOTHING, LEAST, LEAST),
        (NOTHING, EXACT, EXACT),
        (LEAST, MORE, MORE),
        (MORE, LEAST, MORE),
        (NOTED, NOTHING, NOTED),
        (NOTHING, NOTED, NOTED),
        (NOTED, LEAST, LEAST),
    ],
)
def test_the_surer_of_a_summary_and_rows(told: Figure, counted: Figure, expected: Figure) -> None:
    assert _surer(told, counted) == expected


MIDNIGHT = "2026-11-19T00:00:00.000Z"


@pytest.mark.parametrize(
    ("until", "cards", "value", "at_least", "as_of"),
    [
        (MIDNIGHT, ("complete", NEWER), 102, None, NEWER),
        (MIDNIGHT, ("partial", NEWER), 100, None, MIDNIGHT),
        (NEWER, ("complete", NEWER), 100, None, NEWER),  # the list is no newer than the total
        ("2026-11-18", ("partial", NEWER), None, 100, MIDNIGHT),  # as earlier releases asked for it
    ],
)
def test_codes_made_since_the_summary_are_counted_from_the_list(
    cache: sqlite3.Connection,
    until: str,
    cards: tuple[str, str],
    value: int | None,
    at_least: int | None,
    as_of: str,
) -> None:
    """The summary tells 100. Of three codes one is older than that midnight, one of it and one younger."""
    write_totals(cache, "camp_1", "summary", {"vouchers_created": 100}, {}, until)
    times = ("2026-11-18T23:59:59.999Z", MIDNIGHT, "2026-11-20T08:00:00.000Z")
    put(cache, "vouchers", *({"id": f"v_{n}", "campaign_id": "camp_1", "created_at": at} for n, at in enumerate(times)))
    state, at = cards
    Ledger(cache).write_state(
        SyncCheckpoint("vouchers", "campaign:camp_1", state, at, at if state == "complete" else None)
    )
    found = lifetime_of(cache, "camp_1", {"vouchers_created": Unit.COUNT})["vouchers_created"]
    assert (found.value, found.at_least, found.source, found.as_of) == (value, at_least, Source.SUMMARY, as_of)


@pytest.mark.parametrize(
    ("created", "asked", "unread"),
    [
        ("2026-01-10T08:00:00.000Z", False, True),
        ("2026-01-10T08:00:00.000Z", True, False),
        ("2025-06-17T00:00:00.000Z", False, True),
        ("2025-06-16T23:59:59.999Z", False, False),  # the API has no summary of these
        (None, False, False),
    ],
)
def test_whether_a_summary_was_never_asked_for(
    cache: sqlite3.Connection, created: str | None, asked: bool, unread: bool
) -> None:
    put(cache, "campaigns", campaign(created_at=created))
    if asked:
        read_whole(cache, "campaign_summaries", scope="campaign:camp_1")
    assert summary_unread(cache, "camp_1") is unread
    assert not summary_unread(cache, "camp_2")


@pytest.mark.parametrize(
    ("told", "values", "complete", "note"),
    [
        ({18: 4, 19: 0, 20: 5}, (4, 0, 5), True, ""),
        ({18: 4, 20: 5}, (4, None, 5), False, "some days are not synced"),
        ({18: 4, 19: None, 20: 5}, (4, None, 5), False, "one day without a usable number"),
        ({18: 4, 19: None}, (4, None, None), False, "some days are not synced, one day without a usable number"),
    ],
)
def test_days_of_a_summary(
    cache: sqlite3.Connection,
    told: dict[int, int | None],
    values: tuple[int | None, ...],
    complete: bool,
    note: str,
) -> None:
    tell(cache, told)
    span = DateSpan(date(2026, 11, 18), DAY.end)
    found = daily_series(cache, "camp_1", ["validations_failed"], span)["validations_failed"]
    assert (found.source, found.values, found.complete, found.note) == (Source.SUMMARY, values, complete, note)


@pytest.mark.parametrize(("days", "words"), [(1, "one day"), (3, "some days")])
def test_a_sum_that_no_usable_day_tells_names_those_days(cache: sqlite3.Connection, days: int, words: str) -> None:
    """Rows were refused, and all the summary's days with orders have no usable amount: what was read says why."""
    cache.execute("insert into unusable_amounts values ('camp_1', '', 'orders_amount', 'summary', ?)", (days,))
    refused = SyncCheckpoint(
        "redemptions", "campaign:camp_1", "failed", NEWER, reason="These keys may not read this (403)"
    )
    Ledger(cache).write_state(refused)
    figure = lifetime_of(cache, "camp_1", {"orders_amount": Unit.MINOR})["orders_amount"]
    assert (figure.value, figure.at_least, figure.complete, figure.note) == (
        None,
        None,
        False,
        f"{words} without a usable amount",
    )
    other = lifetime_of(cache, "camp_1", {"discounted_amount": Unit.MINOR})["discounted_amount"]
    assert (other.value, other.at_least) == (None, None)
    assert "usable" not in other.note
