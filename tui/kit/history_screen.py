"""A record as each sync left it, and what that sync changed (from the change journal, which is local)."""

from dataclasses import dataclass
from typing import ClassVar

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical

from store import words as fmt
from store.days import local_date, local_time, parse_instant
from store.queries.history import AsItWas, SyncMoment, as_it_was, sync_moments
from tui.kit.asking import ask
from tui.kit.clipboard import copy_text
from tui.kit.commands import HISTORY
from tui.kit.stored_record import StoredRecordScreen
from widgets.frame.states import StateLine
from widgets.json.json_view import JsonView
from widgets.panel.diff import FieldChange
from widgets.panel.diff_view import DiffView
from widgets.panel.feed import Feed, FeedEntry
from widgets.text import glyphs

EMPTY = (
    "No sync has seen a change of this {noun} yet. History begins with the first sync of this cache: the API gives "
    "none."
)
_WIDE = 120


@dataclass(frozen=True, slots=True)
class Then:
    """The record at a chosen sync, ready to draw."""

    state: AsItWas
    changes: tuple[FieldChange, ...]


class HistoryScreen(StoredRecordScreen):
    """The syncs that saw a change on one side, what the chosen one changed on the other; the first state comes last."""

    DEFAULT_CSS = """
    HistoryScreen #sides { layout: vertical; height: 1fr; }
    HistoryScreen #moments { height: 8; border-bottom: solid $foreground 35%; }
    HistoryScreen #then { height: 1fr; width: 1fr; }
    HistoryScreen #then > * { height: 1fr; }
    HistoryScreen JsonView { display: none; }
    HistoryScreen.-json JsonView { display: block; }
    HistoryScreen.-json DiffView { display: none; }
    HistoryScreen.-wide #sides { layout: horizontal; }
    HistoryScreen.-wide #moments { width: 44; height: 1fr; border-bottom: none; border-right: solid $foreground 35%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = HISTORY.bindings
    PART = "History"

    _then: Then | None = None

    def compose_body(self) -> ComposeResult:
        """What is chosen, then the two sides."""
        yield StateLine(id="history-head")
        with Container(id="sides"):
            yield Feed((), empty_note="Reading…", id="moments")
            with Vertical(id="then"):
                yield DiffView((), empty_note="")
                yield JsonView("{}")

    @property
    def _noun(self) -> str:
        return self.table.replace("_", " ").removesuffix("s")

    def on_mount(self) -> None:
        """Read the moments."""
        self.refresh_top()
        self.query_one(Feed).focus()
        self.read_record()

    def on_resize(self) -> None:
        """Side by side where there is room."""
        self.set_class(self.app.size.width >= _WIDE, "-wide")

    def read_record(self) -> None:
        """Ask the journal."""
        reader, table, identity = self.services.reader, self.table, self.identity
        sides = self.query_one("#sides")
        ask(self, lambda: reader.ask(sync_moments, table, identity), self._show_moments, group="moments", where=sides)

    def read_then(self, seen_at: str) -> None:
        """Rebuild the record as a sync left it."""
        reader, table, identity = self.services.reader, self.table, self.identity

        def read() -> Then:
            state = reader.ask(as_it_was, table, identity, seen_at)
            return Then(state, changes_of(state, table, identity))

        ask(self, read, self._show_then, group="then", where=self.query_one("#then"))

    def _show_moments(self, moments: list[SyncMoment]) -> None:
        feed = self.query_one(Feed)
        feed.empty_note = EMPTY.format(noun=self._noun)
        feed.show([self._entry(moment) for moment in moments])
        if not moments:
            self.query_one("#history-head", StateLine).show("No history yet", "local journal")
            self.query_one(DiffView).display = False

    def _entry(self, moment: SyncMoment) -> FeedEntry:
        words = fields_changed(moment.fields) if moment.fields else "first state"
        sign = glyphs.current().active
        if not moment.seen_at:
            return FeedEntry(moment.seen_at, None, "", sign, words, source="sync")
        zone, at = self.services.zone, parse_instant(moment.seen_at)
        day = local_date(moment.seen_at, zone)
        return FeedEntry(moment.seen_at, day, f"{local_time(at, zone):%H:%M}", sign, words, source="sync")

    @on(Feed.EntryHighlighted)
    def _chosen(self, event: Feed.EntryHighlighted) -> None:
        self.read_then(event.entry.id)

    @on(Feed.EntryActivated)
    def _opened(self) -> None:
        self.query_one(DiffView).focus()

    def _show_then(self, then: Then) -> None:
        self._then = then
        state = then.state
        at = fmt.clock(parse_instant(state.seen_at), self.services.zone) if state.seen_at else ""
        sync = f"the sync of {at}" if at else "an earlier sync"
        changes = then.changes
        words = f"{fields_changed(len(changes))} by {sync}" if changes else f"The first state, as {sync} left it"
        self.query_one("#history-head", StateLine).show(words, "local journal")
        diff = self.query_one(DiffView)
        diff.empty_note = "No older change is recorded. J shows the full document."
        diff.show(changes)
        self.query_one(JsonView).show(state.document if state.document is not None else {})

    def action_toggle_json(self) -> None:
        """The differences, or the document as it was."""
        self.toggle_class("-json")
        (self.query_one(JsonView).tree_lines if self.has_class("-json") else self.query_one(DiffView)).focus()

    def action_copy_then(self) -> None:
        """Copy the document as it was."""
        if self._then is not None:
            text = msgspec.json.format(msgspec.json.encode(self._then.state.document), indent=2).decode()
            copy_text(self.app, text, f"The {self._noun} as it was")


def fields_changed(count: int) -> str:
    """How many fields changed, in words."""
    return f"{fmt.counted(count, 'field')} changed"


def changes_of(state: AsItWas, table: str, identity: str) -> tuple[FieldChange, ...]:
    """Every field a sync saw changed, before and after, once each however often that sync read it."""
    first: dict[str, str | None] = {}
    last: dict[str, str | None] = {}
    for resource, record, field, before, after in state.changes:
        own = (resource, record) == (table, identity)
        dotted = field.lstrip("/").replace("/", ".")
        path = (
            dotted or f"({table.removesuffix('s')})"
            if own
            else ".".join(part for part in (resource, record, dotted) if part)
        )
        first.setdefault(path, before)
        last[path] = after
    return tuple(FieldChange(path, first[path], last[path]) for path in first)
