"""What differs between two JSON documents, field by field. Pure."""

from dataclasses import dataclass
from typing import Any, Final

from widgets.json.json_lines import dump


class _Absent:
    __slots__ = ()


_ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs.

    Attributes:
        path: dotted, list places in brackets: `discount.percent_off`, `tiers[2].name`.
        before: its JSON, `None` where it was not there.
        after: its JSON, `None` where it is not there any more.
    """

    path: str
    before: str | None
    after: str | None


def field_changes(before: Any, after: Any) -> list[FieldChange]:
    """Fields that differ, in the order of the newer document, those gone last within their object.

    Lists are compared place by place: the API's lists have no identity of their own.
    """
    out: list[FieldChange] = []
    stack: list[tuple[str, Any, Any]] = [("", before, after)]
    while stack:
        path, old, new = stack.pop()
        if isinstance(old, dict) and isinstance(new, dict):
            keys = [*new, *(key for key in old if key not in new)]
            pairs = [
                (f"{path}.{key}" if path else str(key), old.get(key, _ABSENT), new.get(key, _ABSENT)) for key in keys
            ]
            stack += reversed(pairs)
        elif isinstance(old, list) and isinstance(new, list):
            places = range(max(len(old), len(new)))
            stack += [(f"{path}[{place}]", _at(old, place), _at(new, place)) for place in reversed(places)]
        elif _text(old) != _text(new):
            out.append(FieldChange(path, _text(old), _text(new)))
    return out


def _at(values: list[Any], place: int) -> Any:
    return values[place] if place < len(values) else _ABSENT


def _text(value: Any) -> str | None:
    return None if value is _ABSENT else dump(value)
