import pytest
from msgspec.structs import replace

from tests.support.hosting import WidgetHost, hosted, text_of
from widgets.frame.top_line import TopLine, TopLineData

DATA = TopLineData(
    "demo", "Europe/Warsaw", ("Campaigns", "Summer Sale 20 %"), age="2 min ago", calls=37, call_limit=100
)


async def shown(data: TopLineData, width: int) -> str:
    line = TopLine(data)
    async with hosted(WidgetHost(line), (width, 5)) as pilot:
        await pilot.pause()
        return text_of(line)[0]


async def test_all_of_it_at_the_usual_width() -> None:
    text = await shown(DATA, 90)
    assert text.startswith("demo · Europe/Warsaw   Campaigns › Summer Sale 20 %")
    assert text.endswith("✓ 2 min ago   API ▰▱▱▱ 37/100")


@pytest.mark.parametrize("width", [40, 60, 80, 120])
async def test_it_always_fits_and_keeps_who_and_where(width: int) -> None:
    text = await shown(replace(DATA, crumbs=("Campaigns", "日本語" * 30)), width)
    assert text.startswith("demo")
    assert "Campaign" in text
    assert "2 min ago" in text


async def test_production_is_said_in_words() -> None:
    assert "PRODUCTION live" in await shown(replace(DATA, profile="live", production=True), 120)


async def test_offline_unknown_and_syncing() -> None:
    assert "offline" in await shown(replace(DATA, offline=True), 100)
    assert (await shown(replace(DATA, calls=None), 100)).endswith("API –")
    assert "syncing 40 % · 2 min ago" in await shown(replace(DATA, sync="syncing 40 %"), 100)


async def test_hostile_names_stay_text() -> None:
    text = await shown(replace(DATA, crumbs=("[@click=app.quit]x[/]\x1b]0;t\x07",)), 100)
    assert "[@click=app.quit]x[/]␛]0;t␇" in text


async def test_equal_data_repaints_nothing() -> None:
    line = TopLine(DATA)
    async with hosted(WidgetHost(line)) as pilot:
        await pilot.pause()
        text_of(line)
        drawn = line._drawn
        line.show(replace(DATA))
        assert line._drawn is drawn
        line.show(replace(DATA, age="3 min ago"))
        assert line._drawn is not drawn
        assert "3 min ago" in "".join(text_of(line))
