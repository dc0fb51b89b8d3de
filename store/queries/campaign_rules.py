"""The validation rules of a campaign and of its parts, or of one code, with what each is assigned to (API §4.2 H)."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from store.domain.values import entries, inside, members, word
from store.queries.names import called_sql
from store.queries.reader import document
from store.ref import VOUCHER, Ref

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
_FOR_CODE = f"""
select a.id, a.rule_id, coalesce(a.related_object_type, ''), a.related_object_id, coalesce(a.validation_status, ''),
    coalesce({called_sql("vouchers", "v")}, '')
from validation_rules_assignments a left join vouchers v on v.id = a.related_object_id
where {_HELD} and a.related_object_id in (?1, ?2)
order by a.related_object_id = ?1, a.id
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
    _add_own(connection, found, "campaigns", campaign_id)
    for identity, name, rule in connection.execute(
        f"select e.id, coalesce({called_sql('earning_rules', 'e')}, ''), validation_rule_id"
        " from earning_rules e where campaign_id = ?"
        " and validation_rule_id is not null and missing_since is null order by id",
        (campaign_id,),
    ):
        held = found.setdefault(rule, [])
        if all(assignment.object_id != identity for assignment in held):
            held.append(Assignment("", "earning_rule", identity, name))
    return _with_documents(connection, found)


def voucher_rules(connection: sqlite3.Connection, voucher_id: str) -> list[CampaignRule]:
    """Every rule that a redemption of a code must meet: those of its campaign itself first, then its own."""
    row = connection.execute("select campaign_id from vouchers where id = ?", (voucher_id,)).fetchone()
    campaign_id = row[0] if row is not None else None
    found: dict[str, list[Assignment]] = {}
    for identity, rule, kind, object_id, status, name in connection.execute(_FOR_CODE, (voucher_id, campaign_id)):
        found.setdefault(rule, []).append(Assignment(identity, kind, object_id, name, status))
    if campaign_id is not None:
        _add_own(connection, found, "campaigns", campaign_id)
    _add_own(connection, found, "vouchers", voucher_id)
    return _with_documents(connection, found)


def rules_of_objects(connection: sqlite3.Connection, *identities: str) -> list[CampaignRule]:
    """Every rule assigned to one of these objects itself (a tier, a campaign, a code), in their order."""
    found: dict[str, list[Assignment]] = {}
    for wanted in filter(None, identities):
        for identity, rule, kind, object_id, status, name in connection.execute(_FOR_CODE, (wanted, None)):
            found.setdefault(rule, []).append(Assignment(identity, kind, object_id, name, status))
    return _with_documents(connection, found)


def rules_of(connection: sqlite3.Connection, ref: Ref) -> list[CampaignRule]:
    """The rules of a campaign, or those that apply to a code."""
    rules = voucher_rules if ref.kind == VOUCHER else campaign_rules
    return rules(connection, ref.id)


def _add_own(connection: sqlite3.Connection, found: dict[str, list[Assignment]], table: str, identity: str) -> None:
    """Add the rules that an object's own document names and no assignment did."""
    told = document(connection, table, identity)
    for entry in entries(inside(told, "validation_rules_assignments", "data")):
        rule = word(members(entry).get("rule_id"))
        if rule and rule not in found:
            kind, status = table.removesuffix("s"), word(entry.get("validation_status"))
            name = word(told.get("code")) if kind == VOUCHER else ""
            found[rule] = [Assignment(word(entry.get("id")), kind, identity, name, status)]


def _with_documents(connection: sqlite3.Connection, found: Mapping[str, list[Assignment]]) -> list[CampaignRule]:
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


def count_rules_of(connection: sqlite3.Connection, ref: Ref) -> int:
    """How many rules `rules_of` finds."""
    return len(rules_of(connection, ref))
