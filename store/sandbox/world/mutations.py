"""Changes to a living world: the demo's history is made of them."""

from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import Any

from store.sandbox.table import Document, Table
from store.sandbox.world import moments
from store.sandbox.world.activity import ShopActivity
from store.sandbox.world.records import VoucherRow
from store.sandbox.world.sheet import DocumentSheet

_NAMED = ("vouchers", "redemptions", "publications")
_CONFIGURATION = ("campaigns", "promotion_tiers", "validation_rules", "validation_rules_assignments")


class Mutations:
    """What can be done to a world. Every method bumps the tables it touches; truth and summaries follow.

    `at` defaults to the world's `now`; the same instant may be used as often as wanted.
    """

    now: datetime
    sheets: dict[str, Table[Any]]
    documents: dict[str, DocumentSheet]
    _activity: ShopActivity
    _chance: Random
    _made: int = 0

    def new_id(self, prefix: str, at: str) -> str:
        """An id whose text order is the order of time, as those of redemptions and transactions."""
        self._made += 1
        return f"{prefix}_0{moments.instant(at) // 1000:x}{0xE000000 + self._made:07x}"

    def moved_on(self, moment: datetime) -> None:
        """Let the world's present be no earlier than `moment`, and the activity tell what changed since it was last."""
        self._activity.move_on(self._text(moment))

    def _text(self, at: datetime | None) -> str:
        return moments.text(moments.milliseconds(at or self.now))

    def _campaign(self, campaign_id: str) -> Document:
        document = self.documents["campaigns"].find(campaign_id)
        if document is None:
            raise KeyError(campaign_id)
        return document

    def withhold(self, moment: datetime) -> dict[str, list[Document]]:
        """Take out configuration that was made after a moment; `release` puts it back."""
        until, found = self._text(moment), {}
        for name in _CONFIGURATION:
            sheet = self.documents[name]
            found[name] = [document for document in sheet.documents if document["created_at"] > until]
            sheet.keep(lambda document: document["created_at"] <= until)
        return found

    def release(self, withheld: Mapping[str, list[Document]]) -> None:
        """Put back what was withheld."""
        for name, documents in withheld.items():
            for document in documents:
                self.documents[name].add(document)

    def add_vouchers(self, campaign_id: str, count: int, *, at: datetime | None = None) -> list[str]:
        """Create codes, all at one instant; returns their ids. Raises KeyError for an unknown campaign."""
        campaign, when = self._campaign(campaign_id), self._text(at)
        voucher = campaign["voucher"]
        value = voucher.get("gift", {}).get("amount", voucher.get("loyalty_card", {}).get("points", 0))
        rows = [
            VoucherRow(
                id=f"v_{self._chance.getrandbits(96):024x}",
                code=f"NEW-{self._chance.getrandbits(48):012X}",
                campaign_id=campaign_id,
                campaign=campaign["name"],
                type=voucher["type"],
                created_at=when,
                updated_at=None,
                holder_id=None,
                category=campaign["category"],
                category_id=campaign["category_id"],
                active=True,
                is_referral_code=voucher["is_referral_code"],
                start_date=None,
                expiration_date=None,
                quantity=voucher["redemption"]["quantity"],
                amount=int(value),
            )
            for _ in range(count)
        ]
        self.sheets["vouchers"].add(*rows)
        return [row.id for row in rows]

    def edit_campaign(self, campaign_id: str, *, at: datetime | None = None, **fields: Any) -> Document:
        """Change members of a campaign's document; a new name reaches codes, redemptions and publications."""
        document = self._campaign(campaign_id)
        old = document["name"]
        self.documents["campaigns"].edit(campaign_id, **fields, updated_at=self._text(at))
        if document["name"] != old:
            for table in _NAMED:
                self.sheets[table].change("campaign_id", campaign_id, campaign=document["name"])
        self._activity.forget()
        return document
