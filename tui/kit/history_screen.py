"""A record as each sync left it, and what that sync changed (from the change journal, which is local)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical

from store import words as fmt
from store.days import local_date, local_time, parse_instant
from store.queries.history import AsItWas, SyncMoment, as_it_was, sync_moments
from tui.kit.asking import ask
from tui.kit.change_words import fields_changed, summary, who_words, worded
from tui.kit.clipboard import copy_text
from tui.kit.commands import HISTORY
from tui.kit.formatter import Formatter
from tui.kit.stored_record import StoredRecordScreen
from widgets.frame.offered_keys import KeyWords
from widgets.frame.states import StateLine
from widgets.json.json_view import JsonView
from widgets.panel.diff import FieldChange
from widgets.panel.diff_view import DiffView
from widgets.panel.feed import Feed, FeedEntry
from widgets.text import glyphs
from widgets.text.lines import DataLines, Line
from widgets.text.wrap import wrap_cells

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


class Told(DataLines[str]):
    """Who made a change and by which request, wrapped; nothing where that is not known."""

    def draw(self, width: int) -> list[Line]:
        """The words at a width."""
        return [((part, "second"),) for part in wrap_cells(self.data, max(1, width))] if self.data else []


class HistoryScreen(StoredRecordScreen):
    """The syncs that saw a change on one side, what the chosen one changed on the other; the first state comes last."""

    DEFAULT_CSS = """
    HistoryScreen #sides { layout: vertical; height: 1fr; }
    HistoryScreen #moments { height: 9; border-bottom: solid $foreground 35%; }
    HistoryScreen #then { height: 1fr; width: 1fr; }
    HistoryScreen #then > * { height: 1fr; }
    HistoryScreen #then > Told { height: auto; padding: 0 1; }
    HistoryScreen JsonView { display: none; }
    HistoryScreen.-json JsonView { display: block; }
    HistoryScreen.-json DiffView { display: none; }
    HistoryScreen.-wide #sides { layout: horizontal; }
    HistoryScreen.-wide #then { width: 3fr; }
    HistoryScreen.-wide #moments { width: 2fr; height: 1fr; border-bottom: none; border-right: solid $foreground 35%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = HISTORY.bindings
    PART = "History"

    _then: Then | None = None
    _reveal = False
    _moments: Mapping[str, SyncMoment] = MappingProxyType({})

    @property
    def _scene(self) -> Formatter:
        services = self.services
        return Formatter(services.settings.currency, services.zone, services.now(), self._reveal)

    def compose_body(self) -> ComposeResult:
        """What is chosen, then the two sides."""
        yield StateLine(id="history-head")
        with Container(id="sides"):
            yield Feed((), empty_note="Reading…", id="moments")
            with Vertical(id="then"):
                yield Told("")
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
        reader, table, identity, scene = self.services.reader, self.table, self.identity, self._scene

        def read() -> Then:
            state = reader.ask(as_it_was, table, identity, seen_at)
            return Then(state, worded(state.changes, scene, (table, identity), state.document or {}))

        ask(self, read, self._show_then, group="then", where=self.query_one("#then"))

    def _show_moments(self, moments: list[SyncMoment]) -> None:
        self._moments = {moment.seen_at: moment for moment in moments}
        feed = self.query_one(Feed)
        feed.empty_note = EMPTY.format(noun=self._noun)
        feed.show([self._entry(moment) for moment in moments])
        if not moments:
            self.query_one("#history-head", StateLine).show("No history yet", "local journal")
            self.query_one(DiffView).display = False

    def _entry(self, moment: SyncMoment) -> FeedEntry:
        sign, scene, own = glyphs.current().active, self._scene, (self.table, self.identity)
        words, detail = "first state", ""
        if moment.changes:
            words, more = summary(moment.changes, scene, own)
            detail = who_words(moment.calls, scene) or "who is not known from the API log"
            detail = f"and {more} more {glyphs.current().dot} {detail}" if more else detail
        if not moment.seen_at:
            return FeedEntry(moment.seen_at, None, "", sign, words, detail=detail)
        at, day = parse_instant(moment.seen_at), local_date(moment.seen_at, scene.zone)
        return FeedEntry(moment.seen_at, day, f"{local_time(at, scene.zone):%H:%M}", sign, words, detail=detail)

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
        moment = self._moments.get(state.seen_at)
        self.query_one(Told).show(who_words(moment.calls, self._scene) if moment else "")
        diff = self.query_one(DiffView)
        diff.empty_note = "No older change is recorded. J shows the full document."
        diff.show(changes)
        self.query_one(JsonView).show(state.document if state.document is not None else {})

    def action_toggle_json(self) -> None:
        """The differences, or the document as it was."""
        self.toggle_class("-json")
        (self.query_one(JsonView).tree_lines if self.has_class("-json") else self.query_one(DiffView)).focus()

    def action_reveal(self) -> None:
        """Show or mask personal data in what changed."""
        self._reveal = not self._reveal
        self.read_record()
        if self._then is not None:
            self.read_then(self._then.state.seen_at)
        self.refresh_bindings()

    def key_label(self, binding: Binding) -> KeyWords | None:
        """What `v` does next."""
        return KeyWords("mask") if binding.id == "history.reveal" and self._reveal else super().key_label(binding)

    def action_copy_then(self) -> None:
        """Copy the document as it was."""
        if self._then is not None:
            text = msgspec.json.format(msgspec.json.encode(self._then.state.document), indent=2).decode()
            copy_text(self.app, text, f"The {self._noun} as it was")
