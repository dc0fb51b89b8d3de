"""The data of one activity event, by its type (schemas EventCustomer…)."""

from collections.abc import Callable, Mapping
from typing import Any

from store.sandbox.table import Document, Table
from store.sandbox.world import moments
from store.sandbox.world.happenings import Happening, chance, later
from store.sandbox.world.programs import LoyaltyTier
from store.sandbox.world.sheet import DocumentSheet
from store.sandbox.world.voucher_documents import simple_customer

_CAMPAIGN = (
    "id", "name", "campaign_type", "type", "auto_join", "join_once", "active", "category_id", "category", "categories",
    "metadata", "start_date", "expiration_date", "description", "created_at", "updated_at", "object",
)  # fmt: skip
_VOUCHER = (
    "id", "code", "type", "campaign", "campaign_id", "is_referral_code", "holder_id", "referrer_id", "category_id",
    "categories", "active", "created_at", "updated_at", "start_date", "expiration_date", "metadata", "object",
)  # fmt: skip
_SCHEMA = {"id": "ce_9f21c07ab3", "name": "review_written"}


class EventDocuments:
    """Renders the data of events; reads the other tables."""

    def __init__(self, sheets: Mapping[str, Table[Any]], documents: Mapping[str, DocumentSheet]) -> None:
        self._sheets = sheets
        self._documents = documents
        self._tell = self._tellers()

    def _tellers(self) -> dict[str, Callable[[Happening], Document]]:
        """The writer of an event: by its type, else by the table it comes from."""
        return {
        "customers": self._profile,
        "redemptions": self._redemption,
        "publications": self._publication,
        "orders": self._order,
        "transactions": self._transaction,
        "pending_points": self._waiting,
        "holders": self._holder,
        "deletions": self._gone,
        "validation.succeeded": self._validation,
        "validation.failed": self._validation,
        "rewarded.loyalty_points": self._earned,
        "custom_event": self._custom_event,
        "loyalty.updated": self._loyalty,
        "referred": self._brought,
        "rewarded": self._brought,
        **{f"reward_redemptions.{step}": self._reward_redemption
           for step in ("created", "pending", "completed", "rolledback")},
        **{f"loyalty.tier.{step}": self._tier
           for step in ("joined", "left", "upgraded", "downgraded", "prolonged", "expiration.changed")},
        }  # fmt: skip

    def data(self, event: Happening) -> Document:
        """Everything about an event but its id, time, type and source."""
        document: Document = {"customer": self._customer(event.customer_id)}
        if event.campaign_id is not None:
            campaign = self._documents["campaigns"].find(event.campaign_id) or {}
            document["campaign"] = {key: campaign.get(key) for key in _CAMPAIGN}
        if event.voucher_id is not None:
            document["voucher"] = self._voucher(event.voucher_id)
        tell = self._tell.get(event.type) or self._tell[event.source]
        document.update(tell(event))
        return document

    def _customer(self, key: str | None) -> Document | None:
        return simple_customer(self._sheets["customers"].find(key))

    def _voucher(self, key: str | None) -> Document | None:
        document = self._sheets["vouchers"].document_of(key)
        if document is None:
            return None
        counted = document["redemption"]
        return {
            **{name: document[name] for name in _VOUCHER},
            "redemption": {name: counted[name] for name in ("quantity", "redeemed_quantity")},
        }

    def _profile(self, event: Happening) -> Document:
        document: Document = {"customer": self._sheets["customers"].document_of(event.customer_id)}
        if event.type == "confirmed":
            document["unconfirmed_customer"] = {"id": f"u{event.customer_id}"}
        if event.type.startswith("segment"):
            segment = self._documents["segments"].documents[0]
            document["segment"] = {key: segment[key] for key in ("id", "name", "object")}
        return document

    def _redemption(self, event: Happening) -> Document:
        row = self._sheets["redemptions"].document_of(event.key) or {}
        undone = row["object"] == "redemption_rollback"
        kept = ("id", "customer_id", "tracking_id", "date", "amount", "result", "failure_code", "failure_message")
        redemption: Document = {
            **{key: row[key] for key in (*kept, "reason", "channel", "metadata", "object") if key in row},
            "status": "SUCCEEDED" if row["result"] == "SUCCESS" else "FAILED",
        }
        holder = self._sheets["vouchers"].find(event.voucher_id)
        document: Document = {
            "order": row["order"],
            "holder": self._customer(holder.holder_id) if holder is not None else None,
            "redemption_rollback" if undone else "redemption": redemption,
        }
        if undone:
            document["redemption"] = {"id": row.get("redemption"), "object": "redemption"}
        if "promotion_tier" in row:
            document["promotion_tier"] = {
                key: row["promotion_tier"][key] for key in ("id", "name", "banner", "campaign")
            }
        return document

    def _validation(self, event: Happening) -> Document:
        row = self._sheets["redemptions"].find(event.key)
        good = row is not None and row.result == "SUCCESS"
        kind = "promotion_tier" if row and row.related_object_type == "promotion_tier" else "voucher"
        named = [{"id": row.related_object_id, "type": kind}] if row and row.related_object_id else []
        return {
            "validation": {
                "id": f"valid_{event.key.partition('_')[2]}",
                "session_id": f"ssn_{event.key.partition('_')[2]}" if chance(event.key) % 7 == 0 else None,
                "status": "VALID" if good else "INVALID",
                "created_at": moments.wire(event.at),
                "customer_id": event.customer_id,
                "redeemables": named if good else [],
                "skipped_redeemables": [],
                "inapplicable_redeemables": [] if good else named,
            }
        }

    def _reward_redemption(self, event: Happening) -> Document:
        row = self._sheets["redemptions"].document_of(event.key) or {}
        reward = {key: value for key, value in row["reward"].items() if key != "assignment_id"}
        state = event.type.rpartition(".")[2]
        return {
            "holder": self._customer(event.customer_id),
            "reward": reward,
            "reward_assignment": self._documents["reward_assignments"].find(row["reward"]["assignment_id"]),
            "source": event.voucher_id,
            "balance": abs(row["amount"]),
            "reward_redemption": {"id": f"rred_{event.key.partition('_')[2]}", "status": state.upper()},
        }

    def _publication(self, event: Happening) -> Document:
        row = self._sheets["publications"].document_of(event.key) or {}
        if event.type.startswith("publication"):
            return {"publication": row}
        outcome = event.type.rpartition(".")[2]
        distribution = row["metadata"].get("distribution_id")
        return {
            "distribution": {"id": distribution, "name": f"Message {distribution[-4:]}", "object": "distribution"},
            f"{outcome}_at": moments.wire(event.at),
        }

    def _order(self, event: Happening) -> Document:
        order = self._sheets["orders"].document_of(event.key) or {}
        step = event.type.rpartition(".")[2]
        status = {"created": "CREATED", "fulfilled": "FULFILLED", "canceled": "CANCELED"}.get(step, "PAID")
        return {"order": {**order, "status": status}, "referrer": None}

    def _transaction(self, event: Happening) -> Document:
        row = self._sheets["transactions"].document_of(event.key) or {}
        document: Document = {"transaction": row, "balance": row["details"]["balance"]}
        if event.type.endswith("points_expired"):
            gone = -row["details"]["balance"]["points"]
            bucket = {"id": f"lopb_{event.key.partition('_')[2]}", "voucher_id": row["voucher_id"],
                      "bucket": {"total_points": gone}, "status": "EXPIRED", "expires_at": event.at[:10],
                      "object": "loyalty_points_bucket"}  # fmt: skip
            document.update(points=gone, buckets=[bucket])
        if event.type.endswith("points_transferred"):
            for name in ("source_voucher", "destination_voucher"):
                document[name] = row["details"].get(name)
        if event.type.endswith("pending_points.activated"):
            document["order"] = self._short_order(row["details"].get("order", {}).get("id"))
            document["pending_points"] = self._waited(event, row)
        return document

    @staticmethod
    def _waited(event: Happening, row: Document) -> Document:
        """Points that waited and do not any more."""
        return {
            "id": f"lopp_{event.key.partition('_')[2]}",
            "voucher_id": row["voucher_id"],
            "campaign_id": row["campaign_id"],
            "customer_id": event.customer_id,
            "order_id": row["details"].get("order", {}).get("id"),
            "points": row["details"]["balance"]["points"],
            "activates_at": event.at[:10],
            "details": {key: row["details"][key] for key in ("earning_rule", "order") if key in row["details"]},
            "created_at": None,
            "updated_at": moments.wire(event.at),
        }

    def _earned(self, event: Happening) -> Document:
        row = self._sheets["transactions"].document_of(event.key) or {}
        details = row["details"]
        rule = self._documents["earning_rules"].find(details["earning_rule"]["id"])
        order = details.get("order", {}).get("id")
        cause = {
            "id": f"evcus_{event.group.partition('_')[2]}",
            "type": "customer.order.paid" if order else "customer.custom_event",
            "category": "ACTION",
            "entity_id": event.customer_id,
            "created_at": moments.wire(event.at),
            "group_id": group_id(event.group),
        }
        return {
            "holder": self._customer(event.customer_id),
            "earning_rule": rule,
            "loyalty_tier": None,
            "balance": details["balance"],
            "order": self._sheets["orders"].document_of(order),
            "event": cause,
        }

    def _custom_event(self, event: Happening) -> Document:
        happened = self._event(event.customer_id, event.at, event.group)
        loyalty: Document = {}
        if event.voucher_id is not None:
            loyalty = {"loyalty": {"voucher": self._voucher(event.voucher_id), "campaign": None}}
        return {"event": happened, "event_schema": _SCHEMA, **loyalty}

    @staticmethod
    def _event(customer: str, at: str, key: str) -> Document:
        return {
            "id": f"event_{key.partition('_')[2]}",
            "object": "event",
            "type": _SCHEMA["name"],
            "customer": {"id": customer, "object": "customer"},
            "metadata": {"rating": 3 + chance(key) % 3, "product": "Pour-over set", "verified": True},
            "created_at": moments.wire(at),
        }

    def _tier(self, event: Happening) -> Document:
        before, after = event.extra
        document: Document = {"created_at": moments.wire(event.at)}
        if event.type.endswith(("upgraded", "downgraded")):
            return {**document, "loyalty_tier_from": self._ladder(before), "loyalty_tier_to": self._ladder(after)}
        document["loyalty_tier"] = self._ladder(after or before)
        if event.type.endswith("changed"):
            document["expiration_date"] = moments.wire(later(event.at, 90 * moments.DAY))
        return document

    def _ladder(self, tier: LoyaltyTier | None) -> Document | None:
        return None if tier is None else self._documents["loyalty_tiers"].find(tier.id)

    def _loyalty(self, event: Happening) -> Document:
        row = self._sheets["transactions"].find(event.key)
        return {"loyalty": {"points": row.balance if row else None}, "created_at": moments.wire(event.at)}

    def _waiting(self, event: Happening) -> Document:
        row = self._sheets["pending_points"].shown(event.extra)
        balance = {
            "type": "loyalty_card", "total": row["points"], "object": "balance", "points": row["points"],
            "balance": row["points"], "operation_type": "AUTOMATIC",
            "related_object": {"id": row["voucher_id"], "type": "voucher"},
        }  # fmt: skip
        order = self._short_order(row["order_id"])
        return {"pending_points": row, "voucher_pending_points_balance": balance, "order": order}

    def _short_order(self, key: str | None) -> Document | None:
        order = self._sheets["orders"].find(key)
        if order is None:
            return None
        short = {"id": order.id, "source_id": order.source_id, "status": order.status, "amount": order.amount}
        return {**short, "customer_id": order.customer_id, "metadata": {}, "object": "order"}

    def _brought(self, event: Happening) -> Document:
        known = event.extra
        row = self._sheets["redemptions"].find(known.related_object_id)
        by_event = known.related_object_type == "event"
        document: Document = {
            "voucher": self._voucher(row.voucher_id) if row is not None else None,
            "redemption": None if row is None else {"id": row.id, "object": row.object, "result": row.result},
            "custom_event": self._event(event.key, event.at, known.related_object_id) if by_event else None,
        }
        if event.type == "referred":
            return {**document, "referrer": self._customer(known.referrer_id)}
        points = {"id": f"reft_{known.campaign_id[5:21]}", "campaign_id": known.campaign_id, "banner": "First friend"}
        return {
            **document,
            "holder": self._customer(event.customer_id),
            "reward": {"id": f"rew_{known.campaign_id[5:21]}", "name": "Thanks for a friend", "object": "reward"},
            "referral_tier": points,
            "balance": {"amount": 1_000},
        }

    def _holder(self, event: Happening) -> Document:
        row = self._sheets["holders"].document_of(event.key) or {}
        return {"holder": {key: value for key, value in row.items() if key != "metadata"}}

    @staticmethod
    def _gone(event: Happening) -> Document:
        gone = event.extra
        return {"voucher": {"id": gone.resource_id, "type": gone.voucher_type, "campaign_id": gone.campaign_id,
                            "object": "voucher"}}  # fmt: skip


def group_id(group: str) -> str:
    """The id of the request that caused a group of events."""
    return f"v-0{group.partition('_')[2][-17:]}"
