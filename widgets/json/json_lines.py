"""A JSON document as foldable lines: only what is unfolded becomes lines. Pure."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from store.words import counted
from widgets.text import folded
from widgets.text.lines import Span

Path = tuple[str | int, ...]

_LONGEST = 2_000
_OPEN_UP_TO = 400
_DEEPEST = 100
_HALF = re.compile("[\ud800-\udfff]")


class RawNumber(str):
    """A number's digits exactly as received; floats would change them."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class JsonLine:
    """One line of a document.

    Attributes:
        path: keys and indexes from the top.
        depth: levels of indent.
        spans: the text without its indent.
        value: the value that starts here; for a closing bracket, of what it closes.
        folds: it starts an object or list with something in it.
        folded: of those, whether the inside is hidden.
        closing: it is a closing bracket.
        last: nothing follows in the object or list it lies in, so no comma.
    """

    path: Path
    depth: int
    spans: tuple[Span, ...]
    value: Any
    folds: bool = False
    folded: bool = False
    closing: bool = False
    last: bool = True


def parse(document: str | bytes) -> Any:
    """A document from its text, with numbers kept as received.

    Raises:
        ValueError: it is not JSON, or nested too deeply to read.
    """
    try:
        return json.loads(document, parse_float=RawNumber, parse_int=RawNumber)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def dump(value: Any, indent: int | None = 2) -> str:
    """A value as JSON text, numbers as received, however deep."""
    pieces: list[str] = []
    # Ready text, or a value with its depth; a stack, for documents may be deeper than Python's calls.
    stack: list[str | tuple[Any, int]] = [(value, 0)]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            pieces.append(item)
            continue
        node, depth = item
        if isinstance(node, RawNumber):
            pieces.append(str(node))
        elif isinstance(node, dict | list) and node:
            stack += reversed(_pieces(node, depth, indent))
        else:
            pieces.append(_written(node))
    return "".join(pieces)


def _written(leaf: Any) -> str:
    """A leaf as JSON; half a surrogate pair, which no UTF-8 holds, stays escaped as it came."""
    text = json.dumps(leaf, ensure_ascii=False, default=str)
    return json.dumps(leaf, default=str) if _HALF.search(text) else text


def _pieces(node: dict[str, Any] | list[Any], depth: int, indent: int | None) -> list[str | tuple[Any, int]]:
    begin, end = _brackets(node, last=True)
    inside = "" if indent is None else "\n" + " " * indent * (depth + 1)
    outside = "" if indent is None else "\n" + " " * indent * depth
    out: list[str | tuple[Any, int]] = [begin]
    items = node.items() if isinstance(node, dict) else ((None, child) for child in node)
    for place, (key, child) in enumerate(items):
        out.append(("," if place else "") + (inside or (" " if place else "")))
        if key is not None:
            out.append(f"{_written(str(key))}: ")
        out.append((child, depth + 1))
    return [*out, outside + end]


def document_lines(document: Any) -> list[JsonLine]:
    """The lines of a document, unfolded as far as it stays readable at once."""
    budget = [_OPEN_UP_TO]
    return list(value_lines(document, (), 0, last=True, budget=budget))


def folded_line(value: Any, path: Path, depth: int, *, last: bool) -> JsonLine:
    """An object or list as one line that states its size."""
    begin, end = _brackets(value, last)
    spans = (*key_spans(path), (begin, "muted"), (f" {_size(value)} ", "source"), (end, "muted"))
    return JsonLine(path, depth, spans, value, folds=True, folded=True, last=last)


def value_lines(
    value: Any, path: Path, depth: int, *, last: bool, budget: list[int], unfold: bool = False
) -> Iterator[JsonLine]:
    """The lines of a value and of what is unfolded inside.

    Args:
        value: of any JSON kind.
        path: where it lies.
        depth: levels of indent.
        last: no comma follows.
        budget: lines that may still be unfolded; counted down. What is beyond starts folded.
        unfold: unfold the value itself, whatever the budget.
    """
    if not isinstance(value, dict | list) or not value:
        spans = (*key_spans(path), leaf_span(value), ("" if last else ",", "muted"))
        yield JsonLine(path, depth, spans, value, last=last)
        return
    if not unfold and ((depth > 0 and len(value) > budget[0]) or depth >= _DEEPEST):
        yield folded_line(value, path, depth, last=last)
        return
    budget[0] -= len(value)
    begin, end = _brackets(value, last)
    yield JsonLine(path, depth, (*key_spans(path), (begin, "muted")), value, folds=True, last=last)
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for place, (key, child) in enumerate(items, 1):
        yield from value_lines(child, (*path, key), depth + 1, last=place == len(value), budget=budget)
    yield JsonLine(path, depth, ((end, "muted"),), value, closing=True, last=last)


def key_spans(path: Path) -> tuple[Span, ...]:
    """The key before a value; a list's members have none."""
    if not path or not isinstance(path[-1], str):
        return ()
    return ((_quoted(path[-1]), "key"), (": ", "muted"))


def leaf_span(value: Any) -> Span:
    """A value without members, by its kind; very long strings end with their length."""
    if isinstance(value, RawNumber):
        return str(value), "literal"
    if isinstance(value, str):
        if len(value) > _LONGEST:
            return f"{_quoted(value[:_LONGEST])} … {len(value):,} characters", "string"
        return _quoted(value), "string"
    return dump(value, None), "literal" if isinstance(value, bool | int | float) else "muted"


_MOST_FOUND = 10_000


def find(document: Any, text: str) -> list[Path]:
    """Paths whose key or value contains a text, capitals and forms of accents ignored, in the document's order.

    An empty text finds nothing, and no text more than 10,000.
    """
    needle = folded(text)
    out: list[Path] = []
    stack: list[tuple[Path, Any]] = [((), document)] if needle else []
    while stack and len(out) < _MOST_FOUND:
        path, value = stack.pop()
        branches = isinstance(value, dict | list)
        hit = bool(path) and isinstance(path[-1], str) and needle in folded(path[-1])
        if hit or (not branches and needle in folded(_words(value))):
            out.append(path)
        if isinstance(value, dict):
            stack += [((*path, key), child) for key, child in reversed(value.items())]
        elif isinstance(value, list):
            stack += [((*path, index), value[index]) for index in range(len(value) - 1, -1, -1)]
    return out


def _words(value: Any) -> str:
    return value if isinstance(value, str) else dump(value, None)


def _size(value: dict[str, Any] | list[Any]) -> str:
    return counted(len(value), "field" if isinstance(value, dict) else "item")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _brackets(value: dict[str, Any] | list[Any], last: bool) -> tuple[str, str]:
    begin, end = "{}" if isinstance(value, dict) else "[]"
    return begin, end if last else f"{end},"
