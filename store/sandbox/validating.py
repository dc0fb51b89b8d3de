"""What a sandbox answers to an attempt: decided from its own tables, by the terms its rules say.

The order in which the API looks at conditions is not documented; here it is switches, dates, hours, uses, credit,
referrer, then rules by the ids of their assignments. Sessions lock nothing.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from store.sandbox.routes import CUSTOMER, Call
from store.sandbox.routes_traffic import members
from store.sandbox.table import Document

_COMPARE: dict[str, Callable[[Any, list[Any]], bool]] = {
    "$is": lambda value, named: value in named,
    "$in": lambda value, named: value in named,
    "$is_not": lambda value, named: value not in named,
    "$more_than": lambda value, named: value > named[0],
    "$more_than_or_equal": lambda value, named: value >= named[0],
    "$less_than_or_equal": lambda value, named: value <= named[0],
}
_PERIODS = {"daily": "%Y-%m-%d", "monthly": "%Y-%m"}
_STANDING = (
    'select created_at, customer_id, order_id, order_amount from "redemptions"'
    " where campaign_id = ? and object = 'redemption' and status = 'SUCCEEDED'"
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an attempt is refused: the API's key, and the message of the rule that said no."""

    key: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class AskedRedeemable:
    """One redeemable of a validation.

    Attributes:
        call: the request.
        voucher: the code, as the API shows it.
        redeemable: as it was named, with credits or a reward.
        order: as sent; None without one.
        customer: as sent; None without one.
    """

    call: Call
    voucher: Document
    redeemable: Document
    order: Document | None
    customer: Document | None

    @property
    def campaign(self) -> Document:
        """The campaign of the code."""
        return self.call.project.table("campaigns").document_of(self.voucher["campaign_id"]) or {}

    @property
    def customer_id(self) -> str | None:
        """Who is named, where the project knows them; None for somebody new."""
        named = self.customer or {}
        keys = (named.get("id"), named.get("source_id"))
        found = (CUSTOMER.find(self.call.project, key) for key in keys if isinstance(key, str))
        return next((one for one in found if one is not None), None)

    def refusal(self) -> Refusal | None:
        """The first reason that holds; None where it applies."""
        campaign = self.campaign
        for key, holds in _obstacles(self, campaign):
            if holds:
                return Refusal(key)
        return next(filter(None, (_broken(self, rule) for rule in _rules_of(self))), None)


def _obstacles(asked: AskedRedeemable, campaign: Document) -> Iterator[tuple[str, bool]]:
    voucher, now = asked.voucher, asked.call.now
    yield "voucher_disabled", voucher["active"] is False or campaign.get("active") is False
    for thing in (voucher, campaign):
        start, end = _instant(thing.get("start_date")), _instant(thing.get("expiration_date"))
        yield "voucher_not_active", start is not None and start > now
        yield "voucher_expired", end is not None and end <= now
    yield "voucher_expired", _ran_out(asked, campaign)
    yield "voucher_not_active_now", not _in_hours(asked, campaign)
    uses = voucher["redemption"]
    yield "quantity_exceeded", uses["quantity"] is not None and uses["redeemed_quantity"] >= uses["quantity"]
    if voucher["type"] == "GIFT_VOUCHER":
        credit = (asked.redeemable.get("gift") or {}).get("credits") or 1
        yield "gift_amount_exceeded", credit > voucher["gift"]["balance"]
    if voucher["type"] == "LOYALTY_CARD":
        yield "loyalty_card_points_exceeded", voucher["loyalty_card"]["balance"] <= 0
        yield "missing_reward", "reward" not in asked.redeemable
    if voucher["is_referral_code"]:
        yield "not_published", voucher["holder_id"] is None
        yield "referrer_not_permitted_to_redeem", asked.customer_id == voucher["holder_id"]


def _instant(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _ran_out(asked: AskedRedeemable, campaign: Document) -> bool:
    """Whether the days that a code runs after its publication are over."""
    days = re.fullmatch(r"P(\d+)D", campaign.get("activity_duration_after_publishing") or "")
    table = asked.call.project.table("publications")
    rows = [row for row in table.having("voucher_id", asked.voucher["id"]) if row.result == "SUCCESS"]
    if days is None or not rows:
        return False
    zone, begun = asked.call.project.zone, min(row.created_at for row in rows)
    local = datetime.fromisoformat(begun).astimezone(zone).replace(tzinfo=None) + timedelta(days=int(days[1]))
    return local.replace(tzinfo=zone) <= asked.call.now


def _in_hours(asked: AskedRedeemable, campaign: Document) -> bool:
    """Whether the campaign's days, hours and intervals hold, by the project's clock."""
    local = asked.call.now.astimezone(asked.call.project.zone)
    weekday = (local.weekday() + 1) % 7
    days = campaign.get("validity_day_of_week")
    if days and weekday not in days:
        return False
    daily = (campaign.get("validity_hours") or {}).get("daily")
    if daily and not any(
        weekday in one["days_of_week"]
        and time.fromisoformat(one["start_time"]) <= local.time() < time.fromisoformat(one["expiration_time"])
        for one in daily
    ):
        return False
    frame, start = campaign.get("validity_timeframe"), _instant(campaign.get("start_date"))
    return frame is None or start is None or _in_frame(frame, start.astimezone(local.tzinfo), local)


def _in_frame(frame: Mapping[str, str], start: datetime, local: datetime) -> bool:
    """Whether an interval of months (`P1M`), counted from a start, has begun so many days (`P7D`) ago or less."""
    length = timedelta(days=int(frame["duration"][1:-1]))
    first, now = start.replace(tzinfo=None), local.replace(tzinfo=None)
    months = (now.year - first.year) * 12 + now.month - first.month
    begins = [_months_later(first, count) for count in (months - 1, months) if count >= 0]
    return any(begin <= now < begin + length for begin in begins)


def _months_later(first: datetime, count: int) -> datetime:
    year, month = divmod(first.year * 12 + first.month - 1 + count, 12)
    last = (date(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return first.replace(year=year, month=month + 1, day=min(first.day, last))


def _rules_of(asked: AskedRedeemable) -> Iterator[Document]:
    """The rules of the campaign and of the code itself, by the ids of their assignments."""
    table = asked.call.project.table("validation_rules_assignments")
    held = (asked.voucher["campaign_id"], asked.voucher["id"])
    found = [table.document(number) for one in held for number in table.numbers("related_object_id", one)]
    for assignment in sorted(found, key=lambda one: str(one["id"])):
        rule = asked.call.project.table("validation_rules").document_of(assignment["rule_id"])
        if rule is not None:
            yield rule


def _broken(asked: AskedRedeemable, rule: Document) -> Refusal | None:
    """What a rule says no with: the first of its conditions that does not hold."""
    held = {key: _failing(asked, one) for key, one in rule["rules"].items() if key != "logic"}
    held |= {
        f"b{key}": _failing(asked, one) for key, one in rule["bundle_rules"].items() if key not in ("logic", "limit")
    }
    logic = rule["rules"].get("logic") or " and ".join(key for key in held if key[0] != "b") or "true"
    logic += "".join(f" and {key}" for key in held if key[0] == "b")
    if _true(logic, {key: not failing for key, failing in held.items()}):
        return None
    message = (rule.get("error") or {}).get("message", "")
    return next(Refusal(failing, message) for failing in held.values() if failing)


def _true(logic: str, values: Mapping[str, bool]) -> bool:
    """A logic string with its conditions known, rewritten from the innermost brackets out until one word is left."""
    text = re.sub(r"b?\d+", lambda found: str(values[found[0]]).lower(), logic.lower())
    steps = (
        (r"\((true|false)\)", r"\1"), (r"\bnot true\b", "false"), (r"\bnot false\b", "true"),
        (r"\btrue and true\b", "true"), (r"\b(true and false|false and true|false and false)\b", "false"),
        (r"\b(true or true|true or false|false or true)\b", "true"), (r"\bfalse or false\b", "false"),
    )  # fmt: skip
    while text not in ("true", "false"):
        for pattern, result in steps:
            rewritten = re.sub(pattern, result, text, count=1)
            if rewritten != text:
                text = rewritten
                break
        else:
            raise ValueError(f"no logic: {logic}")
    return text == "true"


def _failing(asked: AskedRedeemable, condition: Document) -> str:
    """The key that a condition refuses with; "" where it holds."""
    name = condition["name"]
    family = name.split(".")[0]
    if family == "order" and asked.order is None:
        return "missing_order"
    if (family == "customer" or ".per_customer" in name) and asked.customer is None:
        return "missing_customer"
    values = _values(asked, name, condition.get("property"))
    holds = all(
        any(_COMPARE[operator](value, [_plain(one) for one in named]) for value in values)
        for operator, named in condition["conditions"].items()
    )
    if holds:
        return ""
    return f"{family}_rules_violated" if family in ("order", "customer") else "redemption_rules_violated"


def _plain(value: Any) -> Any:
    return value["id"] if isinstance(value, dict) else value


def _values(asked: AskedRedeemable, name: str, member: str | None) -> list[Any]:
    """What a condition looks at: any of these must meet it."""
    order = asked.order or {}
    lines = order.get("items") or []
    if name in ("order.amount", "order.initial_amount"):
        return [order.get("amount") or sum(line.get("price", 0) * line.get("quantity", 1) for line in lines)]
    if name == "order.metadata":
        return [(order.get("metadata") or {}).get(member)]
    if name == "order.items.price_any":
        return [line["price"] for line in lines if "price" in line]
    if name == "order.items.any":
        return [line.get("product_id") for line in lines]
    if name == "customer.segment":
        segments = asked.call.project.table("segments").documents()
        return [one["id"] for one in segments if asked.customer_id in members(asked.call, one)]
    if name == "customer.metadata":
        known = asked.call.project.table("customers").document_of(asked.customer_id) or {}
        return [({**(known.get("metadata") or {}), **((asked.customer or {}).get("metadata") or {})}).get(member)]
    return [_used(asked, name) + (order.get("amount", 0) if name == "campaign.orders.amount" else 1)]


def _used(asked: AskedRedeemable, name: str) -> int:
    """What a limit counts so far, over all codes of the campaign; a rollback frees what it undoes."""
    table = asked.call.project.table("redemptions")
    table.by("campaign_id")
    rows = table.sql(_STANDING, asked.voucher["campaign_id"]).fetchall()
    if name == "campaign.orders.amount":
        return sum({order: amount for _, _, order, amount in rows if order is not None}.values())
    if ".per_customer" in name:
        rows = [row for row in rows if row[1] == asked.customer_id]
    form = next((form for word, form in _PERIODS.items() if name.endswith(word)), None)
    if form is None:
        return len(rows)
    zone, current = asked.call.project.zone, asked.call.now.astimezone(asked.call.project.zone).strftime(form)
    instants = (datetime.fromisoformat(row[0]).astimezone(UTC) for row in rows)
    return sum(one.astimezone(zone).strftime(form) == current for one in instants)
