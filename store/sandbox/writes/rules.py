"""Validation rules: update (schema ValidationRulesUpdateRequestBody), assign, and take back an assignment."""

from collections.abc import Iterator

from store.sandbox.problems import bad_payload, duplicate, not_found, refused
from store.sandbox.routes import CAMPAIGN, VOUCHER, RecordKey
from store.sandbox.routes_campaigns import PROMOTION_TIER, RULE
from store.sandbox.routes_loyalty import ASSIGNMENT, EARNING_RULE
from store.sandbox.table import Document
from store.sandbox.world.campaign_documents import assignments_list
from store.sandbox.writes.bodies import changes_of, text_of
from store.sandbox.writes.change import Change, WriteRoute
from store.sandbox.writes.vouchers import NOTHING
from store.wire import Response

_KINDS = {
    "campaign": CAMPAIGN, "voucher": VOUCHER, "promotion_tier": PROMOTION_TIER, "earning_rule": EARNING_RULE,
    "reward_assignment": ASSIGNMENT,
}  # fmt: skip
_ASSIGNMENT = RecordKey("validation_rules_assignment", "validation_rules_assignments")
_BASES = (
    "name", "error", "rules", "bundle_rules", "applicable_to", "type", "context_type",
)  # fmt: skip


def _update(change: Change) -> Document:
    key, body = change.named(RULE, "validationRuleId"), change.body
    for name in ("rules", "bundle_rules"):
        for condition in _conditions(body.get(name)):
            named = condition.get("name")
            if isinstance(named, str) and named.endswith(".metadata") and not condition.get("property"):
                details = f"Rule '{named}' must have a 'property'"
                raise refused("invalid_validation_rules", details, "Invalid Validation Rule Definition")
    members = changes_of(
        {name: body[name] for name in _BASES if name in body}, {},
        texts=("name", "type", "context_type"), objects=("error", "rules", "bundle_rules", "applicable_to"),
    )  # fmt: skip
    return change.edit("validation_rules", key, **members)


def _conditions(rules: object) -> Iterator[Document]:
    """Every condition of a tree of rules."""
    for condition in rules.values() if isinstance(rules, dict) else ():
        if isinstance(condition, dict):
            yield condition
            yield from _conditions(condition.get("rules"))


def _assign(change: Change) -> Document:
    rule, body = change.named(RULE, "validationRuleId"), change.body
    kind, related = text_of(body, "related_object_type"), text_of(body, "related_object_id")
    if kind is None or related is None or kind not in {*_KINDS, "distribution"}:
        allowed = ", ".join((*_KINDS, "distribution"))
        raise bad_payload(f"Property .related_object_type should be equal to one of the allowed values [ {allowed} ]")
    if kind not in _KINDS:
        raise not_found(kind, related)
    return assign(change, rule, kind, change.id_of(_KINDS[kind], related))


def assign(change: Change, rule: str, kind: str, related: str) -> Document:
    """Let a rule hold for a record, both by id. Raises Problem 409 when it does already."""
    for known in change.world.facts.assignments(related):
        if known["rule_id"] == rule:
            raise duplicate("validation_rules_assignment", known["id"])
    document = {
        "id": change.new_id("asgm"), "rule_id": rule, "related_object_id": related, "related_object_type": kind,
        "created_at": change.at, "object": "validation_rules_assignment",
    }  # fmt: skip
    change.world.documents["validation_rules_assignments"].add(document)
    _recount(change, document)
    return document


def _unassign(change: Change) -> Response:
    rule, key = change.named(RULE, "validationRuleId"), change.named(_ASSIGNMENT, "assignmentId")
    if change.shown(_ASSIGNMENT.table, key)["rule_id"] != rule:
        raise not_found(_ASSIGNMENT.kind, key)
    unassign(change, key)
    return NOTHING


def unassign(change: Change, key: str) -> None:
    """Take an assignment away."""
    sheet = change.world.documents["validation_rules_assignments"]
    gone = sheet.find(key) or {}
    sheet.keep(lambda one: one["id"] != key)
    _recount(change, gone)


def _recount(change: Change, assignment: Document) -> None:
    """Let the rule and a code that carries its assignments follow."""
    held = [
        one for one in change.world.documents["validation_rules_assignments"].documents
        if one["rule_id"] == assignment["rule_id"]
    ]  # fmt: skip
    change.world.documents["validation_rules"].edit(assignment["rule_id"], assignments_count=len(held))
    if assignment["related_object_type"] == "voucher":
        key = assignment["related_object_id"]
        listed = assignments_list(change.world.facts.assignments(key))
        change.world.tables["vouchers"].edit(key, validation_rules_assignments=listed)


ROUTES: tuple[WriteRoute, ...] = (
    ("PUT", "/v1/validation-rules/{validationRuleId}", _update),
    ("POST", "/v1/validation-rules/{validationRuleId}/assignments", _assign),
    ("DELETE", "/v1/validation-rules/{validationRuleId}/assignments/{assignmentId}", _unassign),
)
