"""What a campaign, code or tier gives, in words: discounts of every type, gift amounts, loyalty points.

A formula is shown as the formula; a type or effect nobody knows yet is shown as it is (API §11.15, §11.23).
"""

from collections.abc import Mapping
from typing import Any

from store.domain.money import format_minor, format_points

_EFFECTS = {
    "APPLY_TO_ORDER": "off order",
    "APPLY_TO_ITEMS": "off matching items",
    "APPLY_TO_ITEMS_BY_QUANTITY": "off matching items by quantity",
    "APPLY_TO_ITEMS_PROPORTIONALLY": "off matching items, shared by amount",
    "APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY": "off matching items, shared by quantity",
    "ADD_MISSING_ITEMS": "missing items added",
    "ADD_NEW_ITEMS": "new items added",
    "ADD_MANY_ITEMS": "items added",
    "ADD_SAME_ITEMS": "same items added",
}


def _effect(discount: Mapping[str, Any], default: str = "off") -> str:
    effect = discount.get("effect")
    return _EFFECTS.get(effect, effect) if isinstance(effect, str) else default


def _integer(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return f"{value:g}" if isinstance(value, float) else str(value)


def _formula(discount: Mapping[str, Any], name: str) -> str | None:
    formula = discount.get(f"{name}_formula")
    return formula if isinstance(formula, str) and formula else None


def discount_text(discount: Any, currency: str | None = None) -> str:
    """A discount object in words; "" when there is none."""
    if not isinstance(discount, Mapping) or not discount:
        return ""
    kind = discount.get("type")
    text = {"PERCENT": _percent, "AMOUNT": _amount, "FIXED": _fixed, "UNIT": _unit}.get(str(kind))
    return text(discount, currency) if text is not None else str(kind or "discount")


def _percent(discount: Mapping[str, Any], currency: str | None) -> str:
    formula = _formula(discount, "percent_off")
    value = f"[{formula}] %" if formula else f"{_number(discount.get('percent_off')) or '?'} %"
    limit = _integer(discount.get("amount_limit"))
    most = f", max {format_minor(limit, currency)}" if limit else ""
    return f"{value} {_effect(discount)}{most}"


def _amount(discount: Mapping[str, Any], currency: str | None) -> str:
    formula, amount = _formula(discount, "amount_off"), _integer(discount.get("amount_off"))
    value = f"[{formula}]" if formula else "?" if amount is None else format_minor(amount, currency)
    return f"{value} {_effect(discount)}"


def _fixed(discount: Mapping[str, Any], currency: str | None) -> str:
    formula, amount = _formula(discount, "fixed_amount"), _integer(discount.get("fixed_amount"))
    value = f"[{formula}]" if formula else "?" if amount is None else format_minor(amount, currency)
    words = _effect(discount, "").replace("off ", "")
    return f"fixed price {value}{f' for {words}' if words else ''}"


def _unit(discount: Mapping[str, Any], _: str | None) -> str:
    units = discount.get("units")
    parts = units if isinstance(units, list) and units else [discount]
    words = [_one_unit(unit) for unit in parts if isinstance(unit, Mapping)]
    return " + ".join(words) or "units"


def _one_unit(unit: Mapping[str, Any]) -> str:
    count = _formula(unit, "unit_off") or _number(unit.get("unit_off")) or "?"
    product = unit.get("product")
    name = product.get("name") if isinstance(product, Mapping) else None
    name = name or unit.get("unit_type") or "unit"
    return f"{count} × {name} ({_effect(unit, 'free')})"


def voucher_value_text(voucher: Any, currency: str | None = None) -> str:
    """What a voucher definition gives: discount, gift amount or points."""
    if not isinstance(voucher, Mapping):
        return ""
    if text := discount_text(voucher.get("discount"), currency):
        return text
    gift, card = voucher.get("gift"), voucher.get("loyalty_card")
    if isinstance(gift, Mapping) and (amount := _integer(gift.get("amount"))) is not None:
        return format_minor(amount, currency)
    if isinstance(card, Mapping) and (points := _integer(card.get("points"))) is not None:
        return f"{format_points(points)} to start" if points else "earns points"
    return ""


def campaign_value_text(campaign: Mapping[str, Any], currency: str | None = None) -> str:
    """What a campaign gives, for a list's value column; tiers are summed up as a count or named when there is one."""
    if text := voucher_value_text(campaign.get("voucher"), currency):
        return text
    promotion = campaign.get("promotion")
    tiers = promotion.get("tiers") if isinstance(promotion, Mapping) else None
    if not isinstance(tiers, list) or not tiers:
        return ""
    if len(tiers) > 1:
        return f"{len(tiers)} tiers"
    action = tiers[0].get("action") if isinstance(tiers[0], Mapping) else None
    return discount_text(action.get("discount") if isinstance(action, Mapping) else None, currency)
