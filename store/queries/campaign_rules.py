"""The validation rules of a campaign and of its parts, with what each is assigned to (API §4.2 H)."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from store.domain.values import entries, inside, members, word
from store.queries.names import called_sql
from store.queries.reader import document

_NAMES = ", ".join(
    called_sql(table, alias)
    for alias, table in (("t", "promotion_tiers"), ("e", "earning_rules"), ("w", "rewards"), ("v", "vouchers"))
)
_PARTS = """
left join promotion_tiers t on t.id = a.related_object_id
left join earning_rules e on e.id = a.related_object_id
left join reward_assignments x on x.id = a.related_object_id
"""
_HELD = "a.rule_id is not null and a.missing_since is null"
_ASSIGNED = f"""
select a.id, a.rule_id, coalesce(a.related_object_type, ''), a.related_object_id,
    coalesce(a.validation_status, ''), coalesce({_NAMES}, '')
from validation_rules_assignments a {_PARTS}
left join rewards w on w.id = x.reward_id
left join vouchers v on v.id = a.related_object_id
where {_HELD} and (a.related_object_id = ?1 or t.campaign_id = ?1
    or e.campaign_id = ?1 or x.campaign_id = ?1 or v.campaign_id = ?1)
order by a.related_object_id <> ?1, a.related_object_type, a.related_object_id, a.id
"""
_ALL = f"""
select coalesce(t.campaign_id, e.campaign_id, x.campaign_id, a.related_object_id), a.rule_id
from validation_rules_assignments a {_PARTS} where {_HELD}
union select campaign_id, validation_rule_id from earning_rules
where campaign_id is not null and validation_rule_id is not null and missing_since is null
"""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One object a rule is assigned to.

    Attributes:
        id: of the assignment; "" where the object itself names the rule.
        kind: `campaign`, `promotion_tier`, `earning_rule`, `voucher`, …
        object_id: of the object.
        name: of the object, "" when not known.
        status: the assignment's `validation_status`, "" when not stated.
    """

    id: str
    kind: str
    object_id: str
    name: str
    status: str = ""


@dataclass(frozen=True, slots=True)
class CampaignRule:
    """A rule and where it holds; `document` is empty while the rule itself is not cached."""

    id: str
    document: Mapping[str, Any]
    assignments: tuple[Assignment, ...]


def campaign_rules(connection: sqlite3.Connection, campaign_id: str) -> list[CampaignRule]:
    """Every rule assigned to a campaign, its tiers, earning rules, rewards or single codes; the campaign's first."""
    found: dict[str, list[Assignment]] = {}
    for identity, rule, kind, object_id, status, name in connection.execute(_ASSIGNED, (campaign_id,)):
        found.setdefault(rule, []).append(Assignment(identity, kind, object_id, name, status))
    campaign = document(connection, "campaigns", campaign_id)
    for entry in entries(inside(campaign, "validation_rules_assignments", "data")):
        rule = word(members(entry).get("rule_id"))
        if rule and rule not in found:
            identity = word(members(entry).get("id"))
            found[rule] = [Assignment(identity, "campaign", campaign_id, "", word(entry.get("validation_status")))]
    for identity, name, rule in connection.execute(
        f"select e.id, coalesce({called_sql('earning_rules', 'e')}, ''), validation_rule_id"
        " from earning_rules e where campaign_id = ?"
        " and validation_rule_id is not null and missing_since is null order by id",
        (campaign_id,),
    ):
        held = found.setdefault(rule, [])
        if all(assignment.object_id != identity for assignment in held):
            held.append(Assignment("", "earning_rule", identity, name))
    return [
        CampaignRule(rule, document(connection, "validation_rules", rule), tuple(held)) for rule, held in found.items()
    ]


def rules_by_campaign(connection: sqlite3.Connection) -> dict[str, set[str]]:
    """The ids of the rules assigned to each campaign, its tiers, earning rules and rewards; not to single codes.

    Ids of anything else that has rules stand in it, too.
    """
    found: dict[str, set[str]] = {}
    for campaign, rule in connection.execute(_ALL):
        found.setdefault(campaign, set()).add(rule)
    return found


def count_campaign_rules(connection: sqlite3.Connection, campaign_id: str) -> int:
    """How many rules `campaign_rules` finds."""
    return len(campaign_rules(connection, campaign_id))
