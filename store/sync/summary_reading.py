"""Asking for campaign summaries (API §4.1): days at the lowest price, and the total of a campaign's life.

The endpoint gives one total per range and no series. So a range is asked as one first, and split only where there is
activity: of every split one half is asked and the other half computed by subtraction, because the totals are additive.
Closed days are kept for good; today is asked again. Campaigns that have no summary are asked once.
"""

from collections import Counter
from datetime import timedelta

import msgspec

from store.api.addresses import segment
from store.api.errors import NotFound, NotUnderstood
from store.api.replies import Reply
from store.cache.database import transaction
from store.cache.ledger import COMPLETE, SyncCheckpoint, campaign_scope
from store.cache.rollups import SUMMARY, DayCount, write_day, write_totals
from store.domain.summary import METRICS, Metrics, additive, metrics_of, quiet, subtract
from store.queries.freshness import NO_SUMMARY
from store.queries.totals import summary_totals
from store.sync.abreast import width_within
from store.sync.context import SyncContext
from store.sync.report import PAGES, ResourceReport
from store.sync.summary_wants import SUMMARIES, SummaryWants
from store.words import DateSpan

SPLITS = 40
"""Calls a run makes at most to find the days of campaigns' lives that have no usable number."""


class ShareSpent(Exception):
    """The calls a run may make for the campaigns that it keeps up are made."""


def _summary_of(reply: Reply) -> Metrics:
    """What an answer says of a campaign in numbers.

    Raises:
        NotUnderstood: it is about something else.
    """
    document = reply.document()
    if document and not METRICS & document.keys():
        raise NotUnderstood("it is no summary", status=reply.status, request_id=reply.request_id)
    return metrics_of(document)


def halves(span: DateSpan) -> tuple[DateSpan, DateSpan]:
    """The earlier and the later half."""
    middle = span.start + timedelta(days=span.days // 2)
    return DateSpan(span.start, middle - timedelta(days=1)), DateSpan(middle, span.end)


class SummaryReading:
    """Fetches what the cache does not hold yet of campaigns' summaries.

    Args:
        context: client, cache and clock.
        wants: what the cache lacks.
        report: counted into.

    Attributes:
        left: calls that may still be made; None for all they take.
    """

    def __init__(self, context: SyncContext, wants: SummaryWants, report: ResourceReport) -> None:
        self._context = context
        self._wants = wants
        self._report = report
        self._splits = SPLITS
        self.left: int | None = None

    def width(self) -> int:
        """How many campaigns' summaries are asked for at a time."""
        return width_within(self._context.client.limits.limit)

    async def read_total(self, campaign_id: str) -> bool:
        """Ask for the total of a campaign's life up to this instant; False where it has no summary.

        Raises:
            ShareSpent: no call is left.
            ApiError: reading stopped.
        """
        span, asked_at = self._wants.life(campaign_id), self._context.now()
        if span is None:
            return False
        self._spend()
        total = await self._ask(campaign_id, span)
        if total is None:
            self._note_empty(campaign_id)
            return False
        known_unusable = bool(self._wants.unusable_totals([campaign_id]))
        parts = await self._usable_parts(campaign_id, span, total) if known_unusable else [(span, total)]
        self._keep_total(campaign_id, parts, asked_at)
        return True

    def _keep_total(self, campaign_id: str, parts: list[tuple[DateSpan, Metrics]], asked_at: str) -> None:
        """Write the sums of the parts; of a number that none of them states, the cached one stays as a part."""
        connection = self._context.connection
        values, unusable = Counter[str](), Counter[str]()
        for part, metrics in parts:
            for name, number in metrics.items():
                if number is None:
                    unusable[name] += part.days
                else:
                    values[name] += number
        cached = summary_totals(connection, campaign_id).values
        values.update({name: cached[name] for name in unusable if name not in values and name in cached})
        with transaction(connection):
            write_totals(connection, campaign_id, SUMMARY, values, unusable, asked_at)
            self._context.ledger.forget(SUMMARIES, campaign_scope(campaign_id), reason=NO_SUMMARY)

    async def _usable_parts(self, campaign_id: str, span: DateSpan, total: Metrics) -> list[tuple[DateSpan, Metrics]]:
        """The range cut into parts until an unusable number is that of a single day, or the calls are spent.

        One malformed day must not leave the others of its campaign's life unknown.
        """
        waiting, parts = [(span, total)], []
        while waiting:
            part, metrics = waiting.pop()
            if part.days == 1 or self._splits < 2 or None not in metrics.values():
                parts.append((part, metrics))
                continue
            self._splits -= 2
            waiting += [(half, await self._ask(campaign_id, half) or dict.fromkeys(metrics)) for half in halves(part)]
        return parts

    async def fill(self, campaign_id: str) -> None:
        """Make every day of a campaign's series known, as far as the API states them.

        Raises:
            ShareSpent: no call is left; what was fetched is kept.
            ApiError: reading stopped; what was fetched is kept.
        """
        span = self._wants.last_days(campaign_id)
        if span is None:
            return
        first_open = max(self._wants.today, span.start)
        open_days = [DateSpan(day, day) for day in DateSpan(first_open, span.end)]
        for part in [*open_days, *self._wants.gaps(campaign_id, span)]:
            self._spend()
            total = await self._ask(campaign_id, part)
            if total is None:
                self._note_empty(campaign_id)
                return
            await self._split(campaign_id, part, total)
        ledger = self._context.ledger
        with transaction(self._context.connection):
            ledger.write_state(ledger.state(SUMMARIES, campaign_scope(campaign_id)).completed(self._context.now()))

    async def _split(self, campaign_id: str, span: DateSpan, total: Metrics) -> None:
        if span.days == 1 or quiet(total):
            self._keep_days(campaign_id, span, total)
            return
        earlier, later = halves(span)
        self._spend()
        part = await self._ask(campaign_id, earlier)
        if part is None:
            return
        rest = subtract(total, part)
        if not additive(rest):
            # The server's totals are not additive here, or one cannot be used; ask instead of computing.
            self._spend()
            asked = await self._ask(campaign_id, later)
            if asked is None:
                await self._split(campaign_id, earlier, part)
                return
            rest = asked
        await self._split(campaign_id, earlier, part)
        await self._split(campaign_id, later, rest)

    def _spend(self) -> None:
        if self.left == 0:
            raise ShareSpent
        self.left = None if self.left is None else self.left - 1

    async def _ask(self, campaign_id: str, span: DateSpan) -> Metrics | None:
        """One call; None when the campaign has no summary."""
        params = (("start_date", span.start.isoformat()), ("end_date", span.end.isoformat()))
        try:
            metrics = await self._context.client.read(
                f"/v1/campaigns/{segment(campaign_id)}/summary", params, _summary_of
            )
        except NotFound:
            return None
        self._report.seen += 1
        self._context.tell(SUMMARIES, campaign_scope(campaign_id), PAGES, self._report.seen, None)
        return metrics if any(value is not None for value in metrics.values()) else None

    def _keep_days(self, campaign_id: str, span: DateSpan, metrics: Metrics) -> None:
        """Write the days of a span that is one day or quiet; each closed one counts as cached from now on."""
        text = msgspec.json.encode(dict(sorted(metrics.items()))).decode()
        usable = {name: value for name, value in metrics.items() if value is not None}
        count = DayCount(usable, dict.fromkeys(metrics.keys() - usable.keys(), 1))
        with transaction(self._context.connection) as connection:
            for offset in range(span.days):
                day = (span.start + timedelta(days=offset)).isoformat()
                closed = int(day < self._wants.today.isoformat())
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

    def _note_empty(self, campaign_id: str) -> None:
        state = SyncCheckpoint(SUMMARIES, campaign_scope(campaign_id), COMPLETE, self._context.now(), reason=NO_SUMMARY)
        with transaction(self._context.connection):
            self._context.ledger.write_state(state)
