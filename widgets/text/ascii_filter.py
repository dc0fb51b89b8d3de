"""Finished lines in ASCII: borders, scrollbars, axes of plots and the toolkit's own words pass no other gate."""

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.filter import LineFilter

from widgets.text.ascii_signs import cell_sign, in_use

if TYPE_CHECKING:
    from textual.color import Color


class AsciiFilter(LineFilter):
    """Replaces every sign of one cell in finished lines."""

    def apply(self, segments: list[Segment], background: "Color") -> list[Segment]:
        """The segments, none wider or narrower than before."""
        del background
        return [
            segment if segment.control or segment.text.isascii()
            else Segment("".join(map(cell_sign, segment.text)), segment.style)
            for segment in segments
        ]  # fmt: skip


_FILTERS = (AsciiFilter(),)


def line_filters() -> tuple[LineFilter, ...]:
    """What an app adds to its line filters: the same object each time, for finished lines are kept by it."""
    return _FILTERS if in_use() else ()
