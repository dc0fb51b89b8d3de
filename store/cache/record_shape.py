"""Reading a table's row straight from a document's bytes, where the document is as it is documented.

A value is taken as it comes where its JSON kind is the column's. Any other document is refused, to be read member by
member (`TableSpec.reader`), which comes to the same where both can read it.
"""

from collections.abc import Callable
from functools import cache, lru_cache, partial
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


@cache
def fast_reader(spec: TableSpec) -> Callable[[bytes], Row] | None:
    """The function from a document's bytes to its row in the order of `TableSpec.column_names`.

    Raises (the function): `msgspec.DecodeError`, `UnicodeDecodeError` or `RecursionError` where the document is no JSON
    or any value is of another kind than is documented, but for members that two columns want: these may be anything.

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
        """Want what is at a path; a member that is wanted as different things is taken as anything, but for an id."""
        name, *rest = path
        known = self.get(name)
        if known is _IDENTITY:
            return
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
    """The lines of a function that takes a document apart into the values of all that is wanted of it.

    Attributes:
        lines: of the function, whose argument is `raw`; `v0`, `v1`, … are the values, None for what is not there.
        used: what the lines call, by name.
        places: the number of each path's value.
        kinds: as what each is taken.
    """

    def __init__(self, members: _Members) -> None:
        self.places: dict[tuple[str, ...], int] = {}
        self.kinds: dict[tuple[str, ...], Any] = {}
        self.used: dict[str, Any] = {"decode": msgspec.json.Decoder(members.type()).decode}
        self.lines = ["o = decode(raw)"]
        waiting: list[tuple[tuple[str, ...], _Members]] = [((), members)]
        for path, inside in waiting:
            whole = f"v{self.places[path]}" if path else "o"
            taken: list[str] = []
            for number, (name, kind) in enumerate(inside.items()):
                place = self.places[*path, name] = len(self.places)
                self.kinds[*path, name] = kind
                taken.append(f"v{place} = {whole}.m{number}")
                if isinstance(kind, _Members):
                    waiting.append(((*path, name), kind))
            if path:
                nothing = " = ".join([*(one.split()[0] for one in taken), "None"])
                self.lines += [f"if {whole} is None: {nothing}", f"else: {'; '.join(taken)}"]
            else:
                self.lines += taken

    def way(self, path: list[str], kind: ColumnKind | None) -> tuple[str, str]:
        """The value that leads to one of a kind, or to any, and what makes it of that; empty where nothing must."""
        known = next(tuple(path[:end]) for end in range(len(path), 0, -1) if tuple(path[:end]) in self.places)
        place, rest = self.places[known], path[len(known) :]
        coerce = None if kind is None else COERCE[kind]
        make: Callable[[Any], Any] | None = None if kind is None else _MADE.get(kind)
        if rest:
            make = partial(dig, path=rest) if coerce is None else lambda value: coerce(dig(value, rest))
        elif kind is not None and self.kinds[known] != _TYPES[kind]:
            make = coerce
        return f"v{place}", "" if make is None else self.use(make)

    def use(self, function: Callable[..., Any]) -> str:
        """A name for a function that the lines call."""
        name = f"f{len(self.used)}"
        self.used[name] = function
        return name


def _reader_of(shape: _Shape, columns: list[Column]) -> Callable[[bytes], Row]:
    """The function that puts a row together: values as they come, and those that are made of them.

    It is compiled from text: walking a description of the columns for each row takes longer than decoding it.
    """
    cells = [f"v{shape.places['id',]}", *(_cell(shape, column) for column in columns)]
    lines = [*shape.lines, f"return ({', '.join(cells)},)"]
    text = "\n    ".join(["def row(raw):", *lines])
    exec(text, shape.used)  # noqa: S102 - numbers and names from here alone are in it
    made: Callable[[bytes], Row] = shape.used["row"]
    return made


def _cell(shape: _Shape, column: Column) -> str:
    """The expression for a column's value."""
    ways = [shape.way(path, None if column.decide else column.kind) for path in column.split_paths()]
    if column.decide is not None:
        return f"{shape.use(column.decide)}({', '.join(f'{make}({value})' for value, make in ways)})"
    made = [f"(None if {value} is None else {make}({value}))" if make else value for value, make in ways]
    *first, last = made
    return "".join(f"x if (x := {one}) is not None else " for one in first) + last
