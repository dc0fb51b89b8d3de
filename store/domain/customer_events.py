"""A customer's events in words: every type of the API's activity, one declaration each (API §6).

A type that is not here keeps the name it came with, and no more is said of it than its record holds.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from store.domain import envelope
from store.domain.event_facts import ARROW, MINUS, EventFacts, line, payload
from store.domain.values import entries, inside, members, number, shown, word
from store.words import points

PREFIX = "customer."
PROFILE, SEGMENT, CUSTOM, MESSAGE = "profile", "segment", "custom event", "message"
REDEMPTION, VALIDATION, PUBLICATION, ORDER = "redemption", "validation", "publication", "order"
POINTS, TIER, REWARD, REFERRAL, WALLET = "points", "tier", "reward", "referral", "wallet"
OTHER = "other"
"""Events of undocumented types."""
GROUPS = (
    REDEMPTION, ORDER, VALIDATION, PUBLICATION, POINTS, TIER, REWARD, WALLET, REFERRAL, CUSTOM, SEGMENT, PROFILE,
    MESSAGE, OTHER,
)  # fmt: skip
CHANNELS = {
    "USER_PORTAL": "dashboard", "API": "API", "CLIENT_API": "client-side API", "INTERNAL": "Voucherify itself",
}  # fmt: skip

Tell = Callable[[EventFacts], str]


@dataclass(frozen=True, slots=True)
class EventType:
    """One type of event.

    Attributes:
        type: as the API has it.
        title: what happened, in few words.
        group: one of `GROUPS`.
        tell: the rest of its line from its data.
        problem: something went wrong.
        noise: so frequent, and of so little weight, that a reader may want it out of the way.
    """

    type: str
    title: str
    group: str
    tell: Tell
    problem: bool = False
    noise: bool = False


def _nothing(_: EventFacts) -> str:
    return ""


def _of(*paths: str) -> Tell:
    """The first of some texts."""
    return lambda facts: facts.text(*paths)


def _changes(facts: EventFacts) -> str:
    """The plain members of an object of which nothing is documented."""
    changed = members(facts.at("loyalty"))
    return ", ".join(f"{name} {shown(value)}" for name, value in changed.items() if not isinstance(value, dict | list))


def _referred(facts: EventFacts) -> str:
    by = word(facts.at("referrer.id"))
    through = facts.text("redemption.id", "custom_event.type")
    return line(f"by {by}" if by else "", f"with {facts.code}" if facts.code else "", through)


def _custom(facts: EventFacts) -> str:
    card = facts.text("loyalty.voucher.code", "referral.voucher.code")
    name = facts.text("event.type", "event_schema.name")
    return line(f"{name}: {facts.pairs}" if facts.pairs else name, f"reaches {card}" if card else "")


def _publication(facts: EventFacts) -> str:
    channel = facts.text("publication.channel")
    return line(facts.code, f"by {channel}" if channel else "", _why(facts, "publication"))


def _why(facts: EventFacts, member: str) -> str:
    """Why something failed: its code, and what it says beside that."""
    code, said = facts.text(f"{member}.failure_code"), facts.text(f"{member}.failure_message")
    return f"{code}: {said}" if code and said else code or said


def _validation(facts: EventFacts) -> str:
    parts = [", ".join(facts.listed("validation.redeemables"))]
    for member, words in (("inapplicable_redeemables", "not applicable"), ("skipped_redeemables", "skipped")):
        if found := ", ".join(facts.listed(f"validation.{member}")):
            parts.append(f"{words} {found}")
    session = facts.text("validation.session_id")
    return line(*parts, f"session {session}: a lock may exist" if session else "")


def _redemption(facts: EventFacts) -> str:
    what = facts.code or facts.text("promotion_tier.name", "promotion_tier.banner") or facts.name("promotion_stack")
    return line(facts.order, what, _why(facts, "redemption"))


def _rollback(facts: EventFacts) -> str:
    undone = facts.text("redemption.id")
    reason = facts.text("redemption_rollback.reason")
    return line(f"undoes {undone}" if undone else "", facts.code, reason, _why(facts, "redemption_rollback"))


def _order(facts: EventFacts) -> str:
    return line(facts.order, facts.text("order.status"))


def _rewarded(facts: EventFacts) -> str:
    unit = "amount" if number(facts.at("balance.amount")) is not None else "points"
    cause = facts.text("redemption.id", "custom_event.type", "customer_event.segment.name", "customer_event.event_type")
    return line(
        facts.amount(facts.at(f"balance.{unit}"), unit=unit), facts.name("reward"), facts.code,
        f"because of {cause}" if cause else "",
    )  # fmt: skip


def _earned(facts: EventFacts) -> str:
    rule = facts.text("earning_rule.source.banner") or facts.known(facts.at("earning_rule.id"))
    return line(facts.moved(), rule, facts.text("order.source_id", "order.id"))


def _balance(facts: EventFacts) -> str:
    return line(facts.moved(), facts.code, facts.text("transaction.reason"))


def _transferred(facts: EventFacts) -> str:
    ends = (facts.text("source_voucher.code"), facts.text("destination_voucher.code"))
    return line(facts.moved(), ARROW.join(end for end in ends if end), facts.text("transaction.reason"))


def _expired(facts: EventFacts) -> str:
    gone = number(facts.at("points"))
    expiries = (word(inside(bucket, "expires_at"))[:10] for bucket in entries(facts.at("buckets")))
    days = ", ".join(sorted({day for day in expiries if day}))
    change = facts.moved() if gone is None else f"{MINUS}{points(gone, short=False)}"
    return line(change, f"of {days}" if days else "", facts.code)


def _pending(facts: EventFacts) -> str:
    waiting, due = number(facts.at("pending_points.points")), facts.text("pending_points.activates_at")[:10]
    amount = "" if waiting is None else points(waiting, short=False)
    return line(f"{amount} due {due}" if due else amount, facts.text("order.source_id", "order.id"), facts.code)


def _reward(facts: EventFacts) -> str:
    kind, state = facts.text("reward.type"), facts.text("reward_redemption.status", "reward_redemption.state")
    name = facts.name("reward")
    left = number(facts.at("balance"))
    return line(f"{name} ({kind.lower()})" if kind else name, state, "" if left is None else f"balance {left:,}")


def _tier_step(facts: EventFacts) -> str:
    ends = (facts.name("loyalty_tier_from"), facts.name("loyalty_tier_to"))
    return ARROW.join(end for end in ends if end)


def _tier_end(facts: EventFacts) -> str:
    until = facts.text("expiration_date")[:10]
    return line(facts.name("loyalty_tier"), f"until {until}" if until else "")


def _tier(facts: EventFacts) -> str:
    return facts.name("loyalty_tier") or _tier_step(facts)


def _holder(facts: EventFacts) -> str:
    role = facts.text("holder.holder_role")
    card = facts.code or facts.known(facts.at("holder.redeemable_id"))
    return line(card, f"as {role.lower()}" if role else "")


_MESSENGERS = {
    "sms": "SMS", "email": "E-mail", "activecampaign": "ActiveCampaign", "braze": "Braze", "mailchimp": "Mailchimp",
    "intercom": "Intercom", "shopify": "Shopify", "klaviyo": "Klaviyo", "batch": "Batch",
}  # fmt: skip


def _messages() -> Iterable[EventType]:
    tell = _of("distribution.name", "distribution.id")
    for channel, name in _MESSENGERS.items():
        yield EventType(f"{channel}.sent", f"{name} sent", MESSAGE, tell, noise=True)
        yield EventType(f"{channel}.recovered", f"{name} recovered", MESSAGE, tell, noise=True)
        yield EventType(f"{channel}.failed", f"{name} failed", MESSAGE, tell, problem=True)


_CARD = "voucher.loyalty_card."
_DECLARED = (
    EventType("created", "Customer created", PROFILE, _nothing),
    EventType("updated", "Profile updated", PROFILE, _nothing, noise=True),
    EventType("deleted", "Customer deleted", PROFILE, _nothing),
    EventType("confirmed", "Confirmed", PROFILE, lambda facts: f"was {facts.text('unconfirmed_customer.id')}"
              if facts.text("unconfirmed_customer.id") else ""),
    EventType("referred", "Referred", REFERRAL, _referred),
    EventType("custom_event", "Custom event", CUSTOM, _custom),
    EventType("segment.entered", "Entered segment", SEGMENT, _of("segment.name", "segment.id")),
    EventType("segment.left", "Left segment", SEGMENT, _of("segment.name", "segment.id")),
    *_messages(),
    EventType("publication.succeeded", "Code published", PUBLICATION, _publication),
    EventType("publication.failed", "Publication failed", PUBLICATION, _publication, problem=True),
    EventType("validation.succeeded", "Validated", VALIDATION, _validation),
    EventType("validation.failed", "Validation failed", VALIDATION, _validation, problem=True),
    EventType("redemption.succeeded", "Redeemed", REDEMPTION, _redemption),
    EventType("redemption.failed", "Redemption failed", REDEMPTION, _redemption, problem=True),
    EventType("redemption.rollback.succeeded", "Rolled back", REDEMPTION, _rollback),
    EventType("redemption.rollback.failed", "Rollback failed", REDEMPTION, _rollback, problem=True),
    EventType("order.created", "Order created", ORDER, _order),
    EventType("order.updated", "Order updated", ORDER, _order),
    EventType("order.paid", "Order paid", ORDER, _order),
    EventType("order.processing", "Order in process", ORDER, _order),
    EventType("order.fulfilled", "Order fulfilled", ORDER, _order),
    EventType("order.canceled", "Order canceled", ORDER, _order),
    EventType("rewarded", "Rewarded", REFERRAL, _rewarded),
    EventType("rewarded.loyalty_points", "Points earned", POINTS, _earned),
    EventType("voucher.gift.balance_added", "Gift credit changed", WALLET, _balance),
    EventType(f"{_CARD}points_added", "Points added", POINTS, _balance),
    EventType(f"{_CARD}points_transferred", "Points transferred", POINTS, _transferred),
    EventType(f"{_CARD}points_expired", "Points expired", POINTS, _expired),
    EventType(f"{_CARD}points_activated", "Points activated", POINTS, _balance),
    EventType(f"{_CARD}pending_points.added", "Pending points added", POINTS, _pending),
    EventType(f"{_CARD}pending_points.updated", "Pending points changed", POINTS, _pending),
    EventType(f"{_CARD}pending_points.canceled", "Pending points canceled", POINTS, _pending),
    EventType(f"{_CARD}pending_points.activated", "Pending points activated", POINTS, _balance),
    EventType("voucher.deleted", "Code deleted", WALLET, lambda facts: facts.code),
    EventType("reward_redemptions.created", "Reward redeemed", REWARD, _reward),
    EventType("reward_redemptions.pending", "Reward pending", REWARD, _reward),
    EventType("reward_redemptions.completed", "Reward completed", REWARD, _reward),
    EventType("reward_redemptions.rolledback", "Reward rolled back", REWARD, _reward),
    EventType("loyalty.updated", "Loyalty updated", POINTS, _changes),
    EventType("loyalty.tier.joined", "Tier joined", TIER, _tier),
    EventType("loyalty.tier.left", "Tier left", TIER, _tier),
    EventType("loyalty.tier.upgraded", "Tier upgraded", TIER, _tier_step),
    EventType("loyalty.tier.downgraded", "Tier downgraded", TIER, _tier_step),
    EventType("loyalty.tier.prolonged", "Tier prolonged", TIER, _tier),
    EventType("loyalty.tier.expiration.changed", "Tier's end changed", TIER, _tier_end),
    EventType("holder.assignment.created", "Card assigned", WALLET, _holder),
    EventType("holder.assignment.deleted", "Card taken away", WALLET, _holder),
)  # fmt: skip

EVENT_TYPES: Mapping[str, EventType] = {f"{PREFIX}{one.type}": one for one in _DECLARED}
"""Every type that is documented, by its name on the wire."""


def event_type(name: Any) -> EventType:
    """What is known of a type; one that is not documented as it was received."""
    known = EVENT_TYPES.get(word(name))
    received = word(name).removeprefix(PREFIX)
    return known or EventType(received, received or "event without a type", OTHER, _nothing)


def event_line(name: Any, document: Any, currency: str | None = None, names: Mapping[str, str] | None = None) -> str:
    """The line of an event after its title: what its data says; empty where that says nothing.

    Args:
        name: its type.
        document: the event as received.
        currency: of the profile.
        names: what ids in the data are called.
    """
    return event_type(name).tell(EventFacts(payload(document), currency, names or {}))


def referenced_ids(document: Any) -> list[str]:
    """Ids in an event's data that come without a name."""
    data = payload(document)
    found = [inside(data, "holder", "redeemable_id"), inside(data, "earning_rule", "id")]
    for member in ("redeemables", "skipped_redeemables", "inapplicable_redeemables"):
        found += [members(entry).get("id") for entry in entries(inside(data, "validation", member))]
    return [word(one) for one in found if word(one)]


def campaign_of(document: Any) -> str | None:
    """The campaign an event is about, where its data names one."""
    return next(iter(envelope.campaigns_in(payload(document))), None)


def channel_words(channel: Any) -> str:
    """Where an event came from, in words; a channel that is not documented as it was received."""
    return CHANNELS.get(word(channel), word(channel))


def story_title(types: Iterable[str]) -> str:
    """The title of all that one request caused, from its events' types in the order of time.

    Each group is one line: its last step, or what went wrong: `Order paid → Points earned → Tier upgraded`. A
    validation goes without saying where a redemption follows.
    """
    found: dict[str, EventType] = {}
    for name in types:
        known = event_type(name)
        if known.group not in found or not found[known.group].problem:
            found[known.group] = known
    if REDEMPTION in found:
        found.pop(VALIDATION, None)
    return ARROW.join(known.title for known in found.values())
