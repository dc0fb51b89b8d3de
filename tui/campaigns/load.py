"""What a campaign's screen is built from, read from the cache at once."""

from store.days import instant_text
from store.queries.campaigns import CampaignRow, get_campaign
from store.queries.freshness import data_state
from store.queries.series import campaign_span
from store.ref import Ref
from store.words import DateSpan
from tui.campaign_kit.price import campaign_price
from tui.campaigns.context import CampaignContext
from tui.campaigns.first_sync import first_sync, unread_lists
from tui.campaigns.header import header_spans
from tui.campaigns.rows import life_of
from tui.campaigns.types import spec_for
from tui.kit.context import Period
from tui.kit.services import AppServices
from tui.kit.subject_screen import Loaded


def load_campaign(services: AppServices, wanted: str) -> Loaded[CampaignContext] | None:
    """Ask the cache for a campaign by id or exact name, in a worker thread; None when it holds none.

    Raises:
        CacheError: the cache cannot be read.
    """
    from store.sync.forecast import forecast
    from store.sync.request import SyncRequest

    reader = services.reader
    campaign = reader.ask(get_campaign, wanted, services.now(), services.zone, services.settings.currency)
    if campaign is None:
        return None
    now = instant_text(services.now())
    state = reader.ask(data_state, "redemptions", Ref.campaign(campaign.id))
    cost = campaign_price(reader, campaign, services.zone)
    lists = unread_lists(reader, campaign)
    unread = SyncRequest(campaigns=(campaign.id,), only=lists)
    lists_cost = reader.ask(forecast, unread, campaign, services.zone, now)
    first = first_sync(campaign, lists, lists_cost=lists_cost, cost=cost, services=services)
    currency, zone, today = services.settings.currency, services.zone, services.today()
    spec, life = spec_for(campaign.campaign_type), reader.ask(campaign_span, campaign.id, today, zone)
    return Loaded(
        CampaignContext.of(reader, campaign, Period(life, ""), currency, zone, today, cost),
        header_spans(spec, campaign, zone),
        spec.contents(),
        state,
        life,
        _dates(campaign, life, services),
        first,
    )


def _dates(campaign: CampaignRow, life: DateSpan, services: AppServices) -> DateSpan:
    """The days a campaign runs; where it names none, those of its data up to today."""
    starts, ends = life_of(campaign, services.zone)
    return DateSpan(min(starts or life.start, life.start), ends or services.today())
