"""What the terminal shows and what it is to show: the shortest way from one to the other.

Textual sends whole lines for each change. Over SSH that is most of the waiting. A line that scrolled is the same line
elsewhere, which the terminal moves by itself (VT102: scrolling region, delete and insert line).
"""

import re
from itertools import groupby, zip_longest

from tui.shell.wire.cells import PLAIN, Cell, Look, cells_of, change, doubtful, is_same_blank
from tui.shell.wire.moves import Move, best_move

Row = list[Cell | None]
"""None is a cell that nobody knows."""

IS_FRAME = re.compile(r"\x1b\[\d+;\d+H").match
_PLACE = re.compile(r"\x1b\[(\d+);(\d+)H|\n")
_NEAR = 4
"""So many blanks at the end of a line are cheaper to erase than to write."""
_LONG = 11
"""So many blanks elsewhere are cheaper to erase and to jump over."""
_DEAREST_JUMP = 40
"""More bytes than any jump takes with the change of look after it."""
_LINES_OF_A_MOVE = 3
"""More lines than these must have changed before a move is looked for."""


class Picture:
    """The cells of a terminal of one size, and where its cursor is.

    Args:
        columns, rows: the size.
        erases: whether the terminal erases with the background it is told (terminfo: bce).
    """

    def __init__(self, columns: int, rows: int, *, erases: bool = False) -> None:
        self.columns, self.rows, self._erases = columns, rows, erases
        self._wanted: list[Row] = [[None] * columns for _ in range(rows)]
        self._shown: list[Row] = [[None] * columns for _ in range(rows)]
        self._touched: set[int] = set()
        self._caret: tuple[int, int] | None = None
        self._caret_shown: tuple[int, int] | None = None

    def forget_shown(self) -> None:
        """The terminal may show anything: all of it is due."""
        self._shown = [[None] * self.columns for _ in range(self.rows)]
        self._touched = set(range(self.rows))
        self._caret_shown = None

    def put(self, frame: str) -> None:
        """Draw a frame of Textual's over what is wanted: places, looks and text.

        Raises:
            NotUnderstood: it holds something else; a part of it may have been drawn.
        """
        x = y = at = 0
        for place in _PLACE.finditer(frame):
            if place.start() > at:
                x = self._put_cells(cells_of(frame[at : place.start()]), x, y)
            at = place.end()
            x, y = (0, y + 1) if place[1] is None else (int(place[2]) - 1, int(place[1]) - 1)
        if at < len(frame):
            x = self._put_cells(cells_of(frame[at:]), x, y)
        self._caret = (min(x, self.columns - 1), min(y, self.rows - 1))

    def _put_cells(self, cells: tuple[Cell, ...], x: int, y: int) -> int:
        end = x + len(cells)
        if cells and 0 <= y < self.rows and 0 <= x < self.columns:
            row, stop = self._wanted[y], min(end, self.columns)
            self._part_wide(row, x)
            self._part_wide(row, stop)
            row[x:stop] = cells[: stop - x]
            if end > stop:
                # A terminal that does not wrap writes what is too much over its last cell.
                row[-1] = cells[-1]
            self._touched.add(y)
        return end

    @staticmethod
    def _part_wide(row: Row, x: int) -> None:
        """A wide character that is cut in two at a place leaves blanks."""
        right = row[x] if 0 < x < len(row) else None
        if right is not None and right[0] == "":
            row[x - 1] = row[x] = (" ", right[1])

    def changes(self) -> str:
        """What to send so that the terminal shows what is wanted; "" when it does."""
        out: list[str] = []
        due = sorted(y for y in self._touched if self._shown[y] != self._wanted[y])
        self._touched.clear()
        if len(due) > _LINES_OF_A_MOVE:
            move = best_move(self._shown, self._wanted, due[0], due[-1])
            if move is not None:
                self._move(move, out)
                due = [y for y in range(due[0], due[-1] + 1) if self._shown[y] != self._wanted[y]]
        writer = _Writer(out, self.columns, self._erases)
        for y in due:
            writer.write_line(y, self._shown[y], self._wanted[y])
            self._shown[y] = self._wanted[y].copy()
        writer.finish()
        if self._caret is not None and (out or self._caret != self._caret_shown):
            out.append(f"\x1b[{self._caret[1] + 1};{self._caret[0] + 1}H")
            self._caret_shown = self._caret
        return "".join(out)

    def _move(self, move: Move, out: list[str]) -> None:
        first, last, lines = move
        count = abs(lines)
        empty: list[Row] = [[None] * self.columns for _ in range(count)]
        part = self._shown[first : last + 1]
        self._shown[first : last + 1] = part[count:] + empty if lines > 0 else empty + part[:-count]
        times = "" if count == 1 else str(count)
        out.append(f"\x1b[{first + 1};{last + 1}r\x1b[{first + 1}H\x1b[{times}{'M' if lines > 0 else 'L'}\x1b[r")


class _Writer:
    """Writes lines to `out`, and knows the look and the place that the terminal is at."""

    def __init__(self, out: list[str], columns: int, erases: bool) -> None:
        self._out, self._columns, self._erases = out, columns, erases
        self._look = PLAIN
        self._at: tuple[int, int] | None = None

    def finish(self) -> None:
        """Leave the terminal with a plain look."""
        self._wear(PLAIN)

    def write_line(self, y: int, old: Row, new: Row) -> None:
        """Write what differs in a line; all of it where terminals may disagree about widths, as Textual does."""
        if doubtful and any(cell is not None and cell[0] in doubtful for row in (old, new) for cell in row):
            self._write_whole(y, new)
            return
        x, width = 0, self._columns
        differ = [one != other and other is not None for one, other in zip(old, new, strict=True)]
        tail = width - self._blanks_at_end(new, 0)
        if sum(differ[tail:]) < _NEAR:
            tail = width
        while x < width:
            if not differ[x]:
                x += 1
                continue
            start = x - 1 if x and _is_right_half(new[x]) else x
            last = self._end_of_run(differ, new, start)
            last = width - 1 if last >= tail else last
            self._write_run(y, new, start, last, old)
            x = last + 1

    def _end_of_run(self, differ: list[bool], new: Row, start: int) -> int:
        """The last cell of a run of changed cells, with the unchanged ones in it that cost less than a jump."""
        last, spent = start, 0
        before = worn = _look_at(new, start)
        for x in range(start + 1, self._columns):
            cell = new[x]
            if cell is None or spent > _DEAREST_JUMP:
                break
            letter, look = cell
            if differ[x]:
                through = spent + len(_change_for(worn, letter, look))
                jumped = len(_change_for(before, letter, look)) + len(jump((last + 1, 0), (x, 0)))
                if spent and through > jumped:
                    break
                last, spent = x, 0
                before = worn = look if letter != " " or not is_same_blank(worn, look) else worn
                continue
            spent += len(_change_for(worn, letter, look)) + len(letter.encode())
            worn = look if letter != " " or not is_same_blank(worn, look) else worn
        beside = new[last + 1] if last + 1 < self._columns else None
        return last + 1 if _is_right_half(beside) else last

    def _write_whole(self, y: int, row: Row) -> None:
        """Write all that is known of a line. How far a terminal goes after a doubtful character, nobody knows."""
        first, letter = 0, ""
        for x, (cell, beside) in enumerate(zip_longest(row, row[1:])):
            if cell is None:
                first = x + 1
                continue
            letter = cell[0] or letter
            if beside is None or (letter in doubtful and not _is_right_half(beside)):
                self._write_run(y, row, first, x)
                self._at, first = None, x + 1

    def _write_run(self, y: int, row: Row, first: int, last: int, old: Row | None = None) -> None:
        """Write known cells that stand side by side; blanks between them are erased where it is known over what."""
        out = self._out
        out.append(jump(self._at, (first, y)))
        blanks = self._blanks_at_end(row, first) if last + 1 == self._columns else 0
        end = last + 1 - blanks
        x = at = first
        for (letter, look), same in groupby(filter(None, row[first:end])):
            count = len(list(same))
            if x > at:
                out.append(f"\x1b[{x - at}C")
                at = x
            if letter != " " or not is_same_blank(self._look, look):
                self._wear(look)
            x += count
            if letter == " " and count >= _LONG and self._can_erase(look, old, x):
                out.append(f"\x1b[{count}X")
            else:
                out.append(letter * count)
                at = x
        if blanks:
            if x > at:
                out.append(jump((at, y), (x, y)))
            self._erase_to_end(row[last], (end, y))
            return
        # At its edge, one terminal stands on the last cell and another one behind it.
        self._at = (at, y) if at < self._columns else None

    def _can_erase(self, look: Look, old: Row | None, end: int) -> bool:
        """Whether cells before `end` can be erased. Terminals differ about what erasing half of a wide one leaves."""
        beside = old[end] if old is not None and end < self._columns else None
        return self._erases and _is_erasable(look) and beside is not None and beside[0] != ""

    def _erase_to_end(self, blank: Cell | None, start: tuple[int, int]) -> None:
        if blank is not None and not is_same_blank(self._look, blank[1]):
            self._wear(blank[1])
        self._out.append("\x1b[K")
        self._at = start

    def _blanks_at_end(self, row: Row, first: int) -> int:
        """How many blanks of one background end a line, where they can be erased and that is cheaper."""
        end, x = row[-1], len(row)
        if not self._erases or end is None or end[0] != " " or not _is_erasable(end[1]):
            return 0
        while x > first and row[x - 1] == end:
            x -= 1
        return len(row) - x if len(row) - x >= _NEAR else 0

    def _wear(self, look: Look) -> None:
        words = change(self._look, look)
        if words:
            self._out.append(words)
        self._look = look


def _is_right_half(cell: Cell | None) -> bool:
    return cell is not None and cell[0] == ""


def _is_erasable(look: Look) -> bool:
    return not look.signs and not look.link


def _look_at(row: Row, x: int) -> Look:
    cell = row[x]
    return PLAIN if cell is None else cell[1]


def _change_for(worn: Look, letter: str, look: Look) -> str:
    """What has to come before a letter so that it has its look."""
    return "" if letter == " " and is_same_blank(worn, look) else change(worn, look)


def jump(start: tuple[int, int] | None, goal: tuple[int, int]) -> str:
    """The shortest way to a place, both as (column, line) from 0."""
    x, y = goal
    ways = [f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H" if y else "\x1b[H"]
    if start is not None and start[1] == y:
        step = x - start[0]
        if step > 0:
            ways.append(f"\x1b[{step if step > 1 else ''}C")
        ways.append("\r" if x == 0 else f"\x1b[{x + 1}G")
    elif start is not None and start[1] + 1 == y and x == 0:
        ways.append("\r\n")
    return min(ways, key=len)
