"""Validation rules for campaigns, codes and promotion tiers: let one hold, and take it away (API §7).

Each undoes the other; only the assignment's own id is a new one then.
"""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from store.actions.action import Action, Change, Document, Field, FieldKind, Get, Undo, Values, WriteRequest, beside
from store.actions.reading import listed
from store.api.addresses import segment
from store.domain.values import called, entries, members, whole

_KINDS = {
    "campaign": ("campaign", "/v1/campaigns/{id}", "campaigns"),
    "voucher": ("code", "/v1/vouchers/{id}", "vouchers"),
    "promotion_tier": ("tier", "/v1/promotions/tiers/{id}", "promotion_tiers"),
}
_ASSIGN, _REMOVE = "assign-rule", "remove-rule"
_RULE = (Field("rule", FieldKind.TEXT, "The validation rule's id.", required=True),)
_LISTS = ("validation_rules_assignments", "validation_rule_assignments")


async def _read(kind: str, get: Get, record: Document, values: Values) -> dict[str, Any]:
    """The rule, and its assignment to the record; rows of other records, which a server may give, too, are not its."""
    rule = await get(_path(values["rule"]))
    rows = await listed(
        get, "/v1/validation-rules-assignments", ("related_object_id", str(record["id"])), ("rule", values["rule"])
    )
    wanted = (rule.get("id"), kind, record["id"])
    names = ("rule_id", "related_object_type", "related_object_id")
    assigned = [one for one in rows if tuple(one.get(name) for name in names) == wanted]
    return {"rule": {name: rule.get(name) for name in ("id", "name")}, "assigned": [one.get("id") for one in assigned]}


def _path(rule: str) -> str:
    return f"/v1/validation-rules/{segment(rule)}"


def _can_assign(record: Document) -> str:
    return "This rule holds for it already." if _is_held(record) else ""


def _can_remove(record: Document) -> str:
    totals = [whole(members(record.get(name)).get("total")) for name in _LISTS if record.get(name) is not None]
    if totals and not any(totals):
        return "No rule holds for it."
    return "This rule does not hold for it." if "assigned" in beside(record) and not _is_held(record) else ""


def _is_held(record: Document) -> bool:
    return bool(entries(beside(record).get("assigned")))


def _rule_words(record: Document) -> str:
    rule = members(beside(record).get("rule"))
    return f"{called(rule) or 'rule'} ({rule.get('id')})"


def _assign_request(kind: str, record: Document, values: Values) -> WriteRequest:
    body = {"related_object_type": kind, "related_object_id": record["id"]}
    return WriteRequest("POST", f"{_path(values['rule'])}/assignments", body)


def _remove_request(record: Document, values: Values) -> WriteRequest:
    key = segment(str(beside(record)["assigned"][0]))
    return WriteRequest("DELETE", f"{_path(values['rule'])}/assignments/{key}")


def _assign_changes(record: Document, _: Values) -> tuple[Change, ...]:
    return () if _is_held(record) else (Change("validation rule", None, _rule_words(record)),)


def _remove_changes(record: Document, _: Values) -> tuple[Change, ...]:
    return (Change("validation rule", _rule_words(record), None),) if _is_held(record) else ()


def _is_assigned(wanted: bool, _: Document, after: Document, __: Values) -> bool | None:
    found = beside(after).get("assigned")
    return None if found is None else bool(found) is wanted


def _inverse(name: str, _: Document, values: Values) -> Undo:
    return Undo(name, {"rule": values["rule"]})


def _renews(record: Document, values: Values) -> tuple[tuple[str, str], ...]:
    """The rule, which counts its assignments, and the new assignment."""
    query = urlencode({"related_object_id": str(record["id"]), "rule": values["rule"]})
    return (
        ("validation_rules", _path(values["rule"])),
        ("validation_rules_assignments", f"/v1/validation-rules-assignments?{query}"),
    )


def _takes_away(record: Document, _: Values) -> tuple[tuple[str, str], ...]:
    return tuple(("validation_rules_assignments", str(key)) for key in entries(beside(record).get("assigned"))[:1])


def _pair(kind: str) -> tuple[Action, Action]:
    noun, path, table = _KINDS[kind]
    assign = Action(
        id=_ASSIGN, kind=kind, title=f"Assign a validation rule to the {noun}", read_path=path, offered=_can_assign,
        request=partial(_assign_request, kind), changes=_assign_changes, has_happened=partial(_is_assigned, True),
        fields=_RULE, undo=partial(_inverse, _REMOVE), beside=partial(_read, kind), table=table,
        renews=_renews,
    )  # fmt: skip
    remove = Action(
        id=_REMOVE, kind=kind, title=f"Remove a validation rule from the {noun}", read_path=path,
        offered=_can_remove, request=_remove_request, changes=_remove_changes,
        has_happened=partial(_is_assigned, False), fields=_RULE, undo=partial(_inverse, _ASSIGN),
        beside=partial(_read, kind), table=table, renews=_renews, takes_away=_takes_away,
        warning="What the rule forbade is possible from now on.",
    )  # fmt: skip
    return assign, remove


ASSIGNMENTS = tuple(one for kind in _KINDS for one in _pair(kind))
