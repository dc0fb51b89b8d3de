"""The course of cards' balances, worked out by hand."""

from datetime import date
from zoneinfo import ZoneInfo

from store.models import Freshness, Unit
from store.queries.card_balances import balance_course
from store.queries.card_ledger import CardLedger, CardMovement
from store.words import Bucket

WARSAW = ZoneInfo("Europe/Warsaw")


def card(
    identity: str, *moves: tuple[str, int | None, int | None], read: str = "2026-11-04T12:00:00.000Z"
) -> CardLedger:
    made = tuple(
        CardMovement(f"tx_{at}", f"{at}:00.000Z", "POINTS_ACCRUAL", 1, balance, recomputed)
        for at, balance, recomputed in moves
    )
    return CardLedger(identity, identity, None, Unit.POINTS, made, state=Freshness("complete", read, read))


def test_a_balance_stands_until_the_next_movement_and_up_to_the_last_reading() -> None:
    # 23:30 UTC on the first is the second in Warsaw; of two movements of a day the later one counts.
    found = balance_course(
        [
            card("v_a", ("2026-11-01T09:00", 10, 10), ("2026-11-01T23:30", 30, 30), ("2026-11-02T08:00", 25, 25)),
            card("v_b", ("2026-11-03T08:00", None, 7)),
        ],
        WARSAW,
    )
    assert found.bucket is Bucket.DAY
    assert found.starts == tuple(date(2026, 11, day) for day in (1, 2, 3, 4))
    assert found.balances == {"v_a": (10, 25, 25, 25), "v_b": (None, None, 7, 7)}


def test_what_is_not_known_is_a_gap_and_a_card_that_never_moved_has_no_course() -> None:
    found = balance_course([card("v_a", ("2026-11-03T09:00", 4, 4), ("2026-11-04T09:00", None, None))], WARSAW)
    assert found.balances == {"v_a": (4, None)}
    assert balance_course([card("v_a")], WARSAW).starts == ()


def test_years_are_counted_by_months() -> None:
    found = balance_course([card("v_a", ("2023-12-31T12:00", 1, 1), ("2026-10-31T12:00", 2, 2))], WARSAW)
    assert found.bucket is Bucket.MONTH
    assert (found.starts[0], found.starts[1], found.starts[-1]) == (
        date(2023, 12, 1), date(2024, 1, 1), date(2026, 11, 1),
    )  # fmt: skip
    assert found.balances["v_a"] == (*([1] * 34), 2, 2)


def test_half_a_year_is_counted_by_weeks_that_begin_on_mondays() -> None:
    found = balance_course([card("v_a", ("2026-05-20T12:00", 1, 1))], WARSAW)
    assert (found.bucket, found.starts[0], found.starts[-1]) == (Bucket.WEEK, date(2026, 5, 18), date(2026, 11, 2))
