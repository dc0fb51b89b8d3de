"""What a voucher, tier or campaign gives, in words.

Source: schemas Discount (AMOUNT, PERCENT, FIXED, UNIT), Gift, CampaignLoyaltyCard; API §11.15 and §11.23. A formula is
shown, never a number invented for it; a type or effect that is not known is shown as it was received.
"""

from collections.abc import Mapping
from typing import Any

from store.domain.money import money_text, points_text
from store.domain.values import called, entries, inside, members, shown, word

_SCOPES = {
    "APPLY_TO_ORDER": "order",
    "APPLY_TO_ITEMS": "items",
    "APPLY_TO_ITEMS_PROPORTIONALLY": "items, shared by price",
    "APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY": "items, shared by quantity",
    "APPLY_TO_ITEMS_BY_QUANTITY": "items, per unit",
}
_UNIT_EFFECTS = {
    "ADD_NEW_ITEMS": "added to the order",
    "ADD_MISSING_ITEMS": "added if missing",
    "ADD_SAME_ITEMS": "more of the same item",
}


def has_tiers(campaign: Any) -> bool:
    """Whether a campaign applies tiers to orders instead of handing out codes."""
    known = members(campaign)
    return "promotion" in known and not known.get("voucher")


def scope_text(effect: Any) -> str:
    """What a discount applies to (its `effect`): `order`, `items`, `added if missing`; unknown ones as received."""
    return _SCOPES.get(word(effect)) or _UNIT_EFFECTS.get(word(effect)) or word(effect)


def discount_text(discount: Any, currency: str | None = None) -> str:
    """A discount in one line: `20 % off order, max €50.00`; empty when there is none.

    Args:
        discount: as received (schema Discount).
        currency: ISO 4217 code of the profile, or None for bare numbers.
    """
    known = members(discount)
    if not known:
        return ""
    describe = {"PERCENT": _percent, "AMOUNT": _amount, "FIXED": _fixed, "UNIT": _unit}.get(word(known.get("type")))
    if describe is None:
        return _unknown(known)
    return describe(known, currency) + _limits(known, currency)


def _formula(discount: Mapping[str, Any], member: str) -> str:
    return word(discount.get(f"{member}_formula")).strip()


def _of(scope: str, preposition: str = "") -> str:
    return f"{f' {preposition}' if preposition else ''} {scope}" if scope else ""


def _percent(discount: Mapping[str, Any], _currency: str | None) -> str:
    scope = scope_text(discount.get("effect"))
    formula = _formula(discount, "percent_off")
    if formula:
        return f"formula % off{_of(scope)}: {formula}"
    value = discount.get("percent_off")
    number = "–" if value is None else _short(value)
    return f"{number} % off{_of(scope)}"


def _short(value: Any) -> str:
    """A percent to four decimals: a third came as 33.333333333333336. What these would not tell stays as received."""
    if not isinstance(value, float) or not 0.0001 <= abs(value) < 1_000_000:
        return shown(value)
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _amount(discount: Mapping[str, Any], currency: str | None) -> str:
    scope = scope_text(discount.get("effect"))
    formula = _formula(discount, "amount_off")
    if formula:
        return f"formula amount off{_of(scope)}: {formula}"
    return f"{money_text(discount.get('amount_off'), currency)} off{_of(scope)}"


def _fixed(discount: Mapping[str, Any], currency: str | None) -> str:
    scope = scope_text(discount.get("effect"))
    formula = _formula(discount, "fixed_amount")
    if formula:
        return f"formula price{_of(scope, 'for')}: {formula}"
    return f"fixed price {money_text(discount.get('fixed_amount'), currency)}{_of(scope, 'for')}"


def _unit(discount: Mapping[str, Any], _currency: str | None) -> str:
    units = entries(discount.get("units"))
    return " + ".join(_one_unit(members(unit)) for unit in units) if units else _one_unit(discount)


def _one_unit(unit: Mapping[str, Any]) -> str:
    formula = _formula(unit, "unit_off")
    number = unit.get("unit_off")
    count = f"formula ({formula})" if formula else "–" if number is None else shown(number)
    product, sku = called(unit.get("product")), called(unit.get("sku"))
    thing = " / ".join(name for name in (product, sku) if name) or word(unit.get("unit_type")) or "units"
    effect = word(unit.get("effect"))
    how = _UNIT_EFFECTS.get(effect, effect)
    return f"{count} × {thing} free{f', {how}' if how else ''}"


def _limits(discount: Mapping[str, Any], currency: str | None) -> str:
    parts = []
    if discount.get("amount_limit") is not None:
        parts.append(f", max {money_text(discount.get('amount_limit'), currency)}")
    if discount.get("aggregated_amount_limit") is not None:
        parts.append(f", max {money_text(discount.get('aggregated_amount_limit'), currency)} per order")
    return "".join(parts)


def _unknown(discount: Mapping[str, Any]) -> str:
    kind = shown(discount.get("type")) if discount.get("type") else "no type"
    values = {name: value for name, value in discount.items() if name not in ("type", "effect", "object")}
    effect = word(discount.get("effect"))
    return " ".join(part for part in (f"{kind} discount", effect, shown(values) if values else "") if part)


def gift_text(gift: Any, currency: str | None = None) -> str:
    """Gift credit in words: `€25.00 gift credit`; empty when no amount is stated (schema Gift, minor units)."""
    known = members(gift)
    if known.get("amount") is None:
        return ""
    effect = scope_text(known.get("effect"))
    scope = f", paid from {effect}" if effect and effect != "order" else ""
    return f"{money_text(known.get('amount'), currency)} gift credit{scope}"


def loyalty_card_text(card: Any) -> str:
    """What a new loyalty card holds: `200 points to start`, `starts at 0 points`; empty when there is no card."""
    known = members(card)
    if not known:
        return ""
    points = known.get("points")
    return f"{points_text(points)} to start" if points else "starts at 0 points"


def voucher_value_text(voucher: Any, currency: str | None = None) -> str:
    """What a voucher gives: its discount or gift credit. A loyalty card gives nothing of its own: it holds points."""
    known = members(voucher)
    return discount_text(known.get("discount"), currency) or gift_text(known.get("gift"), currency)


def configured_value_text(campaign: Any, currency: str | None = None) -> str:
    """What the codes of a campaign give, or start with, by its `voucher` configuration."""
    known = members(inside(campaign, "voucher"))
    return voucher_value_text(known, currency) or loyalty_card_text(known.get("loyalty_card"))


def tier_value_text(tier: Any, currency: str | None = None) -> str:
    """What a promotion tier gives: its `action.discount` in words; empty when it has none."""
    return discount_text(inside(tier, "action", "discount"), currency)


def campaign_value_text(campaign: Any, currency: str | None = None) -> str:
    """The value column of the campaign list; for promotions the first tier and how many more there are.

    Args:
        campaign: as received (schema Campaign).
        currency: ISO 4217 code of the profile, or None for bare numbers.
    """
    known = members(campaign)
    value = configured_value_text(known, currency)
    if value:
        return value
    tiers = _tiers(known.get("promotion"))
    texts = [text for text in (tier_value_text(tier, currency) for tier in tiers) if text]
    if not texts:
        return ""
    return texts[0] if len(tiers) == 1 else f"{texts[0]} (1 of {len(tiers)} tiers)"


def _tiers(promotion: Any) -> list[Any]:
    """Tiers in their hierarchy's order; a list by itself is accepted as well as the API's `{tiers: […]}`."""
    found = list(entries(members(promotion).get("tiers")) or entries(promotion))

    def place(tier: Any) -> float:
        hierarchy = members(tier).get("hierarchy")
        return float(hierarchy) if isinstance(hierarchy, int) and abs(hierarchy) < 2**53 else float("inf")

    return sorted(found, key=place)
