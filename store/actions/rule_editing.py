"""What is particular about editing a validation rule: it is checked before, and says who else uses it."""

from typing import Any

from store.actions.action import Document, Get, ValueRefused, Values, beside
from store.actions.reading import listed
from store.api.addresses import segment
from store.api.errors import ApiError
from store.domain.rule_checks import doubts, listed_mistakes, mistakes
from store.domain.values import called, entries, word
from store.words import counted

_NAMED = 5
"""Records whose names are shown. Each name takes a call."""
_PATHS = {
    "campaign": "/v1/campaigns/",
    "voucher": "/v1/vouchers/",
    "promotion_tier": "/v1/promotions/tiers/",
}
_MOST = 5
"""Mistakes shown in one message."""


async def read_users(get: Get, record: Document, _: Values) -> dict[str, Any]:
    """The records that use the rule, some by name."""
    found = await listed(get, f"/v1/validation-rules/{segment(str(record['id']))}/assignments")
    names = [await _name(get, one) for one in found[:_NAMED]]
    return {"users": names, "more": len(found) - len(names)}


async def _name(get: Get, assignment: Document) -> str:
    kind, key = word(assignment.get("related_object_type")), word(assignment.get("related_object_id"))
    noun = kind.replace("_", " ")
    if kind not in _PATHS:
        return f"{noun} {key}"
    try:
        user = await get(f"{_PATHS[kind]}{segment(key)}")
    except ApiError:
        return f"{noun} {key}"
    return f"{noun} {word(user.get('code')) or called(user) or key}"


def rule_warnings(record: Document, values: Values) -> tuple[str, ...]:
    """Who uses it, and what in it may be a mistake."""
    names, more = [str(one) for one in entries(beside(record).get("users"))], beside(record).get("more") or 0
    users = ", ".join(names) + (f" and {more:,} more" if more else "")
    used = f"Used by {counted(len(names) + more, 'record')}: {users}. What changes here holds there at once."
    unsure = [one for name in ("rules", "bundle_rules") if values.get(name) for one in doubts(values[name])]
    return (used if names else "No record uses it.", *unsure)


def check_rule(values: Values) -> None:
    """Refuse a document that is none.

    Raises:
        ValueRefused: with the first mistakes, each a sentence.
    """
    found = [
        one for name in ("rules", "bundle_rules") if values.get(name) is not None
        for one in mistakes(values[name], name)
    ]  # fmt: skip
    if values.get("applicable_to") is not None:
        found += listed_mistakes(values["applicable_to"])
    if found:
        more = len(found) - _MOST
        raise ValueRefused(" ".join(found[:_MOST]) + (f" And {counted(more, 'mistake')} more." if more > 0 else ""))
