"""Which of several readings and attempts counts; what pages, marks and limits come to: values worked out by hand."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.api.pages import Listing, PagingStyle, read_pages
from store.cache.database import connect_writer
from store.cache.ledger import PROJECT, Ledger, SyncCheckpoint, campaign_scope
from store.clock import ManualClock
from store.models import Freshness
from store.queries.freshness import best_reading, data_state, resource_statuses
from store.sync.rate_limiter import RateLimiter
from store.sync.report import ResourceReport
from store.wire import Request, Response
from tests.support.list_server import ListServer, client_of, record
from tests.support.one_list import OneList, row
from tests.support.syncing import NOW

MON, TUE, WED, THU = (f"2026-11-{day}T12:00:00.000Z" for day in (16, 17, 18, 19))
LOST, CUT = "The connection failed.", "the API counts 9 records and returned 5"


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect_writer(tmp_path / "c.db")
    yield connection
    connection.close()


def whole(at: str) -> Freshness:
    return Freshness("complete", at, at)


@pytest.mark.parametrize(
    ("found", "best"),
    [
        ([], Freshness()),
        ([whole(MON)], whole(MON)),
        ([whole(MON), Freshness("partial", WED, None, CUT)], whole(MON)),
        ([Freshness("partial", WED, None, CUT), whole(MON)], whole(MON)),
        ([whole(MON), Freshness("failed", WED, None, LOST)], whole(MON)),
        ([whole(MON), whole(TUE)], whole(TUE)),
        ([whole(TUE), whole(MON)], whole(TUE)),
        (
            [Freshness("failed", MON, None, LOST), Freshness("partial", TUE, None, CUT)],
            Freshness("partial", TUE, None, CUT),
        ),
        (
            [Freshness("complete", MON, MON, None, "failed", WED, LOST), whole(TUE)],
            Freshness("complete", TUE, TUE, None, "failed", WED, LOST),
        ),
        ([Freshness("complete", MON, MON, None, "failed", TUE, LOST), whole(WED)], whole(WED)),
        (
            [Freshness("complete", MON, MON, None, "failed", TUE, LOST), whole(TUE)],
            Freshness("complete", TUE, TUE, None, "failed", TUE, LOST),
        ),
        (
            [Freshness("complete", MON, MON, None, "partial", WED, CUT),
             Freshness("complete", MON, MON, None, "failed", TUE, LOST), whole(MON)],
            Freshness("complete", MON, MON, None, "partial", WED, CUT),
        ),
        (
            [Freshness("complete", MON, MON, None, "failed", TUE, LOST)],
            Freshness("complete", MON, MON, None, "failed", TUE, LOST),
        ),
    ],
    ids=[
        "none", "one", "older whole, newer partial", "newer partial, older whole", "older whole, newer failed",
        "own newer", "project newer", "never whole: the newest", "a later attempt stands beside another's reading",
        "an attempt before the reading is over", "an attempt at its instant", "the latest attempt", "its own attempt",
    ],
)  # fmt: skip
def test_the_best_of_several_readings(found: list[Freshness], best: Freshness) -> None:
    assert best_reading(found) == best


PARTIAL_THEN = SyncCheckpoint("vouchers", PROJECT, "partial", TUE, reason=CUT)
WHOLE_THEN = SyncCheckpoint("vouchers", PROJECT, "complete", MON, MON)


@pytest.mark.parametrize(
    ("known", "ended", "kept"),
    [
        (None, ("failed", LOST), ("failed", THU, LOST, None, None)),
        (None, ("partial", CUT), ("partial", THU, CUT, None, None)),
        (PARTIAL_THEN, ("failed", LOST), ("partial", TUE, CUT, "failed", THU)),
        (PARTIAL_THEN, ("partial", "later"), ("partial", THU, "later", None, None)),
        (WHOLE_THEN, ("failed", LOST), ("complete", MON, None, "failed", THU)),
        (WHOLE_THEN, ("partial", CUT), ("complete", MON, None, "partial", THU)),
    ],
)
def test_what_an_attempt_leaves_of_what_was_known(
    cache: sqlite3.Connection,
    known: SyncCheckpoint | None,
    ended: tuple[str, str],
    kept: tuple[str, str, str | None, str | None, str | None],
) -> None:
    ledger = Ledger(cache)
    if known is not None:
        ledger.write_state(known)
    ledger.stop("vouchers", PROJECT, state=ended[0], reason=ended[1], as_of=THU)
    left = ledger.state("vouchers", PROJECT)
    assert (left.state, left.as_of, left.reason, left.attempt_state, left.attempted_at) == kept
    assert left.attempt_reason == (ended[1] if left.attempt_state else None)
    assert left.completed_at == (MON if known is WHOLE_THEN else None)


def test_a_whole_list_after_a_failed_refresh_is_whole_of_now(cache: sqlite3.Connection) -> None:
    ledger = Ledger(cache)
    ledger.write_state(WHOLE_THEN)
    ledger.stop("vouchers", PROJECT, state="failed", reason=LOST, as_of=TUE)
    ledger.write_state(ledger.state("vouchers", PROJECT).completed(WED))
    assert data_state(cache, "vouchers") == whole(WED)


def test_the_status_tells_the_weakest_scope_and_the_latest_attempt(cache: sqlite3.Connection) -> None:
    ledger = Ledger(cache)
    ledger.write_state(SyncCheckpoint("vouchers", PROJECT, "complete", WED, WED))
    ledger.write_state(SyncCheckpoint("vouchers", campaign_scope("camp_1"), "partial", MON, reason=CUT))
    ledger.stop("vouchers", PROJECT, state="failed", reason=LOST, as_of=THU)
    [told] = [one.state for one in resource_statuses(cache) if one.name == "vouchers"]
    assert told == Freshness("partial", WED, None, CUT, "failed", THU, LOST)
    ledger.write_state(SyncCheckpoint("vouchers", campaign_scope("camp_2"), "failed", MON, reason=LOST))
    [told] = [one.state for one in resource_statuses(cache) if one.name == "vouchers"]
    assert (told.state, told.reason) == ("failed", LOST)


@pytest.mark.parametrize(
    ("states", "left"),
    [
        (("partial",), "partial"),
        (("failed",), "failed"),
        (("failed", "partial"), "partial"),
        (("partial", "failed"), "partial"),
        (("failed", "failed"), "failed"),
    ],
)
def test_a_report_of_several_lists_is_partial_when_any_brought_something(states: tuple[str, ...], left: str) -> None:
    report = ResourceReport()
    for state in states:
        report.worsen(state, state)
    assert report.state == left


def test_a_record_dated_in_the_future_hides_nothing_that_comes_before(tmp_path: Path) -> None:
    one = OneList("vouchers", ListServer([row(1, 86_400), row(2, -86_400)]), tmp_path / "c.db")
    one.sync()
    connection = one.connect()
    marks = connection.execute("select created_watermark from sync_states where resource = 'vouchers'").fetchone()
    connection.close()
    assert marks == ("2026-11-23T11:55:00.000Z",), "five minutes before the reading began, at noon"
    one.clock.advance(600)
    one.server.records.append(row(3, -300))
    assert one.sync().state == "complete"
    assert one.held() == {"x_000001", "x_000002", "x_000003"}


@pytest.mark.parametrize(
    ("ages", "watermark"),
    [
        ((), "2026-11-23T11:55:00.000Z"),
        ((3_600,), "2026-11-23T11:00:00.000Z"),
        ((7_200, 3_600), "2026-11-23T11:00:00.000Z"),
        ((3_600, 301), "2026-11-23T11:54:59.000Z"),
        # What was created within five minutes before it was read is read again.
        ((3_600, 300), "2026-11-23T11:55:00.000Z"),
        ((3_600, 299), "2026-11-23T11:55:00.000Z"),
        ((3_600, 0), "2026-11-23T11:55:00.000Z"),
    ],
)
def test_up_to_when_all_is_held(tmp_path: Path, ages: tuple[int, ...], watermark: str) -> None:
    """Records so many seconds old, read at noon; what was created and changed up to the watermark is held."""
    server = ListServer([row(number, age) for number, age in enumerate(ages)])
    one = OneList("vouchers", server, tmp_path / "c.db")
    one.sync()
    connection = one.connect()
    state = Ledger(connection).state("vouchers", PROJECT)
    connection.close()
    assert (state.state, state.created_watermark) == ("complete", watermark)
    assert state.updated_watermark == "2026-11-23T11:55:00.000Z"


def test_an_unreadable_record_counts_as_returned(tmp_path: Path) -> None:
    server = ListServer([row(number, 86_400 - number) for number in range(3)])
    one = OneList("vouchers", server, tmp_path / "c.db")
    whole_answer = one.__call__

    def odd(request: Request) -> Response:
        found = whole_answer(request)
        return Response(found.status, found.headers, found.body.replace(b'"C1"', b"NaN"))

    from store.sync.request import SyncRequest
    from tests.support.syncing import run_sync

    connection = one.connect()
    only = frozenset({"campaigns", "vouchers"})
    report = run_sync(connection, SyncRequest(everything=True, via="pages", only=only), odd, one.clock)
    state = Ledger(connection).state("vouchers", PROJECT)
    connection.close()
    assert (state.state, state.total, len(one.queries)) == ("complete", 3, 1), "nothing is asked twice"
    assert (
        report.of("vouchers").reason == "1 record could not be understood; `promoscope list unreadable` shows what came"
    )
    assert one.held() == {"x_000000", "x_000002"}


@pytest.mark.parametrize(
    ("count", "style", "calls"),
    [
        (0, PagingStyle.PAGE, 1),
        (99, PagingStyle.PAGE, 1),
        # A full first page whose total is its own length may be counting itself alone.
        (100, PagingStyle.PAGE, 2),
        (101, PagingStyle.PAGE, 2),
        (199, PagingStyle.PAGE, 2),
        (200, PagingStyle.PAGE, 2),
        (201, PagingStyle.PAGE, 3),
        (99, PagingStyle.KEYSET, 1),
        (100, PagingStyle.KEYSET, 2),
        # Each page after the first begins with the last record of the one before.
        (199, PagingStyle.KEYSET, 3),
    ],
)
async def test_pages_that_are_exactly_full(count: int, style: PagingStyle, calls: int) -> None:
    server = ListServer([record(number, number * 1_000) for number in range(count)])
    listing = Listing("/v1/rows", ("rows",), style, order="created_at")
    with client_of(server) as client:
        found = [json.loads(one)["id"] async for page in read_pages(client, listing) for one in page.rows]
    assert (len(found), len(set(found)), server.calls) == (count, count, calls)


@pytest.mark.parametrize(
    ("sent", "told", "left"),
    [
        (1, (60,), 60),
        (2, (59, 60), 59),
        (2, (60, 59), 59),
        (3, (57, 58, 59), 57),
        (3, (57, 59, 58), 57),
        (3, (58, 57, 59), 57),
        # More than the calls under way explain: another period has begun.
        (2, (10, 100), 100),
        (3, (10, 13, 12), 12),
        (1, (0,), 0),
    ],
)
async def test_the_remaining_calls_when_answers_overtake_each_other(
    sent: int, told: tuple[int, ...], left: int
) -> None:
    limiter = RateLimiter(ManualClock(NOW), reserve=0)
    await limiter.before("read")
    limiter.after(200, {"x-rate-limit-limit": "200", "x-rate-limit-remaining": "150"})
    for _ in range(sent):
        await limiter.before("read")
    for remaining in told:
        limiter.after(200, {"x-rate-limit-limit": "200", "x-rate-limit-remaining": str(remaining)})
    assert limiter.meter().remaining == left


async def test_an_answer_is_not_overtaken_where_no_other_call_was_under_way() -> None:
    limiter = RateLimiter(ManualClock(NOW), reserve=0)
    for remaining in (50, 51):
        await limiter.before("read")
        limiter.after(200, {"x-rate-limit-limit": "200", "x-rate-limit-remaining": str(remaining)})
    assert limiter.meter().remaining == 51


@pytest.mark.parametrize(
    ("scopes", "oldest"),
    [
        ({}, None),
        ({PROJECT: ("complete", WED)}, WED),
        ({PROJECT: ("complete", MON), campaign_scope("c1"): ("complete", WED)}, MON),
        ({PROJECT: ("complete", TUE), campaign_scope("c1"): ("complete", MON)}, TUE),
        ({PROJECT: ("failed", WED), campaign_scope("c1"): ("partial", MON)}, MON),
        ({campaign_scope("c1"): ("complete", WED), campaign_scope("c2"): ("partial", TUE)}, TUE),
        ({campaign_scope("c1"): ("complete", WED), "voucher:v1": ("complete", MON)}, WED),
    ],
)
def test_the_status_tells_what_was_read_longest_ago(
    cache: sqlite3.Connection, scopes: dict[str, tuple[str, str]], oldest: str | None
) -> None:
    """A reading of the project is one of each campaign; one code's says nothing of the list."""
    for scope, (state, as_of) in scopes.items():
        Ledger(cache).write_state(SyncCheckpoint("vouchers", scope, state, as_of))
    assert [one.oldest for one in resource_statuses(cache) if one.name == "vouchers"] == [oldest]
