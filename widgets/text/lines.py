"""Lines drawn by hand: spans of text with a role, painted into strips.

Widgets here that show many small texts are one widget each that draws its own lines: a widget per label would cost
layout and style work for every figure on a dashboard. A `Line` is a tuple of spans, a span is text and the *role* it
plays; the theme decides what a role looks like. Text is cleaned here, once, whatever it came from.
"""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import ClassVar, Generic, Literal, TypeVar, get_args

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widget import Widget

from widgets.text import cell_fit, cell_width, glyphs, plain
from widgets.text.ink import LOOKS, Ink, Look, Mixer
from widgets.text.wrap import wrap_cells

Role = Literal[
    "text", "strong", "muted", "label", "source", "accent", "good", "bad", "warn", "second",
    "border", "title", "key", "string", "literal", "match", "cursor",
]  # fmt: skip
ROLES: tuple[Role, ...] = get_args(Role)

Span = tuple[str, Role]
Line = tuple[Span, ...]


class Inked(Widget):
    """A widget that draws by role. Subclasses read `self.ink`, and give `LOOKS` of their own where theirs differ."""

    LOOKS: ClassVar[Mapping[str, Look]] = LOOKS

    _ink: Ink | None = None

    @property
    def ink(self) -> Ink:
        """The styles of every role as the theme has them now."""
        if self._ink is None:
            base, ground = self.rich_style, self.background_colors[1]
            mixer = Mixer(base, ground, self.app.theme_variables, self.LOOKS, self.app.native_ansi_color)
            self._ink = Ink(base, mixer.style_of)
        return self._ink

    def notify_style_update(self) -> None:
        """Forget styles and what was drawn with them."""
        self._ink = None
        self.forget_drawing()
        super().notify_style_update()

    def forget_drawing(self) -> None:
        """Drop kept strips; the next paint draws anew."""


class LineWidget(Inked):
    """A widget as high as its lines, drawn by its subclass in `draw(width)`, or in `fill` where its height matters.

    What is drawn is kept until data or style change. To change what is shown, store it and call `redraw()`.
    `show_failure(why)` puts the reason of a failure in place of the lines until an empty one takes it away.
    """

    DEFAULT_CSS = """
    LineWidget { height: auto; }
    """

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), repaint=False)
    """It does not scroll, so its size asks for no second layout."""

    _drawn: tuple[tuple[int, int], list[Strip]] | None = None
    failure = ""

    def show_failure(self, why: str) -> None:
        """Draw why there is nothing to draw; "" draws the lines again."""
        if why != self.failure:
            self.failure = why
            self.redraw()

    def lines(self, width: int, height: int | None) -> list[Line]:
        """What is to be seen: the reason of a failure, else what the subclass draws."""
        if self.failure:
            return [((part, "bad"),) for part in wrap_cells(self.failure, max(1, width))]
        return self.fill(width, height)

    def fill(self, width: int, height: int | None) -> list[Line]:  # noqa: ARG002 - of those that fill their height
        """The lines at a size; `height` is `None` while the widget's own height is being asked for."""
        return self.draw(width)

    def draw(self, width: int) -> list[Line]:
        """The lines at a width."""
        raise NotImplementedError

    def redraw(self, *, layout: bool = True) -> None:
        """Show changed data, and paint no line that stays; `layout=False` when their number is sure to be the same."""
        size = (self.content_size.width, self.content_size.height)
        if self._drawn is None or self._drawn[0] != size or (layout and self._grows(*size)):
            self.forget_drawing()
            self.refresh(layout=layout)
            return
        before, self._drawn = self._drawn[1], (size, self.strips(*size))
        for y, (old, new) in enumerate(zip_longest(before, self._drawn[1])):
            if old != new:
                self.refresh(Region(0, y, size[0], 1))

    def _grows(self, width: int, height: int) -> bool:
        """Whether the lines now need another height than there is."""
        own = self.styles.height
        return (own is None or own.is_auto) and len(self.lines(width, None)) != height

    def forget_drawing(self) -> None:
        """Drop kept strips."""
        self._drawn = None

    def strips(self, width: int, height: int) -> list[Strip]:
        """The painted lines at a size."""
        ink = self.ink
        return [paint(line, width, ink) for line in self.lines(width, height)]

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002 - Textual's signature
        """As wide as allowed."""
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - as above
        """As many rows as there are lines."""
        return len(self.lines(width, None))

    def render_line(self, y: int) -> Strip:
        """One row of the widget, padding and border not included."""
        size = (self.content_size.width, self.content_size.height)
        if self._drawn is None or self._drawn[0] != size:
            self._drawn = (size, self.strips(*size))
        strips = self._drawn[1]
        return strips[y] if 0 <= y < len(strips) else Strip.blank(size[0], self.ink.base)


Data = TypeVar("Data")


class DataLines(LineWidget, Generic[Data]):
    """Lines drawn from one value, `data`. To change it, `show` another one: an equal one repaints nothing."""

    ONE_LINE: ClassVar[bool] = False
    """Whether the height never changes, so that nothing around it is laid out anew."""

    def __init__(self, data: Data, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.data = data

    def show(self, data: Data) -> None:
        """Show other data."""
        if data != self.data:
            self.data = data
            self.redraw(layout=not self.ONE_LINE)


def paint(line: Line, width: int, ink: Ink, over: Style | None = None) -> Strip:
    """Paint a line to exactly `width` cells; what is longer ends with an ellipsis.

    Args:
        line: the spans; their text is cleaned here.
        width: cells.
        ink: the styles by role.
        over: laid over every span, as for the cursor's line.
    """
    segments: list[Segment] = []
    left = width
    for position, (raw, role) in enumerate(line):
        text = plain(raw)
        size = cell_width(text)
        style = ink[role] if over is None else ink[role] + over
        if size > left or (size == left and any(part for part, _ in line[position + 1 :])):
            segments.append(Segment(cell_fit(text + " " if size == left else text, left, ellipsis=_end()), style))
            left = 0
            break
        if segments and segments[-1].style == style:
            segments[-1] = Segment(segments[-1].text + text, style)
        else:
            segments.append(Segment(text, style))
        left -= size
    if left > 0:
        segments.append(Segment(" " * left, ink.base if over is None else ink.base + over))
    return Strip(segments, width)


def line_width(line: Sequence[Span]) -> int:
    """Cells a line takes."""
    return sum(cell_width(plain(text)) for text, _ in line)


def ends(left: Sequence[Span], right: Sequence[Span], width: int) -> Line:
    """One line with a part at either end. The left one is cut when both do not fit with two cells between them."""
    tail = line_width(right)
    room = width - tail - (2 if tail else 0)
    kept = cut(left, room)
    gap = width - tail - line_width(kept)
    return (*kept, (" " * max(0, gap), "text"), *right)


def end_lines(left: Sequence[Span], right: Sequence[Span], width: int, room: int = 0) -> list[Line]:
    """The same with nothing cut: on lines of their own where they do not fit on one, each wrapped where it is wider.

    The left one takes `room` cells at least, which decides whether they fit on one.
    """
    if max(room, line_width(left)) + line_width(right) + 2 <= width:
        return [ends(left, right, width)]
    lines: list[Line] = []
    for part in (left, right):
        whole = [tuple(part)] if line_width(part) <= width else [((text.strip(), role),) for text, role in part]
        for line in whole:
            if line_width(line) <= width:
                lines.append(line)
            else:
                lines += [((text, line[0][1]),) for text in wrap_cells(line[0][0], max(1, width))]
    return [line for line in lines if any(text for text, _ in line)]


def cut(line: Sequence[Span], width: int) -> Line:
    """The line, shortened with an ellipsis where it is wider than `width` cells."""
    if line_width(line) <= width:
        return tuple(line)
    kept: list[Span] = []
    left = max(0, width)
    for text, role in line:
        size = cell_width(plain(text))
        if size >= left:
            kept.append((cell_fit(text + " ", left, ellipsis=_end()), role))
            break
        kept.append((text, role))
        left -= size
    return tuple(kept)


def cut_words(line: Sequence[Span], width: int) -> Line:
    """The same, shortened between two words where that keeps at least half of what fits."""
    kept = cut(line, width)
    if line_width(line) <= width or not kept:
        return kept
    *before, (text, role) = kept
    head = plain(text).removesuffix(_end())
    head = (head if head.endswith(" ") else head.rpartition(" ")[0]).rstrip(" ·,;:")
    while head[-1:].isdigit():
        # A number before the ellipsis reads as one that was cut.
        head = head.rpartition(" ")[0].rstrip(" ·,;:")
    enough = head and (line_width(before) + cell_width(head)) * 2 >= width
    return (*before, (head + _end(), role)) if enough else kept


_BESIDE = 7
"""Cells that blanks and border take between a title and a note."""


def frame(
    body: Sequence[Line],
    width: int,
    *,
    title: Sequence[Span] = (),
    note: Sequence[Span] = (),
    foot: Sequence[Span] = (),
    height: int | None = None,
    role: Role = "border",
) -> list[Line]:
    """A box around lines: title at the top left, note at the top right, foot at the bottom right.

    Args:
        body: lines of up to `width` - 4 cells.
        width: outer width.
        title: cut only where it does not fit alone.
        note: the source and age; in the lower border where it does not fit beside the title.
        foot: keys that work here.
        height: outer height to fill; `None` takes what the body needs.
        role: of the border.
    """
    if width < 6:
        return [cut(line, width) for line in body]
    signs = glyphs.current()
    top_left, top_right, bottom_left, bottom_right, across, down = tuple(signs.borders)
    inner = width - 2
    rows = list(body) if height is None else list(body)[: max(0, height - 2)]
    if height is not None:
        rows += [()] * (height - 2 - len(rows))
    low: Sequence[Span] = ()
    if line_width(title) + line_width(note) + _BESIDE > inner:
        note, low = (), note
    edge = [(top_left, role), *_border(title, note, inner, across, role), (top_right, role)]
    out: list[Line] = [tuple(edge)]
    for line in rows:
        kept = cut(line, inner - 2)
        fill = " " * (inner - 1 - line_width(kept))
        out.append(((f"{down} ", role), *kept, (fill + down, role)))
    out.append(((bottom_left, role), *_border(low, foot, inner, across, role), (bottom_right, role)))
    return out


def _border(left: Sequence[Span], right: Sequence[Span], width: int, across: str, role: Role) -> Line:
    def around(line: Sequence[Span]) -> list[Span]:
        return [(" ", role), *line, (" ", role)] if line else []

    tail = around(right)
    if line_width(around(left)) + line_width(tail) + 3 > width and line_width(tail) > width // 2:
        tail = []
    head = around(cut_words(left, max(0, width - line_width(tail) - 4)))
    end = [*tail, (across, role)] if tail else []
    gap = width - line_width(head) - line_width(end)
    return (*head, (across * max(0, gap), role), *end)


def _end() -> str:
    return glyphs.current().ellipsis
