"""Lists that no endpoint shows, but an export does."""

from dataclasses import replace

from store.api.errors import BadRequest, ExportUnusable, Forbidden, IncompleteListing, NotFound
from store.cache.ledger import FULL_REFRESH
from store.sync.context import LOOKBACK_WINDOW, ActiveRun, earlier
from store.sync.exporting import JOB_CALLS, ExportReading, ExportRefused, reason_of
from store.sync.pricing import Bound, Price, RowCount
from store.sync.reading import CREATED, TaskReading
from store.sync.report import EXPORTS
from store.sync.resource import Known, Strategy, Task


class ExportOnly(Strategy):
    """By export, from the last known instant where it can be narrowed to one; then the other rows are left alone."""

    async def read(self, task: Task, run: ActiveRun) -> None:
        """Read the export; a job the server gives up is `ExportRefused`."""
        mapping = task.resource.export
        if mapping is None:
            raise ValueError(f"{task.resource.name} has no export")
        if run.stuck:
            raise IncompleteListing(f"not asked for: an export of this run got stuck ({run.stuck})")
        reading = TaskReading(task, run)
        reading.report.use(EXPORTS)
        state = reading.known.own
        cached_to = state.created_watermark if mapping.since and not run.request.full else None
        since = None if cached_to is None else earlier(cached_to, LOOKBACK_WINDOW)
        window = reading.window(FULL_REFRESH if since is None else CREATED, fresh=True)
        try:
            progress = await ExportReading(reading, mapping, since=since).run()
        except ExportUnusable as unusable:
            # One job that never begins is enough to wait for in a run.
            run.stuck = unusable.reason if unusable.stuck else ""
            if unusable.refused:
                raise ExportRefused(unusable.reason) from None
            raise IncompleteListing(unusable.reason) from None
        if mapping.since:
            await reading.settle(window, replace(state, created_watermark=progress.watermark or cached_to))
        else:
            await reading.finish_full_refresh(window, progress)

    def price(self, known: Known, _: RowCount, /) -> Price:
        """A job, however much it brings."""
        # How often a job must be asked for depends on the server.
        why = "no list exists" if known.from_start else "no list exists; only what is new"
        return Price(JOB_CALLS, Bound.ABOUT, why, EXPORTS)


class ProjectExport(ExportOnly):
    """One export of the project in place of each campaign's list, which is read where the export is refused."""

    async def read(self, task: Task, run: ActiveRun) -> None:
        """Read the export, or leave it to the campaigns' lists."""
        try:
            await super().read(task, run)
        except (BadRequest, ExportRefused, Forbidden, IncompleteListing, NotFound) as refused:
            run.context.ledger.begin_again(task.resource.name, task.scope)
            run.by_campaign.add(task.resource.name)
            run.report.of(task.resource.name).note(f"read campaign by campaign: {reason_of(refused)}")

    def price(self, known: Known, _: RowCount, /) -> Price:
        """A job in place of a call or more for each campaign."""
        new = "" if known.from_start else "; only what is new"
        return Price(JOB_CALLS, Bound.ABOUT, f"one job for all campaigns{new}; by campaign if it is refused", EXPORTS)
