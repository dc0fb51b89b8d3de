"""Customers as the API sends them: profile, summary, loyalty per campaign name, referrals."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from store.sandbox.table import Document, Table
from store.sandbox.world import moments
from store.sandbox.world.facts import CustomerTotals, WorldFacts
from store.sandbox.world.programs import Program
from store.sandbox.world.records import CustomerRecord, VoucherRow
from store.sandbox.world.stage import Referral
from store.sandbox.world.terms import COUNTRIES
from store.sandbox.world.vocabulary import Words
from store.sandbox.world.voucher_documents import VoucherDocuments


class CustomerDocuments:
    """Renders customers (schema CustomerWithSummaryLoyaltyReferrals)."""

    def __init__(
        self,
        sheets: Mapping[str, Table[Any]],
        facts: WorldFacts,
        vouchers: VoucherDocuments,
        programs: Mapping[str, Program],
        referrals: Mapping[str, list[Referral]],
        words: Words,
    ) -> None:
        self._sheets = sheets
        self._facts = facts
        self._vouchers = vouchers
        self._programs = programs
        self._referrals = referrals
        self._words = words
        self._counted: tuple[int, Counter[str]] = (0, Counter())

    def customer(self, row: CustomerRecord) -> Document:
        """One customer; everything but the profile is derived."""
        chance = int(row.id[-6:], 16)
        mine = self._facts.customer(row.id)
        assigned = self._sheets["vouchers"].having("holder_id", row.id)
        cards = [code for code in assigned if code.type != "DISCOUNT_VOUCHER"]
        document: Document = {
            "id": row.id,
            "source_id": row.source_id,
            "name": row.name,
            "description": f"Prefers mornings{self._words.mark}" if chance % 41 == 0 else None,
            "email": row.email,
            "phone": row.phone,
            "birthdate": row.birthdate,
            "summary": self._summary(mine, cards),
            "loyalty": self._loyalty(row, cards),
            "referrals": self._referred(row),
            "metadata": self._metadata(row, chance),
            "system_metadata": {},
            "created_at": moments.wire(row.created_at),
            "updated_at": moments.wire(row.updated_at),
            "assets": {"cockpit_url": f"https://cockpit.example/{row.id}"},
            "object": "customer",
        }
        if row.city is not None:
            document["address"] = {"city": row.city, "country": row.country, "line_1": f"Street {chance % 200}"}
        return document

    def _metadata(self, row: CustomerRecord, chance: int) -> Document:
        metadata: Document = {"newsletter": chance % 2 == 0}
        if row.country is not None:
            metadata["country"] = COUNTRIES[row.country]
        if chance % 67 == 0:
            metadata["note"] = self._words.notes[chance % len(self._words.notes)]
        return metadata

    def _summary(self, mine: CustomerTotals, cards: list[VoucherRow]) -> Document:
        left = {"GIFT_VOUCHER": 0, "LOYALTY_CARD": 0}
        for card in cards:
            left[card.type] += self._vouchers.balance(card)
        redemptions: Document = {
            **_counts(mine),
            "gift": {"redeemed_amount": mine.credit, "amount_to_go": left["GIFT_VOUCHER"]},
            "loyalty_card": {"redeemed_points": mine.points, "points_to_go": left["LOYALTY_CARD"]},
        }
        return {"redemptions": redemptions, "orders": _orders(mine)}

    def _loyalty(self, row: CustomerRecord, cards: list[VoucherRow]) -> Document:
        campaigns: dict[str, Document] = {}
        for card in cards:
            program = self._programs.get(card.campaign_id)
            if program is None:
                continue
            points = self._vouchers.balance(card)
            entry = campaigns.setdefault(card.campaign, {"points": 0, "referred_customers": 0})
            entry["points"] += points
            tier = program.tier_of(entry["points"])
            if tier is not None:
                entry["loyalty_tier"] = tier.id
        brought = self._brought_by(row.id)
        return {
            "points": sum(entry["points"] for entry in campaigns.values()),
            "referred_customers": brought,
            "campaigns": campaigns,
        }

    def _brought_by(self, customer_id: str) -> int:
        size = sum(map(len, self._referrals.values()))
        if self._counted[0] != size:
            brought = Counter(one.referrer_id for known in self._referrals.values() for one in known)
            self._counted = (size, brought)
        return self._counted[1][customer_id]

    def _referred(self, row: CustomerRecord) -> Document:
        known = self._referrals.get(row.id, [])
        campaigns = [
            {
                "campaign_id": referral.campaign_id,
                "referrer_id": referral.referrer_id,
                "related_object_id": referral.related_object_id,
                "related_object_type": referral.related_object_type,
                "date": moments.wire(referral.date),
            }
            for referral in known
        ]
        return {"total": len(campaigns), "campaigns": campaigns}


def _counts(mine: CustomerTotals) -> Document:
    made, undone = "redemption", "redemption_rollback"
    return {
        "total_redeemed": mine.ended[made, "SUCCESS"],
        "total_failed": mine.ended[made, "FAILURE"],
        "total_succeeded": mine.ended[made, "SUCCESS"],
        "total_rolled_back": mine.ended[undone, "SUCCESS"],
        "total_rollback_failed": mine.ended[undone, "FAILURE"],
        "total_rollback_succeeded": mine.ended[undone, "SUCCESS"],
    }


def _orders(mine: CustomerTotals) -> Document:
    last_at, last_amount = mine.last_order or (None, 0)
    return {
        "total_amount": mine.spent,
        "total_count": mine.orders,
        "average_amount": mine.spent // mine.orders if mine.orders else 0,
        "last_order_amount": last_amount,
        "last_order_date": moments.wire(last_at),
    }
