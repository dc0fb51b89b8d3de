"""Reading a table's row straight from a document's bytes, where the document is as it is documented.

A value is taken as it comes where its JSON kind is the column's. Any other document is refused, to be read member by
member (`TableSpec.reader`), which comes to the same where both can read it.
"""

from collections.abc import Callable
from functools import cache, lru_cache, partial
from operator import attrgetter, itemgetter
from typing import Annotated, Any, TypeAlias

import msgspec

from store.cache.columns import COERCE, Column, ColumnKind, SqlValue, TableSpec, as_json, dig
from store.domain.values import MOST
from store.times import date_text, utc_text

_WHOLE: Any = Annotated[int, msgspec.Meta(ge=-MOST, le=MOST)] | None
_IDENTITY: Any = Annotated[str, msgspec.Meta(min_length=1)]
_TYPES: dict[ColumnKind, Any] = {
    ColumnKind.TEXT: str | None,
    ColumnKind.INTEGER: _WHOLE,
    ColumnKind.AMOUNT: _WHOLE,
    ColumnKind.FLAG: bool | None,
    ColumnKind.TIME: str | None,
    ColumnKind.DATE: str | None,
    ColumnKind.JSON: Any,
}
_MADE: dict[ColumnKind, Callable[[Any], SqlValue]] = {
    ColumnKind.TIME: utc_text,
    # Campaigns begin and end at few instants, and their codes with them.
    ColumnKind.DATE: lru_cache(maxsize=1_024)(date_text),
    ColumnKind.JSON: as_json,
}

Row: TypeAlias = tuple[SqlValue, ...]
_Values: TypeAlias = tuple[Any, ...]
_FromValues: TypeAlias = Callable[[_Values], SqlValue]
_Way: TypeAlias = tuple[int, Callable[[Any], Any] | None]


@cache
def fast_reader(spec: TableSpec) -> Callable[[bytes], Row] | None:
    """The function from a document's bytes to its row in the order of `TableSpec.column_names`.

    Raises (the function): `msgspec.DecodeError`, `UnicodeDecodeError` or `RecursionError` where the document is no JSON
    or any value is of another kind than is documented.

    Returns:
        None for a table with columns that are read from the whole document.
    """
    columns = [column for column in spec.columns if not column.local]
    if spec.key is not None or any(column.read for column in columns):
        return None
    members = _Members()
    members.want(["id"], _IDENTITY)
    for column in sorted(columns, key=lambda one: one.decide is not None):
        for path in column.split_paths():
            members.want(path, Any if column.decide else _TYPES[column.kind])
    return _reader_of(_Shape(members), columns)


class _Members(dict[str, Any]):
    """What is wanted of an object: types by member, or what is wanted of the object it is."""

    def want(self, path: list[str], kind: Any) -> None:
        """Want what is at a path; a member that is wanted as different things is taken as anything."""
        name, *rest = path
        known = self.get(name)
        if rest and not rest[0].isdigit() and (known is None or isinstance(known, _Members)):
            self.setdefault(name, _Members()).want(rest, kind)
        elif known is None and not rest:
            self[name] = kind
        elif rest or isinstance(known, _Members) or kind not in (known, Any):
            self[name] = Any

    def type(self) -> Any:
        """The type that has these members alone."""
        fields = [
            (f"m{number}", kind.type() | None if isinstance(kind, _Members) else kind, *_default(kind))
            for number, kind in enumerate(self.values())
        ]
        return msgspec.defstruct("Members", fields, rename=dict(zip([one[0] for one in fields], self, strict=True)))


def _default(kind: Any) -> tuple[()] | tuple[None]:
    return () if kind is _IDENTITY else (None,)


class _Shape:
    """Decodes a document into the values of all that is wanted of it, one after the other.

    Attributes:
        places: where the value of each path is.
        kinds: as what each is taken.
    """

    def __init__(self, members: _Members) -> None:
        self.places: dict[tuple[str, ...], int] = {}
        self.kinds: dict[tuple[str, ...], Any] = {}
        self._decode = msgspec.json.Decoder(members.type()).decode
        self._top = _getter(len(members))
        self._inner: list[tuple[int, Callable[[Any], _Values], _Values]] = []
        waiting: list[tuple[tuple[str, ...], _Members]] = [((), members)]
        for path, inside in waiting:
            if path:
                self._inner.append((self.places[path], _getter(len(inside)), (None,) * len(inside)))
            for name, kind in inside.items():
                self.places[*path, name] = len(self.places)
                self.kinds[*path, name] = kind
                if isinstance(kind, _Members):
                    waiting.append(((*path, name), kind))

    def values(self, document: bytes) -> _Values:
        """The values; None for what is not there."""
        found = self._top(self._decode(document))
        for place, get, nothing in self._inner:
            found += nothing if (inner := found[place]) is None else get(inner)
        return found

    def way(self, path: list[str], kind: ColumnKind | None) -> _Way:
        """The place that leads to a value of a kind, or to any, and what makes it of that; None where nothing must."""
        known = next(tuple(path[:end]) for end in range(len(path), 0, -1) if tuple(path[:end]) in self.places)
        place, rest = self.places[known], path[len(known) :]
        if kind is None:
            return place, partial(dig, path=rest) if rest else None
        coerce = COERCE[kind]
        if rest:
            return place, lambda value: coerce(dig(value, rest))
        return place, _MADE.get(kind) if self.kinds[known] == _TYPES[kind] else coerce


def _getter(count: int) -> Callable[[Any], _Values]:
    if count == 1:
        return lambda one: (one.m0,)
    return attrgetter(*(f"m{number}" for number in range(count)))


def _reader_of(shape: _Shape, columns: list[Column]) -> Callable[[bytes], Row]:
    """The function that puts a row together: values as they come, then those that are made of them."""
    places, made = [shape.places["id",]], list[tuple[int, _FromValues]]()
    for number, column in enumerate(columns, 1):
        ways = [shape.way(path, None if column.decide else column.kind) for path in column.split_paths()]
        places.append(ways[0][0])
        if column.decide is not None:
            made.append((number, _decided(column.decide, ways)))
        elif len(ways) > 1 or ways[0][1] is not None:
            made.append((number, _first_of(ways)))
    pick, values = itemgetter(*places), shape.values

    def row(raw: bytes) -> Row:
        found = values(raw)
        cells = list(pick(found))
        for number, make in made:
            cells[number] = make(found)
        return tuple(cells)

    return row


def _decided(decide: Callable[..., SqlValue], ways: list[_Way]) -> _FromValues:
    get = itemgetter(*(place for place, _ in ways))
    inside = [(number, make) for number, (_, make) in enumerate(ways) if make is not None]
    if not inside:
        return lambda found: decide(*get(found))

    def decided(found: _Values) -> SqlValue:
        values = list(get(found))
        for number, make in inside:
            values[number] = make(values[number])
        return decide(*values)

    return decided


def _first_of(ways: list[_Way]) -> _FromValues:
    (first, make), *others = ways
    if not others and make is not None:
        return lambda found: None if (value := found[first]) is None else make(value)
    if len(others) == 1 and make is others[0][1] is None:
        second = others[0][0]
        return lambda found: found[second] if found[first] is None else found[first]

    def any_of(found: _Values) -> SqlValue:
        for place, make in ways:
            value: SqlValue = found[place]
            if value is not None and make is not None:
                value = make(value)
            if value is not None:
                return value
        return None

    return any_of
