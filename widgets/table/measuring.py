"""How wide the cells of some rows are: once for the rows at hand, never for all there are."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice

from store import words as fmt
from widgets.table.rows import MemoryRows, Row, RowSource, cell_text
from widgets.text import cell_width, glyphs, plain

_MOST_ROWS = 1000
"""So many rows of a list in memory are looked at; of others only those that were read to be shown."""
_NOTHING = frozenset({"", fmt.UNKNOWN})


def widest_at_hand(source: RowSource | None, opened: Sequence[Row], columns: int) -> list[int]:
    """How wide the rows make each column that are in memory, or else those that were read when it was opened."""
    if not isinstance(source, MemoryRows):
        return widest_cells(opened, columns)
    texts = source.texts(_MOST_ROWS)
    return widest_cells(islice(source.rows, _MOST_ROWS), columns) if texts is None else _widest(texts)


def widest_cells(rows: Iterable[Row], columns: int) -> list[int]:
    """The cells of each column's widest text; 0 where it holds nothing, or only what is not known."""
    texts: list[set[str]] = [set() for _ in range(columns)]
    for row in rows:
        for seen, cell in zip(texts, row.cells, strict=False):
            seen.add(cell_text(cell))
    return _widest(texts)


def _widest(texts: Iterable[Iterable[str]]) -> list[int]:
    # Many cells say the same, of one row to the next and of one reading to the next: each text is measured once.
    ending = glyphs.current().ellipsis
    return [max((_cells(text, ending) for text in seen), default=0) for seen in texts]


@lru_cache(maxsize=8192)
def _cells(text: str, ending: str) -> int:
    """Cells of a text in the signs in use, which their ellipsis tells apart."""
    del ending
    return 0 if text.strip() in _NOTHING else cell_width(plain(text))
