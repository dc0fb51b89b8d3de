"""Redemptions, rollbacks and orders as the API sends them (schemas RedemptionBase, RedemptionRollback, Order…)."""

from collections.abc import Mapping
from typing import Any

from store.sandbox.table import Document, Table
from store.sandbox.world import moments
from store.sandbox.world.facts import WorldFacts
from store.sandbox.world.programs import RewardOffer
from store.sandbox.world.records import OrderRow, RedemptionRow
from store.sandbox.world.sheet import DocumentSheet
from store.sandbox.world.vocabulary import FAILURE_MESSAGES, PRODUCTS, Words
from store.sandbox.world.voucher_documents import simple_customer

_CHANNEL_IDS = {"API": "8a824b12-0530-4ef4-9479-d9e9b9930176", "USER": "user_g24UoRO3Caxu7FCT4n5tpYEa"}


class RedemptionDocuments:
    """Renders redemptions and orders; `status_since` is when rows began to carry a `status` (API §11.2)."""

    def __init__(
        self,
        sheets: Mapping[str, Table[Any]],
        documents: Mapping[str, DocumentSheet],
        facts: WorldFacts,
        rewards: Mapping[str, RewardOffer],
        status_since: str,
        words: Words,
    ) -> None:
        self._sheets = sheets
        self._documents = documents
        self._facts = facts
        self._rewards = rewards
        self._status_since = status_since
        self._notes = words.notes

    def redemption(self, row: RedemptionRow) -> Document:
        """A row of `/v1/redemptions`; what a row lacks (a voucher, an order) is null or left out."""
        document: Document = {
            "id": row.id,
            "object": row.object,
            "date": moments.wire(row.created_at),
            "customer_id": row.customer_id,
            "tracking_id": row.tracking_id,
            "metadata": self._metadata(row.id),
            "result": row.result,
            "order": self._order_within(row),
            "channel": {"channel_id": _CHANNEL_IDS[row.channel], "channel_type": row.channel},
            "customer": simple_customer(self._sheets["customers"].find(row.customer_id)),
            "related_object_type": row.related_object_type,
            "related_object_id": row.related_object_id,
        }
        if row.created_at >= self._status_since or row.status == "ROLLED_BACK":
            document["status"] = row.status
        if row.redemption is not None:
            document["redemption"] = row.redemption
        if row.object == "redemption_rollback":
            document["reason"] = row.reason
        else:
            document.update(self._relations(row))
        if row.failure_code is not None:
            document["failure_code"] = row.failure_code
            document["failure_message"] = FAILURE_MESSAGES.get(row.failure_code)
        document.update(self._redeemable(row))
        return document

    def _metadata(self, key: str) -> Document:
        chance = int(key[-4:], 16)
        if chance % 61 == 0:
            return {"note": self._notes[chance % len(self._notes)]}
        return {"store": ("Katowice", "Lyon", "web")[chance % 3]} if chance % 4 == 0 else {}

    def _relations(self, row: RedemptionRow) -> Document:
        rollbacks = [
            {"id": key, "date": moments.wire(at), "rollback_order_mode": "WITH_ORDER"}
            for key, at in self._facts.rollbacks(row.id)
        ]
        children = [{"id": key, "date": moments.wire(at)} for key, at in self._facts.children(row.id)]
        related = {**({"rollbacks": rollbacks} if rollbacks else {}), **({"redemptions": children} if children else {})}
        return {"related_redemptions": related} if related else {}

    def _redeemable(self, row: RedemptionRow) -> Document:
        document: Document = {}
        if row.voucher_id is not None:
            document["voucher"] = {
                "id": row.voucher_id,
                "code": row.voucher_code,
                "campaign": row.campaign,
                "campaign_id": row.campaign_id,
                "object": "voucher",
            }
        if row.related_object_type == "promotion_tier":
            tier = self._documents["promotion_tiers"].find(row.related_object_id) or {}
            document["promotion_tier"] = {
                "id": row.related_object_id,
                "name": tier.get("name"),
                "banner": tier.get("banner"),
                "campaign": {"id": row.campaign_id, "object": "campaign"},
                "campaign_id": None,
                "object": "promotion_tier",
            }
        if row.amount is not None:
            document["amount"] = row.amount
            offer = self._rewards.get(row.reward_assignment_id or "")
            if offer is None:
                document["gift"] = {"amount": row.amount}
            else:
                document["loyalty_card"] = {"points": row.amount}
                document["reward"] = self._reward(row, offer)
        return document

    def _reward(self, row: RedemptionRow, offer: RewardOffer) -> Document:
        stored = self._documents["rewards"].find(offer.reward_id) or {}
        parameters = {key: value for key, value in stored.get("parameters", {}).items() if value is not None}
        return {
            "customer": simple_customer(self._sheets["customers"].find(row.customer_id)),
            "assignment_id": offer.assignment_id,
            "id": offer.reward_id,
            "name": offer.name,
            "type": offer.type,
            "parameters": parameters,
            "created_at": stored.get("created_at"),
            "updated_at": stored.get("updated_at"),
            "object": "reward",
        }

    def _order_within(self, row: RedemptionRow) -> Document | None:
        order = self._sheets["orders"].find(row.order_id)
        if order is None:
            return _tried(row) if row.result == "FAILURE" and row.order_amount else None
        document = self.order(order)
        document.update(_amounts(row.order_amount, row.discount_amount))
        if row.parent_redemption_id is not None and row.object == "redemption":
            # A child of a stack shows the discount of the whole stack so far beside its own (API §11.4).
            document["total_discount_amount"] = order.discount_amount
        return document

    def order(self, row: OrderRow) -> Document:
        """A row of `/v1/orders`."""
        paid = {
            redemption.id: {
                "date": moments.wire(redemption.created_at),
                "related_object_type": redemption.related_object_type,
                "related_object_id": redemption.related_object_id,
                "related_object_parent_id": redemption.campaign_id,
                **self._stacked(redemption),
            }
            for redemption in self._facts.redemptions_of_order(row.id)
            if redemption.parent_redemption_id is None
        }
        customer = {"customer": {"id": row.customer_id, "object": "customer"}} if row.customer_id else {}
        return {
            "id": row.id,
            "source_id": row.source_id,
            "created_at": moments.wire(row.created_at),
            "updated_at": moments.wire(row.updated_at),
            "status": row.status,
            **_amounts(row.amount, row.discount_amount),
            "items": _items(row),
            "metadata": {},
            **customer,
            "customer_id": row.customer_id,
            "referrer_id": row.referrer_id,
            "object": "order",
            "redemptions": paid,
        }

    def _stacked(self, redemption: RedemptionRow) -> Document:
        undone = self._facts.rollbacks(redemption.id)
        children = self._facts.children(redemption.id)
        document: Document = {}
        if children:
            document["stacked"] = [key for key, _ in children]
        if undone:
            document.update(rollback_id=undone[0][0], rollback_date=moments.wire(undone[0][1]))
            below = [key for child, _ in children for key, _ in self._facts.rollbacks(child)]
            if below:
                document["rollback_stacked"] = below
        return document


def _tried(row: RedemptionRow) -> Document:
    """The order of a refused redemption as it was sent: it was never placed, so it has no id."""
    return {
        "amount": row.order_amount,
        "total_amount": row.order_amount,
        "items": [],
        "metadata": {},
        "customer_id": row.customer_id,
        "object": "order",
    }


def _amounts(amount: int, discount: int) -> Document:
    return {
        "amount": amount,
        "discount_amount": discount,
        "total_discount_amount": discount,
        "applied_discount_amount": discount,
        "total_applied_discount_amount": discount,
        "total_amount": amount - discount,
    }


def _items(row: OrderRow) -> list[Document]:
    """One or two lines whose amounts add up to the order's."""
    if not row.amount:
        return []
    chance = int(row.id[-5:], 16)
    first = row.amount if row.amount < 4_000 or chance % 2 else row.amount - row.amount // 3
    lines = [first] if first == row.amount else [first, row.amount - first]
    items = []
    for i, amount in enumerate(lines):
        key, source_id, name, _ = PRODUCTS[(chance + i) % len(PRODUCTS)]
        items.append(
            {
                "object": "order_item",
                "product_id": key,
                "quantity": 1,
                "amount": amount,
                "price": amount,
                "subtotal_amount": amount,
                "product": {"id": key, "source_id": source_id, "name": name, "price": amount},
            }
        )
    return items
