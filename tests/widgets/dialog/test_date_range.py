from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App
from textual.widgets import Input, Label

from store.words import Bucket
from widgets.dialog.date_presets import PRESETS, DateRange, between, parse_day, preset, previous
from widgets.dialog.date_range import DateChoice, DateRangeDialog

TODAY = date(2026, 11, 20)
DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@given(DAYS)
def test_presets_hold_today_or_end_before_it(today: date) -> None:
    for name, make in PRESETS.items():
        got = make(today)
        if got.start is None or got.end is None:
            assert name == "all"
            assert previous(got) is None
            continue
        assert got.start <= got.end
        assert (got.start <= today <= got.end) == (name != "last_month")


@pytest.mark.parametrize(
    ("shown", "start", "end"),
    [
        (preset("this_month", TODAY), date(2026, 10, 1), date(2026, 10, 31)),
        (preset("this_year", TODAY), date(2025, 1, 1), date(2025, 12, 31)),
        (preset("7d", TODAY), date(2026, 11, 7), date(2026, 11, 13)),
        (preset("today", TODAY), date(2026, 11, 19), date(2026, 11, 19)),
    ],
)
def test_whole_months_and_years_compare_with_whole_ones(shown: DateRange, start: date, end: date) -> None:
    before = previous(shown)
    assert before is not None
    assert (before.start, before.end) == (start, end)


def test_there_is_nothing_before_the_first_day() -> None:
    assert previous(between(date.min, date.min + timedelta(days=3))) is None


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-11-02", date(2026, 11, 2)),
        (" 2.11.2026 ", date(2026, 11, 2)),
        ("2 Nov 2025", date(2025, 11, 2)),
        ("2 november", date(2026, 11, 2)),
        ("24 Dec", date(2025, 12, 24)),
        ("29 feb", date(2024, 2, 29)),
        ("Today", TODAY),
        ("yesterday", date(2026, 11, 19)),
        ("7d", date(2026, 11, 13)),
        ("-7 d", date(2026, 11, 13)),
        ("", None),
    ],
)
def test_days_are_read_as_typed(typed: str, day: date | None) -> None:
    assert parse_day(typed, TODAY) == day


@pytest.mark.parametrize(
    "typed", ["2026-02-30", "31.11.2026", "soon", "[/x]", "30 feb", "12 foo", "2026-13-01", "0 Jan"]
)
def test_what_is_no_day_is_refused_in_words(typed: str) -> None:
    with pytest.raises(ValueError, match=r"“.*”"):
        parse_day(typed, TODAY)


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_a_clear_error(typed: str) -> None:
    said = ""
    try:
        parse_day(typed, TODAY)
    except ValueError as error:
        said = str(error)
    assert said == "" or said.endswith(("in the calendar.", "today or 7d."))


def test_a_range_may_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match=r"ends .* before it starts"):
        between(TODAY, date(2026, 11, 1))


class Host(App[None]):
    def __init__(self, own: DateRange | None = None) -> None:
        super().__init__()
        self.own = own
        self.chosen: list[DateChoice | None] = []

    def on_mount(self) -> None:
        choice = DateChoice(preset("30d", TODAY))
        self.push_screen(DateRangeDialog(choice, TODAY, own=self.own, zone_name="Europe/Warsaw"), self.chosen.append)


def screen_text(app: App[None]) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def note(app: App[None]) -> str:
    return str(app.screen.query_one("#range-note", Label).content)


@pytest.mark.parametrize("size", [(80, 24), (160, 45), (60, 16)])
async def test_a_preset_is_taken_with_enter(size: tuple[int, int]) -> None:
    app = Host()
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        assert "22 Oct – 20 Nov 2026 · 30 days" in note(app)
        await pilot.press("down")
        assert "vs 25 May – 22 Aug 2026" in note(app)
        await pilot.press("enter")
        await pilot.pause()
        assert app.chosen == [DateChoice(preset("90d", TODAY), True, Bucket.DAY)]


async def test_own_dates_are_checked_as_they_are_typed() -> None:
    app = Host()
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        await pilot.press("tab")
        start = app.screen.query_one("#range-from", Input)
        start.value = "[/x]"
        await pilot.pause()
        assert note(app).startswith("“[/x]” is no date.")
        await pilot.press("enter")
        await pilot.pause()
        assert app.chosen == []
        start.value = "1 Nov 2026"
        await pilot.press("enter")
        await pilot.pause()
        assert app.chosen[0] is not None
        assert app.chosen[0].range == DateRange(date(2026, 11, 1), TODAY, "1 Nov – 20 Nov 2026")


async def test_a_date_is_seen_while_it_is_typed() -> None:
    app = Host()
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        await pilot.press("tab", "end", "ctrl+u", *"7d")
        await pilot.pause()
        assert "7d" in screen_text(app)


async def test_choices_are_told_without_colour() -> None:
    app = Host()
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        assert "[x] compare" in screen_text(app)
        assert "(x) days" in screen_text(app)
        assert "( ) weeks" in screen_text(app)
        await pilot.press("tab", "tab", "tab", "space", "tab", "right", "space")
        await pilot.pause()
        assert "[ ] compare" in screen_text(app)
        assert "(x) weeks" in screen_text(app)


async def test_comparison_and_buckets_are_chosen_too() -> None:
    app = Host(DateRange(date(2026, 9, 1), None, "campaign's life"))
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        await pilot.press("tab", "tab", "tab", "space", "tab", "right", "space", "shift+tab", "shift+tab", "shift+tab")
        await pilot.press("shift+tab", "end")
        assert "from 1 Sep 2026" in note(app)
        await pilot.press("enter")
        await pilot.pause()
        assert app.chosen[0] is not None
        assert app.chosen[0].range.label == "campaign's life"
        assert app.chosen[0].bucket == "week"
        assert app.chosen[0].previous is None


async def test_esc_chooses_nothing() -> None:
    app = Host()
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert app.chosen == [None]


@pytest.mark.parametrize("size", [(60, 15), (60, 24), (80, 15), (80, 24), (160, 45)], ids=str)
async def test_all_of_it_fits_at_every_size(size: tuple[int, int]) -> None:
    app = App[None]()
    async with app.run_test(size=size) as pilot:
        own = DateRange(TODAY, None, "campaign's life")
        dialog = DateRangeDialog(DateChoice(preset("30d", TODAY)), TODAY, own=own, zone_name="Europe/Warsaw")
        app.push_screen(dialog)
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        text = "\n".join("".join(segment.text for segment in strip) for strip in strips)
        words = (
            "Europe/Warsaw", "Today", "Campaign's life", "From", "To, included", "compare with the period before",
            "days", "weeks", "months", "22 Oct – 20 Nov 2026", "vs 22 Sep – 21 Oct 2026", "Take", "Close",
            "enter takes", "esc closes",
        )  # fmt: skip
        for word in words:
            assert word in text, word
