"""What each export can hold: documented fields, filters and orders (API §3, by-tag specification of exports)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from store.sandbox.routes_campaigns import VOUCHER_FILTERS
from store.sandbox.routes_traffic import CUSTOMER_FILTERS, PUBLICATION_FILTERS, REDEMPTION_FILTERS
from store.sandbox.selection import dig
from store.sandbox.table import Document, Table

Lookup = Callable[[str], Table[Any]]


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units, which a file may spell in major ones."""

    minor: int


class ExportRecord:
    """One exported row: its cells and its document when a field needs them."""

    __slots__ = ("_cells", "_document", "lookup", "row", "table")

    def __init__(self, lookup: Lookup, table: Table[Any], row: int) -> None:
        self.lookup = lookup
        self.table = table
        self.row = row
        self._cells: dict[str, Any] | None = None
        self._document: Document | None = None

    def column(self, name: str) -> Any:
        """The value of a column. Raises KeyError for one the resource lacks."""
        if self._cells is None:
            self._cells = self.table.cells(self.row)
        return self._cells[name]

    @property
    def document(self) -> Document:
        """The API's document of the row."""
        if self._document is None:
            self._document = self.table.document(self.row)
        return self._document


Cell = Callable[[ExportRecord], Any]


def _column(name: str) -> Cell:
    return lambda record: record.column(name)


def _path(path: str) -> Cell:
    return lambda record: dig(record.document, path)


def _money(cell: Cell) -> Cell:
    def make(record: ExportRecord) -> Money | None:
        value = cell(record)
        return None if value is None else Money(value)

    return make


def _customer(name: str, holder: str = "customer_id") -> Cell:
    """A column of the row's customer."""

    def make(record: ExportRecord) -> Any:
        key, people = record.column(holder), record.lookup("customers")
        row = None if key is None else people.number(("id",), key)
        return None if row is None else people.value(row, name)

    return make


def _value(record: ExportRecord) -> Any:
    """What a code is worth: credit or a sum off as money, points and percents as they are."""
    document = record.document
    gift, card, discount = (document.get(name) or {} for name in ("gift", "loyalty_card", "discount"))
    if gift:
        return Money(gift["amount"])
    if card:
        return card.get("points")
    off = discount.get("amount_off", discount.get("fixed_amount"))
    return Money(off) if isinstance(off, int) else discount.get("percent_off", discount.get("unit_off"))


def _formula(record: ExportRecord) -> Any:
    discount = record.document.get("discount") or {}
    return next((value for name, value in discount.items() if name.endswith("_formula")), None)


def _rules(record: ExportRecord) -> Any:
    assigned = (record.document.get("validation_rules_assignments") or {}).get("data") or []
    return ",".join(one["rule_id"] for one in assigned)


def _by_reward(points: bool) -> Cell:
    """A redemption's amount is points when a reward was taken, else credits (API §11.7)."""

    def make(record: ExportRecord) -> Any:
        amount = record.column("amount")
        if amount is None or (record.column("reward_assignment_id") is not None) is not points:
            return None
        return amount if points else Money(amount)

    return make


def _by_type(name: str) -> Cell:
    """An amount of a transaction: money on gift cards, points on loyalty cards."""
    return lambda record: (
        Money(record.column(name)) if record.column("type").startswith("CREDITS") else record.column(name)
    )


def _promotion_tier(record: ExportRecord) -> Any:
    return record.column("related_object_id") if record.column("related_object_type") == "promotion_tier" else None


@dataclass(frozen=True, slots=True)
class Exportable:
    """One value of `exported_object`.

    Attributes:
        table: where its rows are.
        fields: allowed fields and their cells, in the documented order.
        orders: allowed orders without sign, and their columns.
        filters: fields of `parameters.filters` and their columns.
    """

    table: str
    fields: Mapping[str, Cell]
    orders: Mapping[str, str]
    filters: Mapping[str, str] = field(default_factory=dict)


def _columns(*names: str, **renamed: str) -> dict[str, Cell]:
    return {name: _column(name) for name in names} | {name: _column(column) for name, column in renamed.items()}


def _paths(**paths: str) -> dict[str, Cell]:
    return {name: _path(path) for name, path in paths.items()}


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


_PEOPLE_ORDER = _same("id", "voucher_code", "tracking_id", "customer_id", "created_at")
_REDEEMED = ("redeemed", "failed", "succeeded", "rolled_back", "rollback_failed", "rollback_succeeded")
_ORDER_SUMS = ("amount", "discount_amount", "items_discount_amount", "total_discount_amount", "total_amount")

EXPORTABLE: dict[str, Exportable] = {
    "voucher": Exportable(
        "vouchers",
        _columns(
            "code", "id", "campaign", "campaign_id", "category", "start_date", "expiration_date", "active",
            "is_referral_code", "created_at", "updated_at", voucher_type="type", customer_id="holder_id",
        )
        | {
            "value": _value, "formula": _formula, "validation_rules_id": _rules,
            "gift_balance": _money(_path("gift.balance")),
            "discount_amount_limit": _money(_path("discount.amount_limit")),
            "customer_source_id": _customer("source_id", "holder_id"),
        }
        | _paths(
            discount_type="discount.type", discount_effect="discount.effect", discount_unit_type="discount.unit_type",
            discount_unit_effect="discount.unit_effect", loyalty_balance="loyalty_card.balance",
            redemption_quantity="redemption.quantity", redemption_count="redemption.redeemed_quantity",
            qr_code="assets.qr.url", bar_code="assets.barcode.url", metadata="metadata",
            validity_timeframe_interval="validity_timeframe.interval",
            validity_timeframe_duration="validity_timeframe.duration", validity_day_of_week="validity_day_of_week",
            additional_info="additional_info",
        ),
        _same("created_at", "updated_at", "code"),
        VOUCHER_FILTERS,
    ),
    "redemption": Exportable(
        "redemptions",
        _columns("id", "object", "voucher_code", "campaign", "customer_id", "tracking_id", "order_id", "result",
                 "failure_code", date="created_at")
        | {
            "promotion_tier_id": _promotion_tier, "order_amount": _money(_column("order_amount")),
            "gift_amount": _by_reward(False), "loyalty_points": _by_reward(True),
            "customer_source_id": _customer("source_id"), "customer_name": _customer("name"),
        }
        | _paths(failure_message="failure_message", metadata="metadata"),
        _PEOPLE_ORDER,
        REDEMPTION_FILTERS | _same("created_at", "campaign", "status")
        | {"customer": "customer_id", "voucher": "voucher_code", "related_object": "related_object_id"},
    ),
    "publication": Exportable(
        "publications",
        _columns("voucher_code", "customer_id", "channel", "campaign", date="created_at")
        | {"customer_source_id": _customer("source_id")}
        | _paths(is_winner="is_winner", metadata="metadata"),
        _PEOPLE_ORDER | _same("channel"),
        PUBLICATION_FILTERS | _same("created_at", "campaign") | {"customer": "customer_id", "voucher": "voucher_code"},
    ),
    "customer": Exportable(
        "customers",
        _columns("name", "id", "email", "source_id", "created_at", "updated_at", "phone", "birthdate",
                 birthday="birthdate")
        | _paths(
            description="description", metadata="metadata", loyalty_points="loyalty.points",
            loyalty_referred_customers="loyalty.referred_customers", orders_total_count="summary.orders.total_count",
            orders_last_order_date="summary.orders.last_order_date",
            **{f"address_{name}": f"address.{name}"
               for name in ("city", "state", "line_1", "line_2", "country", "postal_code")},
            **{f"redemptions_total_{name}": f"summary.redemptions.total_{name}" for name in _REDEEMED},
        )
        | {f"orders_{name}": _money(_path(f"summary.orders.{name}"))
           for name in ("total_amount", "average_amount", "last_order_amount")},
        _same("name", "id", "email", "source_id", "created_at", "updated_at"),
        CUSTOMER_FILTERS | {"birthday": "birthdate"},
    ),
    "order": Exportable(
        "orders",
        _columns("id", "source_id", "created_at", "updated_at", "status", "customer_id", "referrer_id")
        | {name: _money(_path(name)) for name in _ORDER_SUMS} | _paths(metadata="metadata"),
        _same("created_at", "updated_at", "status"),
        _same("created_at", "updated_at", "status", "source_id", *_ORDER_SUMS),
    ),
    "points_expiration": Exportable(
        "points_expiration",
        _columns("id", "campaign_id", "voucher_id", "points", "status", "expires_at"),
        _same("expires_at"),
        _same("campaign_id", "voucher_id"),
    ),
    "voucher_transactions": Exportable(
        "transactions",
        _columns("id", "campaign_id", "voucher_id", "type", "source_id", "reason", "source", "related_transaction_id",
                 "created_at")
        | {"balance": _by_type("balance"), "amount": _by_type("amount")} | _paths(details="details"),
        _same("created_at"),
        _same("created_at", "voucher_id", "campaign_id"),
    ),
    "api_log": Exportable(
        "api_log",
        _columns("id", "created_at", "status", "request_id", "channel", "method", "endpoint", "url", "user_email",
                 "app_id", "client_app_id", "request_duration", "request_body", "response_body"),
        _same("created_at"),
        _same("created_at", "status", "channel", "app_id", "client_app_id"),
    ),
}  # fmt: skip
"""Everything that can be exported; the order of fields is the default order of columns."""


def label(name: str) -> str:
    """A field's heading as the documented sample shows it: `ID`, `Voucher Type`."""
    return " ".join("ID" if word == "id" else word.capitalize() for word in name.split("_"))


def cell_text(value: Any, *, major: bool) -> str:
    """A cell; money in major units with two decimals, or in minor ones."""
    if isinstance(value, Money):
        if not major:
            return str(value.minor)
        whole, rest = divmod(abs(value.minor), 100)
        return f"{'-' if value.minor < 0 else ''}{whole}.{rest:02d}"
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)
