"""The products a validation rule includes or excludes, and the limits set per product, in words.

Source: schemas ApplicableTo, ApplicableToEffect (within ValidationRuleBase).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from store.domain.money import money_text
from store.domain.values import called, members, shown, whole, word

_EFFECTS = {
    "APPLY_TO_EVERY": "every one",
    "APPLY_TO_CHEAPEST": "the cheapest",
    "APPLY_FROM_CHEAPEST": "from the cheapest up",
    "APPLY_TO_MOST_EXPENSIVE": "the most expensive",
    "APPLY_FROM_MOST_EXPENSIVE": "from the most expensive down",
}
_SCOPES = (
    ("in_collection_customer_campaign", "of one product per customer in the campaign"),
    ("in_collection_customer_promotion_tier", "of one product per customer in the tier"),
    ("in_collection_campaign", "of one product in the campaign"),
    ("in_collection_promotion_tier", "of one product in the tier"),
    ("customer_campaign", "per customer in the campaign"),
    ("customer_promotion_tier", "per customer in the tier"),
    ("campaign", "in the campaign"),
    ("promotion_tier", "in the tier"),
)
UNIT_LIMITS = {f"product_{stem}_quantity_limit": scope for stem, scope in _SCOPES}
"""Members that limit discounted units beyond one order, and over what they count."""


def item_name(item: Any) -> str:
    """`product Mug`, `sku red-xl`, `products collection pc_1`; without any name the entry as received."""
    known = members(item)
    name = called(known) or word(known.get("product_source_id")) or word(known.get("product_id"))
    if not name:
        return shown(item)
    return " ".join(part for part in (word(known.get("object")).replace("_", " "), name) if part)


def unit_limits(item: Any) -> Iterator[tuple[str, Any]]:
    """Limits of an entry beyond one order: over what they count, and the number (or the formula's text)."""
    known = members(item)
    for member, scope in UNIT_LIMITS.items():
        formula = known.get(f"{member}_formula")
        value = formula if formula not in (None, "") else known.get(member)
        if value is not None:
            yield scope, value


def item_text(item: Any, currency: str | None = None) -> str:
    """One entry of `included` or `excluded` with everything it says: effect, limits, price, rhythm."""
    known = members(item)
    if not known:
        return shown(item)
    effect = word(known.get("effect"))
    parts = [_EFFECTS.get(effect, effect), *_order_limits(known, currency), _price(known, currency), _rhythm(known)]
    parts += [f"at most {shown(value)} {scope}" for scope, value in unit_limits(known)]
    filled = [part for part in parts if part]
    return f"{item_name(known)}: {', '.join(filled)}" if filled else item_name(known)


def _order_limits(item: Mapping[str, Any], currency: str | None) -> Iterator[str]:
    for member, scope in (("quantity_limit", "per line"), ("aggregated_quantity_limit", "per order")):
        if item.get(member) is not None:
            yield f"at most {shown(item[member])} {scope}"
    for member, scope in (("amount_limit", "per line"), ("aggregated_amount_limit", "per order")):
        if item.get(member) is not None:
            yield f"max {money_text(item[member], currency)} {scope}"


def _price(item: Mapping[str, Any], currency: str | None) -> str:
    formula = item.get("price_formula")
    if formula not in (None, ""):
        return f"price by formula: {shown(formula)}"
    return "" if item.get("price") is None else f"price {money_text(item['price'], currency)}"


def _rhythm(item: Mapping[str, Any]) -> str:
    repeat, skipped = whole(item.get("repeat")), whole(item.get("skip_initially"))
    target = "unit" if item.get("target") == "UNIT" else "item"
    parts = (
        f"every {repeat:,}. {target}" if repeat is not None and repeat > 1 else "",
        f"the first {skipped:,} skipped" if skipped else "",
    )
    return ", ".join(part for part in parts if part)
