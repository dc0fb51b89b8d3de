"""What campaigns give: discounts of every kind, gift credits, loyalty points (schemas Discount, Gift, …)."""

from typing import Any

from store.sandbox.table import Document
from store.sandbox.world.vocabulary import FREE_SHIPPING, PRODUCTS

_PRICES = {key: price for key, _, _, price in PRODUCTS}


def percent(percent_off: float, limit: int | None = None, effect: str = "APPLY_TO_ORDER") -> Document:
    """A share of the order, at most `limit` minor units."""
    discount: Document = {"type": "PERCENT", "percent_off": percent_off, "effect": effect, "is_dynamic": False}
    return discount if limit is None else {**discount, "amount_limit": limit}


def amount(amount_off: int, effect: str = "APPLY_TO_ORDER") -> Document:
    """A fixed number of minor units off."""
    return {"type": "AMOUNT", "amount_off": amount_off, "effect": effect, "is_dynamic": False}


def fixed(price: int) -> Document:
    """The order costs `price` minor units."""
    return {"type": "FIXED", "fixed_amount": price, "effect": "APPLY_TO_ORDER", "is_dynamic": False}


def formula(text: str, fallback: int) -> Document:
    """Minor units off by a formula; `fallback` is the number the API sends beside it."""
    return {
        "type": "AMOUNT", "amount_off": fallback, "amount_off_formula": text, "effect": "APPLY_TO_ORDER",
        "is_dynamic": True,
    }  # fmt: skip


def percent_formula(text: str) -> Document:
    """A share by a formula, with no number at all."""
    return {"type": "PERCENT", "percent_off_formula": text, "effect": "APPLY_TO_ORDER", "is_dynamic": True}


def _product(index: int) -> Document:
    key, source_id, name, _ = PRODUCTS[index]
    return {"id": key, "source_id": source_id, "name": name}


def unit(index: int, units: int = 1, effect: str = "ADD_NEW_ITEMS") -> Document:
    """Free units of one product."""
    return {
        "type": "UNIT", "unit_off": units, "unit_type": PRODUCTS[index][0], "effect": effect,
        "product": _product(index), "is_dynamic": False,
    }  # fmt: skip


def free_shipping() -> Document:
    """Free delivery, which the API models as a unit of a shipping product."""
    key, source_id, name = FREE_SHIPPING
    return {
        "type": "UNIT", "unit_off": 1, "unit_type": key, "effect": "ADD_MISSING_ITEMS",
        "product": {"id": key, "source_id": source_id, "name": name}, "is_dynamic": False,
    }  # fmt: skip


def bundle(*indices: int) -> Document:
    """Free units of several products at once (`units[]`)."""
    units = [
        {"unit_off": 1, "effect": "ADD_NEW_ITEMS", "unit_type": PRODUCTS[i][0], "product": _product(i)} for i in indices
    ]
    return {"type": "UNIT", "effect": "ADD_MANY_ITEMS", "units": units}


def gift(credit: int) -> Document:
    """Gift credit in minor units."""
    return {"amount": credit, "effect": "APPLY_TO_ORDER"}


def loyalty_card(points: int = 0, months: int | None = 12) -> Document:
    """A card with welcome points that expire `months` after they were earned, rounded to the month's end."""
    if months is None:
        return {"points": points}
    rules = {"period_type": "MONTH", "period_value": months, "rounding_type": "END_OF_MONTH"}
    return {"points": points, "expiration_rules": rules}


def discount_given(discount: Document, order_amount: int, chance: float) -> int:
    """The minor units a discount takes off an order.

    Args:
        discount: as in the API.
        order_amount: the order before any discount, minor units.
        chance: 0..1, stands in for what a formula would read from the customer.
    """
    kind = discount["type"]
    if kind == "PERCENT":
        share = discount.get("percent_off", 5 + int(chance * 20))
        given = int(order_amount * int(share * 100)) // 10_000
        return min(given, int(discount.get("amount_limit", given)))
    if kind == "AMOUNT":
        off = int(discount["amount_off"])
        return min(order_amount, off + int(chance * 8) * 100 if discount.get("is_dynamic") else off)
    if kind == "FIXED":
        return max(0, order_amount - int(discount["fixed_amount"]))
    return sum(_unit_price(part) for part in discount.get("units", [discount]))


def _unit_price(part: dict[str, Any]) -> int:
    return _PRICES.get(part["unit_type"], 490) * int(part.get("unit_off", 1))
