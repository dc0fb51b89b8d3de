"""The modes: ways to look at the project, each with a back stack of its own, imported when they are first shown."""

from collections.abc import Callable, Mapping

from tui.campaign_kit.filtering import CampaignFilters
from tui.campaigns.list_screen import CampaignListScreen
from tui.campaigns.read_ahead import ReadAhead
from tui.campaigns.types import LOOKS
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices

HOME, CAMPAIGNS, CALENDAR, CUSTOMERS = "home", "campaigns", "calendar", "customers"
MODES = (CAMPAIGNS, HOME, CALENDAR, CUSTOMERS)
"""Any may be the first screen; the first of them is, where the settings do not say."""


def modes(
    services: AppServices, begin_at: str | None, ahead: ReadAhead | None
) -> Mapping[str, Callable[[], AppScreen]]:
    """What makes the first screen of each mode.

    Args:
        services: what the app is given.
        begin_at: id or exact name of the campaign that the list begins on.
        ahead: reads the campaign list already.
    """
    filters = CampaignFilters()
    return {
        HOME: lambda: _home(services),
        CAMPAIGNS: lambda: CampaignListScreen(services, ahead, begin_at=begin_at, filters=filters),
        CALENDAR: lambda: _calendar(services, filters),
        CUSTOMERS: lambda: _customers(services),
    }


def _home(services: AppServices) -> AppScreen:
    from tui.home.screen import HomeScreen

    return HomeScreen(services)


def _calendar(services: AppServices, filters: CampaignFilters) -> AppScreen:
    from tui.calendar.screen import CalendarScreen

    return CalendarScreen(services, LOOKS, filters)


def _customers(services: AppServices) -> AppScreen:
    from tui.customers.list_screen import CustomerListScreen

    return CustomerListScreen(services, "")
