"""Rows that are counted, found and read while a table shows them: nothing waits, nothing late is taken."""

import threading
from collections.abc import Callable, Sequence

import pytest
from textual.pilot import Pilot

from tests.support.table_host import MILLION, Host, Locating, Synthetic, row, run, settle
from widgets.table import row_reading
from widgets.table.blocks import Blocks
from widgets.table.rows import MemoryRows, Row
from widgets.table.virtual_table import VirtualTable


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
    """A source of three rows. It finds the next one each time the test says so."""

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
            assert app.table.cursor_row is None, "the rows between the first and the last are not read yet"
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


@pytest.mark.parametrize(("total", "cursor", "sight", "read"), [
    (1_000, 100, (10, 11), (0, 200, None)),
    (1_000, 205, (4, 17), (200, 200, None)),
    (1_000, 205, (10, 11), (0, 400, None)),
    (1_000, 195, (0, 21), (0, 400, None)),
    (450, 430, (40, 0), (200, 250, 450)),
    (450, 449, (0, 30), (400, 50, 450)),
    (450, 900, (10, 11), (400, 50, 450)),
])  # fmt: skip
def test_a_source_is_opened_with_all_that_is_in_sight(
    total: int, cursor: int, sight: tuple[int, int], read: tuple[int, int, int | None]
) -> None:
    opened = row_reading.open_source(MemoryRows([row(i) for i in range(total)]), None, cursor, Blocks(), sight)
    assert (opened.start, len(opened.rows), opened.total) == read
    assert opened.rows[0].id == row(read[0]).id
