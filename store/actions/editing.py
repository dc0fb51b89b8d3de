"""Editing fields of records by `PUT` (API §7): only what changes is sent.

Unknown fields are silently ignored by the API, so the record is read again and compared.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from store.actions.action import (
    Action,
    Change,
    Document,
    Field,
    FieldKind,
    Undo,
    ValueRefused,
    Values,
    WriteRequest,
)
from store.actions.ladders import ladder_changes, other_tiers, read_ladder
from store.actions.rule_editing import check_rule, read_users, rule_warnings
from store.api.addresses import segment
from store.domain.values import inside
from store.json_text import is_same
from store.times import utc_text

_CAMPAIGN = (
    Field("start_date", FieldKind.INSTANT, "From when its codes can be redeemed.", can_be_empty=True),
    Field("expiration_date", FieldKind.INSTANT, "Until when its codes can be redeemed.", can_be_empty=True),
    Field("description", FieldKind.TEXT, "What people read about it.", can_be_empty=True),
    Field("category_id", FieldKind.TEXT, "The id of its category.", can_be_empty=True),
    Field("metadata", FieldKind.JSON, "Keys to set; a key with null is taken away.", can_lose_keys=True),
)
_METADATA = Field("metadata", FieldKind.JSON, "Keys to set.")
_VOUCHER = (
    *(one for one in _CAMPAIGN if one.name not in ("description", "metadata")),
    _METADATA,
    Field("additional_info", FieldKind.TEXT, "A note on the code.", can_be_empty=True),
)
_EARNING_RULE = (
    Field("banner", FieldKind.TEXT, "What it is called.", can_be_empty=True),
    Field("start_date", FieldKind.INSTANT, "From when it applies.", can_be_empty=True),
    Field("expiration_date", FieldKind.INSTANT, "Until when it applies.", can_be_empty=True),
    _METADATA,
)
_TIER = (
    Field("name", FieldKind.TEXT, "Its name."),
    *_EARNING_RULE,
    Field("hierarchy", FieldKind.NUMBER, "Its place: 1 is tried first."),
)
_VALIDATION_RULE = (
    Field("name", FieldKind.TEXT, "Its name."),
    Field("rules", FieldKind.RULE, "Its conditions, and the logic that joins them; all of them, as one object."),
    Field("bundle_rules", FieldKind.RULE, "The conditions of its bundle; all of them."),
    Field("applicable_to", FieldKind.RULE, "The products that it is about; all of them."),
    Field("message", FieldKind.TEXT, "What shoppers read when it refuses.", can_be_empty=True),
)
_REWARD = (Field("points", FieldKind.POINTS, "What the reward costs; more than 0.", required=True),)


@dataclass(frozen=True, slots=True)
class _Form:
    """How the fields of a kind of record are read and sent.

    Attributes:
        path: of the `PUT`, with `{id}` and, of parts of a campaign, `{campaign}`.
        fields: what can be edited.
        places: where a field lies in the document and in the body, if not under its own name.
        check: raises ValueRefused for values that cannot be sent.
    """

    path: str
    fields: tuple[Field, ...]
    places: Mapping[str, tuple[str, ...]] | None = None
    check: Callable[[Values], None] | None = None

    @property
    def can_unset(self) -> bool:
        """Whether keys of metadata can be taken away (schema `CampaignsUpdateRequestBody` alone)."""
        return any(field.can_lose_keys for field in self.fields)

    def place(self, name: str) -> tuple[str, ...]:
        return (self.places or {}).get(name, (name,))


def _normal(value: Any, kind: FieldKind) -> Any:
    """A value as it is compared: instants in one spelling, an empty text as nothing."""
    if kind is FieldKind.INSTANT and isinstance(value, str):
        return utc_text(value) or value
    return value if value != "" else None


def _changed(form: _Form, record: Document, values: Values) -> list[Change]:
    """What would be other than it is; metadata key by key."""
    found = []
    for field in form.fields:
        if field.name not in values:
            continue
        held, wanted = inside(record, *form.place(field.name)), values[field.name]
        if field.kind is FieldKind.JSON:
            known = held if isinstance(held, Mapping) else {}
            found += [
                Change(f"{field.name}.{key}", known.get(key), value)
                for key, value in wanted.items()
                if not is_same(known.get(key), value)
            ]
        elif not is_same(_normal(held, field.kind), _normal(wanted, field.kind)):
            found.append(Change(field.name, _normal(held, field.kind), wanted, field.kind))
    return found


def _request(form: _Form, record: Document, values: Values) -> WriteRequest:
    if form.check is not None:
        form.check(values)
    body: dict[str, Any] = {}
    for change in _changed(form, record, values):
        name, dot, key = change.name.partition(".")
        if change.kind is FieldKind.POINTS and change.after <= 0:
            raise ValueRefused(f"{name} must be more than 0.")
        if dot and change.after is None and not form.can_unset:
            raise ValueRefused(f"The API takes no key of this metadata away ({key or 'the empty one'}).")
        if dot and change.after is None:
            body.setdefault("unset_metadata_fields", []).append(key)
            continue
        *outer, last = (name, key) if dot else form.place(name)
        part = body
        for step in outer:
            part = part.setdefault(step, {})
        part[last] = change.after
    path = form.path.replace("{campaign}", segment(str(record.get("campaign_id"))))
    return WriteRequest("PUT", path.replace("{id}", segment(str(record.get("code") or record["id"]))), body)


def _changes(form: _Form, record: Document, values: Values) -> tuple[Change, ...]:
    return (*_changed(form, record, values), *ladder_changes(record, values))


def _has_happened(form: _Form, _: Document, after: Document, values: Values) -> bool:
    return not _changed(form, after, values)


def _undo(form: _Form, before: Document, values: Values) -> Undo | None:
    inverse: dict[str, Any] = {}
    for change in _changed(form, before, values):
        name, dot, key = change.name.partition(".")
        if dot and change.before is None and not form.can_unset:
            return None
        if dot:
            inverse.setdefault(name, {})[key] = change.before
        else:
            inverse[name] = change.before
    return Undo("edit", inverse)


def _current(form: _Form, record: Document) -> dict[str, Any]:
    return {field.name: inside(record, *form.place(field.name)) for field in form.fields}


def _offered(record: Document) -> str:
    return "It is protected: the API refuses to change it." if record.get("protected") is True else ""


def _edit(kind: str, noun: str, form: _Form, table: str, **more: Any) -> Action:
    return Action(
        id="edit",
        kind=kind,
        title=f"Edit the {noun}",
        read_path=form.path.replace("/rewards/", "/reward-assignments/"),
        offered=_offered,
        request=partial(_request, form),
        changes=partial(_changes, form),
        has_happened=partial(_has_happened, form),
        fields=form.fields,
        undo=partial(_undo, form),
        table=table,
        current=partial(_current, form),
        **more,
    )


EDITS = (
    _edit(
        "campaign", "campaign", _Form("/v1/campaigns/{id}", _CAMPAIGN), "campaigns",
        warning="Its codes follow after a while.",
    ),
    _edit("voucher", "code", _Form("/v1/vouchers/{id}", _VOUCHER), "vouchers"),
    _edit("promotion_tier", "tier", _Form("/v1/promotions/tiers/{id}", _TIER), "promotion_tiers", beside=read_ladder,
        renews=other_tiers),
    _edit(
        "earning_rule", "earning rule",
        _Form(
            "/v1/loyalties/{campaign}/earning-rules/{id}", _EARNING_RULE, places={"banner": ("source", "banner")}
        ),
        "earning_rules",
    ),
    _edit(
        "reward_assignment", "reward's cost in points",
        _Form(
            "/v1/loyalties/{campaign}/rewards/{id}", _REWARD, places={"points": ("parameters", "loyalty", "points")}
        ),
        "reward_assignments",
    ),
    _edit(
        "validation_rule", "validation rule",
        _Form(
            "/v1/validation-rules/{id}", _VALIDATION_RULE, places={"message": ("error", "message")}, check=check_rule
        ),
        "validation_rules", beside=read_users, warnings=rule_warnings,
    ),
)  # fmt: skip
