"""What is known of a past attempt as facts that rules are compared with; what is only known of now is named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from store.days import local_time
from store.domain.facts import ABSENT, Absent, CustomerFacts, Facts, OrderFacts
from store.domain.limit_names import LimitName, LimitPeriod, Measure, limit_name
from store.domain.periods import stretch_of
from store.domain.values import entries, inside, members, number, word
from store.explain.case import RefusedCase
from store.explain.uses import MADE, undone_before, used_before
from store.queries.campaign_rules import CampaignRule
from store.queries.freshness import data_state
from store.queries.reader import document
from store.ref import CUSTOMER, Ref

_BY_A_LIMIT = "redemption_rules_violated"
_SUMS = {Measure.ORDERS: "order_amount", Measure.DISCOUNT: "discount_amount", Measure.GIFT: "amount"}


def facts_of(case: RefusedCase, rule: CampaignRule) -> Facts:
    """The attempt as it was, with what was used of the rule's limits before it."""
    holder = case.code.known("holder_id")
    used = _counts(case, rule)
    held: str | Absent | None = None
    if case.code.is_cached and not holder.doubt:
        held = word(holder.then) or ABSENT
    metadata = case.document.get("metadata")
    return Facts(
        order=_order(case), customer=_customer(case), holder=held,
        redemption_metadata=metadata if isinstance(metadata, Mapping) else None,
        moment=case.moment, zone=case.about.zone, used=used.exact,
        used_at_least=used.least, used_at_most=used.most,
        discount=None, gift=number(case.document.get("amount")),
    )  # fmt: skip


def _order(case: RefusedCase) -> OrderFacts | Absent | None:
    order = case.document.get("order")
    if "order" in case.document and order in (None, {}):
        return ABSENT
    known = members(order)
    if not known:
        return None
    items = known.get("items")
    metadata = known.get("metadata")
    return OrderFacts(
        number(known.get("amount")), number(known.get("initial_amount")),
        entries(items) if isinstance(items, list) and (items or known.get("amount") in (None, 0)) else None,
        metadata if isinstance(metadata, Mapping) else None,
    )  # fmt: skip


def _customer(case: RefusedCase) -> CustomerFacts | Absent | None:
    if not case.customer_id:
        stated = [case.document[name] for name in ("customer", "customer_id") if name in case.document]
        return ABSENT if stated and all(one in (None, "", {}) for one in stated) else None
    connection, identity = case.connection, case.customer_id
    metadata: Any = inside(case.document, "customer", "metadata")
    if not isinstance(metadata, Mapping) or not metadata:
        cached = document(connection, "customers", identity)
        metadata = members(cached.get("metadata")) if cached else None
    segments = None
    if data_state(connection, "customer_segments", Ref(CUSTOMER, identity)).complete:
        rows = connection.execute("select segment_id from customer_segments where customer_id = ?", (identity,))
        segments = frozenset(row[0] for row in rows if row[0])
    tiers = None
    joined = connection.execute(
        "select loyalty_tier from customer_loyalty where customer_id = ?", (identity,)
    ).fetchall()
    if joined:
        tiers = frozenset(row[0] for row in joined if row[0])
    return CustomerFacts(identity, metadata, segments, tiers)


@dataclass(frozen=True, slots=True)
class _UsedThen:
    """What was used of limits before the attempt, by the name of their condition."""

    exact: dict[str, int] = field(default_factory=dict)
    least: dict[str, int] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)


def counts_together(case: RefusedCase, rule: CampaignRule, name: str) -> bool:
    """Whether a limit of a campaign's rule was counted over all its codes.

    Whether the API counts each code alone is not documented; where a limit refused, it counted what reached it.
    """
    known = limit_name(name)
    of_campaign = any(one.kind == "campaign" for one in rule.assignments)
    return known is not None and not known.of_campaign and of_campaign and case.failure_code == _BY_A_LIMIT


def _counts(case: RefusedCase, rule: CampaignRule) -> _UsedThen:
    """What was used of each limit the rule names."""
    used = _UsedThen()
    for name in _names(members(rule.document).get("rules")):
        known = limit_name(name)
        bounds = None if known is None else _used(case, rule, name, known)
        if bounds is None:
            continue
        least, most = bounds
        if least == most:
            used.exact[name] = least
        else:
            used.least[name] = least
            if most is not None:
                used.most[name] = most
    return used


def _names(rules: Any) -> set[str]:
    found: set[str] = set()
    for condition in members(rules).values():
        known = members(condition)
        if known:
            found |= {word(known.get("name"))} | _names(known.get("rules"))
    return found - {""}


def _used(case: RefusedCase, rule: CampaignRule, called: str, name: LimitName) -> tuple[int, int | None] | None:
    """At least and at most what was used of a limit before the attempt; None where nothing is known."""
    if name.measure in (Measure.UNITS, Measure.UNKNOWN) or name.per not in ("", "customer"):
        return None
    if name.per and not case.customer_id:
        return None
    state = case.state("redemptions", campaign=True)
    if state.as_of is None or state.as_of < case.at:
        return None
    since = ""
    if name.period is not LimitPeriod.LIFE:
        today = local_time(case.moment, case.about.zone).date()
        since = stretch_of(name.period, today, case.about.zone, case.about.week_start).begins
    own, wide = _wheres(case, rule, name)
    if name.measure.is_money:
        return _sum(case, wide, since, _SUMS[name.measure], complete=state.complete)
    if counts_together(case, rule, called):
        own = wide
    values = {"campaign": case.campaign_id, "customer": case.customer_id, "own": case.tier_id or case.voucher_id}
    least = used_before(case.connection, own, case.at, since, **values).least
    most = used_before(case.connection, wide, case.at, since, **values).most
    return least, most if state.complete else None


def _wheres(case: RefusedCase, rule: CampaignRule, name: LimitName) -> tuple[str, str]:
    """SQL of what a limit counts at least and at most: the code or tier alone, or all of the campaign."""
    customer = " and r.customer_id = :customer" if name.per else ""
    wide = f"r.campaign_id = :campaign{customer}"
    own = f"r.{'promotion_tier_id' if case.tier_id else 'voucher_id'} = :own{customer}"
    if name.of_campaign:
        return wide, wide
    return own, wide if any(one.kind == "campaign" for one in rule.assignments) else own


def _sum(case: RefusedCase, where: str, since: str, column: str, *, complete: bool) -> tuple[int, int | None] | None:
    """A sum of amounts that stood; orders count once each."""
    values = {"campaign": case.campaign_id, "customer": case.customer_id, "own": case.tier_id or case.voucher_id,
              "at": case.at, "since": since}  # fmt: skip
    rows = case.connection.execute(
        f"select coalesce(r.order_id, r.id), r.{column} from redemptions r where {where} and r.created_at < :at"
        f" and r.created_at >= :since and {MADE} and not {undone_before()}",
        values,
    ).fetchall()
    known = [(order, amount) for order, amount in rows if amount is not None]
    total = sum(dict(known).values()) if column == "order_amount" else sum(amount for _, amount in known)
    return total, total if complete and len(known) == len(rows) else None
