"""Opens campaigns."""

from store.ref import CAMPAIGN
from tui.kit.rooms import Room
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices


def _open(services: AppServices, wanted: str) -> AppScreen:
    from tui.campaigns.detail_screen import CampaignDetailScreen

    return CampaignDetailScreen(services, wanted)


ROOM = Room(CAMPAIGN, _open)
