"""The lines of a customer's activity as rows of a table, read window by window in its worker thread."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo

from store import words as fmt
from store.days import local_time, parse_instant
from store.domain.customer_events import MESSAGE, channel_words, event_type, story_title
from store.queries.customer_activity import CustomerEvent, EventStub, read_events
from store.queries.question import Question
from store.queries.reader import Reader
from tui.customers.stories import DAY, EVENT, LOOKED, STORY, FeedLine
from tui.kit.formatter import Formatter
from tui.kit.masking import masked_addresses
from widgets.table.columns import TableColumn
from widgets.table.rows import Cell, CellText, Row
from widgets.text import glyphs

COLUMNS = (
    TableColumn("at", "At", 12, priority=100, sortable=False),
    TableColumn("what", "What happened", 30, flex=4, priority=99, sortable=False),
    TableColumn("campaign", "Campaign", 14, flex=1, max_width=32, priority=60, sortable=False),
    TableColumn("code", "Code", 14, flex=1, max_width=26, priority=50, sortable=False),
    TableColumn("by", "By", 10, flex=1, max_width=28, priority=30, sortable=False),
)
_CLOCKS_DIFFER = 60
"""Seconds from which the two clocks of an event are told apart."""


class FeedSource:
    """Lines of the feed as cells.

    Args:
        reader: where events are read.
        lines: of the feed.
        scene: how values are worded.
        looked: when the reader looked last, in words, for the line between old and new.
    """

    def __init__(self, reader: Reader, lines: Sequence[FeedLine], scene: Formatter, looked: str = "") -> None:
        self.lines = lines
        self._reader = reader
        self._scene = replace(scene, in_table=True)
        self._looked = looked
        self._places: dict[str, int] | None = None
        self._question = Question()

    def count(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    def window(self, start: int, stop: int) -> Sequence[Row]:
        """Lines as cells; of a story only its telling event is read."""
        lines = self.lines[start:stop]
        stubs = [stub for line in lines if (stub := told_by(line)) is not None]
        with self._question:
            found = self._reader.ask(read_events, stubs, self._scene.currency)
        events = {event.id: event for event in found}
        return [Row(line.id, self._cells(line, events)) for line in lines]

    def index_of(self, row_id: str) -> int | None:
        """Where a line stands."""
        if self._places is None:
            self._places = {line.id: at for at, line in enumerate(self.lines)}
        return self._places.get(row_id)

    def stop(self) -> None:
        """End the call under way."""
        self._question.cancel()

    def _cells(self, line: FeedLine, events: dict[str, CustomerEvent]) -> tuple[Cell, ...]:
        if line.kind == DAY:
            return self._heading(line)
        if line.kind == LOOKED:
            words = f"{glyphs.current().up} new since you last looked, {self._looked}"
            return ("", CellText(words, "accent"))
        stub = told_by(line)
        event = None if stub is None else events.get(stub.id)
        if stub is None or event is None:
            return ("", CellText("It is gone from the cache.", "muted"))
        at = line.story.at if line.kind == STORY and line.story is not None else stub.at
        what = CellText(self._what(line, event), "bad" if line.is_problem else _role(event))
        by = event.performed_by or channel_words(event.channel)
        return (
            CellText(self._clock(at, nested=line.kind == EVENT), "muted"), what, event.campaign or "",
            event.voucher_code or "", CellText(by, "muted"),
        )  # fmt: skip

    def _heading(self, line: FeedLine) -> tuple[Cell, ...]:
        if line.day is None:
            return (CellText("Undated", "title"), "")
        count = fmt.counted(line.count, "entry", "entries")
        return (CellText(self._scene.day_of(line.day), "title"), CellText(f"{line.day:%A}, {count}", "muted"))

    def _clock(self, at: str, *, nested: bool) -> str:
        if not at:
            return ""
        local = local_time(parse_instant(at), self._scene.zone)
        return f"    {local:%H:%M:%S}" if nested else f"  {local:%H:%M}"

    def _what(self, line: FeedLine, event: CustomerEvent) -> str:
        signs = glyphs.current()
        story = line.story
        if line.kind == STORY and story is not None and len(story.events) > 1:
            sign = signs.failed if line.is_problem else signs.unfolded if line.is_open else signs.folded
            title = f"{story_title(stub.type for stub in reversed(story.events))} ({len(story.events)})"
        else:
            sign = signs.failed if line.is_problem else signs.dot
            title = event.title
        words = f"{sign} {title}" + (f"  {event.line}" if event.line else "")
        if (other := other_clock(event, self._scene)) and line.kind == EVENT:
            words += f"  (happened {other})"
        return words if self._scene.reveal else masked_addresses(words)


def told_by(line: FeedLine) -> EventStub | None:
    """The event a line is told by; None for headings."""
    if line.event is not None:
        return line.event
    return line.story.lead if line.story is not None else None


def other_clock(event: CustomerEvent, scene: Formatter) -> str:
    """When an event happened, where that is another time than when it was recorded; "" where it is the same."""
    if event.happened_at is None or not event.at:
        return ""
    apart = abs((parse_instant(event.at) - parse_instant(event.happened_at)).total_seconds())
    return scene.when(event.happened_at) if apart >= _CLOCKS_DIFFER else ""


def _role(event: CustomerEvent) -> str:
    return "muted" if event_type(event.type).group == MESSAGE else "text"


def first_day(zone: tzinfo, at: str) -> str:
    """The local day of an instant, in words."""
    return fmt.day(local_time(parse_instant(at), zone).date())
