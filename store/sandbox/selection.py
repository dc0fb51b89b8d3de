"""Which rows of a table are meant, and how SQL says it."""

from dataclasses import dataclass
from typing import Any

from store.sandbox.conditions import FieldCondition


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows: all of `required`, and all or any of `group`.

    Attributes:
        required: conditions of the path and of the plain query parameters.
        group: conditions of `filters`.
        any_of: whether one of `group` is enough (junction `or`).
    """

    required: tuple[FieldCondition, ...] = ()
    group: tuple[FieldCondition, ...] = ()
    any_of: bool = False


EVERYTHING = Selection()


def dig(document: Any, path: str) -> Any:
    """A member of a document by a dotted path; keys may themselves hold dots. None when there is none."""
    if not isinstance(document, dict):
        return None
    if path in document:
        return document[path]
    head, dot, rest = path.partition(".")
    while dot:
        if head in document:
            found = dig(document[head], rest)
            if found is not None:
                return found
        step, dot, rest = rest.partition(".")
        head = f"{head}.{step}"
    return None
