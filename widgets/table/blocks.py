"""The rows a table has at hand: blocks of fixed size, the least recently seen given up first. No threads."""

from collections import OrderedDict
from collections.abc import Sequence

from widgets.table.rows import Row

BLOCK_SIZE = 200
BLOCKS_KEPT = 24


class Blocks:
    """Rows of one source, as far as they have arrived.

    Use it so::

        blocks = Blocks(total=1_000_000)
        blocks.wanted(500, 523)         # block numbers to fetch, the nearest first
        blocks.put(2, rows)
        blocks.row(500)                 # a Row, or None while it is not there
    """

    def __init__(self, total: int = 0, *, size: int = BLOCK_SIZE, keep: int = BLOCKS_KEPT) -> None:
        self.total = total
        self.size = size
        self._keep = keep
        self._blocks: OrderedDict[int, Sequence[Row]] = OrderedDict()

    def row(self, index: int) -> Row | None:
        """The row at an index, `None` when it has not arrived or does not exist."""
        number, offset = divmod(index, self.size)
        rows = self._blocks.get(number)
        if rows is None or not 0 <= index < self.total or offset >= len(rows):
            return None
        self._blocks.move_to_end(number)
        return rows[offset]

    def put(self, number: int, rows: Sequence[Row]) -> None:
        """Keep a block that arrived; a short one means that rows are gone, and is kept as it is."""
        self._blocks[number] = rows
        self._blocks.move_to_end(number)
        while len(self._blocks) > self._keep:
            self._blocks.popitem(last=False)

    def grow(self, total: int) -> None:
        """There are more rows than were known: blocks that ended with the last one are wanted again."""
        for number in [number for number, rows in self._blocks.items() if len(rows) < self.size]:
            first, _ = self.bounds(number)
            if first + len(self._blocks[number]) < total:
                del self._blocks[number]
        self.total = total

    def fill(self, start: int, rows: Sequence[Row]) -> None:
        """Keep rows that begin at the start of a block, over as many blocks as they take."""
        for offset in range(0, len(rows), self.size):
            self.put((start + offset) // self.size, rows[offset : offset + self.size])

    def cut(self, start: int, total: int) -> None:
        """Give up all from an index on; there are so many rows."""
        for number in [number for number in self._blocks if (number + 1) * self.size > start]:
            del self._blocks[number]
        self.total = total

    def fill_end(self, rows: Sequence[Row]) -> None:
        """Keep the last rows, as far as they are whole blocks and the last one."""
        start = self.total - len(rows)
        aligned = -(-start // self.size) * self.size
        self.fill(aligned, rows[aligned - start :])

    def bounds(self, number: int) -> tuple[int, int]:
        """First index of a block and the one after its last."""
        return number * self.size, min(self.total, (number + 1) * self.size)

    def wanted(self, start: int, stop: int) -> list[int]:
        """Blocks to fetch for the lines in sight: theirs first, then a neighbour when the edge is near."""
        if self.total <= 0 or stop <= start:
            return []
        first, last = max(0, start), min(self.total, stop) - 1
        if last < first:
            return []
        margin = self.size // 4
        seen = range(first // self.size, last // self.size + 1)
        near = (min(self.total - 1, last + margin) // self.size, max(0, first - margin) // self.size)
        wanted = dict.fromkeys((*seen, *near))
        return [number for number in wanted if number not in self._blocks]
