"""What screens say of a failed refresh and of records that could not be understood."""

from store.models import Freshness
from tests.support.app_host import DemoHost, screen_lines
from tests.support.syncing import NOW
from tui.campaign_kit.empty_state import nothing_words, why_nothing
from tui.campaigns.list_screen import CampaignListScreen
from tui.kit.figures import state_words
from tui.kit.messages import SyncStatus
from widgets.frame.top_line import TopLine

AT, LATER = "2026-11-23T11:00:00.000Z", "2026-11-23T12:00:00.000Z"
KEYS = "Voucherify did not accept the keys (401). What is already stored is kept. Check the app id."


def fail_later(host: DemoHost, resource: str) -> None:
    host.edit(
        f"update sync_states set attempt_state = 'failed', attempted_at = '{LATER}', attempt_reason = ?"
        f" where resource = '{resource}'",
        KEYS,
    )


async def test_the_header_and_a_head_tell_a_failed_refresh(demo_host: DemoHost) -> None:
    fail_later(demo_host, "campaigns")
    async with demo_host.run() as (app, pilot):
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, CampaignListScreen)
        top = screen.query_one(TopLine).data
        assert "refused with this key" in top.sync
        assert (top.sync_role, top.age != "") == ("bad", True)
        assert screen.table.row_count > 0


def test_ages_keep_the_reading_and_name_the_attempt() -> None:
    state = Freshness("complete", AT, AT, None, "failed", LATER, KEYS)
    assert state_words(state, NOW) == "rows · 1 h ago · refused with this key"
    assert state.attempt == ("refused with this key at 23 Nov 2026 12:00 UTC; figures are of 23 Nov 2026 11:00 UTC")
    assert state.complete
    early = Freshness("complete", AT, AT, None, "partial", LATER, "The call budget of this run is spent.")
    assert state_words(early, NOW) == "rows · 1 h ago · last try ended early"
    assert early.mixed
    spent = "read in part at 23 Nov 2026 12:00 UTC (The call budget of this run is spent)"
    assert early.attempt == f"{spent}; figures are of 23 Nov 2026 11:00 UTC"
    broken = Freshness("complete", AT, AT, None, "failed", LATER, "The connection to Voucherify failed. Try again.")
    assert state_words(broken, NOW) == "rows · 1 h ago · last try failed"
    never = Freshness("failed", LATER, None, KEYS)
    assert (state_words(never, NOW), never.attempt) == ("refused with this key · just now", "")


def test_a_project_whose_only_campaign_is_odd_does_not_have_none() -> None:
    held = Freshness("partial", AT, AT, "1 record could not be understood", not_understood=1)
    assert why_nothing(SyncStatus(), held, None).startswith("1 record could not be understood; ")
    assert nothing_words(SyncStatus(), held) == ("No campaign that could be understood", "warn")
    assert nothing_words(SyncStatus(), Freshness("complete", AT, AT)) == ("No campaigns", "muted")
    assert (held.known(0), held.known(3), Freshness("complete", AT, AT).known(0)) == (None, 3, 0)


async def test_the_list_counts_campaigns_that_could_not_be_understood(demo_host: DemoHost) -> None:
    demo_host.edit("insert into unreadable (resource, id, reason, json) values ('campaigns', 'camp_odd', 'bad', '{')")
    async with demo_host.run() as (app, pilot):
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, CampaignListScreen)
        known = screen.table.row_count
        assert f"≥ {known} campaigns · 1 not understood" in screen_lines(pilot)[1]
