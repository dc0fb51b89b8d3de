"""The sync engine: runs the tasks of a request one after the other and concludes.

It knows no endpoint by name: the catalogue declares them, `reading` and `exporting` read them, the ledger remembers.
"""

import sqlite3
import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import tzinfo

import msgspec

from store.api.client import ApiClient
from store.api.errors import (
    ApiError,
    BadRequest,
    BudgetSpent,
    ConnectionLost,
    CredentialsRefused,
    ExportUnusable,
    Forbidden,
    IncompleteListing,
    NotFound,
    PlanExceeded,
    RateLimited,
    TimedOut,
)
from store.cache.database import plain_trouble, transaction
from store.cache.journal import Moment
from store.cache.ledger import FAILED, PARTIAL, SWEEP, Ledger
from store.cache.rollups import rebuild_dirty, settle_zone
from store.cache.writer import Context
from store.clock import Clock
from store.days import instant_text, parse_instant
from store.sync.catalogue import CAMPAIGNS, CampaignRef, Strategy
from store.sync.descent import OVERLAP
from store.sync.exporting import WORTH_IT, ExportReading, count_rows
from store.sync.members import MembersReading
from store.sync.reading import CREATED, ListReading
from store.sync.report import EXPORTS, PAGES, Progress, Report
from store.sync.session import Session, earlier
from store.sync.summaries import SummaryReading
from store.sync.tasks import (
    AUTO,
    EXPORTS_FIRST,
    PAGES_ONLY,
    SyncRequest,
    Task,
    followed,
    name_map,
    read_campaigns,
    routine_tasks,
    row_tasks,
)

ENDS_THE_RUN = (CredentialsRefused, PlanExceeded, RateLimited, BudgetSpent, ConnectionLost, TimedOut)
"""After one of these, asking for the next list is useless or unkind."""


TOTALS_PER_RUN = 40
"""A plain sync asks for at most so many campaigns' lifetime totals: one call each, the allowance is the shop's, too."""


class SyncEngine:
    """Mirrors a project into a cache.

    Args:
        client: the API client, with its governor.
        connection: the writing connection; the caller holds the cache's writer lock.
        zone: the project's time zone.
        clock: dates the run.
        on_progress: told after every page.
    """

    def __init__(
        self,
        client: ApiClient,
        connection: sqlite3.Connection,
        *,
        zone: tzinfo,
        clock: Clock,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> None:
        self._client = client
        self._connection = connection
        self._zone = zone
        self._clock = clock
        self._on_progress = on_progress
        self._ledger = Ledger(connection)
        self._session = Session(client, connection, self._ledger, clock, self._tell)
        self._done = 0
        self._tasks = 0
        self._names: dict[str, str] = {}
        self._stuck = ""
        self._unpaid = False

    async def run(self, request: SyncRequest) -> Report:
        """Do what is asked, as far as it goes.

        Returns:
            The report; its `error` says when the run was ended by credentials or by something to retry later.

        Raises:
            UnknownCampaign: a named campaign does not exist; the routine lists have been read.
            CacheError: the cache cannot be written any more; what was committed is kept.
        """
        with plain_trouble():
            return await self._run(request)

    async def _run(self, request: SyncRequest) -> Report:
        report = Report(run_id=f"run_{uuid.uuid4().hex[:16]}")
        began, calls = self._clock.monotonic(), self._client.calls
        started_at = instant_text(self._clock.now())
        self._open_run(report, request, started_at)
        settle_zone(self._connection, self._zone)
        try:
            await self._run_lists(report, request, started_at)
        finally:
            rebuild_dirty(self._connection, self._zone)
            report.calls = self._client.calls - calls
            report.seconds = self._clock.monotonic() - began
            report.conclude()
            self._close_run(report)
        return report

    async def _run_lists(self, report: Report, request: SyncRequest, started_at: str) -> None:
        routine = routine_tasks(request)
        self._tasks = len(routine)
        if not await self._run_tasks(report, request, routine, started_at):
            return
        campaigns = read_campaigns(self._connection)
        self._names = name_map(campaigns)
        request, named = followed(request, campaigns, self._ledger)
        tasks = row_tasks(request, named, campaigns)
        self._tasks += len(tasks)
        if not await self._run_tasks(report, request, tasks, started_at):
            return
        if request.only is None or "campaign_summaries" in request.only:
            await self._read_summaries(report, named, everything=request.everything)

    async def _run_tasks(self, report: Report, request: SyncRequest, tasks: Iterable[Task], started_at: str) -> bool:
        """Read lists in order; False when something ended the run."""
        for task in tasks:
            if not request.full and self._rests(report, task):
                continue
            try:
                await self._run_task(report, request, task, started_at)
            except PlanExceeded as unpaid:
                # A plan may lack one feature. Two lists in a row mean that it is used up, and asking on is useless.
                if self._unpaid:
                    self._end(report, task, unpaid)
                    return False
                self._refuse(report, task, unpaid.sentence)
                self._unpaid = True
            except ENDS_THE_RUN as ended:
                self._end(report, task, ended)
                return False
            else:
                self._unpaid = False
            self._done += 1
            if task.resource is CAMPAIGNS:
                self._names = name_map(read_campaigns(self._connection))
        return True

    def _rests(self, report: Report, task: Task) -> bool:
        """Whether a costly list was read so recently that it is left alone; what was lacking of it still is."""
        known = self._ledger.state(task.resource.name, task.scope)
        if not task.resource.rest or known.as_of is None or known.state == FAILED:
            return False
        if parse_instant(self._session.now()) - parse_instant(known.as_of) >= task.resource.rest:
            return False
        if known.state == PARTIAL:
            report.of(task.resource.name).worsen(PARTIAL, f"{known.reason}; it is asked for again later")
        return True

    async def _run_task(self, report: Report, request: SyncRequest, task: Task, started_at: str) -> None:
        resource = report.of(task.resource.name)
        before = self._client.calls
        try:
            await self._read(report, request, task, started_at)
        except IncompleteListing as stopped:
            if not stopped.goes_on:
                # What was skipped lies behind the cursor: going on from it would never meet it.
                self._ledger.begin_again(task.resource.name, task.scope)
            self._note_stop(report, task, PARTIAL, stopped.reason)
        except ENDS_THE_RUN:
            raise
        except (BadRequest, Forbidden, NotFound) as refused:
            self._refuse(report, task, refused.sentence)
        except ApiError as failed:
            self._note_stop(report, task, PARTIAL if resource.seen else FAILED, failed.sentence)
            report.error = report.error or ("retry" if failed.retryable else "")
        finally:
            resource.calls += self._client.calls - before

    async def _read(self, report: Report, request: SyncRequest, task: Task, started_at: str) -> None:
        resource, known = task.resource, self._ledger.state(task.resource.name, task.scope)
        moment = Moment(report.run_id, started_at, known.completed_at)
        context = Context(
            zone=self._zone,
            moment=moment,
            campaign_id=None if task.campaign is None else task.campaign.id,
            campaign_ids=self._names,
            journal_new=known.completed_at is not None,
        )
        if resource.members and task.campaign is not None:
            codes = MembersReading(self._session, task, task.campaign, context, report.of(resource.name))
            await codes.run(limit=request.most_members, full=request.full)
            return
        reading = ListReading(self._session, task, context, report.of(resource.name))
        if resource.strategy is Strategy.EXPORT:
            await self._read_export_only(report, task, reading, context, full=request.full)
            return
        whole = request.full or reading.known_state().completed_at is None
        if whole and await self._read_by_export(report, request, task, reading, context):
            return
        await reading.run(full=request.full)

    async def _read_by_export(
        self, report: Report, request: SyncRequest, task: Task, reading: ListReading, context: Context
    ) -> bool:
        """Read a list whole through its export where that is asked for or cheaper; False to page it instead."""
        resource = report.of(task.resource.name)
        if request.via == PAGES_ONLY or self._stuck:
            return False
        if task.resource.twin is None:
            if request.via == EXPORTS_FIRST and task.resource.no_export:
                resource.note(f"paged: {task.resource.no_export}")
            return False
        begun = self._ledger.window(task.resource.name, task.scope, SWEEP)
        # Pages go on where they stopped; an export that was cut off has no such place and is made again.
        if request.via == AUTO and begun is not None and begun.resume is not None:
            return False
        expected = await count_rows(self._session, task)
        if expected is None or (request.via == AUTO and expected <= WORTH_IT) or expected == 0:
            return False
        resource.use(EXPORTS)
        window = reading.window(SWEEP, fresh=True)
        try:
            export = ExportReading(self._session, task, context, resource, twin=task.resource.twin, expected=expected)
            mark = await export.run()
        except ExportUnusable as unusable:
            self._note_stuck(unusable)
            resource.use(PAGES)
            resource.note(f"paged: {unusable.reason}")
            reading.window(SWEEP, fresh=True)
            return False
        reading.finish_sweep(window, mark)
        return True

    async def _read_export_only(
        self, report: Report, task: Task, reading: ListReading, context: Context, *, full: bool
    ) -> None:
        """Read what no list endpoint shows; an export that can be narrowed to new rows leaves the others alone."""
        resource, twin = report.of(task.resource.name), task.resource.twin
        if twin is None:
            return
        if self._stuck:
            raise IncompleteListing(f"not asked for: an export of this run got stuck ({self._stuck})")
        resource.use(EXPORTS)
        state = reading.known_state()
        held = state.created_watermark if twin.since and not full else None
        since = None if held is None else earlier(held, OVERLAP)
        window = reading.window(SWEEP if since is None else CREATED, fresh=True)
        try:
            mark = await ExportReading(self._session, task, context, resource, twin=twin, since=since).run()
        except ExportUnusable as unusable:
            self._note_stuck(unusable)
            if unusable.refused:
                self._refuse(report, task, unusable.reason)
                return
            raise IncompleteListing(unusable.reason) from None
        if since is None and not twin.since:
            reading.finish_sweep(window, mark)
        else:
            reading.settle(window, replace(state, created_watermark=mark.held or held))

    def _note_stuck(self, unusable: ExportUnusable) -> None:
        """One job that never begins is enough to wait for in a run."""
        if unusable.stuck:
            self._stuck = unusable.reason

    async def _read_summaries(self, report: Report, named: list[CampaignRef], *, everything: bool) -> None:
        resource = report.of("campaign_summaries")
        before = self._client.calls
        reading = SummaryReading(self._session, self._zone, resource)
        try:
            await reading.run(named)
            await reading.extend_totals(None if everything else TOTALS_PER_RUN)
        except ENDS_THE_RUN as ended:
            resource.worsen(PARTIAL, ended.sentence)
            report.reason, report.error = ended.sentence, _kind(ended)
        except ApiError as failed:
            resource.worsen(PARTIAL if resource.seen else FAILED, failed.sentence)
        finally:
            resource.calls += self._client.calls - before

    def _refuse(self, report: Report, task: Task, reason: str) -> None:
        """Note that a list is not given out; not every project or role has those that are optional."""
        seen = report.of(task.resource.name).seen
        self._ledger.begin_again(task.resource.name, task.scope)
        self._note_stop(report, task, PARTIAL if seen else FAILED, reason, excused=task.resource.optional and not seen)

    def _end(self, report: Report, task: Task, ended: ApiError) -> None:
        resource = report.of(task.resource.name)
        # What rests once it has been read must not rest because the run ended.
        state = PARTIAL if resource.seen and not task.resource.rest else FAILED
        self._note_stop(report, task, state, ended.sentence)
        report.reason, report.error = ended.sentence, _kind(ended)

    def _note_stop(self, report: Report, task: Task, state: str, reason: str, *, excused: bool = False) -> None:
        report.of(task.resource.name).worsen(state, reason, excused=excused)
        with transaction(self._connection):
            self._ledger.stop(task.resource.name, task.scope, state=state, reason=reason, as_of=self._session.now())

    def _tell(self, resource: str, scope: str, via: str, rows: int, total: int | None) -> None:
        if self._on_progress is not None:
            note = "" if via in (PAGES, EXPORTS) else via
            self._on_progress(
                Progress(resource, scope, via, rows, total, self._client.calls, self._done, self._tasks, note)
            )

    def _open_run(self, report: Report, request: SyncRequest, started_at: str) -> None:
        self._connection.execute(
            "insert into sync_runs (id, started_at, state, request) values (?, ?, 'running', ?)",
            (report.run_id, started_at, msgspec.json.encode(_request_json(request)).decode()),
        )

    def _close_run(self, report: Report) -> None:
        self._connection.execute(
            "update sync_runs set finished_at = ?, state = ?, calls = ?, report = ? where id = ?",
            (
                instant_text(self._clock.now()), report.state, report.calls,
                msgspec.json.encode(report.as_json()).decode(), report.run_id,
            ),
        )  # fmt: skip


def _kind(error: ApiError) -> str:
    if isinstance(error, CredentialsRefused):
        return "credentials"
    return "budget" if isinstance(error, BudgetSpent) else "retry"


def _request_json(request: SyncRequest) -> dict[str, object]:
    return {
        "campaigns": list(request.campaigns),
        "everything": request.everything,
        "full": request.full,
        "via": request.via,
        "max_calls": request.max_calls,
    }
