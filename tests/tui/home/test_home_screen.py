"""Home's screen: what stands where, keys, windows, first screen by a setting, and every state of the cache."""

import pytest

from store.models import Figure, Unit
from store.queries.home import HomeFigure
from store.queries.insights.insight import Insight, Insights, Urgency
from tests.support.app_host import (
    HOSTILE,
    NARROW,
    WIDE,
    DemoHost,
    assert_harmless,
    name_campaigns,
    press,
    screen_lines,
    screen_text,
    settle,
)
from tests.support.syncing import NOW
from tests.tui.kit.test_unreadable_cache import DAMAGED, damage, has
from tui.home.screen import HomeScreen
from tui.home.words import (
    change_words,
    figure_lines,
    figure_stat,
    insight_details,
    insight_line,
    insights_head,
    meter_words,
    not_judged_words,
)
from tui.kit.preferences import Preferences
from tui.shell.app import PromoscopeApp
from tui.shell.help import KeyList
from widgets.panel.stats import StatData
from widgets.text.lines import line_width

AT_HOME = Preferences(start="home")


def at_home(app: PromoscopeApp) -> HomeScreen:
    assert isinstance(app.screen, HomeScreen)
    return app.screen


def line_of(lines: list[str], words: str) -> int:
    return next(place for place, line in enumerate(lines) if words in line)


async def test_figures_then_insights_then_campaigns_at_80x24(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW) as (app, pilot):
        await press(pilot, "0")
        screen, lines = at_home(app), screen_lines(pilot)
        assert screen.known is not None
        assert "Home" in lines[0]
        assert lines[1].startswith(" Last 7 days vs the 7 days before")
        assert "12 of 12 campaigns · rows · just now" in lines[1]
        figures, insights, top = (line_of(lines, words) for words in ("REDEEMED  ", "NEEDS A LOOK", "TOP CAMPAIGNS"))
        assert figures == 2
        assert figures < insights < top < 23
        redeemed = next(one for one in screen.known.figures if one.id == "redemptions").figure.value
        assert lines[3].startswith(f" {redeemed:,}  ")
        assert all(label in screen_text(pilot) for label in ("SUCCESS", "DISCOUNT GIVEN", "ORDERS", "ACTIVE", "API"))
        assert f"NEEDS A LOOK  {len(screen.known.insights.found)}" in lines[insights]
        assert lines[insights + 1].startswith("▌")
        # The evidence of the line under the cursor stands above, for there is no room beside it.
        for place in range(2):
            evidence = screen.known.insights.found[place].evidence
            assert evidence[:16] in screen_lines(pilot)[insights]
            await press(pilot, "j")
        await press(pilot, "g", "Y", "escape")
        first = screen.known.insights.found[0]
        assert app.clipboard == f"{first.name}\t{first.says}\t{first.evidence}"
        best = screen.known.top[0]
        assert best.campaign.display_name[:10] in lines[top + 1]
        assert f" {best.redemptions:,} " in lines[top + 1]
        assert "enter open" in lines[-1]
        # Details in place of the campaigns, and these again.
        await press(pilot, "p")
        first = screen.known.insights.found[0]
        text = screen_text(pilot)
        assert first.title.upper() in text
        assert "TOP CAMPAIGNS" not in text
        await press(pilot, "escape")
        assert "TOP CAMPAIGNS" in screen_text(pilot)
        # The help names the signs, and their order.
        await press(pilot, "question_mark")
        assert "redemptions at stake" in " ".join(str(row) for row in app.screen.query_one(KeyList).groups)
        await press(pilot, "escape", "q")
        assert type(app.screen).__name__ == "CampaignListScreen"


async def test_enter_opens_what_a_line_is_about_and_back_keeps_the_place(demo_host: DemoHost) -> None:
    demo_host.preferences = AT_HOME
    async with demo_host.run(WIDE) as (app, pilot):
        screen = at_home(app)
        assert screen.known is not None
        found = screen.known.insights.found
        place = next(at for at, one in enumerate(found) if at and one.about is not None)
        await press(pilot, *["j"] * place)
        await press(pilot, "enter")
        assert type(app.screen).__name__ == "CampaignDetailScreen"
        assert found[place].name[:8] in screen_lines(pilot)[0]
        await press(pilot, "escape")
        assert at_home(app).insights.cursor == place
        # From the end of one list into the other, and back.
        await press(pilot, "G", "j")
        assert screen.top.has_focus
        best = screen.known.top[0].campaign
        assert screen.chosen_campaigns() == [best]
        await press(pilot, "enter")
        assert best.display_name[:8] in screen_lines(pilot)[0]
        await press(pilot, "escape", "k")
        assert screen.insights.has_focus
        # Other modes lead back here, which is the first screen.
        await press(pilot, "2", "q")
        assert app.screen is screen
        await press(pilot, "1", "q")
        assert app.screen is screen
        await press(pilot, "q")
        assert app.return_code == 0


async def test_windows_and_what_is_written_meanwhile(demo_host: DemoHost) -> None:
    async with demo_host.run(WIDE) as (app, pilot):
        await press(pilot, "0")
        screen = at_home(app)
        await press(pilot, "d", *"24", "enter")
        assert screen_lines(pilot)[1].startswith(" Last 24 hours vs the 24 hours before ")
        await press(pilot, "w", "w")
        assert "Last 30 days vs the 30 days before · 25 Oct – 23 Nov 2026" in screen_lines(pilot)[1]
        await press(pilot, "w", "w", "w")
        assert "Last 24 hours" in screen_lines(pilot)[1]
        # Left for another mode, it reads again when it comes back.
        await press(pilot, "w")
        before = screen.known
        assert before is not None
        best = before.top[0].campaign
        await press(pilot, "1")
        demo_host.edit("update campaigns set name = 'Renamed' where id = ?", best.id)
        app.look_at_cache()
        await settle(pilot)
        await press(pilot, "0")
        assert "Renamed" in screen_text(pilot)
        # Judged anew after an hour.
        demo_host.edit("update campaigns set name = 'Again' where id = ?", best.id)
        demo_host.project.clock.advance(3_700)
        try:
            screen.minute_passed("")
            await settle(pilot)
        finally:
            demo_host.project.clock.advance(-3_700)
        assert "Again" in screen_text(pilot)


async def test_hostile_names_and_ascii_signs(demo_host: DemoHost) -> None:
    name_campaigns(demo_host, HOSTILE)
    demo_host.preferences = Preferences(start="home", signs="ascii")
    async with demo_host.run(WIDE) as (app, pilot):
        for _ in range(3):
            assert_harmless(screen_text(pilot))
            assert screen_text(pilot).isascii()
            await press(pilot, "j")
        assert "[/x]" in screen_text(pilot)
        assert at_home(app).is_running


async def test_a_cache_that_is_empty_missing_or_damaged_says_so(empty_host: DemoHost, demo_host: DemoHost) -> None:
    empty_host.preferences = demo_host.preferences = AT_HOME
    async with empty_host.run(NARROW) as (app, pilot):
        assert "Nothing read yet" in screen_lines(pilot)[1]
        assert "Press R to read" in screen_text(pilot)
        assert at_home(app).top.chosen is None
        await press(pilot, "enter", "w", "p")
    damage(demo_host.cache)
    async with demo_host.run(NARROW) as (app, pilot):
        assert has(screen_text(pilot), DAMAGED)
        assert at_home(app).failure


@pytest.mark.parametrize(
    ("now", "before", "unit", "words"),
    [
        (108, 100, Unit.COUNT, "▲ 8.0 % more"), (98, 100, Unit.MINOR, "▼ 2.0 % less"), (5, 5, Unit.COUNT, "= the same"),
        (3, 0, Unit.COUNT, "▲ new"), (0, 0, Unit.COUNT, "= the same"), (914, 934, Unit.PERMILLE, "▼ 2.0 pt lower"),
        (934, 914, Unit.PERMILLE, "▲ 2.0 pt higher"), (None, 4, Unit.COUNT, ""), (4, None, Unit.COUNT, ""),
    ],
)  # fmt: skip
def test_a_change_has_a_sign_and_a_word(now: int | None, before: int | None, unit: Unit, words: str) -> None:
    assert change_words(now, before, unit) == words


def test_a_figure_keeps_its_digits_and_the_change_its_sign_where_there_is_no_room_for_its_word() -> None:
    stat = StatData("Success", "84.9 %", "▲ 5.9 pt higher")
    said = ["".join(text for text, _ in figure_lines([stat, stat, stat], width)[1]) for width in (80, 58)]
    assert [line.rstrip().count("84.9 %") for line in said] == [3, 3]
    assert [line.count("higher") for line in said] == [3, 0]
    assert said[1].count("▲ 5.9 pt ") == 3


def test_what_was_not_judged_is_named() -> None:
    found = Insights((), ("codes of 3 campaigns", "limits of 1 campaign"))
    assert not_judged_words(found) == "not judged: codes of 3 campaigns, limits of 1 campaign"
    assert "not all judged" in insights_head(found, is_short=True)[-1][0]
    assert not_judged_words(Insights(())) == ""
    assert insights_head(Insights(()), is_short=True) == insights_head(Insights(()))


def test_the_meter_stands_beside_our_calls() -> None:
    calls = HomeFigure("calls", "API calls", Figure(40, note="by our syncs"))
    assert (meter_words(63, 100), meter_words(None, 100)) == ("37 of 100 now", "")
    assert figure_stat(calls, None, NOW, meter_words(63, 100)).note == "by our syncs · 37 of 100 now"


@pytest.mark.parametrize("width", [40, 60, 78, 120])
def test_a_line_fits_and_its_details_say_all(width: int) -> None:
    one = Insight(
        "ends in 3 h", "612 redemptions in the 7 days before", "To the instant.", name="Last Call " * 9, at_stake=612,
        urgency=Urgency.SOON, title="Ends",
    )  # fmt: skip
    line = insight_line(one, width, (24, 20), " ")
    assert line_width(line) <= width
    text = " ".join("".join(part for part, _ in line).strip() for line in insight_details(one, width))
    for part in ("ENDS", "Soon will", "ends in 3 h", one.evidence, "612 redemptions in the 7 full days", one.judged):
        assert part in text
