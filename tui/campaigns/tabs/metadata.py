"""A campaign's metadata: its own, or typed by the vouchers' schema where the campaign says so."""

from store.domain.values import members
from tui.campaigns.context import CampaignContext
from tui.kit.metadata_tab import Metadata


def campaign_metadata(context: CampaignContext) -> Metadata:
    """The metadata of the campaign's document."""
    document = context.campaign.document
    values = members(document.get("metadata"))
    if document.get("use_voucher_metadata_schema") is True:
        return Metadata(values, "voucher", "the campaign uses the vouchers' schema")
    return Metadata(values, "campaign")
