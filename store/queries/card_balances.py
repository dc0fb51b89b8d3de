"""The balance of cards at the end of each day, week or month, from their movements. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from store.days import WeekStart, local_date
from store.queries.card_ledger import CardLedger
from store.words import Bucket, bucket_start, month_end

_MOST_DAYS, _MOST_WEEKS = 120, 120


@dataclass(frozen=True, slots=True)
class BalanceCourse:
    """Balances over time.

    Attributes:
        bucket: what one value stands for.
        starts: first local days of the buckets, the oldest first; empty where nothing ever moved.
        balances: by card id, the balance after the last movement of each bucket; None before the card's first movement
            and where it is not known.
    """

    bucket: Bucket
    starts: tuple[date, ...]
    balances: dict[str, tuple[int | None, ...]]


def balance_course(
    ledgers: Sequence[CardLedger], zone: tzinfo, week_start: WeekStart = WeekStart.MONDAY
) -> BalanceCourse:
    """The course of some cards' balances, from the first movement of any to the last reading of all.

    A balance is the API's own after a movement, else what the movements come to.
    """
    moved = [[(local_date(one.at, zone), one) for one in ledger.movements if one.at] for ledger in ledgers]
    days = [day for moves in moved for day, _ in moves]
    if not days:
        return BalanceCourse(Bucket.DAY, (), {})
    read = [local_date(ledger.state.as_of, zone) for ledger in ledgers if ledger.state.as_of]
    first, last = min(days), max((*days, *read))
    length = (last - first).days + 1
    bucket = Bucket.DAY if length <= _MOST_DAYS else Bucket.WEEK if length <= 7 * _MOST_WEEKS else Bucket.MONTH
    starts = tuple(_starts(first, last, bucket, week_start))
    balances = {}
    for ledger, moves in zip(ledgers, moved, strict=True):
        ends = {
            bucket_start(day, bucket, week_start): one.recomputed if one.balance is None else one.balance
            for day, one in moves
        }
        balances[ledger.id] = tuple(_carried(starts, ends))
    return BalanceCourse(bucket, starts, balances)


def _starts(first: date, last: date, bucket: Bucket, week_start: WeekStart) -> Iterator[date]:
    day = bucket_start(first, bucket, week_start)
    while day <= last:
        yield day
        day = month_end(day) + timedelta(days=1) if bucket is Bucket.MONTH else day + _STEPS[bucket]


_STEPS = {Bucket.DAY: timedelta(days=1), Bucket.WEEK: timedelta(days=7)}


def _carried(starts: Sequence[date], ends: dict[date, int | None]) -> Iterator[int | None]:
    balance: int | None = None
    for start in starts:
        balance = ends.get(start, balance)
        yield balance
