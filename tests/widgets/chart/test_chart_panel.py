from dataclasses import replace
from datetime import date, timedelta

import pytest
from textual.app import App, ComposeResult

from widgets.chart.bars import Bar, BarSpec
from widgets.chart.chart_panel import ChartPanel, number_table
from widgets.chart.legend import legend_lines, series_at
from widgets.chart.plot import ChartSeries, ChartSpec, legend, render_chart
from widgets.text import glyphs
from widgets.text.ink import Ink
from widgets.text.lines import Line

DATES = tuple(date(2026, 10, 24) + timedelta(days=index) for index in range(30))
SPEC = ChartSpec(
    "Redemptions [/x]",
    (ChartSeries("succeeded", tuple(range(100, 130))), ChartSeries("failed", (None, *range(1, 30)), role="bad")),
    dates=DATES,
    source_note="rows · 2 min",
    range_note="last 30 days",
)
RANKING = BarSpec("By failure code", (Bar("quantity_exceeded", 3), Bar("[@click=app.bell]x[/]", 1)), label_head="Code")
SIZES = [(80, 24), (160, 45)]


class Host(App[None]):
    def __init__(self, spec: ChartSpec | BarSpec = SPEC) -> None:
        super().__init__()
        self.spec = spec
        self.exports: list[ChartSpec | BarSpec] = []

    def compose(self) -> ComposeResult:
        yield ChartPanel(self.spec)

    def on_chart_panel_export_requested(self, event: ChartPanel.ExportRequested) -> None:
        assert event.control is self.query_one(ChartPanel)
        self.exports.append(event.spec)


def screen(app: App[None]) -> list[str]:
    panel = app.query_one(ChartPanel)
    return [panel.render_line(y).text for y in range(panel.size.height)]


@pytest.mark.parametrize("size", SIZES)
async def test_title_range_source_legend_and_keys_are_there(size: tuple[int, int]) -> None:
    app = Host()
    async with app.run_test(size=size, notifications=True, tooltips=True):
        got = screen(app)
        assert "Redemptions [/x] · last 30 days" in got[0]
        assert "rows · 2 min" in got[0]
        assert "succeeded 3,435" in got[-2]
        assert "failed ≥ 435" in got[-2]
        assert "t table  e export" in got[-1]
        assert {len(row) for row in got} == {size[0]}
        assert any("\u2801" <= char <= "\u28ff" for row in got for char in row)


async def test_t_shows_the_numbers_newest_first_and_scrolls_them() -> None:
    app = Host()
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await pilot.press("tab", "t")
        got = screen(app)
        assert got[1].split()[1:4] == ["DAY", "succeeded", "failed"]
        assert got[2].split()[1:6] == ["22", "Nov", "2026", "129", "29"]
        assert "t plot" in got[-1]
        await pilot.press("j")
        assert screen(app)[2].split()[1:4] == ["21", "Nov", "2026"]
        await pilot.press(*["pagedown"] * 9)
        assert screen(app)[-2].split()[1:6] == ["24", "Oct", "2026", "100", "–"]
        await pilot.press("t", "t")
        assert screen(app)[2].split()[1:4] == ["22", "Nov", "2026"]


async def test_e_asks_for_an_export() -> None:
    app = Host()
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await pilot.press("tab", "e")
        await pilot.pause()
        assert app.exports == [app.spec]


async def test_equal_data_draws_nothing_and_other_data_does() -> None:
    app = Host()
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        panel = app.query_one(ChartPanel)
        before = panel.render_line(3)
        panel.show(ChartSpec(SPEC.title, SPEC.series, DATES, source_note="rows · 2 min", range_note="last 30 days"))
        assert panel.render_line(3) is before
        panel.show(RANKING)
        await pilot.pause()
        got = screen(app)
        assert "By failure code" in got[0]
        assert "[@click=app.bell]x[/]" in got[2]
        assert len(got) == 4


async def test_an_empty_chart_says_why() -> None:
    app = Host(
        ChartSpec("Rollbacks", (ChartSeries("rollbacks", (None,)),), DATES[:1], empty_note="No summary before June.")
    )
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True):
        assert any("No summary before June." in row for row in screen(app))


def test_rankings_have_a_table_too() -> None:
    table = number_table(RANKING, 60)
    assert [words(line).split() for line in table.head] == [["Code", "Count", "Share"]]
    assert words(table.body[0]).split() == ["quantity_exceeded", "3", "75.0", "%"]


def words(line: Line) -> str:
    return "".join(part for part, _ in line)


HUGE = ChartSpec(
    "Money",
    tuple(ChartSeries(f"a series with a long name {index}", (-(2**63), None, 5)) for index in range(5)),
    dates=(date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)),
    bucket="week",
    unit="EUR",
)


@pytest.mark.parametrize("width", [40, 50, 72, 76, 100, 156])
def test_numbers_are_never_cut_but_go_on_below(width: int) -> None:
    table = number_table(HUGE, width)
    assert {len(words(line)) <= width for line in [*table.head, *table.body]} == {True}
    assert words(table.head[0]).startswith("WEEK ")
    lines = len(table.head)
    assert len(table.body) == 3 * lines
    newest, middle, oldest = (
        " ".join(words(line) for line in table.body[start : start + lines]) for start in (0, lines, 2 * lines)
    )
    assert newest.split() == ["16", "Nov", "2026", *["5"] * 5]
    assert middle.split() == ["9", "Nov", "2026", *["–"] * 5]
    assert oldest.split() == ["2", "Nov", "2026", *["-9,223,372,036,854,775,808"] * 5]


def test_columns_are_as_wide_as_their_names_where_there_is_room() -> None:
    chart = ChartSpec(
        "x", (ChartSeries("redemptions", (1,)), ChartSeries("refused", (22,))), dates=DATES[:1], bucket="month"
    )
    table = number_table(chart, 60)
    assert [words(line) for line in table.head] == ["MONTH         redemptions   refused"]
    assert [words(line) for line in table.body] == ["24 Oct 2026             1        22"]


def test_the_label_gives_way_to_its_number() -> None:
    ranking = BarSpec("x", (Bar("a very long failure code indeed", 1_234_567_890_123),), label_head="Failure code")
    table = number_table(ranking, 40)
    assert words(table.body[0]).endswith(" 1,234,567,890,123 100 %")


def test_a_legend_wraps_between_series() -> None:
    chart = ChartSpec("x", tuple(ChartSeries(f"series number {index}", (1,)) for index in range(4)))
    assert len(legend_lines(chart, 50)) == 2
    assert len(legend_lines(chart, 160)) == 1


class ThreeHost(App[None]):
    """An empty chart, one that waits for its values, and one that has them."""

    def compose(self) -> ComposeResult:
        yield ChartPanel(ChartSpec("Empty", (), empty_note="Nothing was made or deleted. " * 8))
        yield ChartPanel(ChartSpec("Waiting", (), empty_note="…", pending=True))
        yield ChartPanel(ChartSpec("Drawn", (ChartSeries("a", (1, 2, 3)),)))


async def test_a_chart_without_values_is_no_higher_than_its_words() -> None:
    async with ThreeHost().run_test(size=(60, 60)) as pilot:
        empty, waiting, drawn = pilot.app.query(ChartPanel)
        words = "\n".join(empty.render_line(y).text for y in range(empty.size.height))
        assert words.count("Nothing") == 8
        assert empty.size.height < 8 < waiting.size.height
        assert waiting.size.height + 1 == drawn.size.height


def test_a_line_along_the_axis_is_told_by_the_legend_alone() -> None:
    low = ChartSeries("rollbacks", (0, 0, 0))
    with_it = ChartSpec("Both", (ChartSeries("redeemed", (3, 5, 1)), low))
    without = ChartSpec("Both", (ChartSeries("redeemed", (3, 5, 1)),))
    assert plotted(with_it) == plotted(without)
    assert plotted(ChartSpec("Zeros", (low,))) != plotted(
        ChartSpec("Zeros", (ChartSeries("unknown", (None, None, None)),))
    )


def plotted(spec: ChartSpec) -> list[str]:
    return [strip.text for strip in render_chart(spec, 40, 9, Ink.bare())]


MANY = ChartSpec(
    "Events",
    (
        ChartSeries("validations", (4000,) * 30), ChartSeries("made", (10,) * 30), ChartSeries("refused", (20,) * 30),
        ChartSeries("undone", (30,) * 30),
    ),
    dates=DATES,
)  # fmt: skip


def legend_row(app: App[None]) -> tuple[int, str]:
    return next((y, row) for y, row in enumerate(screen(app)) if "validations" in row)


async def test_series_are_turned_off_from_the_legend_and_take_a_scale_of_their_own() -> None:
    app = Host(MANY)
    async with app.run_test(size=(100, 30), notifications=True, tooltips=True) as pilot:
        panel = app.query_one(ChartPanel)
        assert "4k┤" in "".join(screen(app))
        await pilot.press("tab", "right", "space")
        assert "[   validations off]" in legend_row(app)[1]
        assert "30┤" in "".join(screen(app)), "the axis follows what is left"
        await pilot.press("space", "s")
        text = "\n".join(screen(app))
        assert "validations 120,000 on the right" in text
        assert "30┤" in text
        assert "├4k" in text
        await pilot.press("right", "s")
        assert "made 300 on the right" in "\n".join(screen(app)), "one series at a time"
        assert "4k┤" in "".join(screen(app))
        await pilot.press("s", "left", "left")
        assert "[" in legend_row(app)[1].split("undone")[0][-6:], "it goes round"
        y, row = legend_row(app)
        await pilot.click(ChartPanel, offset=(row.index("refused") + 2, y))
        assert "refused off" in legend_row(app)[1]
        panel.show(ChartSpec("Events", MANY.series[1:], dates=DATES))
        await pilot.pause()
        assert "refused off" in "\n".join(screen(app)), "another range keeps what was chosen"
        await pilot.press("t")
        assert not panel.check_action("toggle_series", ())


async def test_without_any_series_it_says_what_to_do() -> None:
    app = Host()
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await pilot.press("tab", "space", "right", "space")
        assert "All series are off: space turns one on." in "\n".join(screen(app))


def test_every_place_of_the_legend_belongs_to_its_series() -> None:
    for width in (20, 40, 90):
        lines = ["".join(text for text, _ in line) for line in legend_lines(MANY, width)]
        for number, series in enumerate(MANY.series):
            [(y, x)] = [(y, line.index(series.name)) for y, line in enumerate(lines) if series.name in line]
            assert series_at(MANY, width, y, x) == number
            assert series_at(MANY, width, y, x + len(series.name) - 1) == number
        assert series_at(MANY, width, len(lines), 0) is None
        assert series_at(MANY, width, -1, 0) is None


@pytest.mark.parametrize("chosen", ["unicode", "ascii"])
def test_more_than_three_lines_have_marks_of_their_own(chosen: glyphs.SetName) -> None:
    try:
        glyphs.use(chosen)
        signs = "●▲■◆" if chosen == "unicode" else "o^#*"
        drawn = [strip.text for strip in render_chart(MANY, 90, 14, Ink.bare())][:-2]
        # 30 points, a mark on every fourth: of the last line from point 0 on, of the first from point 3 on.
        assert [sum(row.count(sign) for row in drawn) for sign in signs] == [7, 7, 8, 8]
        assert [sample[1] for sample, *_ in legend(MANY)] == list(signs)
        few = replace(MANY, series=MANY.series[:3])
        assert not any(sign in strip.text for strip in render_chart(few, 90, 14, Ink.bare()) for sign in "▲■◆")
    finally:
        glyphs.use("unicode")
