"""The records of an action: a table of several, and all of the one under the cursor, or of the only one."""

from datetime import tzinfo
from typing import Self

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll

from tui.actions.job import Job
from tui.actions.rows import COLUMNS, result_rows
from tui.actions.words import plan_fields, result_fields
from widgets.panel.panel import DetailPanel, PanelData
from widgets.table.virtual_table import VirtualTable
from widgets.text import glyphs


class ActionRecords(Vertical):
    """What is changed, by which request, and what became of it.

    Args:
        job: what is known of the records.
        currency: the project's, if it is set.
        zone: the project's.
    """

    DEFAULT_CSS = """
    ActionRecords { height: 1fr; }
    ActionRecords VirtualTable { display: none; }
    ActionRecords > VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size: 1 1; }
    ActionRecords.-several VirtualTable { display: block; height: 1fr; }
    ActionRecords.-several > VerticalScroll { height: auto; max-height: 60%; }
    """

    def __init__(self, job: Job, currency: str | None, zone: tzinfo) -> None:
        super().__init__()
        self._job, self._currency, self._zone = job, currency, zone
        self.set_class(self.is_several, "-several")

    def compose(self) -> ComposeResult:
        """Table and details."""
        table = VirtualTable(COLUMNS)
        table.leaves_enter = True
        yield table
        with VerticalScroll():
            yield DetailPanel(PanelData(""))

    @property
    def is_several(self) -> bool:
        """Whether there is a table."""
        return len(self._job.records) > 1

    @property
    def table(self) -> VirtualTable:
        """The table."""
        return self.query_one(VirtualTable)

    def focus(self, scroll_visible: bool = True) -> Self:
        """Keys belong to the rows, or scroll the only one."""
        (self.table if self.is_several else self.query_one(VerticalScroll)).focus(scroll_visible)
        return self

    def show(self, at: str = "") -> None:
        """Show what is known by now; the cursor stays on its record, or goes to the one that is named."""
        job = self._job
        if self.is_several:
            names = dict(zip(job.records, job.titles, strict=True))
            self.table.show_rows(result_rows(job, names, self._currency, self._zone))
            if at:
                self.table.cursor = job.records.index(at)
        self._show_details()

    @on(VirtualTable.RowHighlighted)
    def _highlighted(self, message: VirtualTable.RowHighlighted) -> None:
        message.stop()
        self._show_details()

    def _show_details(self) -> None:
        job, row = self._job, self.table.cursor_row if self.is_several else None
        record = row.id if row is not None else job.records[0]
        plan, result = job.plan_of(record), job.results.get(record)
        fields = result_fields(result) if result is not None else []
        if plan is not None:
            fields += plan_fields(plan, self._currency, self._zone)
        title = job.title_of(record)
        named = title if record in title else f"{title} {glyphs.current().dot} {record}"
        empty = job.prepared.left_out.get(record, "It is read when its turn comes.")
        self.query_one(DetailPanel).show(PanelData(named, tuple(fields), empty_note=empty))
