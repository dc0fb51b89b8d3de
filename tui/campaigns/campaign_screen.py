"""A screen whose commands are about rows of the campaign list."""

from collections.abc import Sequence

from store import words as fmt
from store.queries.campaigns import CampaignRow
from tui.campaign_kit.about import AboutCampaigns
from tui.campaigns.legend import campaign_signs
from tui.campaigns.rows import campaigns_markdown
from tui.kit.clipboard import copy_text


class CampaignPlace(AboutCampaigns):
    """Knows the campaigns in full. Subclasses say which."""

    def legend(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Types and marks."""
        return campaign_signs()

    def chosen_campaigns(self) -> Sequence[CampaignRow]:
        """The campaigns that commands for several are about: the marked ones, or the one at hand."""
        return ()

    def action_copy_markdown(self) -> None:
        """Copy as a Markdown table."""
        chosen = self.chosen_campaigns()
        if chosen:
            text = campaigns_markdown(chosen, self.services.zone)
            copy_text(self.app, text, f"{fmt.counted(len(chosen), 'campaign')} as Markdown")
