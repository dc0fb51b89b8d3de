import contextlib
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Label
from textual.worker import WorkerCancelled

from widgets.frame.compositor import FrontCompositor
from widgets.table import row_reading
from widgets.table.columns import TableColumn
from widgets.table.rows import CellText, MemoryRows, Row, RowSource
from widgets.table.virtual_table import VirtualTable
from widgets.text import glyphs

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


class Front(Screen[None]):
    """Drawn as the app's screens are."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = FrontCompositor()


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


async def test_a_million_rows_read_only_what_is_in_sight() -> None:
    source = Synthetic()
    app = Host(source)
    async with run(app) as pilot:
        await settle(app, pilot)
        assert app.table.row_count == MILLION
        assert source.windows == [(0, 200)]
        header = app.lines()[0]
        assert header.split() == ["NAME", "STATE", "REDEEMED", "NOTE", "LAST"]
        assert app.lines()[1].startswith("▌CODE-0 ")
        await pilot.press("G")
        await settle(app, pilot)
        assert app.lines()[0] == header
        assert app.table.cursor == MILLION - 1
        assert app.lines()[-1].startswith("▌CODE-999999")
        assert "999,999" in app.lines()[-1]
        assert len(source.windows) <= 3
        await pilot.press("g")
        await settle(app, pilot)
        assert app.lines()[1].startswith("▌CODE-0 ")


async def test_every_line_has_the_table_s_width_whatever_the_text() -> None:
    names = [
        "日本語のキャンペーン名前名前名前",
        "e\u0301" * 40,
        "\x1b[31mred",
        "[/x][@click=app.quit]",
        "a\u202eb",
        "x" * 300,
    ]
    app = Host()
    async with run(app, (61, 12)) as pilot:
        app.table.show_rows([Row(str(i), (name, name, name, name)) for i, name in enumerate(names)])
        await pilot.pause()
        for line in app.lines():
            assert cell_len(line) == app.table.size.width
            assert "\x1b" not in line
            assert "\u202e" not in line
        assert any("[/x][@click" in line for line in app.lines())


@pytest.mark.parametrize(
    ("keys", "cursor"),
    [
        (["j", "j", "k"], 1),
        (["down", "up", "up"], 0),
        (["pagedown"], 9),
        (["pagedown", "pageup"], 0),
        (["ctrl+d", "ctrl+d", "ctrl+u"], 4),
        (["G"], 99),
        (["end", "home"], 0),
        (["G", "j"], 99),
    ],
)
async def test_keys(keys: list[str], cursor: int) -> None:
    app = Host(MemoryRows([row(i) for i in range(100)]))
    async with run(app, (80, 10)) as pilot:
        await pilot.press(*keys)
        assert app.table.cursor == cursor
        top = app.table.scroll_offset.y
        assert top <= cursor < top + 9
        assert app.lines()[1 + cursor - top].startswith("▌")


async def test_messages_of_a_reader_s_acts() -> None:
    app = Host(MemoryRows([row(i) for i in range(5)]))
    async with run(app) as pilot:
        await pilot.press("j", "enter", "space")
        await pilot.pause()
        kinds = [type(message).__name__ for message in app.heard]
        assert kinds[0] == "RowHighlighted"
        activated = next(m for m in app.heard if isinstance(m, VirtualTable.RowActivated))
        assert (activated.row.id, activated.index) == ("v_1", 1)
        assert app.table.marks == ("v_1",)
        assert app.table.cursor == 2


async def test_marks_outlive_another_order_and_show() -> None:
    app = Host(MemoryRows([row(i) for i in range(5)]))
    async with run(app) as pilot:
        await pilot.press("space", "j", "space")
        assert list(app.table.marks) == ["v_0", "v_2"]
        app.table.show_rows([row(i) for i in reversed(range(5))])
        await pilot.pause()
        assert list(app.table.marks) == ["v_0", "v_2"]
        mark = glyphs.current().mark
        assert [line[1] == mark for line in app.lines()[1:6]] == [False, False, True, False, True]
        await pilot.press("g", "j", "j", "space")
        assert list(app.table.marks) == ["v_0"]
        app.table.clear_marks()
        await pilot.pause()
        last = [m for m in app.heard if isinstance(m, VirtualTable.MarksChanged)][-1]
        assert last.ids == ()


async def test_the_cursor_follows_its_row_to_another_order() -> None:
    app = Host(Locating(1000))
    async with run(app) as pilot:
        await settle(app, pilot)
        await pilot.press("j", "j", "j")
        app.table.replace_source(Locating(1000, reverse=True))
        await settle(app, pilot)
        assert app.table.cursor == 996
        assert app.table.cursor_row == row(3)
        app.table.replace_source(Locating(1000), keep_cursor_on_id=False)
        await settle(app, pilot)
        assert app.table.cursor == 0


@pytest.mark.parametrize(("reverse", "cursor"), [(False, 5), (True, 994)])
async def test_a_move_while_the_next_rows_are_read_is_kept(reverse: bool, cursor: int) -> None:
    app = Host(Locating(1000))
    async with run(app) as pilot:
        await settle(app, pilot)
        await pilot.press("j", "j", "j")
        slow = Locating(1000, reverse=reverse)
        slow.gate.clear()
        app.table.replace_source(slow)
        await pilot.pause()
        await pilot.press("j", "j")
        assert app.table.cursor == 5
        slow.gate.set()
        await settle(app, pilot)
        assert app.table.cursor == cursor
        assert app.table.cursor_row == row(5)


async def test_rows_stay_until_the_next_ones_are_there() -> None:
    app = Host(Synthetic(50))
    async with run(app) as pilot:
        await settle(app, pilot)
        slow = Synthetic(3)
        slow.gate.clear()
        app.table.replace_source(slow)
        await pilot.pause()
        assert app.lines()[1].startswith("▌CODE-0")
        assert app.table.row_count == 50
        slow.gate.set()
        await settle(app, pilot)
        assert app.table.row_count == 3
        assert app.lines()[4].strip() == ""


class SlowToCount(Locating):
    """Rows at once, their number only when the gate opens."""

    def __init__(self, total: int = MILLION) -> None:
        super().__init__(total)
        self.counts = 0
        self.counting = threading.Event()
        self.release = threading.Event()

    def count(self) -> int:
        assert threading.current_thread() is not threading.main_thread()
        self.counts += 1
        self.counting.set()
        self.release.wait(60)
        return self.total


async def counting(pilot: Pilot[None], source: SlowToCount) -> None:
    """Until the rows are there and are being counted."""
    while not source.counting.is_set():
        await pilot.pause(0.01)
    await pilot.pause()


async def test_rows_are_shown_while_they_are_counted() -> None:
    source = SlowToCount()
    app = Host(source)
    async with run(app) as pilot:
        await counting(pilot, source)
        assert app.lines()[1].startswith("▌CODE-0 ")
        assert app.totals == [None]
        await pilot.press("G")
        assert "CODE-199 " in app.lines()[-1]
        source.release.set()
        await settle(app, pilot)
        assert app.totals == [None, MILLION]
        assert app.table.row_count == app.table.virtual_size.height - 1 == MILLION
        await pilot.press("G")
        await settle(app, pilot)
        assert app.lines()[-1].startswith("▌CODE-999999")
        assert source.counts == 1


async def test_the_length_stays_until_the_rows_are_counted_and_the_cursor_comes_back() -> None:
    app = Host(Locating(5_000))
    async with run(app) as pilot:
        await settle(app, pilot)
        fewer = SlowToCount(700)
        app.table.replace_source(fewer)
        await counting(pilot, fewer)
        assert app.table.row_count == 5_000
        await pilot.press("G")
        assert app.table.cursor == 4_999
        fewer.release.set()
        await settle(app, pilot)
        assert app.table.row_count == 700
        assert app.lines()[-1].startswith("▌CODE-699 ")


async def test_a_source_replaced_while_it_is_counted_is_forgotten() -> None:
    source = SlowToCount()
    app = Host(source)
    async with run(app) as pilot:
        await counting(pilot, source)
        app.table.show_rows([row(1), row(2)])
        source.release.set()
        await settle(app, pilot)
        assert (app.table.row_count, app.totals) == (2, [None, 2])


@pytest.mark.parametrize("total", [0, 1, 199])
async def test_rows_whose_end_is_in_sight_are_not_counted(total: int) -> None:
    source = SlowToCount(total)
    app = Host(source)
    async with run(app) as pilot:
        await settle(app, pilot)
        assert (app.table.row_count, source.counts, app.totals) == (total, 0, [total])


async def test_the_cursor_stays_inside_rows_that_have_become_fewer() -> None:
    app = Host(Locating(5_000))
    async with run(app) as pilot:
        await settle(app, pilot)
        await pilot.press("G")
        await settle(app, pilot)
        app.table.replace_source(Locating(300))
        await settle(app, pilot)
        assert (app.table.row_count, app.table.cursor) == (300, 299)
        assert app.lines()[-1].startswith("▌CODE-299 ")


async def test_a_late_answer_of_an_earlier_source_is_dropped() -> None:
    app = Host(Synthetic(50))
    async with run(app) as pilot:
        await settle(app, pilot)
        slow = Synthetic(7)
        slow.gate.clear()
        app.table.replace_source(slow)
        app.table.show_rows([row(1), row(2)])
        slow.gate.set()
        await settle(app, pilot)
        assert app.table.row_count == 2


async def test_lines_that_have_not_arrived_are_quiet() -> None:
    source = Synthetic(10_000)
    app = Host(source)
    async with run(app) as pilot:
        await settle(app, pilot)
        source.gate.clear()
        await pilot.press("G", "enter")
        assert app.lines()[-1].strip() == "▌···"
        assert not any(isinstance(m, VirtualTable.RowActivated) for m in app.heard)
        source.gate.set()
        await settle(app, pilot)
        assert "CODE-9999" in app.lines()[-1]
        assert isinstance(app.heard[-1], VirtualTable.RowHighlighted)
        assert app.heard[-1].index == 9999


async def test_a_source_that_fails_keeps_what_was_shown() -> None:
    class Broken(Synthetic):
        def window(self, start: int, stop: int) -> Sequence[Row]:
            raise OSError("disk went away")

    app = Host(Broken(10))
    async with run(app) as pilot:
        await settle(app, pilot)
        failed = app.heard[-1]
        assert isinstance(failed, VirtualTable.RowsFailed)
        assert str(failed.error) == "disk went away"
        assert "could not be read" in app.lines()[2]
        app.table.show_rows([row(0)])
        app.table.replace_source(Broken(10))
        await settle(app, pilot)
        assert app.lines()[1].startswith("▌CODE-0")


async def test_an_empty_table_says_why() -> None:
    app = Host(Synthetic(0), empty_text="No vouchers cached. Press r to fetch.")
    async with run(app) as pilot:
        await settle(app, pilot)
        assert "No vouchers cached. Press r to fetch." in app.lines()[2]
        await pilot.press("j", "enter", "space", "G")
        assert app.table.cursor == 0
        app.table.set_empty_text("Nothing matches.")
        assert "Nothing matches." in app.lines()[2]


async def test_narrow_drops_columns_and_the_arrows_bring_them_back() -> None:
    app = Host(MemoryRows([row(i) for i in range(3)]))
    async with run(app, (50, 10)) as pilot:
        await pilot.pause()
        assert app.lines()[0].split() == ["NAME", "STATE", "REDEEMED", "NOTE", "LAST"]
        await pilot.resize_terminal(32, 10)
        await pilot.pause()
        assert app.lines()[0].split() == ["›NAME", "STATE", "REDEEMED"]
        await pilot.press(*["right"] * 6)
        assert app.lines()[0].split() == ["›NAME", "NOTE", "LAST"]
        assert app.lines()[1].startswith("▌CODE-0")
        await pilot.press(*["left"] * 4)
        assert "STATE" in app.lines()[0]
        await pilot.resize_terminal(140, 10)
        await pilot.pause()
        assert app.table._plan.hidden == ()
        assert "end" in app.lines()[1]


async def test_rows_that_come_into_sight_move_no_column_and_no_number_is_cut() -> None:
    rows = [Row(str(i), ("n", "s", "1", "", "")) for i in range(1500)]
    rows[1200] = Row("long", ("name " * 20, "state " * 9, "12,345,678.90 pts", "note", "end"))
    rows[1201] = Row("longer", ("name", "state", "12,345 of 1,000,000 uses", "", ""))
    app = Host(MemoryRows(rows))
    async with run(app, (80, 12)) as pilot:
        await pilot.pause()
        header = app.lines()[0]
        app.table.cursor = 1200
        await pilot.pause()
        assert app.lines()[0] == header
        assert " 12.3M pts" in app.lines()[-1]
        app.table.cursor = 1201
        await pilot.pause()
        assert app.lines()[-1].rstrip().endswith(" ##########")
        app.table.show_rows([*rows[:3], Row("4", ("n", "s", "98,765,432,109.00 pts", "", ""))])
        await pilot.pause()
        assert "98,765,432,109.00 pts" in app.lines()[4]


async def test_mouse_moves_opens_and_sorts() -> None:
    app = Host(MemoryRows([row(i) for i in range(50)]))
    async with run(app, (80, 12)) as pilot:
        await pilot.click(app.table, offset=(5, 4))
        assert app.table.cursor == 3
        await pilot.click(app.table, offset=(5, 4))
        await pilot.pause()
        assert any(isinstance(m, VirtualTable.RowActivated) and m.index == 3 for m in app.heard)
        await pilot.click(app.table, offset=(3, 0))
        await pilot.pause()
        asked = app.heard[-1]
        assert isinstance(asked, VirtualTable.SortRequested)
        assert asked.column_id == "name"


async def test_the_header_shows_the_order() -> None:
    app = Host(MemoryRows([row(0)]))
    async with run(app) as pilot:
        app.table.set_sort("count", descending=True)
        await pilot.pause()
        assert "▼REDEEMED" in app.lines()[0]
        app.table.set_sort("name")
        assert "NAME▲" in app.lines()[0]
        app.table.set_sort(None)
        assert "▲" not in app.lines()[0]


async def test_the_cursor_stays_in_sight_when_the_terminal_shrinks() -> None:
    app = Host(MemoryRows([row(i) for i in range(100)]))
    async with run(app, (80, 40)) as pilot:
        await pilot.press(*["j"] * 30)
        await pilot.resize_terminal(80, 10)
        await pilot.pause()
        await pilot.pause()
        top = app.table.scroll_offset.y
        assert top <= 30 < top + 9
        assert app.table.cursor == 30


async def test_a_cursor_move_redraws_two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Host(MemoryRows([row(i) for i in range(100)]))
    async with run(app) as pilot:
        await pilot.pause()
        drawn: list[int] = []
        draw = app.table.render_line

        def spy(y: int) -> Strip:
            drawn.append(y)
            return draw(y)

        monkeypatch.setattr(app.table, "render_line", spy)
        await pilot.press("j")
        await pilot.pause()
        assert sorted(set(drawn)) == [1, 2]


async def test_equal_neighbours_are_one_segment_and_themes_redraw() -> None:
    app = Host(MemoryRows([row(i) for i in range(3)]))
    async with run(app) as pilot:
        await pilot.pause()
        assert len(list(app.table.render_line(1))) == 1, "the cursor's row"
        assert len(list(app.table.render_line(2))) == 3, "text, status, text"
        before = next(iter(app.table.render_line(2))).style
        app.theme = "textual-light"
        await pilot.pause()
        assert next(iter(app.table.render_line(2))).style != before


async def test_the_scrollbar_takes_no_cell_from_the_last_column() -> None:
    app = Host()
    async with run(app, (61, 8)) as pilot:
        app.table.show_rows([Row(str(i), ("name", "state", f"{i:,}!", "n", "last")) for i in range(2000)])
        await pilot.pause()
        assert app.table.show_vertical_scrollbar
        lines = app.lines()
        assert {cell_len(line) for line in lines} == {60}
        assert lines[1].endswith("last")


class StoppedCount(SlowToCount):
    """A count that goes on until it is stopped."""

    def stop(self) -> None:
        self.release.set()


@pytest.mark.parametrize("way", ["replaced", "removed"])
async def test_a_call_whose_rows_are_not_wanted_is_stopped(way: str) -> None:
    source = StoppedCount()
    app = Host(source)
    async with run(app) as pilot:
        await counting(pilot, source)
        if way == "replaced":
            app.table.replace_source(Synthetic(3))
        else:
            await app.table.remove()
        await pilot.pause()
        assert source.release.is_set()


class Growing(Synthetic):
    """A source that finds three rows bit by bit, one each time it is told to go on."""

    is_whole = False

    def __init__(self) -> None:
        super().__init__(0)
        self.steps = [threading.Event() for _ in range(3)]
        self.may_end = threading.Event()

    def find_all(self, report: Callable[[int], None]) -> int:
        for number, step in enumerate(self.steps, 1):
            step.wait(60)
            self.total = number
            report(number)
        self.may_end.wait(60)
        self.is_whole = True
        return self.total

    def last(self, most: int) -> Sequence[Row]:
        return self.window(max(0, self.total - most), self.total)

    def stop(self) -> None:
        for event in (*self.steps, self.may_end):
            event.set()


async def test_rows_are_shown_as_they_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_reading, "_TOLD", 0.0)
    source = Growing()
    app = Host(source, empty_text="No voucher matches.")
    async with run(app) as pilot:
        while not app.totals:
            await pilot.pause(0.01)
        app.table.set_empty_text("No voucher matches, told later.")
        assert (app.totals, "Still looking…" in "".join(app.lines())) == ([None], True), "nothing yet is not nothing"
        for number, step in enumerate(source.steps, 1):
            step.set()
            while app.table.blocks.row(number - 1) is None:
                await pilot.pause(0.01)
            assert app.lines()[number].lstrip("▌ ").startswith(f"CODE-{number - 1} ")
            assert app.totals[-1] is None, "not counted yet"
        assert app.table.row_count == 3
        source.may_end.set()
        await settle(app, pilot)
        assert (app.totals[-1], app.table.row_count) == (3, 3)


class Uncounted(Synthetic):
    """A source that tells its last rows before it has counted all; the other end may take its time."""

    is_whole = True

    def __init__(self, total: int, told: int) -> None:
        super().__init__(total)
        self.told = told
        self.may_end = threading.Event()

    def find_all(self, report: Callable[[int], None]) -> int:
        self.may_end.wait(60)
        return self.total

    def last(self, most: int) -> Sequence[Row]:
        return self.window(self.total - min(most, self.told), self.total)

    def stop(self) -> None:
        self.may_end.set()


async def until(app: Host, pilot: Pilot[None], row_id: str) -> None:
    """Wait for the cursor to stand on a row that was read."""
    while app.table.cursor_row is None or app.table.cursor_row.id != row_id:
        await pilot.pause(0.01)


@pytest.mark.parametrize("told", [1_000, 7, 0])
async def test_the_end_is_shown_before_anybody_knows_how_many_rows_come_before_it(told: int) -> None:
    source = Uncounted(12_345, told)
    app = Host(source)
    async with run(app) as pilot:
        await until(app, pilot, "v_0")
        await pilot.press("G")
        if told:
            await until(app, pilot, "v_12344")
        shown = app.lines()
        if told >= 400:
            assert [line.split()[0].lstrip("▌") for line in shown[1:]] == [f"CODE-{n}" for n in range(12_322, 12_345)]
            app.table.action_move(-500)
            await pilot.pause()
            assert app.table.cursor_row is None, "nobody knows which row this is"
            app.table.action_move(500)
            assert app.lines() == shown
        assert (app.totals, max(source.windows[:-1], default=(0, 0))) == ([None], (0, 200)), "no rows of wrong places"
        source.may_end.set()
        await settle(app, pilot)
        assert (app.totals[-1], app.table.cursor) == (12_345, 12_344)
        assert app.lines() == shown or told < 400, "nothing moves when they are counted"
        assert app.lines()[-2].split()[0] == "CODE-12343"
        await pilot.press("g")
        await until(app, pilot, "v_0")


async def test_a_table_that_goes_while_it_scrolls_leaves_the_screen_alive() -> None:
    app = Host(Synthetic(1_000))
    async with run(app) as pilot:
        await settle(app, pilot)
        app.table.action_move_page(1)
        await app.table.remove()
        await app.mount(Label("still here"))
        await settle(app, pilot)
        assert "still here" in str(app.screen._compositor.render_strips()[0].text)
        assert app._batch_count == 0
