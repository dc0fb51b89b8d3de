"""Campaign summaries by day at the lowest price (API §4.1).

The endpoint gives one total per range and no series. So the whole range is asked first, and split only where there is
activity: of every split one half is asked and the other half computed by subtraction, because the totals are additive.
Closed days are kept for good; today is asked again. Campaigns that have no summary are asked once.

Days are dear, so only campaigns that somebody opened or named get them; all others get one total over their life.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

import msgspec

from store.api.addresses import segment
from store.api.errors import NotFound, NotUnderstood
from store.api.replies import Reply
from store.cache.database import transaction
from store.cache.ledger import COMPLETE, SyncCheckpoint
from store.cache.rollups import SUMMARY, DayCount, write_day, write_totals
from store.days import local_time, parse_instant
from store.domain.summary import METRICS, Metrics, additive, metrics_of, quiet, subtract
from store.queries.freshness import FIRST_SUMMARY, NO_SUMMARY
from store.queries.totals import summary_totals
from store.sync.context import SyncContext
from store.sync.report import ResourceReport
from store.sync.request import CampaignRef, SyncRequest
from store.times import NOT_A_DATE
from store.words import counted

SERIES_DAYS = 30
"""How many days back a named campaign's series is filled."""
TOTALS_PER_RUN = 8
"""A plain sync asks for at most so many campaigns' lifetime totals: one call each, the allowance is the shop's, too."""
DAYS_PER_RUN = 20
"""Calls a plain sync makes at most for the days of campaigns that were opened before."""
_SPLITS = 40
"""Calls made at most to find the days of a campaign's life that have no usable number."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days from start to end, both included."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    def halves(self) -> tuple["Span", "Span"]:
        """The earlier and the later half."""
        middle = self.start + timedelta(days=self.days // 2)
        return Span(self.start, middle - timedelta(days=1)), Span(middle, self.end)


def _summary_of(reply: Reply) -> Metrics:
    """What an answer says of a campaign in numbers.

    Raises:
        NotUnderstood: it is about something else.
    """
    document = reply.document()
    if document and not METRICS & document.keys():
        raise NotUnderstood("it is no summary", status=reply.status, request_id=reply.request_id)
    return metrics_of(document)


class _ShareSpent(Exception):
    """The calls a run may make for days are made."""


@dataclass(frozen=True, slots=True)
class SummaryShare:
    """Which summaries a run asks for.

    Attributes:
        named: campaigns whose last days are wanted.
        days: calls for these days at most; None for all they take.
        totals: how many campaigns' lifetime totals at most; None for all.
        everyone: totals also of campaigns whose rows are cached, for what no list tells (validations).
    """

    named: tuple[CampaignRef, ...] = ()
    days: int | None = None
    totals: int | None = 0
    everyone: bool = False

    @classmethod
    def of(cls, request: SyncRequest, named: Iterable[CampaignRef]) -> "SummaryShare":
        """The share of a run: campaigns that were named get all their days, others what is left of a plain run."""
        if request.everything and not request.followed:
            return cls(tuple(named), totals=None, everyone=True)
        if request.campaigns or request.only is not None:
            return cls(tuple(named))
        return cls(tuple(named), days=DAYS_PER_RUN, totals=TOTALS_PER_RUN)


class SummaryReading:
    """Fetches what the cache does not hold yet of campaigns' summaries.

    Args:
        context: client, cache and clock.
        zone: the project's time zone, which decides what today is.
        report: counted into.
    """

    def __init__(self, context: SyncContext, zone: tzinfo, report: ResourceReport) -> None:
        self._context = context
        self._report = report
        now = parse_instant(context.now())
        # Where a summary day ends is not documented: it is closed once it is over in UTC and in the project.
        self.today = min(now.date(), local_time(now, zone).date())
        self.last = max(now.date(), local_time(now, zone).date())
        self._zone = zone
        self._left: int | None = None

    async def run(self, share: SummaryShare) -> None:
        """Today's totals and the last days' series of named campaigns, then lifetime totals.

        Raises:
            ApiError: reading stopped; what was fetched is kept.
        """
        self._left = share.days
        waiting = self.waiting_days(share.named)
        for done, campaign in enumerate(waiting):
            try:
                await self.fill(campaign.id, self._last_days(campaign.id))
            except _ShareSpent:
                self._report.note(
                    f"days were read for {done:,} of {len(waiting):,} opened campaigns, the others' turn is in the next"
                    " runs; `promoscope sync --campaign ID` reads one at once"
                )
                break
            self._note_filled(campaign.id)
        self._left = None
        await self._extend_totals(share)

    def waiting_days(self, campaigns: Iterable[CampaignRef]) -> list[CampaignRef]:
        """Those of some campaigns whose days are to be asked for, the longest not asked first."""
        states = {one.id: self._context.ledger.state("campaign_summaries", f"campaign:{one.id}") for one in campaigns}
        wanted = [one for one in campaigns if self._created(one.id) and states[one.id].reason != NO_SUMMARY]
        return sorted(wanted, key=lambda one: states[one.id].as_of or "")

    def most_calls(self, campaign: CampaignRef) -> int:
        """How many calls the days of a campaign take at most: one a day, and fewer where nothing happened."""
        span = self._last_days(campaign.id)
        gaps = self._gaps(span, self._held_days(campaign.id))
        return (self.last - max(self.today, span.start)).days + 1 + sum(gap.days for gap in gaps)

    def _last_days(self, campaign_id: str) -> Span:
        first = max(self._created(campaign_id) or date.min, self.today - timedelta(days=SERIES_DAYS - 1))
        return Span(min(first, self.last), self.last)

    def waiting_totals(self, *, everyone: bool) -> list[tuple[str, str | None]]:
        """Campaigns whose lifetime total does not reach up to yesterday, those longest not asked for first.

        Args:
            everyone: also those whose rows are cached, which need no summary for what they list.

        Returns:
            Ids, and up to which day the total that is held tells.
        """
        until = self.today - timedelta(days=1)
        return self._context.connection.execute(
            "select c.id, max(t.until) from campaigns c left join campaign_totals t"
            " on t.campaign_id = c.id and t.source = 'summary'"
            " where c.missing_since is null and c.created_at >= :first and c.creation_status is not 'DRAFT'"
            " and (:everyone or not exists (select 1 from sync_states s where s.resource = 'redemptions'"
            "  and s.completed_at is not null and s.scope in ('project', 'campaign:' || c.id)))"
            " and not exists (select 1 from sync_states s where s.resource = 'campaign_summaries'"
            "  and s.scope = 'campaign:' || c.id and s.reason = :none)"
            " and (c.expiration_date is null or t.until is null or t.until <= substr(c.expiration_date, 1, 10)"
            f" or c.expiration_date like '%{NOT_A_DATE}')"
            " and substr(c.created_at, 1, 10) <= :until"
            " group by c.id having max(t.until) is null or max(t.until) < :until order by 2, c.created_at desc",
            {"first": FIRST_SUMMARY, "everyone": everyone, "none": NO_SUMMARY, "until": until.isoformat()},
        ).fetchall()

    async def _extend_totals(self, share: SummaryShare) -> None:
        """Bring campaigns' lifetime totals up to yesterday; one that is held is extended by the days since."""
        if share.totals == 0:
            return
        until = self.today - timedelta(days=1)
        waiting = self.waiting_totals(everyone=share.everyone)
        if share.totals is not None and len(waiting) > share.totals:
            self._report.note(
                f"lifetime totals were asked for {share.totals:,} of the {len(waiting):,} campaigns that lack them, the"
                " next runs go on; `promoscope sync --all` asks for all"
            )
        elif share.everyone and self._count_campaigns() > len(share.named):
            self._report.note(
                f"day by day for {counted(len(share.named), 'campaign')} opened or named before, lifetime"
                " totals for all but drafts; `promoscope sync --campaign ID` reads the days of another"
            )
        for campaign_id, held_until in waiting[: share.totals]:
            created = self._created(campaign_id)
            start = date.fromisoformat(held_until) + timedelta(days=1) if held_until else created
            if start is None or start > until:
                continue
            metrics = await self._ask(campaign_id, Span(start, until))
            if metrics is None:
                self._note_empty(campaign_id)
                continue
            span = Span(start, until)
            self._add_totals(campaign_id, await self._usable_parts(campaign_id, span, metrics), until)

    async def _usable_parts(self, campaign_id: str, span: Span, total: Metrics) -> list[tuple[Span, Metrics]]:
        """The range cut into parts until a number that cannot be used stands in a single day, or the calls are spent.

        One odd day must not leave the others of its campaign's life unknown.
        """
        waiting, parts, calls = [(span, total)], [], 0
        while waiting:
            part, metrics = waiting.pop()
            if part.days == 1 or calls >= _SPLITS or None not in metrics.values():
                parts.append((part, metrics))
                continue
            for half in part.halves():
                calls += 1
                waiting.append((half, await self._ask(campaign_id, half) or dict.fromkeys(metrics)))
        return parts

    def _add_totals(self, campaign_id: str, parts: list[tuple[Span, Metrics]], until: date) -> None:
        connection = self._context.connection
        held = summary_totals(connection, campaign_id)
        values, unusable = Counter(held.values), Counter(held.unusable)
        names = {*values, *unusable}.union(*(metrics for _, metrics in parts))
        for span, metrics in parts:
            for name in names:
                number = metrics.get(name)
                if number is None:
                    unusable[name] += span.days
                else:
                    values[name] += number
        with transaction(connection):
            write_totals(connection, campaign_id, SUMMARY, values, unusable, until.isoformat())

    async def fill(self, campaign_id: str, span: Span) -> None:
        """Make every day of a span known, as far as the API tells.

        Raises:
            ApiError: reading stopped; what was fetched is kept.
        """
        span = Span(span.start, min(span.end, self.last))
        if span.days < 1:
            return
        held = self._held_days(campaign_id)
        for offset in range(max((span.end - self.today).days + 1, 0)):
            day = self.today + timedelta(days=offset)
            if day < span.start:
                continue
            metrics = await self._ask(campaign_id, Span(day, day))
            if metrics is None:
                self._note_empty(campaign_id)
                return
            self._keep_days(campaign_id, Span(day, day), metrics)
        for gap in self._gaps(span, held):
            total = await self._ask(campaign_id, gap)
            if total is None:
                self._note_empty(campaign_id)
                return
            await self._split(campaign_id, gap, total)

    async def _split(self, campaign_id: str, span: Span, total: Metrics) -> None:
        if span.days == 1 or quiet(total):
            self._keep_days(campaign_id, span, total)
            return
        earlier, later = span.halves()
        part = await self._ask(campaign_id, earlier)
        if part is None:
            return
        rest = subtract(total, part)
        if not additive(rest):
            # The server's totals are not additive here, or one cannot be used; ask instead of computing.
            asked = await self._ask(campaign_id, later)
            if asked is None:
                await self._split(campaign_id, earlier, part)
                return
            rest = asked
        await self._split(campaign_id, earlier, part)
        await self._split(campaign_id, later, rest)

    async def _ask(self, campaign_id: str, span: Span) -> Metrics | None:
        """One call; None when the campaign has no summary."""
        if self._left is not None:
            if self._left == 0:
                raise _ShareSpent
            self._left -= 1
        params = (("start_date", span.start.isoformat()), ("end_date", span.end.isoformat()))
        try:
            metrics = await self._context.client.read(
                f"/v1/campaigns/{segment(campaign_id)}/summary", params, _summary_of
            )
        except NotFound:
            return None
        self._report.seen += 1
        self._context.tell("campaign_summaries", f"campaign:{campaign_id}", "pages", self._report.seen, None)
        return metrics if any(value is not None for value in metrics.values()) else None

    def _created(self, campaign_id: str) -> date | None:
        """The first day that can have a summary: the earlier of the UTC and the local day of the campaign's making."""
        row = self._context.connection.execute(
            "select created_at from campaigns where id = ? and created_at >= ?", (campaign_id, FIRST_SUMMARY)
        ).fetchone()
        if row is None:
            return None
        instant = parse_instant(row[0])
        return min(instant.date(), local_time(instant, self._zone).date())

    def _held_days(self, campaign_id: str) -> set[str]:
        rows = self._context.connection.execute(
            "select start_date from campaign_summaries where campaign_id = ? and start_date = end_date and closed",
            (campaign_id,),
        )
        return {row[0] for row in rows}

    def _gaps(self, span: Span, held: set[str]) -> list[Span]:
        """The runs of closed days not held yet."""
        gaps: list[Span] = []
        start: date | None = None
        for offset in range(span.days):
            day = span.start + timedelta(days=offset)
            wanted = day < self.today and day.isoformat() not in held
            if wanted and start is None:
                start = day
            elif not wanted and start is not None:
                gaps.append(Span(start, day - timedelta(days=1)))
                start = None
        if start is not None:
            gaps.append(Span(start, min(span.end, self.today - timedelta(days=1))))
        return gaps

    def _keep_days(self, campaign_id: str, span: Span, metrics: Metrics) -> None:
        """Write the days of a span that is one day or quiet; each closed one counts as held from now on."""
        text = msgspec.json.encode(dict(sorted(metrics.items()))).decode()
        usable = {name: value for name, value in metrics.items() if value is not None}
        count = DayCount(usable, dict.fromkeys(metrics.keys() - usable.keys(), 1))
        with transaction(self._context.connection) as connection:
            for offset in range(span.days):
                day = (span.start + timedelta(days=offset)).isoformat()
                closed = int(day < self.today.isoformat())
                known = connection.execute(
                    "select json, closed from campaign_summaries"
                    " where campaign_id = ? and start_date = ? and end_date = ?",
                    (campaign_id, day, day),
                ).fetchone()
                if known == (text, closed):
                    continue
                self._report.added += known is None
                self._report.changed += known is not None
                connection.execute(
                    "insert or replace into campaign_summaries (campaign_id, start_date, end_date, json, closed)"
                    " values (?, ?, ?, ?, ?)",
                    (campaign_id, day, day, text, closed),
                )
                write_day(connection, campaign_id, day, SUMMARY, count)

    def _count_campaigns(self) -> int:
        query = "select count(*) from campaigns where missing_since is null and created_at >= ?"
        return int(self._context.connection.execute(query, (FIRST_SUMMARY,)).fetchone()[0])

    def _note_filled(self, campaign_id: str) -> None:
        scope, now = f"campaign:{campaign_id}", self._context.now()
        state = self._context.ledger.state("campaign_summaries", scope)
        if state.reason != NO_SUMMARY:
            with transaction(self._context.connection):
                self._context.ledger.write_state(state.whole(now))

    def _note_empty(self, campaign_id: str) -> None:
        state = SyncCheckpoint(
            "campaign_summaries", f"campaign:{campaign_id}", COMPLETE, self._context.now(), reason=NO_SUMMARY
        )
        with transaction(self._context.connection):
            self._context.ledger.write_state(state)
