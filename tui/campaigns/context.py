"""The context of a campaign's screen: any subject's, and the campaign as cached."""

from dataclasses import dataclass
from datetime import date, tzinfo

from store.queries.campaigns import CampaignRow
from store.queries.reader import Reader
from store.ref import Ref
from tui.kit.context import Period, SubjectContext


@dataclass(frozen=True)
class CampaignContext(SubjectContext):
    """Everything a panel or tab of one campaign is built from; `campaign` is as cached."""

    campaign: CampaignRow

    @classmethod
    def of(
        cls,
        reader: Reader,
        campaign: CampaignRow,
        period: Period,
        currency: str | None,
        zone: tzinfo,
        today: date,
        cost: str,
    ) -> "CampaignContext":
        """The context of a campaign; see `SubjectContext`."""
        ref = Ref.campaign(campaign.id)
        return cls(reader, ref, campaign.display_name, period, currency, zone, today, cost, campaign)
