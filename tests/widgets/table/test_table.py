import pytest
from rich.cells import cell_len
from textual.strip import Strip
from textual.widgets import Label

from tests.support.table_host import MILLION, Host, Locating, Synthetic, row, run, settle
from widgets.table.rows import MemoryRows, Row
from widgets.table.virtual_table import VirtualTable
from widgets.text import glyphs


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
