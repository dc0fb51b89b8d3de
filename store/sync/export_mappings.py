"""Export mappings: how a CSV export replaces a list endpoint (API §3).

Columns are known by the order of the requested fields, never by their labels. Money may come in major units: each money
field is calibrated against one record read by the API before any amount is written.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from store.cache.columns import dig
from store.domain.values import flag as as_flag
from store.domain.values import whole
from store.json_text import decode


@dataclass(frozen=True, slots=True)
class AmountField:
    """One amount an export carries.

    Attributes:
        field: its column.
        path: where the API's record says the same as an integer.
        when: further columns and what they must say (upper case) for the column to mean this amount.
        needed: whether the export is of no use when its unit is unknown; otherwise the amount is left out.
    """

    field: str
    path: tuple[str, ...]
    when: tuple[tuple[str, str], ...] = ()
    needed: bool = True

    @property
    def name(self) -> str:
        """Names its unit: a column may carry several amounts."""
        return ".".join(self.path)

    def carried_by(self, row: Mapping[str, str]) -> bool:
        """Whether a row says this amount, and not zero, which is the same in every unit."""
        meant = all(row.get(column, "").strip().upper() == word for column, word in self.when)
        return meant and bool(row.get(self.field, "").strip(" 0."))


@dataclass(frozen=True)
class ExportMapping:
    """The export that replaces a list.

    Attributes:
        exported_object: the export's object name.
        fields: requested fields, `id` among them.
        order: the export's own order parameter.
        carried: table columns the fields can fill.
        amounts: amounts whose unit must be found out first.
        record_path: where one record can be read by the API; `{id}` stands for its id.
        document: CSV row and unit scales (1 or 100 by the amount's name) to a document in the API's shape.
        campaign_parameters: export parameters that narrow it to one campaign.
        since: whether `created_at` narrows it to what is new.
    """

    exported_object: str
    fields: tuple[str, ...]
    order: str
    carried: tuple[str, ...]
    amounts: tuple[AmountField, ...]
    record_path: str
    document: Callable[[Mapping[str, str], Mapping[str, int]], dict[str, Any]]
    campaign_parameters: Callable[[str], Mapping[str, Any]]
    since: bool = False


_MOST_DIGITS = 18
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
"""Commas between thousands; a comma anywhere else is a decimal one, and dropping it would multiply the amount."""


def exact_units(text: str, scale: int) -> int | None:
    """A CSV amount as an integer: digits times `scale`, exactly; None when it is no number or has a remainder."""
    plain = text.strip()
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    try:
        value = Decimal(plain) * scale
    except ArithmeticError:
        return None
    # Beyond, sums are not exact, and a number of a million digits takes minutes to write out.
    is_plain = value.is_finite() and value.adjusted() < _MOST_DIGITS
    return int(value) if is_plain and value == value.to_integral_value() else None


def scale_of(text: str, api_value: int) -> int | None:
    """Which of 1 and 100 turns a CSV amount into the API's integer; None when neither does or both would (zero)."""
    if api_value == 0:
        return None
    return next((scale for scale in (1, 100) if exact_units(text, scale) == api_value), None)


def read_amount(document: Mapping[str, Any], amount: AmountField) -> int | None:
    """The API's integer of an amount in a document read by id."""
    return whole(dig(document, amount.path))


_GIFT = AmountField("gift_balance", ("gift", "balance"))
_LOYALTY = AmountField("loyalty_balance", ("loyalty_card", "balance"))
_DISCOUNTS = {"AMOUNT": "amount_off", "FIXED": "fixed_amount", "PERCENT": "percent_off", "UNIT": "unit_off"}
"""The member of a discount that says how much, by the discount's type."""
_OFF = tuple(
    AmountField("value", ("discount", _DISCOUNTS[kind]), when=(("discount_type", kind),), needed=False)
    for kind in ("AMOUNT", "FIXED")
)
_LIMIT = AmountField("discount_amount_limit", ("discount", "amount_limit"), needed=False)
_TYPES = {"gift": "GIFT_VOUCHER", "loyalty": "LOYALTY_CARD", "discount": "DISCOUNT_VOUCHER"}


def _voucher_type(text: str) -> str | None:
    """The API's voucher type; an export may spell it in words."""
    if not text:
        return None
    upper = text.strip().upper().replace(" ", "_")
    return upper if upper in _TYPES.values() else next((t for word, t in _TYPES.items() if word in text.lower()), upper)


def _voucher_document(row: Mapping[str, str], scales: Mapping[str, int]) -> dict[str, Any]:
    """A voucher in the API's shape from an export row (`ExportVoucherFields`); empty cells are absent."""
    document: dict[str, Any] = {
        name: row[name]
        for name in ("id", "code", "campaign", "campaign_id", "category", "start_date", "expiration_date",
                     "created_at", "updated_at")
        if row.get(name)
    }  # fmt: skip
    document["type"] = _voucher_type(row.get("voucher_type", ""))
    for flag in ("active", "is_referral_code"):
        value = as_flag(row.get(flag, ""))
        if value is not None:
            document[flag] = bool(value)
    if row.get("customer_id"):
        document["holder_id"] = row["customer_id"]
    document["redemption"] = {
        "quantity": whole(row.get("redemption_quantity", "")),
        "redeemed_quantity": whole(row.get("redemption_count", "")),
    }
    for amount in (_GIFT, _LOYALTY):
        text = row.get(amount.field)
        # Zero is zero in every unit, and until another amount comes no unit is known.
        scale = scales.get(amount.name) or (1 if text and exact_units(text, 1) == 0 else None)
        if text and scale:
            document[amount.path[0]] = {"balance": exact_units(text, scale)}
    discount = _discount(row, scales)
    if discount:
        document["discount"] = discount
    timeframe = {name: row.get(f"validity_timeframe_{name}") for name in ("interval", "duration")}
    if any(timeframe.values()):
        document["validity_timeframe"] = timeframe
    for name, kind in (("metadata", dict), ("validity_day_of_week", list)):
        value = _json(row.get(name, ""))
        if isinstance(value, kind):
            document[name] = value
    if row.get("additional_info"):
        document["additional_info"] = row["additional_info"]
    return document


def _discount(row: Mapping[str, str], scales: Mapping[str, int]) -> dict[str, Any]:
    """A discount in the API's shape; nothing when it takes an amount whose unit is not known."""
    kind = row.get("discount_type", "").strip().upper()
    if kind not in _DISCOUNTS:
        return {}
    discount: dict[str, Any] = {"type": kind}
    text = row.get("value", "")
    if kind in ("PERCENT", "UNIT"):
        value = _json(text)
        discount[_DISCOUNTS[kind]] = value if isinstance(value, int | float) else None
    else:
        scale = scales.get(f"discount.{_DISCOUNTS[kind]}") or (1 if exact_units(text, 1) == 0 else 0)
        discount[_DISCOUNTS[kind]] = exact_units(text, scale) if scale else None
    if discount[_DISCOUNTS[kind]] is None and not row.get("formula"):
        return {}
    if row.get("formula"):
        discount[f"{_DISCOUNTS[kind]}_formula"] = row["formula"]
    limit, unit = row.get("discount_amount_limit", ""), scales.get(_LIMIT.name)
    if limit and unit:
        discount["amount_limit"] = exact_units(limit, unit)
    effect = row.get("discount_effect") or row.get("discount_unit_effect")
    words = {"effect": effect, "unit_type": row.get("discount_unit_type")}
    return discount | {name: word for name, word in words.items() if word}


def _json(text: str) -> Any:
    """A cell that may hold JSON as plain values; None when it does not."""
    try:
        return decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None


VOUCHER_EXPORT = ExportMapping(
    exported_object="voucher",
    fields=(
        "id", "code", "voucher_type", "campaign", "campaign_id", "category", "start_date", "expiration_date",
        "active", "is_referral_code", "customer_id", "redemption_quantity", "redemption_count", "gift_balance",
        "loyalty_balance", "created_at", "updated_at", "value", "formula", "discount_type", "discount_amount_limit",
        "discount_effect", "discount_unit_type", "discount_unit_effect", "metadata", "additional_info",
        "validity_timeframe_interval", "validity_timeframe_duration", "validity_day_of_week",
    ),
    order="created_at",
    carried=(
        "code", "type", "campaign_id", "campaign", "category", "active", "holder_id", "is_referral_code",
        "start_date", "expiration_date", "redemption_quantity", "redeemed_quantity", "balance", "created_at",
        "updated_at",
    ),
    amounts=(_GIFT, _LOYALTY, *_OFF, _LIMIT),
    record_path="/v1/vouchers/{id}",
    document=_voucher_document,
    campaign_parameters=lambda campaign_id: {"campaign_id": campaign_id},
)  # fmt: skip


def _points_document(row: Mapping[str, str], _: Mapping[str, int]) -> dict[str, Any]:
    """An expiration bucket from an export row (`ExportPointsExpirationFields`)."""
    document: dict[str, Any] = {name: value for name, value in row.items() if value}
    document["points"] = exact_units(row.get("points", ""), 1)
    return document


POINTS_EXPORT = ExportMapping(
    exported_object="points_expiration",
    fields=("id", "campaign_id", "voucher_id", "points", "status", "expires_at"),
    order="expires_at",
    carried=("campaign_id", "voucher_id", "points", "status", "expires_at"),
    amounts=(),
    record_path="",
    document=_points_document,
    campaign_parameters=lambda campaign_id: {"filters": {"campaign_id": {"conditions": {"$is": [campaign_id]}}}},
)


def _transaction_document(row: Mapping[str, str], _: Mapping[str, int]) -> dict[str, Any]:
    """A transaction in the API's shape; credits come from its details alone, for cells do not tell their unit."""
    document: dict[str, Any] = {name: value for name, value in row.items() if value}
    document["details"] = _json(row.get("details", ""))
    points = row.get("type", "").strip().upper().startswith("POINTS")
    for name in ("amount", "balance"):
        document[name] = exact_units(row.get(name, ""), 1) if points else None
    return document


TRANSACTIONS_EXPORT = ExportMapping(
    exported_object="voucher_transactions",
    fields=(
        "id", "campaign_id", "voucher_id", "type", "source_id", "reason", "source", "balance", "amount",
        "related_transaction_id", "created_at", "details",
    ),
    order="created_at",
    carried=(
        "created_at", "campaign_id", "voucher_id", "type", "amount", "balance", "total", "source", "source_id",
        "reason", "related_transaction_id", "redemption_id", "order_id", "earning_rule_id", "reward_id",
    ),
    amounts=(),
    record_path="",
    document=_transaction_document,
    campaign_parameters=lambda campaign_id: {"filters": {"campaign_id": {"conditions": {"$is": [campaign_id]}}}},
    since=True,
)  # fmt: skip

_CAMPAIGN_ID = re.compile(r"camp_[A-Za-z0-9]+")
_LOG_FIELDS = (
    "id", "created_at", "status", "request_id", "channel", "method", "endpoint", "url", "user_email", "app_id",
    "client_app_id", "request_duration", "request_body", "response_body",
)  # fmt: skip


def _log_document(row: Mapping[str, str], _: Mapping[str, int]) -> dict[str, Any]:
    """An API log entry from an export row (API §3), bodies decoded where they are JSON, with the campaign it names."""
    document: dict[str, Any] = {name: value for name, value in row.items() if value}
    for body in ("request_body", "response_body"):
        try:
            document[body] = decode(row.get(body) or "null")
        except (msgspec.DecodeError, RecursionError):
            continue
    for place in ("url", "request_body", "response_body"):
        if named := _CAMPAIGN_ID.search(row.get(place, "")):
            document["campaign_id"] = named.group()
            break
    return document


API_LOG_EXPORT = ExportMapping(
    exported_object="api_log",
    fields=_LOG_FIELDS,
    order="created_at",
    carried=(
        "created_at", "status", "request_id", "channel", "method", "endpoint", "url", "user_email", "app_id",
        "request_duration", "campaign_id",
    ),
    amounts=(),
    record_path="",
    document=_log_document,
    campaign_parameters=lambda _: {},
    since=True,
)  # fmt: skip
