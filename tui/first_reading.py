"""What opening a campaign does when its rows were never read: read them frugally, or say what that would cost."""

from dataclasses import dataclass

from store.queries.campaigns import CampaignRow
from store.sync.catalogue import CATALOGUE
from store.sync.tasks import SyncRequest
from tui.services import AppServices
from widgets import format as fmt
from widgets.text import plain

PAGE = 100
AFFORDABLE = 60
"""Calls that opening a campaign may cost without being asked: most of a minute of the smallest plan but one."""
_BY_EXPORT = 12
"""Calls of an export: creating it, asking until it is done, fetching it, checking its units."""


@dataclass(frozen=True, slots=True)
class FirstReading:
    """What to do, and what to tell.

    Attributes:
        request: to start now; None to start nothing.
        words: for the reader; "" for nothing to say.
    """

    request: SyncRequest | None = None
    words: str = ""


def first_reading(campaign: CampaignRow, *, never_read: bool, no_days: bool, services: AppServices) -> FirstReading:
    """Decide.

    Args:
        campaign: the one opened.
        never_read: whether its rows were never read.
        no_days: whether its summary by day was never asked for, though it has one: validations are told there alone.
        services: whether the app may go online, and the reader's wish.
    """
    if services.run_sync is None or campaign.missing_since is not None or not (never_read or no_days):
        return FirstReading()
    if not never_read:
        return _days_reading(campaign, services)
    request = SyncRequest(campaigns=(campaign.id,), only=row_lists())
    if services.demo:
        return FirstReading(request)
    calls = estimate_calls(campaign)
    cost = cost_words(campaign)
    name = plain(campaign.called, max_length=40)
    if not services.preferences.sync_on_open or calls > AFFORDABLE:
        return FirstReading(None, f"The rows of {name} were never read. r reads them ({cost}).")
    return FirstReading(request, f"Reading the rows of {name}, {cost}. ctrl+x stops.")


def _days_reading(campaign: CampaignRow, services: AppServices) -> FirstReading:
    if not (services.demo or services.preferences.sync_on_open):
        return FirstReading()
    request = SyncRequest(campaigns=(campaign.id,), only=frozenset({"campaign_summaries"}))
    return FirstReading(request)


def row_lists() -> frozenset[str]:
    """The lists of rows, without the configuration that every routine sync reads."""
    return frozenset(resource.name for resource in CATALOGUE if not resource.routine) | {"campaign_summaries"}


def cost_words(campaign: CampaignRow) -> str:
    """What reading a campaign's rows costs, in words: `about 12 calls`."""
    calls = estimate_calls(campaign)
    return f"about {fmt.count(calls)} call{'' if calls == 1 else 's'}"


def estimate_calls(campaign: CampaignRow) -> int:
    """About how many calls reading a campaign's rows takes, judged by its number of codes: pages, or an export."""
    codes = campaign.vouchers_count or 0
    # One call a used code; no more codes are used than there were redemptions.
    used = codes if campaign.redemptions is None else min(codes, campaign.redemptions)
    lists = sum(
        used if resource.members else 1
        for resource in CATALOGUE
        if not resource.routine and resource.by_campaign is not None and resource.applies_to(campaign.campaign_type)
    )
    pages = -(-codes // PAGE)
    # Redemptions and publications are unknown before they are read; codes bound them well enough for a warning.
    return lists + sum(min(pages, _BY_EXPORT) for _ in range(3))
