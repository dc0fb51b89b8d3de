"""Refusals and silence out of the ordinary: today against the same weekday of earlier weeks, up to the same time.

A day begins at the project's midnight and is compared up to the local time of the last reading, so that a day that has
just begun is not held against whole ones, and a change of the clocks moves nothing.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from store.days import instant_text, local_date, local_time, parse_instant
from store.queries.campaigns import CampaignRow
from store.queries.freshness import days_counted_in
from store.queries.insights.insight import Insight, InsightContext
from store.ref import Ref
from store.times import is_instant
from store.words import count

WEEKS = 4
LEAST_WEEKS = 2
LEAST_REFUSALS = 10
TIMES = 3
LEAST_USUAL = 10
SILENT_SHARE = 10
"""Of the quietest of the earlier days at most a tenth is silence."""

_AGAINST = f"up to the last reading, against the same weekday of the {WEEKS} weeks before up to the same time:"
_SPIKE = (
    f"Today's refusals {_AGAINST} at least {LEAST_REFUSALS}, more than {TIMES} times their mean, more than on each of"
    " them, and a larger share of all attempts than on each of them."
)
_SILENCE = (
    f"Today's redemptions {_AGAINST}"
    f" each of these had at least {LEAST_USUAL}, and today has at most a tenth of the quietest."
)


_BEYOND = "today, against the mean of these days"


@dataclass(frozen=True, slots=True)
class DaySoFar:
    """What a campaign did on a day until some time of it."""

    succeeded: int
    refused: int

    @property
    def attempts(self) -> int:
        """All of them."""
        return self.succeeded + self.refused


@dataclass(frozen=True, slots=True)
class Compared:
    """Today and the same weekday of earlier weeks, the latest first, each up to the same local time."""

    campaign: CampaignRow
    until: datetime
    today: DaySoFar
    earlier: tuple[DaySoFar, ...]

    @property
    def when(self) -> str:
        """`Friday until 14:03`."""
        return f"{self.until:%A} until {self.until:%H:%M}"


def failure_spikes(context: InsightContext) -> Iterator[Insight]:
    """Active campaigns that refuse far more today than is usual."""
    for one in _compared(context, _may_spike):
        today, earlier = one.today, one.earlier
        mean_of = sum(day.refused for day in earlier)
        is_spike = (
            today.refused >= LEAST_REFUSALS
            and today.refused * len(earlier) > TIMES * mean_of
            and all(today.refused > day.refused for day in earlier)
            and all(today.refused * day.attempts > day.refused * today.attempts for day in earlier if day.attempts)
        )
        if is_spike:
            code, number = _commonest(context, one)
            usual = f"{_ratio(today.refused * len(earlier), mean_of)}x a usual" if mean_of else "usually none on a"
            yield Insight(
                f"refusals {usual} {one.when}",
                f"{count(today.refused)} of {count(today.attempts)} attempts · {number:,} {code}",
                f"{_SPIKE} Earlier: {_listed(day.refused for day in earlier)}.", Ref.campaign(one.campaign.id),
                one.campaign.display_name, today.refused - mean_of // len(earlier), stake_of=_BEYOND,
            )  # fmt: skip


def silences(context: InsightContext) -> Iterator[Insight]:
    """Active campaigns that redeem hardly anything today where they usually do."""
    for one in _compared(context, _may_be_silent):
        least = min(day.succeeded for day in one.earlier)
        if least < LEAST_USUAL or one.today.succeeded * SILENT_SHARE > least or one.campaign.status.sub:
            continue
        usual = sum(day.succeeded for day in one.earlier) // len(one.earlier)
        yield Insight(
            f"{'no' if not one.today.succeeded else 'only ' + count(one.today.succeeded)} redemptions on {one.when}",
            f"usually {count(usual)} by then · {count(one.today.refused)} refused today",
            f"{_SILENCE} Earlier: {_listed(day.succeeded for day in one.earlier)}.",
            Ref.campaign(one.campaign.id), one.campaign.display_name, usual - one.today.succeeded, stake_of=_BEYOND,
        )  # fmt: skip


Days = Sequence[tuple[int, int]]
"""Redemptions and refusals by day: today, then the same weekday of earlier weeks, whole days."""


def _may_spike(days: Days) -> bool:
    return days[0][1] >= LEAST_REFUSALS


def _may_be_silent(days: Days) -> bool:
    # Until any time of a day there were at most as many as on all of it.
    most = max(day[0] for day in days[1:])
    return most >= LEAST_USUAL and days[0][0] * SILENT_SHARE <= most


def _compared(context: InsightContext, may_be: Callable[[Days], bool]) -> Iterator[Compared]:
    """Active campaigns for which a look at the days' rollups does not exclude it, with their rows counted."""
    connection, zone, today = context.connection, context.zone, context.today
    other_days = days_counted_in(connection, zone)
    weekdays = [today - timedelta(weeks=week) for week in range(WEEKS + 1)]
    rolled = _rolled(connection, weekdays)
    for one in context.active:
        state = context.state("redemptions", one)
        read = parse_instant(state.as_of) if state.as_of is not None else context.now
        until = local_time(min(read, context.now), zone)
        if not state.complete or state.mixed or other_days or until.date() != today:
            if may_be is _may_spike:
                context.cannot_judge("today's redemptions")
            continue
        if not may_be(rolled.get(one.id, [(0, 0)] * len(weekdays))):
            continue
        known = [day for day in weekdays[1:] if _ran_on(one, day, zone, connection)]
        if len(known) >= LEAST_WEEKS:
            counted = [_so_far(connection, one.id, day, until, zone) for day in (today, *known)]
            yield Compared(one, until, counted[0], tuple(counted[1:]))


def _rolled(connection: sqlite3.Connection, days: Sequence[date]) -> dict[str, list[tuple[int, int]]]:
    marks = ", ".join("?" * len(days))
    found: dict[str, list[list[int]]] = {}
    place = {day.isoformat(): at for at, day in enumerate(days)}
    for campaign, day, metric, value in connection.execute(
        "select d.campaign_id, d.day, d.metric, d.value from campaigns c cross join daily d on d.campaign_id = c.id"
        f" and d.day in ({marks}) where d.source = 'rows' and d.metric in ('redemptions_succeeded',"
        " 'redemptions_failed')",
        list(place),
    ):
        found.setdefault(campaign, [[0, 0] for _ in days])[place[day]][metric == "redemptions_failed"] = value
    return {campaign: [(one[0], one[1]) for one in rows] for campaign, rows in found.items()}


def _ran_on(one: CampaignRow, day: date, zone: tzinfo, connection: sqlite3.Connection) -> bool:
    """Whether a campaign was made and in force from the beginning of a day on, by its dates of today."""
    made = connection.execute("select created_at from campaigns where id = ?", (one.id,)).fetchone()[0]
    begins = [at for at in (made, one.start_date) if at is not None and is_instant(at)]
    return all(local_date(at, zone) < day for at in begins)


def _so_far(connection: sqlite3.Connection, campaign_id: str, day: date, until: datetime, zone: tzinfo) -> DaySoFar:
    first = instant_text(datetime.combine(day, time.min, zone))
    end = instant_text(datetime.combine(day, until.time(), zone))
    row = connection.execute(
        "select coalesce(sum(result = 'SUCCESS'), 0), coalesce(sum(result = 'FAILURE'), 0) from redemptions"
        " where campaign_id = ? and created_at >= ? and created_at < ? and object is not 'redemption_rollback'",
        (campaign_id, first, end),
    ).fetchone()
    return DaySoFar(*row)


def _commonest(context: InsightContext, one: Compared) -> tuple[str, int]:
    """The failure code of most of today's refusals, as received, and how many have it."""
    first = instant_text(datetime.combine(one.until.date(), time.min, context.zone))
    row = context.connection.execute(
        "select coalesce(failure_code, 'without a code'), count(*) from redemptions where campaign_id = ?"
        " and created_at >= ? and created_at < ? and result = 'FAILURE' and object is not 'redemption_rollback'"
        " group by 1 order by 2 desc, 1 limit 1",
        (one.campaign.id, first, instant_text(one.until)),
    ).fetchone()
    return str(row[0]), int(row[1])


def _ratio(part: int, whole: int) -> str:
    tenths = (part * 20 + whole) // (2 * whole)
    return f"{tenths // 10:,}.{tenths % 10}"


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(count(number) for number in numbers)
