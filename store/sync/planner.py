"""What a sync would do before it does it: each list, the way it would take, its calls and minutes (design §5)."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from store.api.errors import ApiError, ConnectionLost, CredentialsRefused, RateLimited, TimedOut
from store.cache.ledger import PROJECT, SWEEP, Ledger
from store.sync.catalogue import CampaignRef, Strategy
from store.sync.exporting import CALLS, WORTH_IT, count_rows
from store.sync.report import EXPORTS, PAGES
from store.sync.session import Session
from store.sync.tasks import EXPORTS_FIRST, PAGES_ONLY, SyncRequest, Task, followed, routine_tasks, row_tasks

PAGE = 100
USELESS_TO_GO_ON = (CredentialsRefused, RateLimited, ConnectionLost, TimedOut)
"""After one of these the next count would fail, too, after as many retries."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One list of the plan.

    Attributes:
        resource, scope: what would be read.
        held: rows in the cache.
        total: rows the API counts; None when it was not asked or does not say.
        via: pages or exports.
        calls: requests it would take.
        minutes: at the current limit and reserve; None while no limit is known.
        why: why this way, in words.
    """

    resource: str
    scope: str
    held: int
    total: int | None
    via: str
    calls: int
    minutes: float | None
    why: str

    def as_json(self) -> dict[str, Any]:
        """The documented JSON of `sync --plan --json`."""
        return {
            "resource": self.resource,
            "scope": self.scope,
            "held": self.held,
            "total": self.total,
            "via": self.via,
            "calls": self.calls,
            "minutes": None if self.minutes is None else round(self.minutes, 2),
            "why": self.why,
        }


def page_calls(rows: int) -> int:
    """Requests to page `rows` records; an empty list costs one, too."""
    return max(1, math.ceil(rows / PAGE))


def choose(task: Task, request: SyncRequest, rows: int | None, *, whole: bool) -> tuple[str, int, str]:
    """The way a list would take: via, calls and why.

    Args:
        task: the list.
        request: whose `via` is honoured.
        rows: how many rows would have to be read; None when unknown.
        whole: whether it is read whole, which is when an export can stand in.
    """
    paging = page_calls(rows or 0)
    twin = task.resource.twin
    if not whole:
        return PAGES, paging + task.resource.updated, "only what is new or changed"
    if twin is None:
        return (
            PAGES,
            paging,
            task.resource.no_export if (rows or 0) > WORTH_IT or request.via == EXPORTS_FIRST else "",
        )
    if request.via == PAGES_ONLY:
        return PAGES, paging, "as asked"
    if request.via == EXPORTS_FIRST:
        return EXPORTS, CALLS, "as asked"
    if (rows or 0) > WORTH_IT:
        return EXPORTS, CALLS, f"{paging:,} calls by pages"
    return PAGES, paging, f"an export pays above {WORTH_IT:,} rows"


class Planner:
    """Prices a request; asks one row of each unknown list for its count, and nothing else.

    Args:
        session: a client and the cache.
        per_minute: tells how many requests a minute the governor allows; None while unknown.
    """

    def __init__(self, session: Session, per_minute: Callable[[], float | None]) -> None:
        self._session = session
        self._ledger = Ledger(session.connection)
        self._per_minute = per_minute

    async def plan(self, request: SyncRequest, every: list[CampaignRef]) -> list[PlanLine]:
        """One line per list the request would read.

        Args:
            request: what would be asked.
            every: all campaigns.

        Raises:
            UnknownCampaign: no campaign has a wanted id or name.
            ApiError: no further call makes sense: keys refused, limit used up, server not reached.
        """
        request, named = followed(request, every, self._ledger)
        tasks = [*routine_tasks(request), *row_tasks(request, named, every)]
        return [await self._line(task, request) for task in tasks]

    async def _line(self, task: Task, request: SyncRequest) -> PlanLine:
        state = self._ledger.state(task.resource.name, task.scope)
        held = self._held(task)
        if task.resource.members and task.campaign is not None:
            calls, why = self._members(task, task.campaign, request)
            return self._uncounted(task, held, PAGES, calls, why)
        if task.resource.strategy is Strategy.EXPORT:
            return self._uncounted(task, held, EXPORTS, CALLS, "no list exists")
        whole = request.full or state.completed_at is None or task.resource.strategy is Strategy.SWEEP
        total, trouble = (held, "") if not whole else await self._count(task)
        started = self._ledger.window(task.resource.name, task.scope, SWEEP) is not None
        rows = total if whole else 0
        via, calls, why = choose(task, request, rows, whole=whole)
        if started and whole:
            why = "goes on where the last run stopped"
        pace = self._per_minute()
        minutes = calls / pace if pace else None
        return PlanLine(task.resource.name, task.scope, held, total, via, calls, minutes, trouble or why)

    def _uncounted(self, task: Task, held: int, via: str, calls: int, why: str) -> PlanLine:
        """A list nothing counts: read by export, or code by code."""
        pace = self._per_minute()
        minutes = calls / pace if pace else None
        return PlanLine(task.resource.name, task.scope, held, None, via, calls, minutes, why)

    def _members(self, task: Task, campaign: CampaignRef, request: SyncRequest) -> tuple[int, str]:
        """Calls for a list that is read code by code, and why so many."""
        resource, most = task.resource, request.most_members
        if not any(self._ledger.state("vouchers", scope).completed_at for scope in (PROJECT, task.scope)):
            query = "select coalesce(vouchers_count, 0) from campaigns where id = ?"
            codes = int((self._session.connection.execute(query, (campaign.id,)).fetchone() or (0,))[0])
            return min(codes, codes if most is None else most), "at most: one call for each code that was used"
        every = self._ledger.count_members(resource.members, campaign.id)
        afresh = request.full and self._ledger.window(resource.name, task.scope, SWEEP) is None
        left = every if afresh else len(self._ledger.members_left(resource.name, resource.members, campaign.id))
        if most is not None and left > most:
            return most, f"one call a code: {most:,} of the {left:,} not read yet, more in the next runs"
        return left, f"one call for each of {every:,} used codes that is new or has changed"

    def _held(self, task: Task) -> int:
        table, column = task.resource.table.name, task.resource.table.campaign_column
        narrowed, values = "", []
        if task.campaign is not None and column:
            narrowed, values = f' where "{column}" = ?', [task.campaign.id]
        return int(self._session.connection.execute(f'select count(*) from "{table}"{narrowed}', values).fetchone()[0])

    async def _count(self, task: Task) -> tuple[int | None, str]:
        try:
            return await count_rows(self._session, task), ""
        except USELESS_TO_GO_ON:
            raise
        except ApiError as error:
            return None, error.sentence
