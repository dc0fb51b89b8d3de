"""What can be done with campaigns on any screen: refresh, copy, JSON, history, dashboard address."""

from collections.abc import Sequence
from urllib.parse import quote

from store import words as fmt
from store.ref import Ref
from tui.campaign_kit.filter import Named
from tui.kit.clipboard import copy_text, show_dashboard
from tui.kit.histories import open_history
from tui.kit.messages import SyncRequested
from tui.kit.screen import AppScreen
from widgets.text import escaped

_ABOUT_ONE = frozenset({"refresh_campaign", "copy_id", "copy_markdown", "show_json", "show_history", "open_dashboard"})


class AboutCampaigns(AppScreen):
    """A screen whose commands are about one campaign or several. Subclasses say which."""

    def chosen_campaigns(self) -> Sequence[Named]:
        """The campaigns that commands for several are about: the marked ones, or the one at hand."""
        return ()

    def campaign_at_hand(self) -> Named | None:
        """The campaign that commands for one are about."""
        return None

    def manageable(self) -> tuple[Ref, ...]:
        """The chosen campaigns, else whatever is at hand."""
        return tuple(Ref.campaign(one.id) for one in self.chosen_campaigns()) or super().manageable()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is about a campaign works where there is one."""
        if action in _ABOUT_ONE:
            return self.is_mounted and self.campaign_at_hand() is not None
        return super().check_action(action, parameters)

    def action_refresh_campaign(self) -> None:
        """Read the chosen campaigns from the API."""
        from store.sync.request import SyncRequest

        chosen = self.chosen_campaigns()
        if chosen:
            what = chosen[0].display_name if len(chosen) == 1 else fmt.counted(len(chosen), "campaign")
            self.app.post_message(SyncRequested(SyncRequest(campaigns=tuple(one.id for one in chosen)), what))

    def action_copy_id(self) -> None:
        """Copy ids."""
        chosen = self.chosen_campaigns()
        if chosen:
            copy_text(
                self.app, "\n".join(escaped(one.id, lines=False) for one in chosen), fmt.counted(len(chosen), "id")
            )

    def action_show_json(self) -> None:
        """The document as received."""
        campaign = self.campaign_at_hand()
        if campaign is not None:
            from tui.kit.json_screen import JsonScreen

            self.app.push_screen(
                JsonScreen(self.services, "campaigns", campaign.id, campaign.display_name, self.data_age())
            )

    def action_show_history(self) -> None:
        """The campaign as it was at an earlier sync."""
        campaign = self.campaign_at_hand()
        if campaign is not None:
            open_history(self, "campaigns", campaign.id, campaign.display_name)

    def action_open_dashboard(self) -> None:
        """Show the address in the dashboard."""
        campaign = self.campaign_at_hand()
        if campaign is not None:
            show_dashboard(self.app, self.services, dashboard_page(campaign.id))


def dashboard_page(campaign_id: str) -> str:
    """Where the web dashboard shows a campaign."""
    return f"core/campaigns/{quote(campaign_id, safe='')}"
