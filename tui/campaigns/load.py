"""What a campaign's screen is built from, read from the cache at once."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.days import instant_text
from store.models import DataState
from store.queries.campaigns import CampaignRow, get_campaign
from store.queries.freshness import data_state, summary_unread
from store.queries.series import DateSpan, campaign_span
from store.ref import Ref
from tui.campaigns.first_sync import cost_words, row_lists
from tui.campaigns.rows import priced
from tui.kit.services import AppServices

if TYPE_CHECKING:
    from store.sync.forecast import Forecast


@dataclass(frozen=True, slots=True)
class Opened:
    """What a campaign's screen is built from.

    Attributes:
        campaign: as cached.
        rows: how far its redemptions can be trusted.
        life: the days of its life.
        no_days: its summary by day was never asked for.
        rows_cost: what reading its rows takes.
        cost: in words, what reading it takes that a reader asks for: rows and configuration.
    """

    campaign: CampaignRow
    rows: DataState
    life: DateSpan
    no_days: bool
    rows_cost: "Forecast"
    cost: str


def read_opened(services: AppServices, wanted: str) -> Opened | None:
    """Ask the cache for a campaign by id or exact name, in a worker thread; None when it holds none.

    Raises:
        CacheError: the cache cannot be read.
    """
    from store.sync.forecast import forecast
    from store.sync.tasks import SyncRequest

    reader = services.reader
    campaign = reader.ask(get_campaign, wanted, services.now(), services.zone)
    if campaign is None:
        return None
    now, named = instant_text(services.now()), SyncRequest(campaigns=(campaign.id,))
    rows = SyncRequest(campaigns=(campaign.id,), only=row_lists())
    return Opened(
        priced(campaign, services.settings.currency),
        reader.ask(data_state, "redemptions", Ref.campaign(campaign.id)),
        reader.ask(campaign_span, campaign.id, services.today(), services.zone),
        reader.ask(summary_unread, campaign.id),
        reader.ask(forecast, rows, campaign, now),
        cost_words(reader.ask(forecast, named, campaign, now)),
    )
