"""Points on their way: what expires and when, and what waits for its day. Every bucket and entry is counted somewhere.

A day is the one a bucket names; ranges run from today, `N days` until that many days later, both ends included.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from store.cache.sums import sum_parts, whole_sum
from store.models import Figure, Freshness, Source, Unit
from store.queries.freshness import data_state
from store.ref import Ref
from store.times import NOT_A_DATE

_RANGES = (7, 30, 90)


@dataclass(frozen=True, slots=True)
class Amount:
    """Points of some buckets or entries.

    Attributes:
        points: the sum of what is known, exact.
        entries: how many there are.
        unusable: of these without a usable number of points.
    """

    points: int = 0
    entries: int = 0
    unusable: int = 0

    @property
    def figure(self) -> Figure:
        """The sum; at least so much where some entry has no usable number."""
        return Figure.counted(self.points, Unit.POINTS, Source.ROWS, complete=not self.unusable)

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.points + other.points, self.entries + other.entries, self.unusable + other.unusable)


def _total(parts: Iterable[Amount]) -> Amount:
    return sum(parts, Amount())


@dataclass(frozen=True, slots=True)
class Pending:
    """A campaign's pending points: overdue, due until seven days from today, later, and without a day."""

    overdue: Amount
    due_soon: Amount
    later: Amount
    undated: Amount
    state: Freshness

    @property
    def all(self) -> Amount:
        """Every entry."""
        return _total((self.overdue, self.due_soon, self.later, self.undated))


def _days(column: str, today: date) -> str:
    """Which range from today a day lies in, SQL: `past`, the ranges' numbers, `later`, or `undated`."""
    limits = [(date.fromordinal(today.toordinal() + days).isoformat(), str(days)) for days in _RANGES]
    steps = "".join(f" when substr({column}, 1, 10) <= '{limit}' then '{name}'" for limit, name in limits)
    return (
        f"case when coalesce({column}, '') = '' or {column} like '%{NOT_A_DATE}' or {column} >= '9999' then 'undated'"
        f" when substr({column}, 1, 10) < '{today.isoformat()}' then 'past'{steps} else 'later' end"
    )


def _by_class(connection: sqlite3.Connection, query: str, campaign_id: str) -> dict[str, Amount]:
    return {
        name: Amount(whole_sum(high, low) or 0, entries, entries - usable)
        for name, high, low, entries, usable in connection.execute(query, (campaign_id,))
    }


def pending_points(connection: sqlite3.Connection, campaign_id: str, today: date) -> Pending:
    """Sum a campaign's pending points around today."""
    found = _by_class(
        connection,
        f"select {_days('activates_at', today)}, {sum_parts('points')}, count(*), count(points) from pending_points"
        " where campaign_id = ? and missing_since is null group by 1",
        campaign_id,
    )
    later = _total(found.get(name, Amount()) for name in ("30", "90", "later"))
    overdue, soon, undated = (found.get(name, Amount()) for name in ("past", "7", "undated"))
    return Pending(overdue, soon, later, undated, data_state(connection, "pending_points", Ref.campaign(campaign_id)))


@dataclass(frozen=True, slots=True)
class Expiring:
    """Points that expire, or did.

    Attributes:
        within: by days from today (7, 30, 90): each holds the shorter ones.
        later: after the longest of these.
        past: their day has passed, yet the API calls them active.
        undated: active without a day: nothing says that they expire.
        expired: marked as expired.
        other: by the API's word for their status, where it is another one.
        by_month: active points that are still to expire: `YYYY-MM`, points, cards; None where
            no card has a usable number.
        by_card: nothing is known but each card's next expiration.
        state: of the list they come from.
    """

    within: dict[int, Amount]
    later: Amount
    past: Amount
    undated: Amount
    expired: Amount
    other: dict[str, Amount]
    by_month: tuple[tuple[str, int | None, int], ...]
    by_card: bool
    state: Freshness

    @property
    def any_to_come(self) -> bool:
        """Whether active points with a day are known."""
        return bool(self.within[_RANGES[-1]].entries or self.later.entries or self.past.entries)


_BUCKETS = ("points_expiration", "expires_at", "points", "coalesce(status, 'no status')", "voucher_id", "1")
_CARDS = (
    "vouchers", "next_expiration_date", "next_expiration_points", "'ACTIVE'", "id",
    "next_expiration_date is not null and coalesce(next_expiration_points, 1) != 0",
)  # fmt: skip


def expiring_points(connection: sqlite3.Connection, campaign_id: str, today: date) -> Expiring:
    """Points by when they expire, from expiration buckets where an export brought them, else each card's next date."""
    state = data_state(connection, "points_expiration", Ref.campaign(campaign_id))
    by_card = state.completed_at is None
    if by_card:
        state = data_state(connection, "vouchers", Ref.campaign(campaign_id))
    table, day, points, status, card, fixed = _CARDS if by_card else _BUCKETS
    source = f"from {table} where campaign_id = ? and missing_since is null and {fixed}"
    by_status = f"case {status} when 'ACTIVE' then {_days(day, today)} else 'status ' || {status} end"
    found = _by_class(
        connection,
        f"select {by_status}, {sum_parts(points)}, count(*), count({points}) {source} group by 1",
        campaign_id,
    )
    months = connection.execute(
        f"select substr({day}, 1, 7), {sum_parts(points)}, count(distinct {card}) {source} and {status} = 'ACTIVE'"
        f" and substr({day}, 1, 10) >= ? and {day} < '9999' and {day} not like '%{NOT_A_DATE}' and {points} != 0"
        " group by 1 order by 1",
        (campaign_id, today.isoformat()),
    )
    of = {name.removeprefix("status "): amount for name, amount in found.items() if name.startswith("status ")}
    steps = [found.get(str(days), Amount()) for days in _RANGES]
    later, past, undated = (found.get(name, Amount()) for name in ("later", "past", "undated"))
    return Expiring(
        {days: _total(steps[: index + 1]) for index, days in enumerate(_RANGES)},
        later,
        past,
        undated,
        of.pop("EXPIRED", Amount()),
        of,
        tuple((month, whole_sum(high, low), cards) for month, high, low, cards in months),
        by_card,
        state,
    )


@dataclass(frozen=True, slots=True)
class ExpiringSoon:
    """Active points that expire within some days.

    Attributes:
        amount: how many points, in how many buckets.
        cards: on how many cards.
        first: the first of the days; None without any.
        by_card: nothing is known but each card's next expiration.
        state: of the list they come from.
    """

    amount: Amount
    cards: int
    first: date | None
    by_card: bool
    state: Freshness


def expiring_within(connection: sqlite3.Connection, campaign_id: str, today: date, days: int) -> ExpiringSoon:
    """Sum a campaign's active points whose day is today or one of so many after it, as `expiring_points` does."""
    state = data_state(connection, "points_expiration", Ref.campaign(campaign_id))
    by_card = state.completed_at is None
    if by_card:
        state = data_state(connection, "vouchers", Ref.campaign(campaign_id))
    table, day, points, status, card, fixed = _CARDS if by_card else _BUCKETS
    until = date.fromordinal(today.toordinal() + days + 1)
    high, low, entries, usable, cards, first = connection.execute(
        f"select {sum_parts(points)}, count(*), count({points}), count(distinct {card}), min({day}) from {table}"
        f" where campaign_id = ? and missing_since is null and {fixed} and {status} = 'ACTIVE' and {day} >= ?"
        f" and {day} < ? and {day} not like '%{NOT_A_DATE}'",
        (campaign_id, today.isoformat(), until.isoformat()),
    ).fetchone()
    amount = Amount(whole_sum(high, low) or 0, entries, entries - usable)
    return ExpiringSoon(amount, cards, date.fromisoformat(first[:10]) if first else None, by_card, state)
