"""The context of a code's screen: any subject's, and the code as cached."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from store.queries.campaigns import CampaignRow
from store.queries.vouchers import KnownVoucher
from tui.kit.context import SubjectContext
from tui.kit.formatter import Formatter
from tui.kit.lists.spec import ListRecord


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
    def readable(self) -> bool:
        """Whether the app can read its rows now: with its campaign's, which the API still has."""
        return self.online and self.campaign is not None and self.campaign.missing_since is None

    @property
    def is_card(self) -> bool:
        """Whether it holds credit or points."""
        return self.values.get("type") in ("GIFT_VOUCHER", "LOYALTY_CARD")
