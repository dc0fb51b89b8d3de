"""What reading a campaign from the API costs, in words."""

from datetime import tzinfo
from typing import TYPE_CHECKING

from store import words as fmt
from store.days import instant_text
from store.queries.campaigns import CampaignRow
from store.queries.reader import Reader

if TYPE_CHECKING:
    from store.sync.forecast import Forecast


def cost_words(cost: "Forecast") -> str:
    """What a run costs, in words: `up to about 12 calls`, `up to about 12 calls, perhaps more`."""
    calls = fmt.counted(cost.calls, "call")
    return f"up to about {calls}{', perhaps more' if cost.open_ended else ''}"


def campaign_price(reader: Reader, campaign: CampaignRow, zone: tzinfo) -> str:
    """The price of reading a campaign on request. Blocks; raises `CacheError`."""
    from store.sync.forecast import forecast
    from store.sync.request import SyncRequest

    asked = SyncRequest(campaigns=(campaign.id,))
    return cost_words(reader.ask(forecast, asked, campaign, zone, instant_text(reader.now())))
