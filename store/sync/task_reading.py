"""Reading one task the way that suits it: by pages, by its export, or code by code."""

from dataclasses import replace
from datetime import tzinfo

from store.api.errors import ExportUnusable, IncompleteListing
from store.cache.journal import Moment
from store.cache.ledger import SWEEP
from store.cache.writer import Context
from store.sync.catalogue import Strategy
from store.sync.descent import OVERLAP
from store.sync.exporting import WORTH_IT, ExportReading, count_rows
from store.sync.members import MembersReading
from store.sync.reading import CREATED, ListReading
from store.sync.report import EXPORTS, PAGES, Report, ResourceReport
from store.sync.session import Session, earlier
from store.sync.tasks import AUTO, EXPORTS_FIRST, PAGES_ONLY, SyncRequest, Task
from store.sync.twins import ExportTwin


class ExportRefused(ExportUnusable):
    """The server took the job of a list that only an export shows, and gave it up."""


class TaskReading:
    """Reads the tasks of one run.

    Args:
        session: the run's shared things.
        request: what was asked.
        report: counted into.
        started_at: when the run began (UTC text).
        zone: the project's time zone.

    Attributes:
        names: unambiguous campaign names to ids, for rows that carry only the name.
    """

    def __init__(self, session: Session, request: SyncRequest, report: Report, started_at: str, zone: tzinfo) -> None:
        self._session = session
        self._request = request
        self._report = report
        self._started_at = started_at
        self._zone = zone
        self._stuck = ""
        self.names: dict[str, str] = {}

    def follow(self, request: SyncRequest) -> None:
        """Go on with what the request has come to."""
        self._request = request

    async def read(self, task: Task) -> None:
        """Bring one list up to date.

        Raises:
            ApiError: reading stopped; what was read is kept.
            ExportRefused: see there.
        """
        resource, report = task.resource, self._report.of(task.resource.name)
        known = self._session.ledger.state(resource.name, task.scope)
        context = Context(
            zone=self._zone,
            moment=Moment(self._report.run_id, self._started_at, known.completed_at),
            campaign_id=None if task.campaign is None else task.campaign.id,
            campaign_ids=self.names,
            journal_new=known.completed_at is not None,
        )
        if resource.members and task.campaign is not None:
            codes = MembersReading(self._session, task, task.campaign, context, report)
            await codes.run(limit=self._request.most_members, full=self._request.full)
            return
        reading = ListReading(self._session, task, context, report)
        if resource.strategy is Strategy.EXPORT:
            if resource.twin is not None:
                await self._read_export_only(task, reading, context, resource.twin)
            return
        state = await reading.begin(full=self._request.full)
        whole = self._request.full or state.completed_at is None
        if whole and await self._read_by_export(task, reading, context, report):
            return
        await reading.run(state, full=self._request.full)

    async def _read_by_export(self, task: Task, reading: ListReading, context: Context, report: ResourceReport) -> bool:
        """Read a list whole through its export where that is asked for or cheaper; False to page it instead."""
        via = self._request.via
        if via == PAGES_ONLY or self._stuck:
            return False
        if task.resource.twin is None:
            if via == EXPORTS_FIRST and task.resource.no_export:
                report.note(f"paged: {task.resource.no_export}")
            return False
        begun = self._session.ledger.window(task.resource.name, task.scope, SWEEP)
        # Pages go on where they stopped; an export that was cut off has no such place and is made again.
        if via == AUTO and begun is not None and begun.resume is not None:
            return False
        expected = await count_rows(self._session, task)
        if expected is None or (via == AUTO and expected <= WORTH_IT) or expected == 0:
            return False
        report.use(EXPORTS)
        window = reading.window(SWEEP, fresh=True)
        try:
            export = ExportReading(self._session, task, context, report, twin=task.resource.twin, expected=expected)
            mark = await export.run()
        except ExportUnusable as unusable:
            self._note_stuck(unusable)
            report.use(PAGES)
            report.note(f"paged: {unusable.reason}")
            reading.window(SWEEP, fresh=True)
            return False
        reading.finish_sweep(window, mark)
        return True

    async def _read_export_only(self, task: Task, reading: ListReading, context: Context, twin: ExportTwin) -> None:
        """Read what no list endpoint shows; an export that can be narrowed to new rows leaves the others alone."""
        if self._stuck:
            raise IncompleteListing(f"not asked for: an export of this run got stuck ({self._stuck})")
        report = self._report.of(task.resource.name)
        report.use(EXPORTS)
        state = reading.known_state()
        held = state.created_watermark if twin.since and not self._request.full else None
        since = None if held is None else earlier(held, OVERLAP)
        window = reading.window(SWEEP if since is None else CREATED, fresh=True)
        try:
            mark = await ExportReading(self._session, task, context, report, twin=twin, since=since).run()
        except ExportUnusable as unusable:
            self._note_stuck(unusable)
            if unusable.refused:
                raise ExportRefused(unusable.reason) from None
            raise IncompleteListing(unusable.reason) from None
        if since is None and not twin.since:
            reading.finish_sweep(window, mark)
        else:
            reading.settle(window, replace(state, created_watermark=mark.held or held))

    def _note_stuck(self, unusable: ExportUnusable) -> None:
        """One job that never begins is enough to wait for in a run."""
        if unusable.stuck:
            self._stuck = unusable.reason
