"""What to write of a line, and in which order: pieces of one look, which jumps and changes of look connect."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tui.shell.wire.cells import Cell, Look, blank_look, change, doubtful, is_same_blank, look_for_blank
from tui.shell.wire.places import Place, Stops, jump

Row = list[Cell | None]
"""The cells of a line. None: what the terminal shows there is unknown."""

EMPTY: Cell = ("\0", Look())
"""A blank of a background that depends on the terminal."""

_NEAR = 4
"""So many blanks at the end of what changes are cheaper to erase than to write."""
_LONG = 11
"""So many blanks elsewhere are cheaper to erase and to jump over."""
_MOST_BETWEEN = 5
"""Cells that stay between two that change: more of them are cheaper to jump over than to write again."""
_MANY = 40
"""Pieces of a frame from which on it may set tab stops, and is shorter look by look."""
_MOST_STOPS = 8
_SET, _SAVED = 7, 3
"""What it costs to set a tab stop, and what each jump to it saves, about."""
_APART = 2
"""Cells between two that change from which on they are pieces of their own."""
_JUMP = 4
"""What a jump costs, about."""


class Piece(NamedTuple):
    """Cells that stand side by side.

    Attributes:
        x, y: of the first one.
        end: column after the last one.
        look: of the letters; of blanks alone, what is seen of theirs.
        text: "" erases them.
        is_blank: whether it is blanks alone.
        is_sure: whether all terminals agree how wide it is.
        lead: letters of one cell each that stand before it and may be written with it, as a step of the way to it.
    """

    x: int
    y: int
    end: int
    look: Look
    text: str
    is_blank: bool
    is_sure: bool = True
    lead: str = ""


def is_doubtful(old: Row, new: Row) -> bool:
    """Whether terminals may disagree about widths in a line, before or now."""
    return bool(doubtful) and any(cell is not None and cell[0] in doubtful for row in (old, new) for cell in row)


def whole_line(y: int, row: Row) -> Iterator[Piece]:
    """All that is known of a line, from left to right. Nobody knows how far a terminal goes after what is doubtful."""
    for start, stop, blank in _stretches(row):
        first = start
        for x in range(start, stop):
            is_doubted = _ends_doubtful(row, x)
            if is_doubted or x + 1 == stop:
                *before, last = _written(y, row, range(first, x + 1), blank)
                yield from before
                yield last._replace(is_sure=not is_doubted)
                first = x + 1


def _ends_doubtful(row: Row, x: int) -> bool:
    """Whether a doubtful character ends at a cell, with its right half where it has one."""
    letter = _letter(row[x])
    if letter == "":
        return x > 0 and _letter(row[x - 1]) in doubtful
    return letter in doubtful and (x + 1 == len(row) or row[x + 1] is None or _letter(row[x + 1]) != "")


def changed_pieces(y: int, old: Row, new: Row, *, erases: bool) -> list[Piece]:
    """What differs in a line, from left to right; what is erased comes before what is written over it."""
    pieces: list[Piece] = []
    for start, stop, blank in _stretches(new):
        changed = [x for x in range(start, stop) if old[x] is not new[x] and old[x] != new[x]]
        if changed:
            ways = _erasures(old, new, changed, stop) if erases and not blank.signs and not blank.link else [[]]
            drawn = [_erased_and_written(y, old, new, changed, blank, ranges) for ranges in ways]
            pieces += drawn[0] if len(drawn) == 1 or _cost(drawn[0]) <= _cost(drawn[1]) else drawn[1]
    return pieces


def _erased_and_written(
    y: int, old: Row, new: Row, changed: list[int], blank: Look, ranges: Sequence[tuple[int, int]]
) -> list[Piece]:
    shown = old
    if ranges:
        shown = old.copy()
        for first, end in ranges:
            shown[first:end] = [(" ", blank)] * (end - first)
        low, high = min(changed[0], ranges[0][0]), max(changed[-1] + 1, ranges[-1][1])
        changed = [x for x in range(low, high) if shown[x] != new[x] and new[x] is not None]
    erased = [Piece(first, y, end, blank, "", True) for first, end in ranges]
    written = [*_written(y, new, changed, blank)]

    def place(piece: Piece) -> int:
        """Where it comes: at its column, but for what is written over a range, which comes after that."""
        return max([piece.x, *(first for first, end in ranges if first < piece.end <= end)])

    return sorted([*erased, *written], key=place) if erased else written


def _cost(pieces: list[Piece]) -> int:
    return sum(_JUMP + (len(piece.text.encode()) or _JUMP) for piece in pieces)


def _erasures(old: Row, new: Row, changed: list[int], stop: int) -> list[list[tuple[int, int]]]:
    """Ranges that may be erased: long runs of blanks; or all at once, from the first changed cell to the last."""
    first, last, width = changed[0], changed[-1], len(new)
    blanks = [x for x in changed if _letter(new[x]) == " "]
    if len(blanks) <= _NEAR:
        return [[]]
    ranges: list[tuple[int, int]] = []
    runs: list[list[int]] = []
    for x in blanks:
        if runs and (x == runs[-1][1] or _is_blank(new, runs[-1][1], x)):
            runs[-1][1:] = x + 1, runs[-1][2] + 1
        else:
            runs.append([x, x + 1, 1])
    for start, after, count in runs:
        is_tail = stop == width and after > last and _is_blank(new, after, width)
        enough = _NEAR if is_tail else _NEAR + 1 if after == last + 1 else _LONG
        if count >= enough and _can_erase(old, width if is_tail else after):
            ranges.append((_first(new, start), width if is_tail else after))
    end = width if stop == width else last + 1
    return [ranges, [(_first(new, first), end)]] if _can_erase(old, end) else [ranges]


def _first(new: Row, start: int) -> int:
    """Where to begin to erase: the way to the first column is the shortest."""
    return 0 if start == 1 and new[0] == new[1] and _is_blank(new, 0, 1) else start


def _is_blank(row: Row, first: int, end: int) -> bool:
    return all(_letter(cell) == " " for cell in row[first:end])


def _letter(cell: Cell | None) -> str:
    return "" if cell is None else cell[0]


def _can_erase(old: Row, end: int) -> bool:
    """Whether cells before `end` can be erased. Terminals differ about what erasing half of a wide one leaves."""
    return end == len(old) or _letter(old[end]) != ""


def _written(y: int, new: Row, changed: Sequence[int], blank: Look) -> Iterator[Piece]:
    """Changed cells of one stretch as pieces of one look, with the cells in between that cost less than a jump."""
    begin = end = -1
    worn: Look | None = None
    for x in changed:
        letter, look = new[x] or EMPTY
        is_blank = letter == " "
        if begin >= 0:
            goes_on = is_blank or worn is None or ((look is worn or look == worn) and x - end < _APART)
            if goes_on and (x == end or _joins(new, end, x, worn if is_blank else look)):
                worn, end = worn if is_blank else look, x + 1
                continue
            yield _piece(y, new, begin, end, worn, blank)
        begin, end = x - 1 if letter == "" else x, x + 1
        worn = None if is_blank else look
    if begin >= 0:
        yield _piece(y, new, begin, end, worn, blank)


def _joins(new: Row, end: int, x: int, look: Look | None) -> bool:
    """Whether the cells between two pieces of one look, None for blanks, are cheaper to write than to jump over."""
    if x - end > _MOST_BETWEEN:
        return False
    size = 0
    for cell in new[end:x]:
        if cell is None or (cell[0] != " " and cell[1] != look):
            return False
        size += len(cell[0].encode())
    return size <= (3 if x == end + 1 else 4)


def _piece(y: int, new: Row, begin: int, end: int, worn: Look | None, blank: Look) -> Piece:
    if end < len(new) and new[end] is not None and _letter(new[end]) == "":
        end += 1
    text = "".join([cell[0] for cell in new[begin:end] if cell])
    return Piece(begin, y, end, worn or blank, text, worn is None, True, _lead(new, begin, worn, blank))


def _lead(new: Row, begin: int, worn: Look | None, blank: Look) -> str:
    first = begin
    while first > 0 and begin - first < _MOST_BETWEEN:
        cell = new[first - 1]
        if cell is None or len(cell[0]) != 1 or cell[0] in doubtful or cell[1] != (blank if cell[0] == " " else worn):
            break
        first -= 1
    return "".join([cell[0] for cell in new[first:begin] if cell])


def _stretches(row: Row) -> Iterator[tuple[int, int, Look]]:
    """Known cells side by side whose blanks look the same: first, the one after the last, and that look."""
    start, worn, blank = 0, None, None
    for x, cell in enumerate(row):
        look = cell[1] if cell is not None else None
        if look is worn:
            continue
        here = None if look is None else blank_look(look)
        worn = look
        if here == blank:
            continue
        if blank is not None:
            yield start, x, blank
        start, blank = x, here
    if blank is not None:
        yield start, len(row), blank


class Pen:
    """Writes pieces to `out`, and knows the look and the place that the terminal is at.

    Args:
        columns: of the terminal.
        look, place: where it is at first; None is somewhere.
        stops: where a tab stops.
    """

    def __init__(self, columns: int, look: Look, place: Place | None, stops: Stops = ()) -> None:
        self.out: list[str] = []
        self.look, self.place, self.stops, self._columns = look, place, stops, columns

    def copy(self) -> "Pen":
        """Another one that has written the same."""
        other = Pen(self._columns, self.look, self.place, self.stops)
        other.out = self.out.copy()
        return other

    def size(self) -> int:
        """Bytes written."""
        return len("".join(self.out).encode())

    def write(self, pieces: Iterable[Piece]) -> None:
        """Write pieces in this order."""
        for piece in pieces:
            lead = self._go_near(piece)
            self.wear(look_for_blank(self.look, piece.look) if piece.is_blank else piece.look)
            if piece.text:
                self.out.append(lead + piece.text)
                self.place = (piece.end, piece.y) if piece.is_sure else None
            else:
                size = "K" if piece.end == self._columns else f"{piece.end - piece.x}X"
                self.out.append(f"\x1b[{size}")

    def _go_near(self, piece: Piece) -> str:
        """Jump to a piece, or to a place before it. Returns what is to be written first there."""
        x, y, lead = piece.x, piece.y, piece.lead
        if self.place == (x, y):
            return ""
        way = jump(self.place, (x, y), self._columns, self.stops)
        words = ""
        if lead and len(way) > 1:
            here = self.place[0] if self.place is not None and self.place[1] == y else 0
            for count in range(1, len(lead) + 1):
                first = x - count
                if first == here or first == 0 or first in self.stops:
                    there = (first, y)
                    near = "" if there == self.place else jump(self.place, there, self._columns, self.stops)
                    if len(near) + len(lead[-count:].encode()) < len(way) + len(words.encode()):
                        way, words = near, lead[-count:]
        self.out.append(way)
        self.place = (x, y)
        return words

    def go_to(self, place: Place) -> None:
        """Jump."""
        if place != self.place:
            self.out.append(jump(self.place, place, self._columns, self.stops))
            self.place = place

    def wear(self, look: Look) -> None:
        """Change the look."""
        if look != self.look:
            self.out.append(change(self.look, look))
            self.look = look

    def set_stops(self, stops: Stops, y: int) -> None:
        """Let tabs stop at these columns only, with the cursor in some line (ECMA-48 §8.3: TBC, HTS)."""
        self.stops = ()
        self.out.append("\x1b[3g")
        for x in stops:
            self.go_to((x, y))
            self.out.append("\x1bH")
        self.stops = stops


def shortest(pieces: list[Piece], pen: Pen, *, sets_stops: bool = False) -> Pen:
    """The pen after it wrote all pieces of lines: in their order, or one look after another where that is shorter.

    With `sets_stops` it may set the terminal's tab stops for that.
    """
    is_many = len(pieces) >= _MANY
    orders = [] if is_many else [pieces]
    if is_many or len({piece.look for piece in pieces}) > 1:
        orders.append(_by_look(pieces, pen.look))
    stops = _best_stops(orders[-1]) if is_many and sets_stops else ()
    if stops and not pen.stops:
        pen.set_stops(stops, pieces[0].y)
    ways = [pen.copy() for _ in orders]
    if stops and not set(stops) <= set(pen.stops):
        orders.append(orders[-1])
        ways.append(pen.copy())
        ways[-1].set_stops(stops, pieces[0].y)
    for way, order in zip(ways, orders, strict=True):
        way.write(order)
    return ways[0] if len(ways) == 1 else min(ways, key=Pen.size)


def _best_stops(pieces: Sequence[Piece]) -> Stops:
    """Columns at which so many pieces begin that to set a tab stop there costs less than the jumps it shortens."""
    ways: Counter[tuple[int, int]] = Counter()
    column = line = -1
    for piece in pieces:
        start = column if piece.y == line and column <= piece.x else 0
        if piece.x - start > 1 and not 0 <= column - piece.x <= _NEAR:
            ways[start, piece.x] += 1
        column, line = piece.end, piece.y
    begun: Counter[int] = Counter()
    for (_, x), count in ways.items():
        begun[x] += count
    stops: set[int] = set()
    for x, count in begun.most_common(_MOST_STOPS):
        # A tab stops at each stop that it comes to.
        over = sum(times for (start, goal), times in ways.items() if start < x < goal and goal in stops)
        over += sum(times for (start, goal), times in ways.items() if goal == x for stop in stops if start < stop < x)
        if count * _SAVED - over > _SET:
            stops.add(x)
    return tuple(sorted(stops))


def _by_look(pieces: list[Piece], worn: Look) -> list[Piece]:
    """One look after another. Blanks go with the first that shows them: nothing is erased that was written."""
    left: dict[Look, list[int]] = {}
    blanks: dict[Look, list[int]] = {}
    for number, piece in enumerate(pieces):
        (blanks if piece.is_blank else left).setdefault(piece.look, []).append(number)
    for blank in blanks:
        if not any(is_same_blank(look, blank) for look in left):
            left[blank] = []
    order: list[int] = []
    while left:
        worn = min(left, key=lambda one: len(change(worn, one)))
        order += sorted(left.pop(worn) + blanks.pop(blank_look(worn), []))
    return [pieces[number] for number in order]
