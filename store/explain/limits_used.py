"""What is used of each limit before a redemption, as its condition counts it: net of rollbacks, in its own period."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from store.days import local_time
from store.domain.facts import CustomerFacts, Facts, OrderFacts
from store.domain.limit_names import LimitName, LimitPeriod, Measure, limit_name
from store.domain.limits import conditions_of
from store.domain.periods import Stretch, stretch_of
from store.domain.values import members, word
from store.explain.tried_code import TriedCode
from store.queries.budget import STANDS, lifetime_totals, net_so_far
from store.queries.campaign_rules import CampaignRule
from store.ref import VOUCHER
from store.times import instant_of, text_of

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
    return stretch_of(period, local_time(instant_of(at), zone).date(), zone, tried.about.week_start)


def facts_for(tried: TriedCode, rule: CampaignRule, at: str) -> Facts:
    """What is known of the attempt for one of the rules, at a moment (UTC text)."""
    amount, used = tried.attempt.order, _Used()
    for name in sorted(set(_names(rule.document))):
        counts = limit_name(name)
        if counts is not None:
            _count(tried, rule, name, counts, at, used)
    return Facts(
        order=None if amount is None else OrderFacts(amount, amount),
        customer=_then(tried),
        holder=tried.columns.get("holder_id"),
        moment=instant_of(at),
        zone=tried.about.zone,
        used=used.exact,
        used_at_least=used.least,
        used_at_most=used.most,
    )


def _then(tried: TriedCode) -> CustomerFacts | None:
    """Who tries it: what is cached of them is of now, and says nothing of a moment that is gone."""
    return CustomerFacts(tried.customer.id) if tried.customer and tried.is_past else tried.customer


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
    scope = _Scope(tried, stretch_at(tried, counts.period, at), customer if counts.per else None, at)
    together = scope.of_campaign()
    if counts.of_campaign:
        low, high = together
    else:
        own = scope.of_code()
        alone = all(one.kind == VOUCHER for one in rule.assignments)
        # Whether a count of a campaign's rule is of one code or of all its codes is not documented: it lies between.
        low, high = (own[0], own[1] if alone else together[1])
    if low is None:
        return
    if low == high:
        used.exact[name] = low
        return
    used.least[name] = low
    if high is not None:
        used.most[name] = high


@dataclass(frozen=True, slots=True)
class _Scope:
    """Which redemptions a limit counts: those that stand, of a stretch and a customer where these are given."""

    tried: TriedCode
    stretch: Stretch | None
    customer: str | None
    at: str

    def of_code(self) -> tuple[int, int | None]:
        """The least and the most redemptions of the code; None for no upper bound."""
        used = self.tried.columns.get("redeemed_quantity")
        if used is not None and not (self.customer or self.stretch or self.tried.is_past):
            return used, used
        return self._counted("voucher_id", self.tried.voucher_id)

    def of_campaign(self) -> tuple[int | None, int | None]:
        """The same of all codes of its campaign; of a lifetime, what is known of it without counting rows."""
        if self.customer is not None or self.stretch is not None:
            return self._counted("campaign_id", self.tried.campaign_id)
        if self.tried.is_past:
            return None, None
        totals = lifetime_totals(self.tried.connection, self.tried.campaign_id or "")
        figure = net_so_far(totals.redemptions, totals.redemptions_back)
        return figure.known, figure.value

    def _counted(self, column: str, identity: str | None) -> tuple[int, int | None]:
        begins, resets = (self.stretch.begins, min(self.stretch.resets, self.at)) if self.stretch else ("", self.at)
        # The plus sign leaves the customer's index to choose: a campaign or a code may have a million rows.
        by, whose = (column, "") if self.customer is None else (f"+r.{column}", " and r.customer_id = ?")
        found: int = self.tried.connection.execute(
            f"select count(*) from redemptions r where {by} = ? and r.created_at >= ? and r.created_at < ?{whose}"
            f" and {STANDS.format(t='r')}",
            (identity, begins, resets, *([] if self.customer is None else [self.customer])),
        ).fetchone()[0]
        state = self.tried.state("redemptions")
        unread = (state.as_of or "") < begins <= text_of(self.tried.about.now)
        return found, found if state.complete and not unread else None


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
