"""What a body says, member by member; whatever has another kind is refused as `invalid_payload`."""

from collections.abc import Mapping
from typing import Any

from store.sandbox.conditions import instant
from store.sandbox.problems import bad_payload
from store.sandbox.table import Document
from store.sandbox.world import moments

DATES = ("start_date", "expiration_date")


def text_of(body: Document, name: str) -> str | None:
    """A text, None when absent or null."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise bad_payload(f"Property .{name} should be string,null")
    return value


def whole_of(body: Document, name: str) -> int:
    """A whole number that has to be there."""
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise bad_payload(f"Property .{name} should be integer")
    return value


def part_of(body: Document, name: str) -> Document | None:
    """An object, None when absent or null."""
    value = body.get(name)
    if value is not None and not isinstance(value, dict):
        raise bad_payload(f"Property .{name} should be object")
    return value


def date_of(body: Document, name: str) -> str | None:
    """An instant as the API sends it, None when absent or null."""
    value = text_of(body, name)
    if value is None:
        return None
    try:
        return moments.wire(instant(moments.text(moments.instant(instant(value)))))
    except (ValueError, OverflowError):
        raise bad_payload(f"Property .{name} cannot be recognized as a ISO-8601 compliant date") from None


def merged_metadata(body: Document, now: Mapping[str, Any]) -> Document:
    """What metadata becomes: named keys are set, `unset_metadata_fields` go, all others stay."""
    unset = body.get("unset_metadata_fields") or []
    if not isinstance(unset, list) or not all(isinstance(name, str) for name in unset):
        raise bad_payload("Property .unset_metadata_fields should be array of strings")
    merged = {**now, **(part_of(body, "metadata") or {})}
    return {name: value for name, value in merged.items() if name not in unset}


def changes_of(
    body: Document, document: Document, *, texts: tuple[str, ...] = (), objects: tuple[str, ...] = (),
    flags: tuple[str, ...] = (), plain: tuple[str, ...] = (),
) -> Document:  # fmt: skip
    """The members of a body that change a record: dates, metadata and what is named. All others are skipped silently.

    Args:
        body: of the request.
        document: the record as it is.
        texts: members that are text or null.
        objects: members that are objects or null.
        flags: members that are true or false.
        plain: members that are taken as they are.
    """
    found: Document = {name: text_of(body, name) for name in texts if name in body}
    found |= {name: part_of(body, name) for name in objects if name in body}
    found |= {name: date_of(body, name) for name in DATES if name in body}
    found |= {name: body[name] for name in plain if name in body}
    for name in flags:
        if body.get(name) is not None:
            if not isinstance(body[name], bool):
                raise bad_payload(f"Property .{name} should be boolean")
            found[name] = body[name]
    if "metadata" in body or "unset_metadata_fields" in body:
        found["metadata"] = merged_metadata(body, document.get("metadata") or {})
    return found
