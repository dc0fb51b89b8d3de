import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.hosting import WidgetHost, hosted, text_of
from widgets.frame.tab_bar import TabBar, TabLabel
from widgets.text.lines import line_width

TITLES = ("Dashboard", "Vouchers", "Rules", "Redemptions", "Publications", "Distributions", "Metadata", "Activity")
TABS = [TabLabel(title.lower(), title, "25,000" if title == "Vouchers" else "") for title in (*TITLES, "Analytics")]


def active_of(bar: TabBar) -> str | None:
    return bar.active


async def test_few_tabs_show_whole() -> None:
    bar = TabBar(TABS[:3])
    async with hosted(WidgetHost(bar)) as pilot:
        await pilot.pause()
        assert text_of(bar)[0].strip() == "[1 Dashboard]  2 Vouchers 25,000  3 Rules"


async def test_many_tabs_scroll_with_the_active_one_and_tell_the_place() -> None:
    bar = TabBar(TABS)
    app = WidgetHost(bar, listen=(TabBar.TabChosen,))
    async with hosted(app) as pilot:
        await pilot.pause()
        assert text_of(bar)[0].endswith("1/9")
        assert "›" in text_of(bar)[0]
        for number, tab in enumerate(TABS, 1):
            bar.choose(tab.id)
            text = text_of(bar)[0]
            assert f"[{number} {tab.title}" in text
            assert text.endswith(f"{number}/9")
        assert text_of(bar)[0].startswith("‹")
        bar.step(1)
        assert bar.active == "dashboard"
        bar.step(-1)
        assert bar.active == "analytics"
        await pilot.pause()
        assert len(app.heard) >= 1


async def test_choosing() -> None:
    bar = TabBar(TABS)
    async with hosted(WidgetHost(bar)) as pilot:
        bar.choose("rules")
        assert bar.active == "rules"
        assert bar.choose_number(2)
        assert bar.active == "vouchers"
        assert not bar.choose_number(10)
        assert not bar.choose_number(0)
        with pytest.raises(KeyError):
            bar.choose("nope")
        await pilot.click(bar, offset=(3, 0))
        assert bar.active == "dashboard"


async def test_counts_and_other_tabs_keep_the_active_one() -> None:
    bar = TabBar(TABS)
    async with hosted(WidgetHost(bar)) as pilot:
        bar.choose("vouchers")
        bar.set_count("vouchers", "7")
        await pilot.pause()
        assert "[2 Vouchers 7]" in text_of(bar)[0]
        bar.set_tabs(list(reversed(TABS)))
        assert active_of(bar) == "vouchers"
        bar.set_tabs([])
        assert bar.tabs == ()
        assert active_of(bar) is None
        bar.step(1)
        assert text_of(bar)[0].strip() == ""


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=20), st.integers(30, 120), st.data())
def test_the_active_tab_is_in_sight_at_any_width(titles: list[str], width: int, data: st.DataObject) -> None:
    bar = TabBar([TabLabel(str(index), title) for index, title in enumerate(titles)])
    for _ in range(4):
        index = data.draw(st.integers(0, len(titles) - 1))
        bar._active = index
        (line,) = bar.draw(width)
        assert index in [place[2] for place in bar._places]
        fits = line_width(bar._label(index)) <= width - 12
        assert not fits or line_width(line) <= width


async def test_only_numbers_that_are_keys_are_shown() -> None:
    bar = TabBar([TabLabel(f"t{number}", f"Tab{number}") for number in range(1, 17)])
    async with hosted(WidgetHost(bar), (160, 5)) as pilot:
        await pilot.pause()
        text = text_of(bar)[0]
        assert "9 Tab9" in text
        assert "0 Tab10  A Tab11" in text
        assert "D Tab14  Tab15" in text
        assert [bar.sign_of(f"t{number}") for number in (1, 9, 10, 12, 15)] == ["1", "9", "0", "B", " "]
