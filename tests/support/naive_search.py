"""Search by looking at every row of every table: what `store.queries.search` must agree with."""

import json
import sqlite3
import unicodedata
from collections.abc import Iterator
from typing import Any

COLUMNS = {
    "campaign": ("campaigns", "id name category"),
    "voucher": ("vouchers", "id code"),
    "customer": ("customers", "id name email phone source_id"),
    "redemption": ("redemptions", "id voucher_code order_id tracking_id failure_code failure_message reason"),
    "publication": (
        "publications", "id voucher_code source_id tracking_id distribution_id failure_code failure_message"
    ),
    "transaction": ("transactions", "id source_id reason order_id"),
    "promotion_tier": ("promotion_tiers", "id name banner"),
    "promotion_stack": ("promotion_stacks", "id name"),
    "loyalty_tier": ("loyalty_tiers", "id name"),
    "earning_rule": ("earning_rules", "id name event"),
    "reward": ("rewards", "id name"),
    "reward_assignment": ("reward_assignments", "id"),
    "validation_rule": ("validation_rules", "id name"),
    "rule_assignment": ("validation_rules_assignments", "id"),
    "segment": ("segments", "id name"),
    "category": ("categories", "id name"),
    "area": ("areas", "id name"),
    "deletion": ("trash_bin", "id resource_name"),
    "background_task": ("async_actions", "id request_id type"),
    "request": ("api_log", "id request_id url user_email"),
    "event": ("customer_activity", "id type voucher_code order_id redemption_id group_id performed_by"),
    "webhook_delivery": ("webhook_deliveries", "id type entity_id group_id"),
    "holder": ("holders", "id"),
    "pending_points": ("pending_points", "id order_id"),
    "points_expiration": ("points_expiration", "id"),
    "metadata_schema": ("metadata_schemas", "id related_object"),
}  # fmt: skip
LINKS = {
    "voucher": "holder_id", "redemption": "customer_id voucher_id parent_redemption_id undone_redemption_id",
    "publication": "customer_id voucher_id", "transaction": "voucher_id", "reward_assignment": "reward_id",
    "rule_assignment": "rule_id related_object_id", "deletion": "resource_id", "event": "customer_id voucher_id",
    "holder": "customer_id redeemable_id", "pending_points": "voucher_id", "points_expiration": "voucher_id",
}  # fmt: skip
WITH_METADATA = {
    "campaign", "voucher", "customer", "redemption", "publication", "promotion_tier", "loyalty_tier", "earning_rule",
    "reward",
}  # fmt: skip
EXACT, PREFIX, PART = 0, 1, 2


class NaiveSearch:
    """All texts of a cache, and the records that hold one of them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.texts: dict[tuple[str, str], list[str]] = {}
        self._links: dict[tuple[str, str], list[str]] = {}
        for kind, (table, columns) in COLUMNS.items():
            names = ", ".join(f't."{name}"' for name in columns.split())
            links = ", ".join(f't."{name}"' for name in LINKS.get(kind, "id").split())
            rows = connection.execute(
                f'select t.id, r.json, {names}, 0, {links} from "{table}" t join "{table}_raw" r on r.id = t.id'
            )
            for identity, document, *rest in rows:
                cut = len(columns.split())
                texts = [str(text) for text in rest[:cut] if text]
                texts += self._of_document(kind, json.loads(document))
                if kind == "customer":
                    texts += ["".join(sign for sign in text if sign.isdigit()) for text in rest[3:4] if text]
                self.texts[kind, identity] = [text for text in texts if text]
                self._links[kind, identity] = [text for text in rest[cut + 1 :] if text and kind in LINKS]

    def _of_document(self, kind: str, document: dict[str, Any]) -> Iterator[str]:
        if kind in WITH_METADATA:
            yield from _leaves(document.get("metadata"))
        order = document.get("order")
        if kind == "event":
            yield from _leaves(document["data"].get("data", {}).get("order", {}).get("source_id"))
        if kind == "redemption" and isinstance(order, dict):
            yield from _leaves(order.get("source_id"))
            yield from _leaves(order.get("metadata"))

    def find(self, typed: str) -> dict[tuple[str, str], int]:
        """Kind and id of every hit, and how it holds the text."""
        needle, found = _caseless(typed), {}
        for key, texts in self.texts.items():
            ways = [way for text in texts if (way := _way(_caseless(text), needle)) is not None]
            if typed in self._links[key]:
                ways.append(EXACT)
            if ways:
                found[key] = min(ways)
        return found


def _way(text: str, needle: str) -> int | None:
    if text == needle:
        return EXACT
    if text[: len(needle)] == needle:
        return PREFIX
    return PART if len(needle) > 2 and text.find(needle) >= 0 else None


def _caseless(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    elif isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
        yield str(value)
