"""What is used of each limit before a redemption, as its condition counts it: net of rollbacks, in its own period."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from store.days import local_time
from store.domain.facts import Facts, OrderFacts
from store.domain.limit_names import LimitName, LimitPeriod, Measure, limit_name
from store.domain.limits import conditions_of
from store.domain.periods import Stretch, stretch_of
from store.domain.values import members, word
from store.explain.tried_code import TriedCode
from store.queries.budget import STANDS, lifetime_totals, net_so_far
from store.queries.campaign_rules import CampaignRule
from store.ref import VOUCHER
from store.times import text_of

_DEEPEST = 12


@dataclass(slots=True)
class _Used:
    """Counts and amounts by the name of their condition, as `Facts` has them."""

    exact: dict[str, int] = field(default_factory=dict)
    least: dict[str, int] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)


def stretch_at(tried: TriedCode, period: LimitPeriod, at: str) -> Stretch | None:
    """The day, week or month of the project that holds an instant; None for a lifetime."""
    if period is LimitPeriod.LIFE:
        return None
    zone = tried.about.zone
    return stretch_of(period, local_time(replace(tried, at=at).moment, zone).date(), zone, tried.about.week_start)


def facts_for(tried: TriedCode, rule: CampaignRule, at: str) -> Facts:
    """What is known of the attempt for one of the rules, at a moment (UTC text)."""
    amount, used = tried.attempt.order, _Used()
    for name in sorted(set(_names(rule.document))):
        counts = limit_name(name)
        if counts is not None:
            _count(tried, rule, name, counts, at, used)
    return Facts(
        order=None if amount is None else OrderFacts(amount, amount),
        customer=tried.customer,
        holder=tried.columns.get("holder_id"),
        moment=replace(tried, at=at).moment,
        zone=tried.about.zone,
        used=used.exact,
        used_at_least=used.least,
        used_at_most=used.most,
    )


def _names(document: Any) -> Iterator[str]:
    """The name of every condition of a rule."""
    waiting = [(members(document).get(part), 0) for part in ("rules", "bundle_rules")]
    while waiting:
        rules, depth = waiting.pop()
        for condition in conditions_of(rules).values():
            yield word(members(condition).get("name"))
            if depth < _DEEPEST:
                waiting.append((members(condition).get("rules"), depth + 1))


def _count(tried: TriedCode, rule: CampaignRule, name: str, counts: LimitName, at: str, used: _Used) -> None:
    if tried.campaign_id is None or counts.per not in ("", "customer"):
        return
    if counts.measure is not Measure.REDEMPTIONS:
        _amount(tried, name, counts.measure, used)
        return
    customer = tried.customer.id if tried.customer else None
    if counts.per and customer is None:
        return
    stretch, state = stretch_at(tried, counts.period, at), tried.state("redemptions")
    own, together = _redemptions(tried, stretch, customer if counts.per else None, at)
    low, high = own, together
    if counts.of_campaign:
        low = together
    elif all(one.kind == VOUCHER for one in rule.assignments):
        high = own
    unread = stretch is not None and (state.as_of or "") < stretch.begins <= text_of(tried.about.now)
    if not state.complete or unread:
        used.least[name] = low
    elif low == high:
        used.exact[name] = low
    else:
        # Whether a count of a campaign's rule is of one code or of all its codes is not documented: it lies between.
        used.least[name], used.most[name] = low, high


def _redemptions(tried: TriedCode, stretch: Stretch | None, customer: str | None, at: str) -> tuple[int, int]:
    """Redemptions that stand before an instant: of the code, and of its campaign's codes together."""
    begins, resets = (stretch.begins, min(stretch.resets, at)) if stretch else ("", at)
    own, together = tried.connection.execute(
        f"select count(*) filter (where r.voucher_id = ?1), count(*) from redemptions r where {STANDS.format(t='r')}"
        " and r.campaign_id = ?2 and r.created_at >= ?3 and r.created_at < ?4"
        " and (?5 is null or r.customer_id = ?5)",
        (tried.voucher_id, tried.campaign_id, begins, resets, customer),
    ).fetchone()
    return own, together


def _amount(tried: TriedCode, name: str, measure: Measure, used: _Used) -> None:
    """Amounts are those of now: a moment that is gone had less."""
    totals = lifetime_totals(tried.connection, tried.campaign_id or "")
    pairs = {
        Measure.ORDERS: (totals.orders, totals.orders_back),
        Measure.DISCOUNT: (totals.discount, totals.discount_back),
    }
    if measure not in pairs or tried.is_past:
        return
    figure = net_so_far(*pairs[measure])
    if figure.value is not None:
        used.exact[name] = figure.value
    elif figure.at_least is not None:
        used.least[name] = figure.at_least
