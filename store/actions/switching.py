"""Enable and disable: campaigns, codes, promotion tiers, earning rules (API §7). Repeatable; each undoes the other."""

from functools import partial

from store.actions.action import Action, Change, Document, FieldKind, Undo, Values, WriteRequest
from store.api.addresses import segment

_NOUNS = {"campaign": "campaign", "voucher": "code", "promotion_tier": "tier", "earning_rule": "earning rule"}
_PATHS = {
    "campaign": "/v1/campaigns/{id}",
    "voucher": "/v1/vouchers/{id}",
    "promotion_tier": "/v1/promotions/tiers/{id}",
}
_TABLES = {
    "campaign": "campaigns",
    "voucher": "vouchers",
    "promotion_tier": "promotion_tiers",
    "earning_rule": "earning_rules",
}
_WARNINGS = {"campaign": "No code of it is redeemed, and no points are earned, from now on."}


def _write_path(kind: str, record: Document, verb: str) -> str:
    if kind == "earning_rule":
        campaign, rule = segment(str(record["campaign_id"])), segment(str(record["id"]))
        return f"/v1/loyalties/{campaign}/earning-rules/{rule}/{verb}"
    name = str(record["code"] if kind == "voucher" else record["id"])
    return _PATHS[kind].replace("{id}", segment(name)) + f"/{verb}"


def _offered(is_on: bool, record: Document) -> str:
    if not isinstance(record.get("active"), bool):
        return "The record does not say whether it is enabled."
    return ("It is enabled already." if is_on else "It is disabled already.") if record["active"] is is_on else ""


def _request(kind: str, verb: str, record: Document, _: Values) -> WriteRequest:
    return WriteRequest("POST", _write_path(kind, record, verb))


def _changes(is_on: bool, record: Document, _: Values) -> tuple[Change, ...]:
    return (Change("enabled", record.get("active"), is_on, FieldKind.FLAG),)


def _has_happened(is_on: bool, _: Document, after: Document, __: Values) -> bool:
    return after.get("active") is is_on


def _undo(verb: str, _: Document, __: Values) -> Undo:
    return Undo(verb, {})


def _switch(kind: str, verb: str, inverse: str) -> Action:
    is_on = verb == "enable"
    return Action(
        id=verb,
        kind=kind,
        title=f"{verb.capitalize()} the {_NOUNS[kind]}",
        read_path=_PATHS.get(kind, "/v1/loyalties/{campaign}/earning-rules/{id}"),
        offered=partial(_offered, is_on),
        request=partial(_request, kind, verb),
        changes=partial(_changes, is_on),
        has_happened=partial(_has_happened, is_on),
        undo=partial(_undo, inverse),
        table=_TABLES.get(kind, ""),
        warning="" if is_on else _WARNINGS.get(kind, ""),
    )


SWITCHES = tuple(
    _switch(kind, verb, inverse) for kind in _NOUNS for verb, inverse in (("enable", "disable"), ("disable", "enable"))
)
