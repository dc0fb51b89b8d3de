"""What opening a campaign does when its rows were never read: read them frugally, or say what that would cost."""

from typing import TYPE_CHECKING

from store.queries.campaigns import CampaignRow
from store.queries.freshness import data_state, read_alone, summary_unread
from store.queries.reader import Reader
from store.ref import Ref
from store.sync.catalogue import CATALOGUE
from store.sync.request import SyncRequest
from store.words import NOT_SYNCED
from tui.campaign_kit.price import cost_words
from tui.kit.services import AppServices
from tui.kit.subject_screen import FirstSync
from widgets.text import glyphs

if TYPE_CHECKING:
    from store.sync.forecast import Forecast

AFFORDABLE = 60
"""Calls that opening a campaign may cost without being asked: most of a minute of the smallest plan but one."""


def first_sync(
    campaign: CampaignRow, lists: frozenset[str], *, lists_cost: "Forecast", cost: str, services: AppServices
) -> FirstSync:
    """Decide.

    Args:
        campaign: the one opened.
        lists: those its screen shows that were never read.
        lists_cost: what reading them takes.
        cost: in words, what reading the campaign takes once the user asks for it.
        services: whether the app may go online, and the user's wish.
    """
    if services.run_sync is None or campaign.missing_since is not None or not lists:
        return FirstSync()
    request = SyncRequest(campaigns=(campaign.id,), only=lists)
    if services.demo:
        return FirstSync(request)
    never_read, dot = lists == row_lists(), glyphs.current().dot
    unread = f"{NOT_SYNCED if never_read else f'some lists are {NOT_SYNCED}'} {dot} press r, {cost}"
    wished = services.preferences.sync_on_open
    if not wished and not never_read:
        return FirstSync()
    if not wished or lists_cost.calls > AFFORDABLE:
        return FirstSync(None, unread)
    return FirstSync(request, unread, f"being read, {cost_words(lists_cost)} {dot} ctrl+x stops")


def unread_lists(reader: Reader, campaign: CampaignRow) -> frozenset[str]:
    """The lists a campaign's screen shows that were never read: all its rows, or what only its own reading brings.

    These are validations, which only its summary has by day, and refused publications, which name no campaign in
    the project's list.
    """
    if reader.ask(data_state, "redemptions", Ref.campaign(campaign.id)).as_of is None:
        return row_lists()
    unread = {"campaign_summaries"} if reader.ask(summary_unread, campaign.id) else set()
    own = (one for one in CATALOGUE if not one.scoping.tells_campaign)
    lists = {one.name for one in own if one.scoping.applies_to(campaign.campaign_type)}
    return frozenset(unread | {name for name in lists if not reader.ask(read_alone, name, campaign.id)})


def row_lists() -> frozenset[str]:
    """The lists of rows, without the configuration that every routine sync reads."""
    return frozenset(resource.name for resource in CATALOGUE if not resource.schedule.routine) | {"campaign_summaries"}
