"""Editing fields of campaigns, codes and promotion tiers by `PUT` (API §7): only what changes is sent.

Unknown fields are silently ignored by the API, so the record is read again and compared.
"""

from functools import partial
from typing import Any

from store.actions.action import Action, Change, Document, Field, FieldKind, Undo, ValueRefused, Values, WriteRequest
from store.api.addresses import segment
from store.times import utc_text

_CAMPAIGN_PATH = "/v1/campaigns/{id}"
"""Of its metadata alone keys can be taken away (schema `CampaignsUpdateRequestBody`)."""
_CAMPAIGN = (
    Field("start_date", FieldKind.INSTANT, "From when its codes can be redeemed.", can_be_empty=True),
    Field("expiration_date", FieldKind.INSTANT, "Until when its codes can be redeemed.", can_be_empty=True),
    Field("description", FieldKind.TEXT, "What people read about it.", can_be_empty=True),
    Field("category_id", FieldKind.TEXT, "The id of its category.", can_be_empty=True),
    Field("metadata", FieldKind.JSON, "Keys to set; a key with null is taken away."),
)
_VOUCHER = (
    *(one for one in _CAMPAIGN if one.name != "description"),
    Field("additional_info", FieldKind.TEXT, "A note on the code.", can_be_empty=True),
)
_TIER = (
    Field("name", FieldKind.TEXT, "Its name."),
    Field("banner", FieldKind.TEXT, "What customers read.", can_be_empty=True),
    Field("start_date", FieldKind.INSTANT, "From when it applies.", can_be_empty=True),
    Field("expiration_date", FieldKind.INSTANT, "Until when it applies.", can_be_empty=True),
    Field("hierarchy", FieldKind.NUMBER, "Its place: 1 is tried first."),
    Field("metadata", FieldKind.JSON, "Keys to set; a key with null is taken away."),
)


def _kinds(fields: tuple[Field, ...]) -> dict[str, FieldKind]:
    return {one.name: one.kind for one in fields}


def _normal(value: Any, kind: FieldKind) -> Any:
    """A value as it is compared: instants in one spelling, an empty text as nothing."""
    if kind is FieldKind.INSTANT and isinstance(value, str):
        return utc_text(value) or value
    return value if value != "" else None


def _changed(fields: tuple[Field, ...], record: Document, values: Values) -> list[Change]:
    """What would be other than it is; metadata key by key."""
    found = []
    for name, kind in _kinds(fields).items():
        if name not in values:
            continue
        if kind is FieldKind.JSON:
            held = record.get(name) or {}
            found += [
                Change(f"{name}.{key}", held.get(key), value)
                for key, value in values[name].items()
                if held.get(key) != value
            ]
        elif _normal(record.get(name), kind) != _normal(values[name], kind):
            found.append(Change(name, _normal(record.get(name), kind), values[name], kind))
    return found


def _request(path: str, fields: tuple[Field, ...], record: Document, values: Values) -> WriteRequest:
    body: dict[str, Any] = {}
    can_unset = path == _CAMPAIGN_PATH
    for change in _changed(fields, record, values):
        name, _, key = change.name.partition(".")
        if not key:
            body[name] = change.after
        elif change.after is None and not can_unset:
            raise ValueRefused(f"The API takes no key of this metadata away ({key}).")
        elif change.after is None:
            body.setdefault("unset_metadata_fields", []).append(key)
        else:
            body.setdefault(name, {})[key] = change.after
    return WriteRequest("PUT", path.replace("{id}", segment(str(record.get("code") or record["id"]))), body)


def _changes(fields: tuple[Field, ...], record: Document, values: Values) -> tuple[Change, ...]:
    return tuple(_changed(fields, record, values))


def _has_happened(fields: tuple[Field, ...], _: Document, after: Document, values: Values) -> bool:
    return not _changed(fields, after, values)


def _undo(path: str, fields: tuple[Field, ...], before: Document, values: Values) -> Undo | None:
    inverse: dict[str, Any] = {}
    for change in _changed(fields, before, values):
        name, _, key = change.name.partition(".")
        if key and change.before is None and path != _CAMPAIGN_PATH:
            return None
        if key:
            inverse.setdefault(name, {})[key] = change.before
        else:
            inverse[name] = change.before
    return Undo("edit", inverse)


def _offered(record: Document) -> str:
    return "It is protected: the API refuses to change it." if record.get("protected") is True else ""


def _edit(kind: str, noun: str, path: str, fields: tuple[Field, ...], table: str) -> Action:
    return Action(
        id="edit",
        kind=kind,
        title=f"Edit the {noun}",
        read_path=path,
        offered=_offered,
        request=partial(_request, path, fields),
        changes=partial(_changes, fields),
        has_happened=partial(_has_happened, fields),
        fields=fields,
        undo=partial(_undo, path, fields),
        table=table,
        warning="Its codes follow after a while." if kind == "campaign" else "",
    )


EDITS = (
    _edit("campaign", "campaign", _CAMPAIGN_PATH, _CAMPAIGN, "campaigns"),
    _edit("voucher", "code", "/v1/vouchers/{id}", _VOUCHER, "vouchers"),
    _edit("promotion_tier", "tier", "/v1/promotions/tiers/{id}", _TIER, ""),
)
