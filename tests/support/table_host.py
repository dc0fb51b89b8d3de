"""An app that shows one table over rows made up as they are asked for."""

import contextlib
import threading
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen
from textual.worker import WorkerCancelled

from tests.support.hosting import Front
from widgets.table.columns import TableColumn
from widgets.table.rows import CellText, Row, RowSource
from widgets.table.virtual_table import VirtualTable

COLUMNS = (
    TableColumn("name", "Name", 16, flex=1, priority=9),
    TableColumn("state", "State", 12, priority=5),
    TableColumn("count", "Redeemed", 10, kind="number", priority=7),
    TableColumn("note", "Note", 30, priority=1),
    TableColumn("last", "Last", 20, priority=0),
)


MILLION = 1_000_000


def row(index: int) -> Row:
    return Row(f"v_{index}", (f"CODE-{index}", CellText("● active", "good"), f"{index:,}", f"note {index}", "end"))


class Synthetic:
    """Rows made up as they are asked for; counts the calls and refuses to be called by the event loop."""

    def __init__(self, total: int = MILLION, *, reverse: bool = False) -> None:
        self.total = total
        self.reverse = reverse
        self.windows: list[tuple[int, int]] = []
        self.gate = threading.Event()
        self.gate.set()

    def count(self) -> int:
        assert threading.current_thread() is not threading.main_thread()
        self.gate.wait(10)
        return self.total

    def window(self, start: int, stop: int) -> Sequence[Row]:
        assert threading.current_thread() is not threading.main_thread()
        self.gate.wait(10)
        self.windows.append((start, stop))
        return [row(self.total - 1 - i if self.reverse else i) for i in range(start, min(stop, self.total))]


class Locating(Synthetic):
    def index_of(self, row_id: str) -> int | None:
        index = int(row_id[2:])
        return (self.total - 1 - index if self.reverse else index) if index < self.total else None


class Host(App[None]):
    def __init__(self, source: RowSource | None = None, *, empty_text: str = "Nothing here.") -> None:
        super().__init__()
        self.table = VirtualTable(COLUMNS, source, empty_text=empty_text)
        self.heard: list[Message] = []
        self.totals: list[int | None] = []

    def get_default_screen(self) -> Screen[None]:
        return Front()

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.table.focus()

    def on_virtual_table_row_highlighted(self, message: VirtualTable.RowHighlighted) -> None:
        self.heard.append(message)

    def on_virtual_table_row_activated(self, message: VirtualTable.RowActivated) -> None:
        self.heard.append(message)

    def on_virtual_table_marks_changed(self, message: VirtualTable.MarksChanged) -> None:
        self.heard.append(message)

    def on_virtual_table_sort_requested(self, message: VirtualTable.SortRequested) -> None:
        self.heard.append(message)

    def on_virtual_table_rows_loaded(self, message: VirtualTable.RowsLoaded) -> None:
        self.totals.append(message.total)

    def on_virtual_table_rows_failed(self, message: VirtualTable.RowsFailed) -> None:
        self.heard.append(message)

    def lines(self) -> list[str]:
        return [self.table.render_line(y).text for y in range(self.table.size.height)]

    async def settle(self) -> None:
        # A source that was replaced has its workers cancelled.
        with contextlib.suppress(WorkerCancelled):
            await self.workers.wait_for_complete()


def run(app: App[None], size: tuple[int, int] = (80, 24)) -> AbstractAsyncContextManager[Pilot[None]]:
    return app.run_test(size=size, notifications=True, tooltips=True)


async def settle(app: Host, pilot: Pilot[None]) -> None:
    for _ in range(4):
        await app.settle()
        await pilot.pause()
