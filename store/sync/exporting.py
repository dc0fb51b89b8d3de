"""A whole reading by export: one CSV job instead of hundreds of pages, checked before it is believed (API §3)."""

from collections.abc import Mapping
from typing import Any

from store.api.addresses import segment
from store.api.errors import ExportUnusable, NotFound
from store.api.exports import export_rows
from store.cache.database import transaction
from store.cache.writer import Context, Writer
from store.sync.report import EXPORTS, ResourceReport
from store.sync.session import Mark, Session
from store.sync.tasks import Task
from store.sync.twins import ExportTwin, read_measure, scale_of

BATCH = 500
WORTH_IT = 2_000
"""Above about this many rows an export costs fewer calls than pages (API §3)."""
JOB_CALLS = 5
"""About what an export takes: create, a few looks, one download."""
CALLS = JOB_CALLS + 3
"""With the records to calibrate its amounts by."""
_SAMPLES = 3
_JOBS = 2


class ExportReading:
    """Reads one task's whole list through its export twin.

    Args:
        session: the run's shared things.
        task: resource and scope; the resource has a twin.
        context: what rows cannot know.
        report: counted into.
        twin: what stands in for the list.
        expected: how many rows the list endpoint says there are; None where there is no list.
        since: only what was created after this instant (UTC text).
    """

    def __init__(
        self,
        session: Session,
        task: Task,
        context: Context,
        report: ResourceReport,
        *,
        twin: ExportTwin,
        expected: int | None = None,
        since: str | None = None,
    ) -> None:
        self._session = session
        self._task = task
        self._twin = twin
        self._since = since
        self._context = context
        self._report = report
        self._expected = expected
        self._writer = Writer(session.connection, task.resource.table)
        self._scales: dict[str, int] = {}
        self._asked_at = session.now()
        self.rows = 0

    async def run(self) -> Mark:
        """Write every row of the export; the caller finishes the sweep. A job that came to nothing is begun again.

        Returns:
            The newest creation it saw.

        Raises:
            ExportUnusable: the export cannot stand in for the list; the reason says why, rows written stay.
            ApiError: reading stopped.
        """
        for _ in range(_JOBS - 1):
            try:
                return await self._run_job()
            except ExportUnusable as unusable:
                if not unusable.passing:
                    raise
                self._tell("export begins again")
        return await self._run_job()

    async def _run_job(self) -> Mark:
        mark = Mark(total=self._expected)
        self.rows = 0
        # The file shows the project as it was when the job began, however long it took.
        self._asked_at = self._session.now()
        held: list[dict[str, str]] = []
        async for row in export_rows(
            self._session.client,
            self._twin.exported_object,
            self._twin.fields,
            order=self._twin.order,
            parameters=self._narrowing(),
            on_state=lambda state: self._tell(f"export {state.lower().replace('_', ' ')}"),
        ):
            self._check_belongs(row)
            held.append(row)
            if len(held) >= BATCH:
                await self._write(held, mark)
                held = []
        if held:
            await self._write(held, mark)
        self._check_count()
        return mark

    def _narrowing(self) -> Mapping[str, Any]:
        campaign = self._task.campaign
        if self._since is not None and self._twin.since:
            return {"filters": {"junction": "and", "created_at": {"conditions": {"$after": [self._since]}}}}
        return {} if campaign is None else self._twin.campaign_parameters(campaign.id)

    def _check_belongs(self, row: Mapping[str, str]) -> None:
        campaign = self._task.campaign
        if campaign is not None and row.get("campaign_id") not in ("", None, campaign.id):
            raise ExportUnusable("the export holds rows of other campaigns")
        if not row.get("id"):
            raise ExportUnusable("the export holds rows without an id")

    async def _write(self, rows: list[dict[str, str]], mark: Mark) -> None:
        await self._calibrate(rows)
        documents = [self._twin.document(row, self._scales) for row in rows]
        session, name, scope = self._session, self._task.resource.name, self._task.scope
        with transaction(session.connection):
            applied, identities = self._writer.apply_export(documents, self._twin.carried, self._context)
            session.ledger.see(name, scope, identities)
        mark.reach(self._writer.newest("created_at", identities), self._asked_at)
        self._report.count(applied)
        self.rows += len(rows)
        self._tell("")

    def _tell(self, note: str) -> None:
        self._session.tell(self._task.resource.name, self._task.scope, note or EXPORTS, self.rows, self._expected)

    async def _calibrate(self, rows: list[dict[str, str]]) -> None:
        """Find out each amount's unit from a record that carries one, before the first is written."""
        for measure in self._twin.measures:
            if measure.name in self._scales:
                continue
            samples = [row for row in rows if measure.carried_by(row)][:_SAMPLES]
            for row in samples:
                document = await self._record(row["id"])
                value = None if document is None else read_measure(document, measure)
                scale = None if value is None else scale_of(row[measure.field], value)
                if scale is not None:
                    self._scales[measure.name] = scale
                    break
            else:
                if samples and measure.needed:
                    raise ExportUnusable(f"the unit of {measure.field} could not be told from the API's own records")
                if samples:
                    self._scales[measure.name] = 0

    async def _record(self, identity: str) -> dict[str, Any] | None:
        path = self._twin.record_path.replace("{id}", segment(identity))
        try:
            return (await self._session.client.get(path)).document()
        except NotFound:
            return None

    def _check_count(self) -> None:
        if self._expected is None:
            return
        held = self._session.ledger.seen_count(self._task.resource.name, self._task.scope)
        if held < self._expected:
            why = f"the export held {held:,} records where the list counts {self._expected:,}"
            raise ExportUnusable(why, passing=True)


async def count_rows(session: Session, task: Task, *, way: int = 0) -> int | None:
    """How many rows the list endpoint says there are: one call for one row; None when it does not say.

    Args:
        session: the run's shared things.
        task: the list.
        way: which of the resource's ways of narrowing to a campaign is asked.

    Raises:
        ApiError: the call failed.
    """
    from store.api.pages import Listing, read_pages

    path, params = task.resource.ways(task.campaign)[way]
    listing = Listing(
        path=path, keys=task.resource.keys, style=task.resource.style, params=params, limit=1,
        order=task.resource.order or None, time_field=task.resource.time_field,
    )  # fmt: skip
    async for page in read_pages(session.client, listing):
        return page.total
    return 0
