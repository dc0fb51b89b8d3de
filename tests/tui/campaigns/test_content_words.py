"""Small words that a reader trusts: headings, counts, ages, arrows, costs, and what goes into a ticket."""

import pytest

from store.queries.activity import API_CALL, BACKGROUND, BIN, KINDS, LIFE_CYCLE
from store.sync.forecast import Forecast
from tests.support.app_host import NARROW, WIDE, DemoHost, press, screen_lines, screen_text
from tests.tui.campaigns.test_names import busiest, flat, whole_dashboard
from tui.campaign_kit.price import cost_words
from tui.campaigns.detail_screen import CampaignDetailScreen
from tui.campaigns.rows import COLUMNS
from tui.kit.activity.words import KIND_WORDS, counted, entries_words
from tui.kit.markdown import quoted
from tui.shell.theme import usual_theme
from widgets.table.virtual_table import VirtualTable

COUPON = "DISCOUNT_COUPONS"


async def test_redemptions_show_why_they_were_refused_at_80_columns(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW, open_campaign=busiest(demo_host.cache, COUPON)) as (app, pilot):
        await press(pilot, "4")
        table = app.screen.query_one(VirtualTable)
        assert "failure_code" not in {column.id for column in table._plan.hidden}
        assert "customer_id" not in {column.id for column in table._plan.hidden}
        await press(pilot, "slash", *"refused", "enter")
        rows = [line for line in screen_lines(pilot) if "✕ refused" in line]
        assert rows
        assert all("_" in line.split("refused")[1] for line in rows)


async def test_the_order_rows_come_in_has_an_arrow(demo_host: DemoHost) -> None:
    async with demo_host.run(NARROW, open_campaign=busiest(demo_host.cache, COUPON)) as (_app, pilot):
        await press(pilot, "4")
        assert "AT▼" in screen_text(pilot)
        await press(pilot, "s")
        assert any("▼" in line and "At" in line for line in screen_lines(pilot))


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "160x45"])
async def test_the_activity_head_tells_source_age_and_state(demo_host: DemoHost, size: tuple[int, int]) -> None:
    identity = busiest(demo_host.cache, COUPON)
    async with demo_host.run(size, open_campaign=identity) as (_app, pilot):
        await press(pilot, "8")
        assert "journal, API log, background tasks, bin · just now · complete · Europe/Warsaw" in screen_text(pilot)
    demo_host.edit("delete from sync_states where resource = 'api_log'")
    demo_host.edit("update sync_states set state = 'partial', reason = 'the call budget' where resource = 'trash_bin'")
    demo_host.online = False
    async with demo_host.run(size, open_campaign=identity) as (_app, pilot):
        await press(pilot, "8")
        text = screen_text(pilot)
        assert "journal, background tasks, bin · just now · not complete · Europe/Warsaw" in text
        assert "API log not synced yet; bin the call budget" in text


async def test_empty_lists_say_what_reading_them_costs(demo_host: DemoHost) -> None:
    demo_host.online = False
    identity = busiest(demo_host.cache, COUPON)
    for table in ("publications", "redemptions", "vouchers"):
        demo_host.edit(f"delete from {table}")
        demo_host.edit("delete from sync_states where resource = ?", table)
    async with demo_host.run(NARROW, open_campaign=identity) as (app, pilot):
        assert isinstance(app.screen, CampaignDetailScreen)
        cost = app.screen.context.cost
        assert cost.startswith("up to about ")
        dashboard = flat((await whole_dashboard(pilot)).replace("│", ""))
        assert flat(f"No publications are synced yet. Press r to fetch this campaign's rows ({cost}).") in dashboard
        assert dashboard.count(flat("No figures of these days: ")) >= 2
        assert dashboard.count(flat(f"Press r to fetch them ({cost}).")) >= 2
        for number in ("2", "4", "5"):
            await press(pilot, number)
            assert flat(f"({cost})") in flat(screen_text(pilot))
            assert "{" not in screen_text(pilot)


@pytest.mark.parametrize(
    ("calls", "open_ended", "words"),
    [
        (1, False, "up to about 1 call"),
        (40, False, "up to about 40 calls"),
        (1_234, True, "up to about 1,234 calls, perhaps more"),
    ],
)
def test_a_cost_is_told_as_a_bound(calls: int, open_ended: bool, words: str) -> None:
    assert cost_words(Forecast(calls, open_ended)) == words


def test_one_is_not_told_in_the_plural() -> None:
    assert counted(API_CALL, 1) == "1 API call"
    assert counted(BACKGROUND, 1) == "1 background task"
    assert counted(BIN, 1) == "1 deletion"
    assert counted(LIFE_CYCLE, 1) == "1 own date"
    assert counted(API_CALL, 1_200) == "1,200 API calls"
    assert entries_words(1, 1) == "1 entry"
    assert entries_words(0, 1) == "0 of 1 entry"
    assert entries_words(0, 0) == "0 entries"
    assert entries_words(3, 1_200) == "3 of 1,200 entries"
    assert set(KIND_WORDS) == set(KINDS)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("customer_rules_violated", "customer_rules_violated"),
        ("_emphasis_ here", "\\_emphasis\\_ here"),
        ("a _b_ c", "a \\_b\\_ c"),
        ("snake_", "snake\\_"),
        ("[x](y) <b> `c` *d* ~e~ |", "\\[x\\](y) \\<b\\> \\`c\\` \\*d\\* \\~e\\~ \\|"),
    ],
)
def test_markdown_escapes_what_acts_and_nothing_else(raw: str, shown: str) -> None:
    assert quoted(raw) == shown


def test_a_terminal_of_sixteen_colours_gets_its_own() -> None:
    assert usual_theme("standard") == "ansi"
    assert {usual_theme(name) for name in ("256", "truecolor", None)} == {"dark"}


def test_the_sparks_heading_counts_its_bars() -> None:
    spark = next(column for column in COLUMNS if column.id == "spark")
    assert spark.title == f"{spark.width} days"
