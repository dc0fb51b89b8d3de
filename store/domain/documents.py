"""Documents compared: which fields differ, and how to go from one state of a document to the other.

A field is named by its path in JSON Pointer form (RFC 6901): `/voucher/discount/percent_off`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_DEEPEST = 64
"""Objects below this depth are compared as one value, so that no document exhausts the stack."""


class Missing:
    """The value of a member that is not there, which is not null."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """One field that differs: its path, and the value on either side (`MISSING` where it is not there)."""

    path: str
    before: Any
    after: Any


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _unescape(name: str) -> str:
    return name.replace("~1", "/").replace("~0", "~")


def flatten(document: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf of a document with its path, in order; lists, empty objects and what lies very deep are leaves."""
    if isinstance(document, Mapping) and document and path.count("/") < _DEEPEST:
        for name, value in document.items():
            yield from flatten(value, f"{path}/{_escape(str(name))}")
    else:
        yield path, document


def _same(before: Any, after: Any) -> bool:
    """Equality as JSON has it: 1 and true differ, 1 and 1.0 do not."""
    if isinstance(before, bool) != isinstance(after, bool):
        return False
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(_same(one, two) for one, two in zip(before, after, strict=True))
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return before.keys() == after.keys() and all(_same(before[name], after[name]) for name in before)
    return bool(before == after)


def _equal(before: Any, after: Any) -> bool:
    """`_same`, where what is nested too deeply to compare counts as changed."""
    try:
        return _same(before, after)
    except RecursionError:
        return False


def diff(before: Any, after: Any, path: str = "") -> list[DocumentChange]:
    """What differs between two states of a document, object by object; a list that differs is one change."""
    if isinstance(before, Mapping) and isinstance(after, Mapping) and path.count("/") < _DEEPEST:
        changes: list[DocumentChange] = []
        for name in (*before, *(name for name in after if name not in before)):
            below = f"{path}/{_escape(str(name))}"
            changes += diff(before.get(name, MISSING), after.get(name, MISSING), below)
        return changes
    return [] if before is after or _equal(before, after) else [DocumentChange(path, before, after)]


def revert(document: Any, changes: Iterable[DocumentChange]) -> Any:
    """The state before some changes (oldest first), given the state after them; the document itself is left alone."""
    for change in reversed(list(changes)):
        document = _put(document, change.path.split("/")[1:], change.before)
    return document


def _put(document: Any, steps: list[str], value: Any) -> Any:
    if not steps:
        return value
    members = dict(document) if isinstance(document, Mapping) else {}
    name = _unescape(steps[0])
    if len(steps) == 1 and value is MISSING:
        members.pop(name, None)
    else:
        members[name] = _put(members.get(name, {}), steps[1:], value)
    return members
