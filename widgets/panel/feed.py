"""A chronological feed: entries by day, each with its time, kind, source and detail."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from store import words as fmt
from widgets.messages import WidgetMessage
from widgets.table.line_scroll import LineScroll
from widgets.text.lines import Line, Role, ends
from widgets.text.wrap import wrap_cells

_TIME_CELLS = 7


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One thing that happened.

    Attributes:
        id: given back in messages.
        day: in the project's time zone; `None` puts it under "Undated".
        time_text: on the clock, "14:03"; empty where only the day is known.
        glyph: one cell that goes with the kind.
        title: what happened; outside text allowed.
        source: where it is known from: "change journal", "API log".
        detail: a second line, quiet.
        role: of the glyph.
    """

    id: str
    day: date | None
    time_text: str
    glyph: str
    title: str
    source: str = ""
    detail: str = ""
    role: Role = "muted"


class Feed(LineScroll):
    """Entries in the order given (newest first reads best), under a heading per day.

    Use it so::

        feed = Feed(entries, empty_note="No activity cached. Press r to fetch (about 3 calls).")
        feed.show(entries)              # keeps the cursor on the same entry where it is still there

    Posts `EntryHighlighted` as the cursor moves and `EntryActivated` on `enter`.
    """

    class EntryHighlighted(WidgetMessage, namespace="feed"):
        """The cursor came to an entry."""

        coalesces = True
        entry: FeedEntry

    class EntryActivated(WidgetMessage, namespace="feed"):
        """The user opened an entry."""

        entry: FeedEntry

    def __init__(
        self,
        entries: Sequence[FeedEntry] = (),
        *,
        empty_note: str = "Nothing happened here yet.",
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self.empty_note = empty_note
        self._entries: Sequence[FeedEntry] = entries
        self._starts: list[int] = []
        self._total = 0
        self._arrange()

    @property
    def entry(self) -> FeedEntry | None:
        """The entry under the cursor."""
        place = self._place(self.cursor)
        return self._entries[place[0]] if place and place[1] >= 0 else None

    def show(self, entries: Sequence[FeedEntry]) -> None:
        """Show other entries."""
        here = self.entry
        self._entries = entries
        self._arrange()
        self.lines_changed()
        if here is not None:
            for index, entry in enumerate(entries):
                if entry.id == here.id:
                    self.cursor = self._first_line(index)
                    break

    def line_count(self) -> int:
        """Headings, entries and their second lines; the note of an empty feed, wrapped."""
        return self._total or len(self._empty_lines(self.scrollable_content_region.width))

    def _empty_lines(self, width: int) -> list[str]:
        return wrap_cells(self.empty_note, width - 2)

    def selectable(self, index: int) -> bool:
        """Only the first line of an entry."""
        place = self._place(index)
        return place is not None and place[1] == 0

    def line_at(self, index: int, width: int) -> Line:
        """A heading, an entry or its detail."""
        place = self._place(index)
        if place is None:
            note = self._empty_lines(width)
            return ((f" {note[index]}", "muted"),) if index < len(note) else ()
        number, part = place
        entry = self._entries[number]
        if part < 0:
            heading = fmt.day(entry.day) if entry.day else "Undated"
            weekday = f"{entry.day:%A}" if entry.day else ""
            return ((f" {heading}", "title"), (f"  {weekday}", "muted"))
        if part == 1:
            return ((" " * (_TIME_CELLS + 4), "muted"), (entry.detail, "muted"))
        left: Line = (
            (f"  {entry.time_text:<{_TIME_CELLS}}", "muted"),
            (f"{entry.glyph} ", entry.role),
            (entry.title, "text"),
        )
        return ends(left, ((f"{entry.source} ", "source"),) if entry.source else (), width)

    def activate(self, index: int) -> None:
        """Post `EntryActivated`."""
        place = self._place(index)
        if place is not None:
            self.post_message(self.EntryActivated(self, self._entries[place[0]]))

    def watch_cursor(self, before: int, after: int) -> None:
        """Post `EntryHighlighted`."""
        super().watch_cursor(before, after)
        if self.entry is not None:
            self.post_message(self.EntryHighlighted(self, self.entry))

    def _arrange(self) -> None:
        """Note where each entry starts, its heading included."""
        self._starts = []
        line = 0
        for index, entry in enumerate(self._entries):
            self._starts.append(line)
            line += self._headed(index) + 1 + bool(entry.detail)
        self._total = line

    def _headed(self, index: int) -> bool:
        return index == 0 or self._entries[index].day != self._entries[index - 1].day

    def _first_line(self, index: int) -> int:
        return self._starts[index] + self._headed(index)

    def _place(self, line: int) -> tuple[int, int] | None:
        """Entry of a line and which part of it: -1 heading, 0 entry, 1 detail."""
        if not 0 <= line < self._total:
            return None
        index = bisect_right(self._starts, line) - 1
        return index, line - self._first_line(index)
