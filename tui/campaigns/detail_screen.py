"""One campaign's screen: what of it is a campaign's own."""

from typing import ClassVar

from textual.binding import BindingType

from store.queries.campaigns import CampaignRow
from tui.campaign_kit.open_code import OpensCodes
from tui.campaigns.campaign_screen import CampaignPlace
from tui.campaigns.commands import CAMPAIGN as CAMPAIGN_COMMANDS
from tui.campaigns.context import CampaignContext
from tui.campaigns.load import load_campaign
from tui.kit.subject_screen import Loaded, SubjectScreen


class CampaignDetailScreen(SubjectScreen[CampaignContext], CampaignPlace, OpensCodes):
    """One campaign, wanted by id or exact name."""

    BINDINGS: ClassVar[list[BindingType]] = CAMPAIGN_COMMANDS.bindings
    COMMAND_TABLE = CAMPAIGN_COMMANDS
    ROOM = "Campaigns"
    NOT_FOUND = (
        "No such campaign",
        "The cache has no campaign with this id or name. It may be new: press R to sync.",
    )

    def load(self) -> Loaded[CampaignContext] | None:
        """Ask the cache for it."""
        return load_campaign(self.services, self.wanted)

    def campaign_at_hand(self) -> CampaignRow | None:
        """The one that is open, once it is read."""
        return self.loaded.context.campaign if self.loaded else None

    def chosen_campaigns(self) -> list[CampaignRow]:
        """The same."""
        campaign = self.campaign_at_hand()
        return [] if campaign is None else [campaign]
