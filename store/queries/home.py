"""Home in numbers: the whole project over a window of time, each figure against the stretch before, and insights.

A sum over campaigns is exact where the redemptions of all of them are cached for the window; else it is a lower bound,
and the answer says how many campaigns it covers. A change compares the campaigns that are exact in both stretches.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from store.cache.project_days import ORDERS, ORDERS_AMOUNT, ORDERS_UNUSABLE
from store.days import WeekStart
from store.domain.status import StatusKind
from store.models import Figure, Freshness, Source, Unit, oldest
from store.queries.campaigns import CampaignRow, list_campaigns
from store.queries.freshness import data_state, days_counted_in
from store.queries.home_counts import DISCOUNT, FAILED, SUCCEEDED, HomeCounts, Part, count_stretches, total
from store.queries.home_windows import HomeStretch, HomeWindow, stretches
from store.queries.insights.insight import Insights
from store.queries.insights.registry import InsightContext, find_insights
from store.queries.series import success_rate
from store.queries.totals import joined, without_amount
from store.times import instant_of, text_of
from store.words import NOT_SYNCED

MOST_TOP = 10
NOT_COUNTED = "counted with the next sync"
_END_OF_TIME = "9999"
_BY_DATES = (StatusKind.ACTIVE, StatusKind.SCHEDULED, StatusKind.EXPIRED)
"""Statuses that the dates alone decide."""


@dataclass(frozen=True, slots=True)
class HomeFigure:
    """One figure with its change.

    Attributes:
        id: its name in code.
        title: what it is.
        figure: the honest figure.
        now, before: what the change compares: the campaigns alone that are known exactly in both stretches.
            None where nothing can be compared.
    """

    id: str
    title: str
    figure: Figure
    now: int | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class TopCampaign:
    """A campaign with most redemptions in the window.

    Attributes:
        campaign: its line of the list; the spark is that of the last 14 days.
        redemptions: succeeded, in the window; at least so many where it is not `complete`.
        success_permille: share that succeeded; None where there is none.
        before: succeeded in the stretch before; None where it cannot be compared.
    """

    campaign: CampaignRow
    redemptions: int
    complete: bool
    success_permille: int | None
    before: int | None


@dataclass(frozen=True, slots=True)
class Home:
    """All of the screen, of one state of the cache.

    Attributes:
        window, stretch, before: what is counted, and what it is compared with.
        figures: in the order of the screen.
        top: campaigns with most redemptions first.
        covered: of how many campaigns the redemptions of the window are known exactly.
        by_summary: how many of these by the API's summaries.
        by_id: every campaign there is, by its id.
        insights: what needs a look, the most costly first.
        state: of the list of campaigns.
        as_of: the oldest reading that the figures stand on.
        note: which days were counted, where these are not the project's; else "".
    """

    window: HomeWindow
    stretch: HomeStretch
    before: HomeStretch
    figures: tuple[HomeFigure, ...]
    top: tuple[TopCampaign, ...]
    covered: int
    by_summary: int
    by_id: Mapping[str, CampaignRow]
    insights: Insights
    state: Freshness
    as_of: str | None
    note: str

    @property
    def campaigns(self) -> int:
        """How many campaigns there are."""
        return len(self.by_id)


def home(
    connection: sqlite3.Connection,
    window: HomeWindow,
    now: datetime,
    zone: tzinfo,
    currency: str | None = None,
    week_start: WeekStart = WeekStart.MONDAY,
) -> Home:
    """Everything home shows.

    Args:
        connection: a reader.
        window: how far back.
        now: the instant, aware.
        zone: the project's time zone.
        currency: ISO 4217 code of the profile, for amounts in sentences.
        week_start: the weekday weeks begin with.
    """
    campaigns = list_campaigns(connection, now, zone)
    stretch, before = stretches(window, now, zone)
    made = dict(connection.execute("select id, created_at from campaigns").fetchall())
    counts = count_stretches(connection, made, stretch, before, zone)
    state = data_state(connection, "campaigns")
    work = _Figures(connection, campaigns, counts, stretch, before, state, made)
    context = InsightContext(connection, tuple(campaigns), now, zone, currency, week_start)
    exact = [part for part in counts.campaigns.values() if part.exact]
    by_summary = sum(part.source is Source.SUMMARY for part in exact)
    return Home(
        window, stretch, before, work.all(now), work.top(), len(exact), by_summary,
        {one.id: one for one in campaigns}, find_insights(context), state,
        work.as_of, days_counted_in(connection, zone) if stretch.days else "",
    )  # fmt: skip


class _Figures:
    """The figures of counts."""

    def __init__(
        self, connection: sqlite3.Connection, campaigns: Sequence[CampaignRow], counts: HomeCounts,
        stretch: HomeStretch, before: HomeStretch, state: Freshness, made: Mapping[str, str | None],
    ) -> None:  # fmt: skip
        self._made = made
        self._connection, self._campaigns, self._counts = connection, campaigns, counts
        self._stretch, self._before, self._state = stretch, before, state
        self._parts = counts.parts()
        self._read = [part for part in self._parts if part.source is not Source.NONE]
        # What was read before the window, and has nothing of it, says nothing of how old the figures are.
        self.as_of = oldest(*(part.as_of for part in self._read if part.exact or part.now))
        covered = sum(part.exact for part in counts.campaigns.values())
        self._cover = "" if covered == len(campaigns) else f"{covered:,} of {len(campaigns):,} campaigns"
        if not self._cover and not counts.outside.exact:
            self._cover = "without codes of no campaign"

    def all(self, now: datetime) -> tuple[HomeFigure, ...]:
        """In the order of the screen."""
        return (
            self._sum("redemptions", "Redeemed", SUCCEEDED), self._success(),
            self._sum("discount", "Discount given", DISCOUNT, Unit.MINOR), self._orders(),
            self._active(now), self._calls(),
        )  # fmt: skip

    def top(self) -> tuple[TopCampaign, ...]:
        """Campaigns with redemptions in the window."""
        found = [(part.now.get(SUCCEEDED, 0), one, part) for one in self._campaigns
                 if (part := self._counts.campaigns[one.id]).now.get(SUCCEEDED)]  # fmt: skip
        found.sort(key=lambda row: (-row[0], row[1].name, row[1].id))
        return tuple(
            TopCampaign(
                one, redeemed, part.exact, success_rate(redeemed, part.now.get(FAILED, 0)),
                part.before.get(SUCCEEDED, 0) if part.is_comparable(SUCCEEDED) else None,
            )
            for redeemed, one, part in found[:MOST_TOP]
        )  # fmt: skip

    @property
    def _source(self) -> Source:
        sources = {part.source for part in self._read}
        return Source.ROWS if Source.ROWS in sources else next(iter(sources), Source.NONE)

    def _exact(self, *metrics: str) -> bool:
        return self._state.complete and all(part.is_exact(*metrics) for part in self._parts)

    def _comparable(self, *metrics: str) -> list[Part]:
        return [part for part in self._parts if part.is_comparable(*metrics)]

    def _why(self, *metrics: str) -> str:
        if not self._read:
            return NOT_SYNCED
        lacking = any(not part.unusable.isdisjoint(metrics) for part in self._parts)
        return joined(self._cover, without_amount(2, "redemption").partition(" ")[2] if lacking else "")

    def _sum(self, identity: str, title: str, metric: str, unit: Unit = Unit.COUNT) -> HomeFigure:
        found = total(self._read, metric) if self._read else None
        figure = Figure.counted(found, unit, self._source, self.as_of, self._exact(metric), self._why(metric))
        some = [part for part in self._comparable(metric) if part.source is not Source.NONE]
        return _changed(identity, title, figure, some, metric)

    def _success(self) -> HomeFigure:
        """The share of what is known: neither a lower nor an upper bound where some campaigns are not."""
        rate = success_rate(total(self._read, SUCCEEDED), total(self._read, FAILED)) if self._read else None
        refused = total(self._read, FAILED)
        why = self._why() or (f"{refused:,} refused" if refused else "" if rate else "no redemptions")
        exact = self._exact(SUCCEEDED, FAILED)
        figure = Figure(rate, Unit.PERMILLE, self._source, self.as_of, exact, why)
        some = self._comparable(SUCCEEDED, FAILED)
        rates = [
            success_rate(total(some, SUCCEEDED, before=old), total(some, FAILED, before=old)) for old in (False, True)
        ]
        return HomeFigure("success", "Success", figure, *rates)

    def _orders(self) -> HomeFigure:
        """Each order once a day, whatever it redeemed; summaries know no orders of the project."""
        outside = self._counts.outside
        by_rows = [part for part in self._counts.campaigns.values() if part.source is Source.ROWS]
        if not by_rows and outside.source is Source.NONE:
            return HomeFigure("orders", "Orders", Figure(None, Unit.MINOR, note=NOT_SYNCED))
        if not self._counts.has_orders:
            return HomeFigure("orders", "Orders", Figure(None, Unit.MINOR, note=NOT_COUNTED))
        lacking = outside.now.get(ORDERS_UNUSABLE, 0)
        note = joined(without_amount(lacking, "order") if lacking else "", self._cover)
        number = outside.now.get(ORDERS, 0)
        known = note or f"{number:,} order{'' if number == 1 else 's'}"
        exact = outside.exact and not lacking
        amount = outside.now.get(ORDERS_AMOUNT, 0)
        figure = Figure.counted(amount, Unit.MINOR, Source.ROWS, self.as_of, exact, known)
        usable = not (lacking or outside.before.get(ORDERS_UNUSABLE))
        whole = outside.is_comparable() or (bool(by_rows) and all(part.is_comparable() for part in by_rows))
        return _changed("orders", "Orders", figure, [outside] if usable and whole else [], ORDERS_AMOUNT)

    def _active(self, now: datetime) -> HomeFigure:
        """Now, and when the window began, by the dates and switches as they stand now."""
        begins = min(instant_of(self._stretch.begins), now)
        made_by = text_of(begins)

        def was_active(one: CampaignRow) -> bool:
            status = one.status
            if status.kind not in _BY_DATES or (self._made[one.id] or "") > made_by:
                return False
            starts, ends = status.starts_at or begins, status.ends_at
            return starts <= begins and (ends is None or ends > begins)

        count = sum(one.status.kind is StatusKind.ACTIVE for one in self._campaigns)
        state = self._state
        known = state.completed_at is not None
        figure = Figure.counted(
            count if known else None, Unit.COUNT, Source.DOCUMENT, state.as_of, state.complete,
            "then: by today's dates" if known else state.why,
        )  # fmt: skip
        if not known:
            return HomeFigure("active", "Active campaigns", figure)
        return HomeFigure("active", "Active campaigns", figure, count, sum(map(was_active, self._campaigns)))

    def _calls(self) -> HomeFigure:
        """Calls of this cache's syncs: what others call is not known."""
        query = (
            "select coalesce(sum(calls), 0), count(*) filter (where finished_at is null) from sync_runs"
            " where started_at >= ? and started_at < ?"
        )
        used, unfinished = self._connection.execute(query, (self._stretch.begins, _END_OF_TIME)).fetchone()
        first, last = self._connection.execute("select min(started_at), max(started_at) from sync_runs").fetchone()
        if first is None:
            return HomeFigure("calls", "API calls", Figure(None, note=NOT_SYNCED))
        note = "by our syncs" if not unfinished else f"{unfinished:,} sync{'' if unfinished == 1 else 's'} not finished"
        figure = Figure.counted(used, Unit.COUNT, Source.DOCUMENT, last, not unfinished, note)
        if first >= self._stretch.begins or unfinished:
            return HomeFigure("calls", "API calls", figure)
        earlier, cut = self._connection.execute(query, (self._before.begins, self._before.ends)).fetchone()
        is_known = first < self._before.begins and not cut
        return HomeFigure("calls", "API calls", figure, used, earlier if is_known else None)


def _changed(identity: str, title: str, figure: Figure, some: Sequence[Part], metric: str) -> HomeFigure:
    if not some:
        return HomeFigure(identity, title, figure)
    return HomeFigure(identity, title, figure, total(some, metric), total(some, metric, before=True))
