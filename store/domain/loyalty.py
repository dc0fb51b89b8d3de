"""Loyalty configuration in sentences: point expiration, earning rules, tiers and reward costs.

Source: schemas CampaignLoyaltyCard.expiration_rules, EarningRule, LoyaltyTier, LoyaltyTiersExpirationAll,
RewardAssignment, Reward; API §4.3. Points are plain integers, money is minor units.
"""

from collections.abc import Mapping
from typing import Any

from store.domain.durations import duration_text
from store.domain.money import money_text, points_text
from store.domain.values import called, inside, members, shown, visible, whole, word
from store.words import UNKNOWN, counted

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_ROUNDINGS = {
    "END_OF_MONTH": "the end of that month",
    "END_OF_QUARTER": "the end of that quarter",
    "END_OF_HALF_YEAR": "the end of that half-year",
    "END_OF_YEAR": "the end of that year",
}
_EVENTS = {
    "order.paid": "an order is paid",
    "custom_event": "a custom event happens",
    "customer.segment.entered": "a customer enters a segment",
    "customer.loyalty.tier.upgraded": "a customer moves up to a tier",
    "customer.loyalty.tier.downgraded": "a customer moves down to a tier",
    "customer.loyalty.tier.prolonged": "a customer keeps a tier",
    "customer.loyalty.tier.joined": "a customer joins a tier",
    "customer.loyalty.tier.left": "a customer leaves a tier",
}
_MONEY_BASES = {
    "ORDER_AMOUNT": ("order", "amount", "of the order before discounts"),
    "ORDER_TOTAL_AMOUNT": ("order", "total_amount", "of the order after discounts"),
    "ORDER_ITEMS_AMOUNT": ("order_items", "amount", "spent before discounts on"),
    "ORDER_ITEMS_SUBTOTAL_AMOUNT": ("order_items", "subtotal_amount", "spent on"),
}
_OTHER_BASES = {
    "ORDER_METADATA": ("order", "metadata", "order metadata"),
    "CUSTOMER_METADATA": ("customer", "metadata", "customer metadata"),
    "CUSTOM_EVENT_METADATA": ("custom_event", "metadata", "event metadata"),
    "ORDER_ITEMS_QUANTITY": ("order_items", "quantity", "units of"),
}
_PERIODS = {"MONTH": "month", "QUARTER": "quarter", "HALF_YEAR": "half-year", "YEAR": "year"}


def _month(value: Any, first: int = 1) -> str:
    """A month's name; `first` is January's number, which the API counts from 1 in one place and from 0 in another."""
    number = whole(value)
    number = None if number is None else number + 1 - first
    return _MONTHS[number - 1] if number is not None and 1 <= number <= 12 else f"month {shown(value)}"


NO_RULE = "The program states no rule for when points expire."


def expiration_text(rules: Any) -> str:
    """When points expire, as a sentence such as `Points expire 12 months after they are earned.`, with any rounding.

    Args:
        rules: `expiration_rules` of a loyalty card or an earning rule. Nothing there is no statement that points stay.
    """
    known = members(rules)
    if not known:
        return NO_RULE
    period = word(known.get("period_type"))
    if period == "FIXED_DAY_OF_YEAR":
        return f"Points expire every year on {shown(known.get('fixed_day'))} {_month(known.get('fixed_month'))}."
    if period != "MONTH":
        return f"Points expire by a rule not known here: {shown(known)}."
    number = whole(known.get("period_value"))
    if number is None:
        months = f"{shown(known.get('period_value'))} months"
    else:
        months = counted(number, "month")
    return f"Points expire {months} after they are earned{_rounding(known)}."


def _rounding(rules: Mapping[str, Any]) -> str:
    kind = word(rules.get("rounding_type"))
    if kind == "PARTICULAR_MONTH":
        # Which number is January here is not documented, so the number is shown as received.
        return f", at the end of month {shown(rules.get('rounding_value'))}"
    return f", at {_ROUNDINGS[kind]}" if kind in _ROUNDINGS else f", rounded by {kind}" if kind else ""


def campaign_expiration_text(campaign: Any, *, expiring: bool = False) -> str:
    """`expiration_text` of a loyalty campaign: the rule for points whose earning rule has none of its own.

    Args:
        campaign: as received.
        expiring: whether points of its cards are known to expire, whatever it states.
    """
    text = expiration_text(inside(campaign, "voucher", "loyalty_card", "expiration_rules"))
    return "The program states no rule; points of cards expire as below." if expiring and text == NO_RULE else text


def event_text(rule: Any) -> str:
    """What triggers an earning rule, with the segment, tier or event it names; unknown events as received."""
    known = members(rule)
    event = word(known.get("event"))
    thing = ""
    if event == "custom_event":
        custom = members(known.get("custom_event"))
        thing = visible(custom.get("name")) or word(custom.get("schema_id"))
    elif event.startswith("customer.segment"):
        thing = called(known.get("segment"))
    elif event.startswith("customer.loyalty.tier"):
        thing = called(known.get("loyalty_tier"))
        thing = "any tier" if thing == "__ANY__" else thing
    text = _EVENTS.get(event, event) or "no event"
    return f"{text} ({thing})" if thing else text


def earning_text(loyalty: Any, currency: str | None = None) -> str:
    """What an earning rule gives: `5 points`, `1 point for every €10.00 of the order before discounts`.

    Args:
        loyalty: the rule's `loyalty` member, FIXED or PROPORTIONAL (schemas EarningRuleFixed, EarningRuleProportional).
        currency: ISO 4217 code of the profile, or None for bare numbers.
    """
    known = members(loyalty)
    kind = word(known.get("type"))
    if kind == "FIXED":
        return _points(known)
    basis = word(known.get("calculation_type"))
    if kind != "PROPORTIONAL" or basis not in {**_MONEY_BASES, **_OTHER_BASES}:
        return shown(known) if known else "nothing stated"
    parent, member, words = (_MONEY_BASES | _OTHER_BASES)[basis]
    ratio = members(inside(known, parent, member))
    every = ratio.get("every")
    if basis in _MONEY_BASES:
        amount = money_text(every, currency)
        unit = f"{amount} {words}"
    else:
        unit = f"{UNKNOWN if every is None else shown(every)} {words}"
    if member == "metadata":
        unit += f" “{shown(ratio.get('property'))}”"
    elif parent == "order_items":
        unit += f" {_item(ratio)}"
    return f"{_points(ratio)} for every {unit}"


def _points(source: Mapping[str, Any]) -> str:
    formula = word(source.get("points_formula"))
    return f"points by formula {formula}" if formula else points_text(source.get("points"))


def _item(ratio: Mapping[str, Any]) -> str:
    name = called(ratio)
    kind = word(ratio.get("object")).replace("_", " ")
    return " ".join(part for part in (kind, name) if part) or "the chosen items"


def earning_rule_text(rule: Any, currency: str | None = None) -> str:
    """An earning rule in one sentence: trigger, points, waiting time, its own expiration (schema EarningRule)."""
    known = members(rule)
    text = f"{earning_text(known.get('loyalty'), currency)} when {event_text(known)}"
    days = inside(known, "pending_points", "period_value")
    if days is not None:
        text += f", pending for {shown(days)} {'d' if _in_days(known) else shown(_period(known))}"
    if members(known.get("expiration_rules")):
        text += f". {expiration_text(known.get('expiration_rules')).removesuffix('.')}"
    return text


def _period(rule: Mapping[str, Any]) -> Any:
    return inside(rule, "pending_points", "period_type")


def _in_days(rule: Mapping[str, Any]) -> bool:
    return _period(rule) in (None, "DAY")


def tier_range_text(tier: Any) -> str:
    """A loyalty tier's range: `200–599 points`, `600 points and more`, `up to 199 points` (schema LoyaltyTier)."""
    points = members(inside(tier, "points")) or members(inside(tier, "config", "points"))
    low, high = whole(points.get("from")), whole(points.get("to"))
    if low is None and high is None:
        return "no range"
    if high is None:
        return f"{points_text(low)} and more"
    return f"up to {points_text(high)}" if low is None else f"{low:,}–{points_text(high)}"


def mapping_text(mapping: Any) -> str:
    """How a tier changes points of an earning rule or the cost of a reward: `× 1.5`, `150 points`.

    Schema MappingPoints, MULTIPLY or CUSTOM.
    """
    known = members(mapping)
    kind = word(known.get("type"))
    if kind == "MULTIPLY":
        value = known.get("multiplier")
        return f"× {UNKNOWN if value is None else shown(value)}"
    if kind == "CUSTOM":
        return points_text(known.get("points"))
    return shown(mapping) if mapping is not None else UNKNOWN


def tier_mapping_texts(tier: Any) -> list[tuple[str, str, str]]:
    """A tier's mappings as (`earning rule` or `reward`, the object's id, what changes)."""
    found = []
    for member, title in (("earning_rules", "earning rule"), ("rewards", "reward")):
        for identity, mapping in members(inside(tier, member)).items():
            found.append((title, str(identity), mapping_text(mapping)))
    return found


def tiers_expiration_text(rules: Any) -> str:
    """How customers reach and lose tiers, as sentences (schema LoyaltyTiersExpirationAll); empty when not set."""
    known = members(rules)
    if not known:
        return ""
    qualification = word(known.get("qualification_type"))
    period = word(known.get("qualification_period"))
    unit = _PERIODS.get(period, period)
    basis = {
        "BALANCE": "by the current points balance",
        "POINTS_IN_PERIOD": f"by points earned in a {unit or 'period'}",
    }.get(qualification, qualification)
    start = word(inside(known, "start_date", "type"))
    begins = {"IMMEDIATE": "at once", "NEXT_PERIOD": f"from the next {unit or 'period'}"}.get(start, start)
    first = f"Customers qualify {basis or 'by a rule not stated'}{f', {begins}' if begins else ''}."
    return f"{first} {_tier_end(members(known.get('expiration_date')), unit)}".strip()


def _tier_end(rules: Mapping[str, Any], unit: str) -> str:
    kind = word(rules.get("type"))
    if not kind:
        return ""
    ends = {
        "END_OF_PERIOD": f"at the end of the {unit or 'period'}",
        "END_OF_NEXT_PERIOD": f"at the end of the next {unit or 'period'}",
        "BALANCE_DROP": "when the balance drops below it",
        "CUSTOM": "some time after the balance drops below it",
    }.get(kind, f"by {kind}")
    extend = duration_text(rules.get("extend"))
    if kind == "CUSTOM" and extend:
        ends = f"{extend} after the balance drops below it"
    elif extend:
        ends += f" plus {extend}"
    rounding = members(rules.get("rounding"))
    return f"A tier ends {ends}{_tier_rounding(rounding)}."


def _tier_rounding(rounding: Mapping[str, Any]) -> str:
    kind = word(rounding.get("type"))
    if not kind:
        return ""
    edge = {"START": "start", "END": "end"}.get(word(rounding.get("strategy")), "end")
    if kind == "CUSTOM":
        return f", rounded to the {edge} of {_month(rounding.get('value'), first=0)}"
    return f", rounded to the {edge} of the {_PERIODS.get(kind, kind)}"


def reward_cost_text(assignment: Any, reward: Any = None, currency: str | None = None) -> str:
    """What a reward costs: `150 points`, for a coin also the rate `100 points = €10.00`.

    Args:
        assignment: schema RewardAssignment, for the price in this campaign.
        reward: schema Reward, for the rate of a coin.
        currency: ISO 4217 code of the profile, or None for bare numbers.
    """
    price = members(inside(assignment, "parameters", "loyalty"))
    coin = members(inside(reward, "parameters", "coin"))
    rate = ""
    if coin:
        rate = f"{points_text(coin.get('points_ratio'))} = {money_text(coin.get('exchange_ratio'), currency)}"
    if price.get("points") is None:
        return rate or UNKNOWN
    cost = points_text(price.get("points"))
    if price.get("auto_redeem") is True:
        cost += ", taken automatically"
    return f"{cost} ({rate})" if rate else cost


def reward_text(reward: Any, currency: str | None = None) -> str:
    """What a reward gives: `€25.00 on a gift card`, `300 points`, `product prod_1`, pay with points (schema Reward)."""
    kind = word(inside(reward, "type"))
    parameters = members(inside(reward, "parameters"))
    if kind == "CAMPAIGN":
        campaign = members(parameters.get("campaign"))
        given = {
            "GIFT_VOUCHERS": f"{money_text(campaign.get('balance'), currency)} on a gift card",
            "LOYALTY_PROGRAM": f"{points_text(campaign.get('balance'))} on a loyalty card",
            "DISCOUNT_COUPONS": "a discount coupon",
        }.get(word(campaign.get("type")), "a code")
        name = called(campaign)
        return f"{given} of {name}" if name else given
    if kind == "COIN":
        return "pays for orders with points"
    if kind == "MATERIAL":
        product = members(parameters.get("product"))
        name = called(product) or "not named"
        sku = word(product.get("sku_id"))
        return f"product {name}{f' / {sku}' if sku else ''}"
    return shown(inside(reward, "type")) if inside(reward, "type") is not None else UNKNOWN
