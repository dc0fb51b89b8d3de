"""What the terminal shows and what it is to show: the shortest way from one to the other.

Textual sends whole lines for each change. Over SSH that is most of the waiting. A line that scrolled is the same line
elsewhere, which the terminal moves by itself (VT102: scrolling region, delete and insert line).
"""

import re
from collections import Counter

from tui.shell.wire.cells import UNSURE, Cell, Look, cells_of
from tui.shell.wire.moves import Halves, Move, best_move, halves_of
from tui.shell.wire.pieces import EMPTY, Pen, Piece, Row, changed_pieces, is_doubtful, shortest, whole_line
from tui.shell.wire.places import Place, Stops

IS_FRAME = re.compile(r"\x1b\[\d+;\d+H").match
_PLACE = re.compile(r"\x1b\[(\d+);(\d+)H|\n")
_ERASE_ALL = "\x1b[2J"
_LINES_OF_A_MOVE = 3
"""More lines than these must have changed before a move is looked for."""


class Picture:
    """The cells of a terminal of one size, and where its cursor is.

    Args:
        columns, rows: the size.
        erases: whether erased cells get the background colour that is set (terminfo: bce).
        sets_stops: whether its tab stops may be set (terminfo: ht, hts, tbc).

    Attributes:
        stops: the tab stops that were set.
        shows_caret: whether it matters where the terminal's own cursor is, as where text is typed.
    """

    def __init__(self, columns: int, rows: int, erases: bool = False, sets_stops: bool = False) -> None:
        self.columns, self.rows, self._erases, self._sets_stops = columns, rows, erases, sets_stops
        self.stops: Stops = ()
        self._wanted: list[Row] = [[None] * columns for _ in range(rows)]
        self._shown: list[Row] = [[None] * columns for _ in range(rows)]
        self._halves: dict[int, Halves] = {}
        """Of shown lines, those that were looked at."""
        self._touched: set[int] = set()
        self._is_unknown = True
        self._caret: Place | None = None
        self.shows_caret = True
        self._look = UNSURE
        self._place: Place | None = None

    def forget_shown(self) -> None:
        """The terminal may show anything: all of it is due."""
        self._shown = [[None] * self.columns for _ in range(self.rows)]
        self._halves.clear()
        self._touched, self._is_unknown = set(range(self.rows)), True
        self._look, self._place, self.stops = UNSURE, None, ()

    def forget_place(self) -> None:
        """Others may have moved the cursor or changed its look: the next changes begin with both."""
        self._look, self._place = UNSURE, None

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
        pen = Pen(self.columns, self._look, self._place, self.stops)
        is_new = self._is_unknown and self._clear(pen)
        due = sorted(y for y in self._touched if self._shown[y] != self._wanted[y])
        self._touched.clear()
        lines, halves = range(0), list[Halves]()
        if len(due) > _LINES_OF_A_MOVE and not is_new:
            lines = range(due[0], due[-1] + 1)
            halves = [halves_of(self._wanted[y]) for y in lines]
            due = self._moved(due, halves, pen)
        pen = self._draw(due, pen)
        self._halves.update(zip(lines, halves, strict=True))
        caret = self._caret if self.shows_caret else None
        if caret is not None:
            pen.go_to(caret)
        pen.wear(pen.look._replace(link=""))
        self._look, self._place, self.stops = pen.look, pen.place, pen.stops
        return "".join(pen.out)

    def _draw(self, due: list[int], pen: Pen) -> Pen:
        pieces: list[Piece] = []
        for y in due:
            old, new = self._shown[y], self._wanted[y]
            if is_doubtful(old, new):
                pen.write(whole_line(y, new))
            else:
                pieces += changed_pieces(y, old, new, erases=self._erases)
            self._shown[y] = new.copy()
            self._halves.pop(y, None)
        return shortest(pieces, pen, sets_stops=self._sets_stops)

    def _clear(self, pen: Pen) -> bool:
        """Erase a screen that may show anything with the background of most lines, if it is wanted as a whole."""
        self._is_unknown = False
        if not self._erases or not all(map(all, self._wanted)):
            return False
        backs = Counter(row[0][1].back for row in self._wanted if row and row[0])
        blank = Look(back=backs.most_common(1)[0][0])
        pen.wear(blank)
        pen.out.append(_ERASE_ALL)
        self._shown = [[(" ", blank)] * self.columns for _ in range(self.rows)]
        self._halves.clear()
        return True

    def _moved(self, due: list[int], after: list[Halves], pen: Pen) -> list[int]:
        """Let the terminal move lines that are elsewhere now. Returns the lines due then."""
        top, lines = due[0], range(due[0], due[-1] + 1)
        before = [halves_of(self._shown[y]) if y not in self._halves else self._halves[y] for y in lines]
        move = best_move(before, after)
        if move is None:
            return due
        pen.out.append(self._move(move._replace(first=top + move.first, last=top + move.last)))
        pen.place = None
        return [y for y in lines if self._shown[y] != self._wanted[y]]

    def _move(self, move: Move) -> str:
        first, last, lines = move
        count = abs(lines)
        empty: list[Row] = [[EMPTY] * self.columns for _ in range(count)]
        part = self._shown[first : last + 1]
        self._shown[first : last + 1] = part[count:] + empty if lines > 0 else empty + part[:-count]
        times = "" if count == 1 else str(count)
        return f"\x1b[{first + 1};{last + 1}r\x1b[{first + 1}H\x1b[{times}{'M' if lines > 0 else 'L'}\x1b[r"
