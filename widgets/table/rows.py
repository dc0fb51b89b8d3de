"""Rows of a table as plain values, and where they come from."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeAlias, overload, runtime_checkable

from msgspec import Struct

THEMED_ROLES = (
    "type-1", "type-2", "type-3", "type-4", "type-5", "type-other",
    "status-active", "status-scheduled", "status-draft", "status-off", "status-ended", "status-alarm",
)  # fmt: skip
"""Roles beyond those of `widgets.text.lines`; colours that a theme has to name."""


class CellText(Struct, frozen=True):
    """A cell that stands out.

    Attributes:
        text: outside text allowed; the table cleans it.
        role: a role of `widgets.text.lines`, or one of `THEMED_ROLES`.
    """

    text: str
    role: str = "text"


Cell: TypeAlias = str | CellText


def cell_text(cell: Cell) -> str:
    """What a cell says."""
    return cell if isinstance(cell, str) else cell.text


class Row(Struct, frozen=True):
    """One row: an id that stays the same across sorting and filtering, and a cell for every column in order.

    Attributes:
        tag: whatever its source wants to know of the row under the cursor.
    """

    id: str
    cells: tuple[Cell, ...]
    tag: object = None


@runtime_checkable
class RowSource(Protocol):
    """Where rows come from. Both methods may block: the table calls them in a worker thread, never two at once."""

    def count(self) -> int:
        """How many rows there are."""
        ...

    def window(self, start: int, stop: int) -> Sequence[Row]:
        """The rows from `start` up to, not including, `stop`; fewer when rows have gone since they were counted."""
        ...


@runtime_checkable
class LocatingSource(RowSource, Protocol):
    """A source that knows where a row is, so that the cursor stays on it when the order changes."""

    def index_of(self, row_id: str) -> int | None:
        """Position of a row; `None` when it is not among the rows."""
        ...


@runtime_checkable
class NamingSource(RowSource, Protocol):
    """A source that names its rows without their cells, so that all of them can be marked."""

    def ids(self, limit: int) -> Sequence[str]:
        """The ids of its first rows, in order. Blocks."""
        ...


@runtime_checkable
class StoppableSource(RowSource, Protocol):
    """A source whose calls can be stopped."""

    def stop(self) -> None:
        """End the call under way, from any thread: no row of it is wanted any more."""
        ...


@runtime_checkable
class GrowingSource(StoppableSource, Protocol):
    """A source that finds its rows bit by bit: `window` may give fewer than there are while `is_whole` is False.

    It is asked for windows while another thread finds the rest.
    """

    @property
    def is_whole(self) -> bool:
        """Whether no rows are left to be found."""
        ...

    def last(self, most: int) -> Sequence[Row]:
        """The last rows, up to so many; fewer where there are no more, or where finding them takes long."""
        ...

    def find_all(self, report: Callable[[int], None]) -> int:
        """Find all rows, and report how many there are so far; returns how many there are."""
        ...


class _Made(Sequence[Row]):
    """Rows that are made when they are looked at, each once."""

    def __init__(self, ids: Sequence[str], make: Callable[[str], Row]) -> None:
        self.ids, self._make = ids, make
        self._rows: dict[str, Row] = {}

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> "_Made": ...
    def __getitem__(self, at: int | slice) -> "Row | _Made":
        if isinstance(at, slice):
            return _Made(self.ids[at], self._make)
        row_id = self.ids[at]
        if row_id not in self._rows:
            self._rows[row_id] = self._make(row_id)
        return self._rows[row_id]


class MemoryRows:
    """Rows already in memory. The table shows them at once, without a worker."""

    def __init__(self, rows: Sequence[Row] = ()) -> None:
        self.rows = rows

    def texts(self, most: int) -> Iterable[Iterable[str]] | None:  # noqa: ARG002 - of those that know them
        """Of each column the texts of the first rows, or of those the widest; None where only the rows tell them."""
        return None

    def count(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def window(self, start: int, stop: int) -> Sequence[Row]:
        """A slice."""
        return self.rows[start:stop]

    def index_of(self, row_id: str) -> int | None:
        """Position of a row, by looking through all of them."""
        return next((index for index, row in enumerate(self.rows) if row.id == row_id), None)

    def ids(self, limit: int) -> Sequence[str]:
        """Their ids."""
        return [row.id for row in self.rows[:limit]]


class MadeRows(MemoryRows):
    """Rows in memory whose cells are made when they are looked at: those out of sight wait.

    Args:
        ids: of all rows, in order.
        make: one row.
        texts: as `MemoryRows.texts`, without making the rows.
    """

    def __init__(
        self, ids: Sequence[str], make: Callable[[str], Row], texts: Callable[[int], Iterable[Iterable[str]]]
    ) -> None:
        super().__init__(_Made(ids, make))
        self._ids, self._texts = ids, texts

    def texts(self, most: int) -> Iterable[Iterable[str]]:
        """Of each column the texts that decide how wide it is."""
        return self._texts(most)

    def index_of(self, row_id: str) -> int | None:
        """Position of a row."""
        return self._ids.index(row_id) if row_id in self._ids else None

    def ids(self, limit: int) -> Sequence[str]:
        """Their ids."""
        return self._ids[:limit]
