"""Budgets: limits read from a campaign's validation rules, and what has been given against them (API §4.2 C)."""

import sqlite3
from dataclasses import dataclass, replace

from store.domain.rules import BudgetKind, BudgetLimit, budget_limits
from store.json_text import stored_object
from store.models import Figure, Source, Unit
from store.queries.freshness import data_state
from store.queries.totals import summary_totals


@dataclass(frozen=True, slots=True)
class RuleLimit:
    """A limit and the rule it was read from."""

    rule_id: str
    rule_name: str
    limit: BudgetLimit

    @property
    def is_money(self) -> bool:
        """Whether it caps an amount of money, in minor units."""
        return self.limit.kind is BudgetKind.AMOUNT


@dataclass(frozen=True, slots=True)
class Given:
    """What a campaign has given in its whole life, net of rollbacks: money, redemptions, orders."""

    discount: Figure
    rolled_back: Figure
    redemptions: Figure
    orders: Figure


def rule_limits(connection: sqlite3.Connection, campaign_id: str) -> list[RuleLimit]:
    """The limits in the rules assigned to a campaign, those that cap it as a whole first."""
    rows = connection.execute(
        "select r.id, r.json from validation_rules_raw r where r.id in"
        " (select rule_id from validation_rules_assignments where related_object_id = ? and missing_since is null)",
        (campaign_id,),
    )
    found = []
    for rule_id, text in rows:
        rule = stored_object(text)
        name = rule.get("name")
        found += [RuleLimit(rule_id, str(name or rule_id), limit) for limit in budget_limits(rule)]
    return sorted(found, key=lambda one: not one.limit.is_whole_campaign)


def given(connection: sqlite3.Connection, campaign_id: str) -> Given:
    """Lifetime totals: from rows where the redemptions are cached whole, else from the summary."""
    state = data_state(connection, "redemptions", campaign_id)
    held, as_of = summary_totals(connection, campaign_id)
    source, complete, note = Source.SUMMARY, True, ""
    if state.completed_at is not None or not held:
        known = state.as_of is not None
        source = Source.ROWS if known else Source.NONE
        note = state.brief if known else "no redemptions and no summary cached"
        held = _counted(connection, campaign_id) if known else {}
        as_of, complete = state.as_of, state.complete

    def figure(metric: str, unit: Unit) -> Figure:
        value = held.get(metric, state.known(0) if source is Source.ROWS else None)
        return Figure(value, unit, source, as_of, complete, note)

    return Given(
        figure("discounted_amount", Unit.MINOR),
        figure("rolledback_discounted_amount", Unit.MINOR),
        figure("redemptions_succeeded", Unit.COUNT),
        figure("orders_amount", Unit.MINOR),
    )


def _counted(connection: sqlite3.Connection, campaign_id: str) -> dict[str, int]:
    return dict(
        connection.execute(
            "select metric, value from campaign_totals where campaign_id = ? and source = 'rows'", (campaign_id,)
        ).fetchall()
    )


def net(gross: Figure, back: Figure) -> Figure:
    """A figure less what was taken back; unknown when either is."""
    value = None if gross.value is None or back.value is None else gross.value - back.value
    return replace(gross, value=value)
