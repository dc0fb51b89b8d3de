"""What opening a campaign does when its rows were never read: read them frugally, or say what that would cost."""

from typing import TYPE_CHECKING

from store import words as fmt
from store.queries.campaigns import CampaignRow
from store.sync.catalogue import CATALOGUE
from store.sync.request import SyncRequest
from tui.kit.services import AppServices
from tui.kit.subject_screen import FirstSync
from widgets.text import plain

if TYPE_CHECKING:
    from store.sync.forecast import Forecast

AFFORDABLE = 60
"""Calls that opening a campaign may cost without being asked: most of a minute of the smallest plan but one."""


def first_sync(
    campaign: CampaignRow,
    *,
    never_read: bool,
    no_days: bool,
    rows_cost: "Forecast",
    cost: str,
    services: AppServices,
) -> FirstSync:
    """Decide.

    Args:
        campaign: the one opened.
        never_read: whether its rows were never read.
        no_days: whether its summary by day was never asked for, though it has one: validations are told there alone.
        rows_cost: what reading its rows takes.
        cost: in words, what reading it takes once the reader asks for it.
        services: whether the app may go online, and the reader's wish.
    """
    if services.run_sync is None or campaign.missing_since is not None or not (never_read or no_days):
        return FirstSync()
    if not never_read:
        return _days_reading(campaign, services)
    request = SyncRequest(campaigns=(campaign.id,), only=row_lists())
    if services.demo:
        return FirstSync(request)
    name = plain(campaign.display_name, max_length=40)
    if not services.preferences.sync_on_open or rows_cost.calls > AFFORDABLE:
        return FirstSync(None, f"The rows of {name} were never read. r reads them ({cost}).")
    return FirstSync(request, f"Reading the rows of {name}, {cost_words(rows_cost)}. ctrl+x stops.")


def _days_reading(campaign: CampaignRow, services: AppServices) -> FirstSync:
    if not (services.demo or services.preferences.sync_on_open):
        return FirstSync()
    request = SyncRequest(campaigns=(campaign.id,), only=frozenset({"campaign_summaries"}))
    return FirstSync(request)


def row_lists() -> frozenset[str]:
    """The lists of rows, without the configuration that every routine sync reads."""
    return frozenset(resource.name for resource in CATALOGUE if not resource.schedule.routine) | {"campaign_summaries"}


def cost_words(cost: "Forecast") -> str:
    """What a run costs, in words: `up to about 12 calls`, `up to about 12 calls, perhaps more`."""
    calls = fmt.counted(cost.calls, "call")
    return f"up to about {calls}{', perhaps more' if cost.open_ended else ''}"
