"""Limits of validation rules that are nearly used up, or passed."""

from collections.abc import Iterator
from fractions import Fraction

from store.domain.limits import amount_text, rule_limits
from store.domain.values import entries, inside, members, word
from store.queries.budget import LimitUse, limit_uses, tightest
from store.queries.campaign_rules import rules_by_campaign
from store.queries.insights.insight import Insight, InsightContext, recent_redemptions
from store.queries.reader import document
from store.ref import Ref
from store.words import UNKNOWN

NEAR = Fraction(1, 10)
"""The share of a limit that is left where it counts as near."""
_JUDGED = "The tightest of the limits that are known to hold, net of rollbacks; told where at most a tenth is left."


def limits_near(context: InsightContext) -> Iterator[Insight]:
    """Active campaigns whose tightest limit has at most a tenth left."""
    ruled = rules_by_campaign(context.connection)
    limiting: dict[str, bool] = {}

    def limits(rule: str) -> bool:
        if rule not in limiting:
            limiting[rule] = bool(rule_limits(document(context.connection, "validation_rules", rule)))
        return limiting[rule]

    for one in context.active:
        own = entries(inside(one.document, "validation_rules_assignments", "data"))
        rules = {*ruled.get(one.id, ()), *(word(members(entry).get("rule_id")) for entry in own)}
        if not any(map(limits, rules)):
            continue
        uses = limit_uses(
            context.connection, one.id, context.now, context.zone, context.currency, context.week_start
        )  # fmt: skip
        use = tightest(uses)
        if use is None:
            if uses and all(use.used.known is None for use in uses):
                context.cannot_judge("limits")
            continue
        highest, left = use.limit.highest or 0, use.left or 0
        if left <= highest * NEAR:
            recent = recent_redemptions(one)
            evidence = " · ".join(part for part in (_used(use, context.currency), use.part, use.note) if part)
            yield Insight(
                _says(use, context.currency), evidence, _JUDGED, Ref.campaign(one.id), one.display_name, recent
            )


def _says(use: LimitUse, currency: str | None) -> str:
    left, measure = use.left or 0, use.limit.counts.measure
    limit = use.limit.text(currency)
    if left < 0:
        least = "at least " if use.left_is_most else ""
        return f"limit passed by {least}{amount_text(-left, measure, currency)}: {limit}"
    if left == 0:
        return f"limit reached: {limit}"
    most = "at most " if use.left_is_most else ""
    return f"limit near, {most}{amount_text(left, measure, currency)} left of {limit}"


def _used(use: LimitUse, currency: str | None) -> str:
    known = use.used.known
    words = UNKNOWN if known is None else amount_text(known, use.limit.counts.measure, currency)
    now = use.limit.counts.period.now_words
    return f"{words} used{' ' + now if now else ''} · rule {use.rule}"
