"""A complete reading by export: one CSV job instead of hundreds of pages, checked before it is believed (API §3)."""

from collections.abc import Mapping
from typing import Any

from store.api.addresses import segment
from store.api.errors import ApiError, ExportUnusable, IncompleteListing, NotFound
from store.api.exports import export_rows
from store.cache.page import times_of
from store.sync.export_mappings import ExportMapping, read_amount, scale_of
from store.sync.reading import TaskReading
from store.sync.report import EXPORTS
from store.sync.resume import PassProgress

BATCH = 500
WORTH_IT = 2_000
"""Above about this many rows an export costs fewer calls than pages (API §3)."""
JOB_CALLS = 5
"""About what an export takes: create, a few looks, one download."""
CALLS = JOB_CALLS + 3
"""With the records to calibrate its amounts by."""
SPARE_ROWS = 10_000
"""An export with more rows than twice the list's count and these is given up as endless."""
MOST_ROWS = 5_000_000
"""The limit where there is no count."""
_SAMPLES = 3
_JOBS = 2


class ExportRefused(ExportUnusable):
    """The server took the job of a list that only an export shows, and gave it up."""


class ExportReading:
    """Reads all of one task's list through an export.

    Args:
        reading: of the task.
        mapping: how the export replaces the list.
        expected: how many rows the list endpoint says there are; None where there is no list.
        since: only what was created after this instant (UTC text).
    """

    def __init__(
        self, reading: TaskReading, mapping: ExportMapping, *, expected: int | None = None, since: str | None = None
    ) -> None:
        self._context = reading.context
        self._reading = reading
        self._task = reading.task
        self._mapping = mapping
        self._since = since
        self._expected = expected
        self._scales: dict[str, int] = {}
        self._asked_at = self._context.now()
        self.rows = 0

    async def run(self) -> PassProgress:
        """Write every row of the export; the caller writes the verdict. A job that came to nothing is begun again.

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

    async def _run_job(self) -> PassProgress:
        progress = PassProgress(total=self._expected)
        self.rows = 0
        # The file shows the project as it was when the job began, however long it took.
        self._asked_at = self._context.now()
        batch: list[dict[str, str]] = []
        async for row in export_rows(
            self._context.client,
            self._mapping.exported_object,
            self._mapping.fields,
            order=self._mapping.order,
            parameters=self._narrowing(),
            on_state=lambda state: self._tell(f"export {state.lower().replace('_', ' ')}"),
        ):
            self._check_belongs(row)
            batch.append(row)
            if len(batch) >= BATCH:
                await self._write(batch, progress)
                batch = []
        if batch:
            await self._write(batch, progress)
        await self._check_count()
        return progress

    def _narrowing(self) -> Mapping[str, Any]:
        campaign = self._task.campaign
        if self._since is not None and self._mapping.since:
            return {"filters": {"junction": "and", "created_at": {"conditions": {"$after": [self._since]}}}}
        return {} if campaign is None else self._mapping.campaign_parameters(campaign.id)

    def _check_belongs(self, row: Mapping[str, str]) -> None:
        campaign = self._task.campaign
        if campaign is not None and row.get("campaign_id") not in ("", None, campaign.id):
            raise ExportUnusable("the export has rows of other campaigns")
        if not row.get("id"):
            raise ExportUnusable("the export has rows without an id")

    def _check_ends(self) -> None:
        most = MOST_ROWS if self._expected is None else 2 * self._expected + SPARE_ROWS
        if self.rows > most:
            raise ExportUnusable(f"its file has more than {most:,} rows, and was given up there")

    async def _write(self, rows: list[dict[str, str]], progress: PassProgress) -> None:
        self._check_ends()
        await self._calibrate(rows)
        documents = [self._mapping.document(row, self._scales) for row in rows]
        reading = self._reading
        with self._context.batch.page():
            applied, identities = reading.writer.apply_export(documents, self._mapping.carried, reading.origin)
            if self._since is None:
                reading.see([*identities, *applied.malformed])
        times = times_of(self._context.connection, reading.writer.spec, "created_at", identities, applied)
        progress.advance(max(times.values(), default=None), self._asked_at)
        reading.report.count(applied)
        self.rows += len(rows)
        self._tell("")

    def _tell(self, note: str) -> None:
        self._context.tell(self._task.resource.name, self._task.scope, note or EXPORTS, self.rows, self._expected)

    async def _calibrate(self, rows: list[dict[str, str]]) -> None:
        """Find out each amount's unit from a record that carries one, before the first is written."""
        for amount in self._mapping.amounts:
            if amount.name in self._scales:
                continue
            samples = [row for row in rows if amount.carried_by(row)][:_SAMPLES]
            for row in samples:
                document = await self._record(row["id"])
                value = None if document is None else read_amount(document, amount)
                scale = None if value is None else scale_of(row[amount.field], value)
                if scale is not None:
                    self._scales[amount.name] = scale
                    break
            else:
                if samples and amount.needed:
                    raise ExportUnusable(
                        f"the unit of {amount.field} could not be worked out from the API's own records"
                    )
                if samples:
                    self._scales[amount.name] = 0

    async def _record(self, identity: str) -> dict[str, Any] | None:
        path = self._mapping.record_path.replace("{id}", segment(identity))
        try:
            return (await self._context.client.get(path)).document()
        except NotFound:
            return None

    async def _check_count(self) -> None:
        if self._expected is None:
            return
        seen = (await self._reading.gather_seen()).count()
        if seen < self._expected:
            why = f"the export had {seen:,} records where the list counts {self._expected:,}"
            raise ExportUnusable(why, passing=True)


def reason_of(refused: ApiError) -> str:
    """Why an export brought nothing, as a clause or a sentence."""
    return refused.reason if isinstance(refused, ExportUnusable | IncompleteListing) else refused.sentence
