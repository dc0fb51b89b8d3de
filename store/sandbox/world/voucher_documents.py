"""Vouchers, publications and balance transactions as the API sends them."""

from collections.abc import Mapping
from typing import Any

from store.sandbox.table import Document, Table
from store.sandbox.world import moments
from store.sandbox.world.campaign_documents import VALIDITY
from store.sandbox.world.facts import WorldFacts
from store.sandbox.world.records import (
    CustomerRecord,
    HolderRow,
    PendingPointsRow,
    PointsBucketRow,
    PublicationRow,
    TransactionRow,
    VoucherRow,
)
from store.sandbox.world.sheet import DocumentSheet
from store.sandbox.world.vocabulary import FAILURE_MESSAGES, Words


class VoucherDocuments:
    """Renders rows about codes; reads campaigns and derived facts."""

    def __init__(
        self,
        sheets: Mapping[str, Table[Any]],
        documents: Mapping[str, DocumentSheet],
        facts: WorldFacts,
        reward_names: Mapping[str, str],
        words: Words,
    ) -> None:
        self._sheets = sheets
        self._documents = documents
        self._facts = facts
        self._reward_names = reward_names
        self._notes = words.notes

    def voucher(self, row: VoucherRow) -> Document:
        """Schema VoucherWithCategories; balances and counts follow from the other tables."""
        campaign = self._documents["campaigns"].find(row.campaign_id) or {}
        document: Document = {
            "id": row.id,
            "code": row.code,
            "campaign": row.campaign,
            "campaign_id": row.campaign_id,
            "category": row.category,
            "category_id": row.category_id,
            "categories": campaign.get("categories", []),
            "type": row.type,
            **self._value(row, campaign),
            "start_date": moments.wire(row.start_date),
            "expiration_date": moments.wire(row.expiration_date),
            "active": bool(row.active),
            "additional_info": None,
            "metadata": self._metadata(row),
            "assets": {part: {"id": f"U2Fs{row.id[2:]}", "url": f"https://dl.example/{part}"} for part in _ASSETS},
            "is_referral_code": bool(row.is_referral_code),
            "created_at": moments.wire(row.created_at),
            "updated_at": moments.wire(row.updated_at),
            "holder_id": row.holder_id,
            "referrer_id": row.holder_id if row.is_referral_code else None,
            "object": "voucher",
            "publish": self._list(row, "publications", count=self._facts.publish_count(row.id)),
            "redemption": self._redemption(row),
        }
        document.update({key: campaign[key] for key in VALIDITY if key in campaign})
        return document

    def _metadata(self, row: VoucherRow) -> Document:
        chance = int(row.id[-6:], 16)
        metadata: Document = {} if chance % 3 else {"wave": chance % 7, "język": "pl ✓"}
        if chance % 83 == 0:
            metadata["note"] = self._notes[chance % len(self._notes)]
        return metadata

    def _value(self, row: VoucherRow, campaign: Document) -> Document:
        if row.type == "DISCOUNT_VOUCHER":
            return {"discount": campaign.get("voucher", {}).get("discount")}
        moved = self._facts.movements(row.id)
        if row.type == "GIFT_VOUCHER":
            return {
                "gift": {
                    "amount": row.amount + moved.get("CREDITS_ADDITION", 0),
                    "subtracted_amount": -moved.get("CREDITS_REMOVAL", 0),
                    "balance": self.balance(row),
                    "effect": "APPLY_TO_ORDER",
                }
            }
        earned = ("POINTS_ACCRUAL", "POINTS_ADDITION", "POINTS_TRANSFER_IN", "PENDING_POINTS_ACTIVATION")
        expiry = self._facts.next_expiry(row.id)
        card: Document = {
            "points": row.amount + sum(moved.get(kind, 0) for kind in earned),
            "balance": self.balance(row),
            "pending_points": self._facts.pending_points(row.id),
            "expired_points": -moved.get("POINTS_EXPIRATION", 0),
            "subtracted_points": -moved.get("POINTS_REMOVAL", 0) - moved.get("POINTS_TRANSFER_OUT", 0),
        }
        if expiry is not None:
            card.update(next_expiration_date=expiry[0], next_expiration_points=expiry[1])
        return {"loyalty_card": card}

    def balance(self, row: VoucherRow) -> int:
        """What a card holds: the initial value and every transaction, minor units or points."""
        return row.amount + sum(self._facts.movements(row.id).values())

    def _redemption(self, row: VoucherRow) -> Document:
        document = self._list(row, "redemptions", quantity=row.quantity)
        document["redeemed_quantity"] = self._facts.redeemed_quantity(row.id)
        moved = self._facts.movements(row.id)
        if row.type == "LOYALTY_CARD":
            document["redeemed_points"] = -moved.get("POINTS_REDEMPTION", 0) - moved.get("POINTS_REFUND", 0)
        if row.type == "GIFT_VOUCHER":
            document["redeemed_amount"] = -moved.get("CREDITS_REDEMPTION", 0) - moved.get("CREDITS_REFUND", 0)
        return document

    @staticmethod
    def _list(row: VoucherRow, part: str, **members: Any) -> Document:
        return {"object": "list", **members, "url": f"/v1/vouchers/{row.id}/{part}?page=1&limit=10"}

    def simple(self, voucher_id: str | None) -> Document | None:
        """The short form used inside transactions (schema SimpleVoucher)."""
        row = self._sheets["vouchers"].find(voucher_id)
        if row is None:
            return None
        return {"id": row.id, "code": row.code, "campaign": row.campaign, "campaign_id": row.campaign_id}

    def publication(self, row: PublicationRow) -> Document:
        """Schemas ListPublicationsItem…: with a voucher, or with what went wrong."""
        distribution = row.distribution_id
        metadata: Document = {}
        if distribution is not None:
            metadata = {"distribution_id": distribution, "source_type": "distribution", "source_id": distribution}
        document: Document = {
            "id": row.id,
            "object": "publication",
            "created_at": moments.wire(row.created_at),
            "customer_id": row.customer_id,
            "tracking_id": row.tracking_id,
            "metadata": metadata,
            "channel": row.channel,
            "source_id": row.source_id,
            "result": row.result,
            "customer": simple_customer(self._sheets["customers"].find(row.customer_id)),
            "vouchers_id": [row.voucher_id] if row.voucher_id else [],
        }
        if row.result != "SUCCESS":
            message = FAILURE_MESSAGES.get(row.failure_code or "")
            return {**document, "vouchers": [], "failure_code": row.failure_code, "failure_message": message}
        code = self._sheets["vouchers"].find(row.voucher_id)
        document["voucher"] = {
            "code": row.voucher_code,
            "object": "voucher",
            "campaign": row.campaign,
            "is_referral_code": bool(row.is_referral_code),
        }
        if code is not None:
            campaign = self._documents["campaigns"].find(row.campaign_id) or {}
            document["voucher"].update(self._value(code, campaign))
        return document

    def transaction(self, row: TransactionRow) -> Document:
        """Schema VoucherTransaction."""
        gift = row.type.startswith("CREDITS")
        balance: Document = {
            "type": "gift_voucher" if gift else "loyalty_card",
            "total": row.total,
            "object": "balance",
            "amount" if gift else "points": row.amount,
            "balance": row.balance,
            "operation_type": "MANUAL" if row.source else "AUTOMATIC",
            "related_object": {"id": row.voucher_id, "type": "voucher"},
        }
        details: Document = {"balance": balance}
        for name, key in (("order", row.order_id), ("redemption", row.redemption_id), ("rollback", row.rollback_id)):
            if key is not None:
                details[name] = {"id": key}
        if row.earning_rule_id is not None:
            details["earning_rule"] = self._rule(row.earning_rule_id)
        if row.reward_id is not None:
            details["reward"] = {"id": row.reward_id, "name": self._reward_names.get(row.reward_id)}
        if row.other_voucher_id is not None:
            here, there = self.simple(row.voucher_id), self.simple(row.other_voucher_id)
            out = row.type.endswith("OUT")
            members = zip(
                ("source_voucher", "destination_voucher"), (here, there) if out else (there, here), strict=True
            )
            details.update({name: voucher for name, voucher in members if voucher is not None})
        return {
            "id": row.id,
            "source_id": row.source_id,
            "voucher_id": row.voucher_id,
            "campaign_id": row.campaign_id,
            "source": row.source,
            "reason": row.reason,
            "type": row.type,
            "details": details,
            "related_transaction_id": row.related_transaction_id,
            "created_at": moments.wire(row.created_at),
        }

    def _rule(self, key: str | None) -> Document:
        """What a record repeats of an earning rule."""
        rule = self._documents["earning_rules"].find(key) or {"source": {}}
        return {"id": key, "source": {"banner": rule["source"].get("banner")}}

    def pending(self, row: PendingPointsRow) -> Document:
        """Schema LoyaltyPendingPoints."""
        return {
            "id": row.id,
            "voucher_id": row.voucher_id,
            "campaign_id": row.campaign_id,
            "customer_id": row.customer_id,
            "order_id": row.order_id,
            "points": row.points,
            "activates_at": row.activates_at,
            "details": {
                "earning_rule": self._rule(row.earning_rule_id),
                "order": {"id": row.order_id, "source_id": None},
            },
            "created_at": moments.wire(row.created_at),
            "updated_at": moments.wire(row.updated_at),
        }

    @staticmethod
    def bucket(row: PointsBucketRow) -> Document:
        """Schema LoyaltyPointsBucket; points that never expire have no `expires_at`."""
        document: Document = {
            "id": row.id,
            "voucher_id": row.voucher_id,
            "campaign_id": row.campaign_id,
            "bucket": {"total_points": row.points},
            "status": row.status,
            "created_at": moments.wire(row.created_at),
            "updated_at": moments.wire(row.updated_at),
            "object": "loyalty_points_bucket",
        }
        if row.expires_at is not None:
            document["expires_at"] = row.expires_at
        return document

    @staticmethod
    def holder(row: HolderRow) -> Document:
        """Schema RedeemableHolder."""
        return {
            "id": row.id,
            "created_at": moments.wire(row.created_at),
            "redeemable_id": row.voucher_id,
            "redeemable_object": "voucher",
            "customer_id": row.customer_id,
            "holder_role": row.holder_role,
            "campaign_id": row.campaign_id,
            "campaign_type": row.campaign_type,
            "voucher_type": row.voucher_type,
            "metadata": {},
            "object": "redeemable_holder",
        }


_ASSETS = ("qr", "barcode")


def simple_customer(row: CustomerRecord | None) -> Document | None:
    """The short form of a customer inside other documents (schema SimpleCustomer)."""
    if row is None:
        return None
    return {
        "id": row.id,
        "name": row.name,
        "email": row.email,
        "source_id": row.source_id,
        "metadata": {},
        "object": "customer",
    }
