"""What a sync would do before it does it: each list, the way it would take, its calls and minutes (design §5)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any

from store.api.errors import ApiError
from store.api.pages import read_pages
from store.api.slices import decode_loosely
from store.cache.columns import as_text
from store.cache.ledger import PROJECT, Ledger
from store.cache.writer import Writer
from store.domain.values import whole
from store.sync.catalogue import CAMPAIGNS
from store.sync.context import SyncContext
from store.sync.filters import Filters
from store.sync.pricing import NOT_COUNTED, Bound, Price, RowCount
from store.sync.refusals import FATAL_ERRORS
from store.sync.report import call_words
from store.sync.request import CampaignRef, SyncRequest
from store.sync.resolved_request import resolve_request, routine_tasks
from store.sync.resource import Task
from store.sync.strategies.summaries import CampaignSummaries, price_unseen
from store.sync.summary_wants import SUMMARIES, SummaryShare, SummaryWants


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One list of the plan.

    Attributes:
        resource, scope: what would be read.
        cached: rows in the cache.
        total: rows the API counts; None when it was not asked or does not say.
        via: pages or exports.
        calls: requests it would take.
        minutes: at the current limit and reserve; None while no limit is known.
        why: why this way and so many, in words.
        bound: how the calls are meant: exact, about, at least, at most.
    """

    resource: str
    scope: str
    cached: int
    total: int | None
    via: str
    calls: int
    minutes: float | None
    why: str
    bound: Bound = Bound.EXACT

    def as_json(self) -> dict[str, Any]:
        """The documented JSON of `sync --plan --json`."""
        return {
            "resource": self.resource,
            "scope": self.scope,
            "held": self.cached,
            "total": self.total,
            "via": self.via,
            "calls": self.calls,
            "bound": self.bound.value,
            "minutes": None if self.minutes is None else round(self.minutes, 2),
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class PlanTotal:
    """What the lines of a plan come to; an approximate line counts as it is.

    Attributes:
        calls: the sum of the lines.
        least: of the lines that are no mere upper bound.
        most: the sum, where no line is a lower bound; None where nothing bounds the run.
        rough: whether a line is only about right.
    """

    calls: int
    least: int
    most: int | None
    rough: bool

    @classmethod
    def of(cls, lines: Sequence[PlanLine]) -> "PlanTotal":
        """The total of these lines."""
        calls = sum(line.calls for line in lines)
        least = sum(line.calls for line in lines if line.bound is not Bound.AT_MOST)
        bounds = {line.bound for line in lines}
        return cls(calls, least, None if Bound.AT_LEAST in bounds else calls, Bound.ABOUT in bounds)

    @property
    def words(self) -> str:
        """Such as `at least 119 calls in all` or `between about 900 and 3,338 calls in all`."""
        about = "about " if self.rough else ""
        if self.most is None:
            beyond = f", {self.calls:,} if all of these are made" if self.calls > self.least else ""
            return f"at least {about}{call_words(self.least)} in all{beyond}"
        if self.least < self.most:
            return f"between {about}{self.least:,} and {call_words(self.most)} in all"
        return f"{about}{call_words(self.calls)} in all"


class Planner:
    """Prices a request; asks one row of each unknown list for its count, and nothing else.

    Where the cache holds no campaigns yet and the run depends on which there are, their list is read, not stored.

    Args:
        context: a client and the cache.
        zone: the project's time zone.
        per_minute: gives how many requests a minute the rate limiter allows; None while unknown.
    """

    def __init__(self, context: SyncContext, zone: tzinfo, per_minute: Callable[[], float | None]) -> None:
        self._context = context
        self._ledger = Ledger(context.connection)
        self._per_minute = per_minute
        self._codes: dict[str, int] = {}
        self._zone = zone

    async def plan(self, request: SyncRequest, every: list[CampaignRef]) -> list[PlanLine]:
        """One line per list the request would read.

        Args:
            request: what would be asked.
            every: all campaigns the cache holds.

        Raises:
            UnknownCampaign: no campaign has a wanted id or name.
            ApiError: no further call makes sense: keys refused, limit used up, server not reached.
        """
        known = bool(every)
        if not every and (request.everything or request.campaigns):
            every = await self._list_campaigns()
        resolved = resolve_request(request, every, self._context.connection)
        share = SummaryShare.of(resolved.request, resolved.named, len(every))
        request = resolved.request
        tasks = [*routine_tasks(request), *resolved.row_tasks(every)]
        lines = [await self._line(task, request) for task in tasks if not task.spare]
        if request.wants(SUMMARIES):
            counted = next((line.total for line in lines if line.resource == CAMPAIGNS.name), None)
            lines += self._summaries(share, None if known else len(every) or counted or 0)
        # The first answers tell the limit: the pace is known for all lines once all have been priced.
        pace = self._per_minute()
        return [replace(line, minutes=line.calls / pace if pace else None) for line in lines]

    async def _line(self, task: Task, request: SyncRequest) -> PlanLine:
        resource = task.resource
        if not request.full and task.is_fresh(self._ledger, self._context.now()):
            hours = resource.schedule.min_interval.total_seconds() / 3600
            return self._as_line(task, None, Price(0, Bound.EXACT, f"read less than {hours:.0f} h ago"))
        known, strategy, count = task.known(self._ledger, request), task.strategy, NOT_COUNTED
        if strategy.counts(known):
            count = await self._count(task)
        total = None if resource.scoping.per_code else count.rows
        return self._as_line(task, total, strategy.price(known, count))

    async def _count(self, task: Task) -> RowCount:
        """How many rows the API counts, and why that is not known; of a list code by code, how many codes."""
        if task.resource.scoping.per_code and task.campaign is not None:
            return RowCount(self._codes_of(task.campaign))
        filters = Filters(task, Writer(self._context.connection, task.resource.table))
        try:
            refused, rows = await filters.count(self._context.client)
        except FATAL_ERRORS:
            raise
        except ApiError as error:
            return RowCount(trouble=error.sentence)
        return RowCount(rows, refused)

    def _codes_of(self, campaign: CampaignRef) -> int:
        query = "select coalesce(vouchers_count, 0) from campaigns where id = ?"
        row = self._context.connection.execute(query, (campaign.id,)).fetchone()
        return self._codes.get(campaign.id, 0) if row is None else int(row[0])

    def _as_line(self, task: Task, total: int | None, price: Price) -> PlanLine:
        return PlanLine(
            task.resource.name, task.scope, self._held(task), total, price.via, price.calls, None, price.words,
            price.bound,
        )  # fmt: skip

    def _summaries(self, share: SummaryShare, unseen: int | None) -> list[PlanLine]:
        """The lines of the summaries: of so many campaigns that the cache does not hold yet, or of those it holds."""
        if unseen is None:
            wants = SummaryWants(self._context.connection, self._zone, self._context.now())
            prices = CampaignSummaries(wants, share).prices()
        else:
            prices = price_unseen(share, unseen)
        return [self._summary_line(scope, price) for scope, price in prices]

    def _summary_line(self, scope: str, price: Price) -> PlanLine:
        narrowed, values = ("", []) if scope == PROJECT else (" where campaign_id = ?", [scope.partition(":")[2]])
        cached = self._scalar(f"select count(*) from {SUMMARIES}{narrowed}", values)
        return PlanLine(SUMMARIES, scope, cached, None, price.via, price.calls, None, price.words, price.bound)

    def _held(self, task: Task) -> int:
        table, column = task.resource.table.name, task.resource.table.campaign_column
        narrowed, values = "", []
        if task.campaign is not None and column:
            narrowed, values = f' where "{column}" = ?', [task.campaign.id]
        if task.customer_id is not None:
            column = task.resource.table.customer_column or "id"
            narrowed, values = f' where "{column}" = ?', [task.customer_id]
        if task.voucher_id is not None:
            columns = task.resource.table.column_names
            column = next(one for one in ("voucher_id", "redeemable_id", "id") if one in columns)
            narrowed, values = f' where "{column}" = ?', [task.voucher_id]
        return self._scalar(f'select count(*) from "{table}"{narrowed}', values)

    def _scalar(self, query: str, values: list[str]) -> int:
        return int(self._context.connection.execute(query, values).fetchone()[0])

    async def _list_campaigns(self) -> list[CampaignRef]:
        """The project's campaigns, which the cache does not hold yet."""
        found = []
        async for page in read_pages(self._context.client, CAMPAIGNS.listing()):
            for row in page.rows:
                document = decode_loosely(row)
                if isinstance(document, dict) and (identity := as_text(document.get("id"))):
                    names = (as_text(document.get(name)) or "" for name in ("name", "campaign_type"))
                    found.append(CampaignRef(identity, *names))
                    self._codes[identity] = whole(document.get("vouchers_count")) or 0
        return found
