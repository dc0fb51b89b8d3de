"""The sync engine: runs the tasks of a request, side by side where the limit allows, and concludes.

It knows no endpoint by name: the catalogue declares them, its strategies read them, the ledger remembers.
"""

import sqlite3
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import tzinfo
from functools import partial

import msgspec

from store.api.client import ApiClient
from store.api.errors import (
    ApiError,
    BadRequest,
    BudgetSpent,
    ConnectionLost,
    CredentialsRefused,
    Forbidden,
    IncompleteListing,
    NotFound,
    PlanExceeded,
    TimedOut,
)
from store.cache.database import transaction
from store.cache.errors import translate_write_errors
from store.cache.ledger import FAILED, PARTIAL, PROJECT, Ledger
from store.cache.rollups import rebuild_dirty, settle_zone
from store.cache.unreadable import SHOWN_BY, count_unreadable, unreadable_words
from store.clock import Clock
from store.days import instant_text
from store.sync.abreast import side_by_side
from store.sync.catalogue import CAMPAIGNS
from store.sync.context import ActiveRun, SyncContext
from store.sync.exporting import ExportRefused
from store.sync.lanes import Lane, in_lanes, waits_for
from store.sync.refusals import FATAL_ERRORS, Refusals
from store.sync.report import EXPORTS, PAGES, Progress, Report
from store.sync.request import SyncRequest, UnknownCampaign, name_map, read_campaigns
from store.sync.resolved_request import resolve_request, routine_tasks
from store.sync.resource import Task
from store.sync.strategies.summaries import CampaignSummaries
from store.sync.summary_wants import SUMMARIES, SummaryShare, SummaryWants
from store.tally import Tally, counted_alone

CUT_OFF = "its reading was cut off; the next run resumes it"


class SyncEngine:
    """Mirrors a project into a cache.

    Args:
        client: the API client, with its rate limiter.
        connection: the writing connection; the caller holds the cache's writer lock.
        zone: the project's time zone.
        clock: dates the run.
        on_progress: called after every page.

    Attributes:
        report: of the run that was begun last, also when it was left before its end; None before the first.
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
        self._context = SyncContext(client, connection, self._ledger, clock, self._tell)
        client.before_pauses(self._context.batch.commit_now)
        self._done = 0
        self._tasks = 0
        self._unpaid = self._lost = False
        self._refusals = Refusals()
        self.report: Report | None = None

    async def run(self, request: SyncRequest) -> Report:
        """Do what is asked, as far as it goes.

        Returns:
            The report; its `error` says when the run was ended by credentials or by something to retry later.

        Raises:
            UnknownCampaign: a named campaign does not exist; the routine lists have been read.
            CacheError: the cache cannot be written any more; what was committed is kept.
        """
        with translate_write_errors():
            return await self._run(request)

    async def _run(self, request: SyncRequest) -> Report:
        self.report = report = Report(run_id=f"run_{uuid.uuid4().hex[:16]}")
        began, calls = self._clock.monotonic(), self._client.calls
        started_at = instant_text(self._clock.now())

        def settle() -> None:
            try:
                self._context.batch.commit()
                rebuild_dirty(self._connection, self._zone)
            finally:
                report.calls = self._client.calls - calls
                report.seconds = self._clock.monotonic() - began
                report.conclude()

        try:
            self._open_run(report, request, started_at)
            settle_zone(self._connection, self._zone)
            await self._run_lists(ActiveRun(self._context, request, report, started_at, self._zone))
        except BaseException as stopped:
            report.interrupt("" if not isinstance(stopped, UnknownCampaign) else str(stopped))
            # It may have stopped because the cache cannot be written; the first error is the one to raise.
            for act in (settle, partial(self._close_run, report)):
                with suppress(sqlite3.Error):
                    act()
            raise
        settle()
        self._close_run(report)
        return report

    async def _run_lists(self, run: ActiveRun) -> None:
        request = run.request
        routine = routine_tasks(request)
        self._tasks = len(routine)
        if not await self._run_tasks(run, [task for task in routine if task.resource is CAMPAIGNS]):
            return
        settings = [task for task in routine if task.resource is not CAMPAIGNS]
        campaigns = read_campaigns(self._connection)
        run.names = name_map(campaigns)
        try:
            resolved = resolve_request(request, campaigns, self._connection)
        except UnknownCampaign:
            await self._run_tasks(run, settings)
            raise
        run.request, run.report.remark = resolved.request, resolved.remark
        tasks = [*settings, *resolved.row_tasks(campaigns)]
        self._tasks = len(routine) - len(settings) + len(tasks)
        if await self._run_tasks(run, tasks) and request.wants(SUMMARIES):
            await self._read_summaries(run.report, SummaryShare.of(resolved.request, resolved.named, len(campaigns)))

    async def _run_tasks(self, run: ActiveRun, tasks: Iterable[Task]) -> bool:
        """Read lists, those side by side that need nothing of each other; False when something ended the run."""
        lanes = in_lanes(tasks)
        if self._width() > 1:
            # The project's lists are long, and others wait for them; campaigns' short ones fill what they leave free.
            lanes.sort(key=lambda lane: lane[0].scope != PROJECT)
        await side_by_side(lanes, lambda lane: self._run_lane(run, lane), self._width, waits_for)
        return not run.report.ended

    def _width(self) -> int:
        # Until a list has been read, every refusal may be of all of them: no other is asked before it is known.
        return 1 if self._unpaid or not self._refusals.answered else self._context.slots.width()

    async def _run_lane(self, run: ActiveRun, lane: Lane) -> None:
        """Read lists one after the other, unless the run has been ended."""
        for task in lane:
            if run.report.ended:
                return
            if task.spare and task.resource.name not in run.by_campaign:
                continue
            if not run.request.full and task.is_fresh(self._ledger, self._context.now()):
                self._note_lack(run.report, task)
                continue
            with self._context.slots.list(), counted_alone() as tally:
                try:
                    await self._run_or_end(run, task, tally)
                except sqlite3.Error as error:
                    # It may have undone other lists' pages; those lists must write no more until they are cancelled.
                    self._context.batch.fail(error)
                    raise
                finally:
                    run.report.of(task.resource.name).calls += tally.calls

    async def _run_or_end(self, run: ActiveRun, task: Task, tally: Tally) -> None:
        report = run.report
        try:
            await self._run_task(run, task, tally)
        except PlanExceeded as unpaid:
            # A plan may lack one feature. Two lists in a row mean that it is used up, and asking on is useless.
            if self._unpaid:
                self._end(report, task, unpaid, tally)
                return
            self._refuse(report, task, unpaid.sentence, tally)
            self._unpaid = True
        except (ConnectionLost, TimedOut) as lost:
            # One address may never answer, and others do. Two lists in a row mean that nothing does.
            if self._lost or not self._refusals.answered:
                self._end(report, task, lost, tally)
                return
            self._fail(report, task, lost, tally)
            self._lost = True
        except FATAL_ERRORS as ended:
            self._end(report, task, ended, tally)
            return
        else:
            self._unpaid = self._lost = False
        self._done += 1
        if task.resource is CAMPAIGNS:
            run.names = name_map(read_campaigns(self._connection))

    def _note_lack(self, report: Report, task: Task) -> None:
        """What was lacking of a list that is left alone still is."""
        known = self._ledger.state(task.resource.name, task.scope)
        if known.state == PARTIAL:
            report.of(task.resource.name).worsen(PARTIAL, f"{known.reason}; it is asked for again later")

    async def _run_task(self, run: ActiveRun, task: Task, tally: Tally) -> None:
        report = run.report
        report.of(task.resource.name)
        try:
            await task.strategy.read(task, run)
        except IncompleteListing as stopped:
            if not stopped.goes_on:
                # What was skipped lies behind the cursor: going on from it would never meet it.
                self._ledger.begin_again(task.resource.name, task.scope)
            self._note_stop(report, task, PARTIAL, stopped.reason)
        except (PlanExceeded, *FATAL_ERRORS):
            raise
        except ExportRefused as refused:
            self._refuse(report, task, refused.reason, tally)
        except (BadRequest, Forbidden, NotFound) as refused:
            self._refuse(report, task, refused.sentence, tally)
            self._settle(report, task, refused)
        except ApiError as failed:
            self._fail(report, task, failed, tally)
            self._settle(report, task, failed)
        except BaseException:
            with suppress(sqlite3.Error):
                self._note_stop(report, task, _cut_off(task, PARTIAL), CUT_OFF)
            raise
        else:
            self._refusals.note_answer()
            self._note_unreadable(report, task)

    def _note_unreadable(self, report: Report, task: Task) -> None:
        """A list that was read to its end and has records that were not understood is not known to be complete."""
        campaign = None if task.campaign is None else task.campaign.id
        if count := count_unreadable(self._connection, task.resource.name, campaign):
            report.of(task.resource.name).worsen(PARTIAL, f"{unreadable_words(count)}; {SHOWN_BY}")

    def _settle(self, report: Report, task: Task, refused: ApiError) -> None:
        """End the run when this refusal speaks for every list."""
        error = self._refusals.settle(refused, task.resource.path)
        if error is not None:
            report.end(refused.sentence, error)

    async def _read_summaries(self, report: Report, share: SummaryShare) -> None:
        resource = report.of(SUMMARIES)
        before = self._client.calls
        wants = SummaryWants(self._connection, self._zone, self._context.now())
        try:
            await CampaignSummaries(wants, share).read(self._context, resource)
        except (PlanExceeded, *FATAL_ERRORS) as ended:
            resource.worsen(PARTIAL, ended.sentence)
            report.end(ended.sentence, _kind(ended))
        except ApiError as failed:
            resource.worsen(PARTIAL if resource.seen else FAILED, failed.sentence)
        except BaseException:
            resource.worsen(PARTIAL, CUT_OFF)
            raise
        finally:
            resource.calls += self._client.calls - before

    def _refuse(self, report: Report, task: Task, reason: str, tally: Tally) -> None:
        """Note that a list is not given out; not every project or role has those that are optional."""
        self._ledger.begin_again(task.resource.name, task.scope)
        state = _came_to(tally)
        self._note_stop(report, task, state, reason, excused=task.resource.schedule.optional and state == FAILED)

    def _fail(self, report: Report, task: Task, failed: ApiError, tally: Tally) -> None:
        """Note that this list could not be read this time."""
        self._note_stop(report, task, _cut_off(task, _came_to(tally)), failed.sentence)
        report.error = report.error or ("retry" if failed.retryable else "")

    def _end(self, report: Report, task: Task, ended: ApiError, tally: Tally) -> None:
        state = _cut_off(task, _came_to(tally))
        self._note_stop(report, task, state, ended.sentence)
        report.end(ended.sentence, _kind(ended))

    def _note_stop(self, report: Report, task: Task, state: str, reason: str, *, excused: bool = False) -> None:
        resource = report.of(task.resource.name)
        resource.worsen(PARTIAL if resource.seen else state, reason, excused=excused)
        with transaction(self._connection):
            self._ledger.stop(task.resource.name, task.scope, state=state, reason=reason, as_of=self._context.now())

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
                msgspec.json.encode(report.as_stored()).decode(), report.run_id,
            ),
        )  # fmt: skip


def _came_to(tally: Tally) -> str:
    """What a reading that was stopped came to: partial when it brought records of its own."""
    return PARTIAL if tally.seen else FAILED


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
        "only": None if request.only is None else sorted(request.only),
    }


def _cut_off(task: Task, state: str) -> str:
    """`failed` for a list that is skipped for a while after a reading: the next run asks again; else `state`."""
    schedule = task.resource.schedule
    return FAILED if schedule.min_interval or schedule.keeps else state
