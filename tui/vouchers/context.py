"""The context of a code's screen: any subject's, and the code as cached."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from store.queries.campaigns import CampaignRow
from store.queries.vouchers import KnownVoucher
from tui.kit.context import SubjectContext
from tui.kit.formatter import Formatter
from tui.kit.lists.spec import ListRecord

LISTS = {
    "vouchers": "The code", "redemptions": "Redemptions", "publications": "Publications",
    "transactions": "Transactions", "holders": "Holders", "validation_rules_assignments": "Rules",
}  # fmt: skip
"""What is known of a code, in words."""


def lists_of(campaign_type: str, voucher_type: str) -> list[str]:
    """The lists that codes of a kind may have rows in; "" for a kind that is not known."""
    from store.sync.catalogue import CATALOGUE

    apply = {one.name for one in CATALOGUE if not campaign_type or one.scoping.applies_to(campaign_type)}
    return [name for name in LISTS if name in apply and (name != "transactions" or voucher_type != "DISCOUNT_VOUCHER")]


@dataclass(frozen=True)
class VoucherContext(SubjectContext):
    """Everything a panel or tab of one code is built from.

    Attributes:
        voucher: which.
        values: its row of the codes' view; empty while its own record is not cached.
        document: that record as received.
        campaign: as cached; None where it is not, or the code has none.
        online: whether the app may ask the API.
        reveal: whether panels show personal data in full.
    """

    voucher: KnownVoucher
    values: Mapping[str, Any]
    document: Mapping[str, Any]
    campaign: CampaignRow | None = None
    online: bool = False
    reveal: bool = False

    @property
    def record(self) -> ListRecord:
        """Its row, as lists of codes read it."""
        return ListRecord(self.values, Formatter.of(self, reveal=self.reveal))

    @property
    def lists(self) -> list[str]:
        """The lists that a code of its kind may have rows in, its own record first."""
        kind = self.campaign.campaign_type if self.campaign else ""
        return lists_of(kind, str(self.values.get("type") or ""))

    @property
    def is_card(self) -> bool:
        """Whether it holds credit or points."""
        return self.values.get("type") in ("GIFT_VOUCHER", "LOYALTY_CARD")
