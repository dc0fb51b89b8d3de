"""A customer's activity: stories by day, newest first, however many events there are."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from store.domain.customer_events import REDEMPTION, event_type
from store.explain.rows import EVENT as EVENT_KIND
from store.explain.rows import explained
from store.queries.customer_activity import EventStub, Reach, event_stubs, reach_of
from store.ref import Ref
from tui.customers.commands import FEED
from tui.customers.context import CustomerContext
from tui.customers.event_details import EventDetails, EventDrawer, details_requested, read_details
from tui.customers.feed_filter import Shown, Way, read_ways
from tui.customers.feed_head import FeedHead, FeedHeadData
from tui.customers.feed_source import COLUMNS, FeedSource, told_by
from tui.customers.reading import reading_of
from tui.customers.stories import (
    EVENT,
    STORY,
    FeedLine,
    Story,
    feed_lines,
    jump,
    next_problem,
    only_problems,
    stories,
    without_noise,
)
from tui.kit.asking import UNREADABLE, LoadFailed, ask, cover, uncover
from tui.kit.bodies import CacheLoading
from tui.kit.clipboard import copy_text
from tui.kit.context import SubjectContext
from tui.kit.error_words import words_of
from tui.kit.export_way import export_questions
from tui.kit.filtered_body import FilteredBody
from tui.kit.formatter import Formatter
from tui.kit.links import choose_link
from tui.kit.messages import SyncRequested
from tui.kit.screen import AppScreen
from widgets.dialog.picker import Picker
from widgets.frame.offered_keys import HIDDEN, KeyWords
from widgets.table.virtual_table import VirtualTable
from widgets.text import escaped, plain

Answer = TypeVar("Answer")
_CELLS = 60
"""Parts that the strip divides the time into."""
_TYPED_INTO = frozenset({"feed.filter", "feed.narrow"})
_ABOUT_ONE = frozenset({"open_line", "links", "show_json", "copy"})


@dataclass(frozen=True, slots=True)
class FeedRead:
    """What the feed is drawn from: stories newest first, how many events they hold, and how far back all are held."""

    told: list[Story] = field(default_factory=list)
    events: int = 0
    reach: Reach | None = None
    shown: Shown = field(default_factory=Shown)


def count_events(context: SubjectContext) -> int | None:
    """How many events are held; None while nothing was read."""
    reach = context.reader.ask(reach_of, context.subject.id)
    return reach.held if reach.held or reach.whole else None


class FeedTab(FilteredBody, CacheLoading[FeedRead]):
    """The feed with its filters, its strip of density and its details. What its keys do stands in its bindings."""

    BINDINGS: ClassVar[list[BindingType]] = FEED.bindings

    def __init__(self, context: CustomerContext) -> None:
        super().__init__()
        self.wanted = Shown()
        self.prepare(context, self._load)
        self.reveal = False
        self._read = FeedRead()
        self._opened: frozenset[str] = frozenset()
        self._lines: list[FeedLine] = []
        self._has_read = self._begins = self._arranging = False
        self._asks = 0

    def compose(self) -> ComposeResult:
        """Head with the strip, filter line, lines; details beside or below."""
        table = VirtualTable(COLUMNS, empty_text="Reading…")
        hint = "event, id, code, order, request, campaign or any text"
        yield from self.compose_around(FeedHead(FeedHeadData("Reading…")), hint, table, EventDrawer())

    @property
    def customer(self) -> CustomerContext:
        """Whose activity."""
        if not isinstance(self.load_context, CustomerContext):
            raise TypeError("an activity feed belongs to a customer")
        return self.load_context

    @property
    def table(self) -> VirtualTable:
        """The lines."""
        return self.query_one(VirtualTable)

    @property
    def drawer(self) -> EventDrawer:
        """The details' place."""
        return self.query_one(EventDrawer)

    @property
    def is_loading(self) -> bool:
        """Whether events, lines, choices or details that a key asked for are still being read."""
        return not self._has_read or self._arranging or self._asks > 0

    @property
    def scene(self) -> Formatter:
        """How values are worded now."""
        return Formatter.of(self.load_context, reveal=self.reveal)

    # Reading

    def _load(self, context: CustomerContext) -> FeedRead:
        shown, asked = self.wanted, context.reader.ask
        stubs = asked(event_stubs, context.subject.id, shown.events)
        if shown.group:
            stubs = [stub for stub in stubs if event_type(stub.type).group == shown.group]
        if shown.problems:
            stubs = only_problems(stubs)
        if not shown.noise:
            stubs = without_noise(stubs)
        return FeedRead(stories(stubs), len(stubs), asked(reach_of, context.subject.id), shown)

    def show(self, data: FeedRead) -> None:
        """Show other events; the cursor stays on its line."""
        first, self._read, self._has_read = not self._has_read, data, True
        self._arrange(keep=not first)

    def _arrange(self, *, keep: bool = True) -> None:
        looked = self.customer.looked_at
        zone = self.load_context.zone
        self._lines = feed_lines(self._read.told, self._opened, zone, looked)
        words = self.scene.when(looked) if looked else ""
        table = self.table
        table.set_empty_text(self._empty_words())
        source = FeedSource(self.load_context.reader, self._lines, self.scene, words)
        self._begins, self._arranging = self._begins or not keep, True
        table.replace_source(source, keep_cursor_on_id=keep)
        self._tell()
        self.refresh_bindings()

    def _empty_words(self) -> str:
        if self.is_narrowed:
            return "No event matches. Esc clears the filter."
        reach = self._read.reach
        if reach is not None and reach.whole:
            return "Nothing happened to this customer yet."
        offline = "" if self.customer.online else " This cache is shown offline."
        return f"The activity was not read yet. r reads it ({self.load_context.cost}).{offline}"

    def _tell(self) -> None:
        head = FeedHeadData.of(self._read.told, self._read.events, self._read.reach, self.wanted.told, self.scene)
        self.query_one(FeedHead).show(head)

    def _requery(self, shown: Shown) -> None:
        if shown != self.wanted:
            self.wanted = shown
            self.reload()

    # Filters

    @property
    def is_narrowed(self) -> bool:
        """Whether some events are left out."""
        return self.wanted != Shown()

    def filter_by(self, text: str) -> None:
        """Show the events with a text in them."""
        self._requery(replace(self.wanted, events=replace(self.wanted.events, text=text)))

    def widen(self) -> None:
        """Show all events."""
        self._requery(Shown())

    def action_toggle_noise(self) -> None:
        """Show or hide messages and profile updates."""
        self._requery(replace(self.wanted, noise=not self.wanted.noise))

    def action_narrow(self) -> None:
        """Ask what to show."""
        context, wanted = self.customer, self.wanted
        self._ask(lambda: read_ways(context, wanted), self._choose, "ways")

    def _choose(self, ways: list[Way]) -> None:
        by_id = {way.item.id: way for way in ways}

        def taken(chosen: str | None) -> None:
            if chosen is not None:
                self._requery(by_id[chosen].then)
                if by_id[chosen].unlearnt:
                    self._learn()

        self.app.push_screen(Picker([way.item for way in ways], title="Show"), taken)

    def _learn(self) -> None:
        """Ask the API for the actions alone: which types are what is then known for all customers."""
        context = self.customer
        if not context.online:
            self.notify("Which types are actions is not known; offline it cannot be asked.", severity="warning")
            return
        request = replace(reading_of(context.customer.id), categories=True)
        self.post_message(SyncRequested(request, f"categories of {context.name}"))

    # Getting about

    @property
    def line(self) -> FeedLine | None:
        """The line under the cursor."""
        cursor = self.table.cursor
        return self._lines[cursor] if 0 <= cursor < len(self._lines) else None

    def action_problem(self, step: int) -> None:
        """To the next problem."""
        at = next_problem(self._lines, self.table.cursor, step)
        if at is None:
            self.notify("No problem further back." if step > 0 else "No problem further on.", markup=False)
        else:
            self.table.cursor = at

    def action_jump(self, step: int) -> None:
        """To the next busy part of the time."""
        at = jump(self._lines, _CELLS, self.table.cursor, step)
        if at is not None:
            self.table.cursor = at

    def action_toggle_all(self) -> None:
        """Open all stories, or close them."""
        every = frozenset(story.id for story in self._read.told if len(story.events) > 1)
        self._opened = frozenset() if self._opened else every
        self._arrange()

    # Details

    @on(VirtualTable.RowsLoaded)
    def _rows_loaded(self, message: VirtualTable.RowsLoaded) -> None:
        """The first time the cursor goes to the newest story, past the heading of its day."""
        message.stop()
        self._arranging = False
        uncover(self, "rows")
        if self._begins and self._lines:
            self._begins = False
            self.table.cursor = next((at for at, line in enumerate(self._lines) if line.kind == STORY), 0)
        self.refresh_bindings()

    @on(VirtualTable.RowsFailed)
    def _rows_failed(self, message: VirtualTable.RowsFailed) -> None:
        message.stop()
        self._arranging = False
        cover(self, words_of(message.error), "rows")
        self.post_message(LoadFailed(words_of(message.error)))

    @on(VirtualTable.RowActivated)
    def _activated(self, message: VirtualTable.RowActivated) -> None:
        message.stop()
        self.action_open_line()

    @on(VirtualTable.RowHighlighted)
    def _highlighted(self, message: VirtualTable.RowHighlighted) -> None:
        message.stop()
        self.row_changed()
        stub = self._stub()
        shown = self.drawer.details
        if self.drawer.is_open and stub is not None and (shown is None or shown.event.id != stub.id):
            self._show_details(stub)

    def _stub(self) -> EventStub | None:
        line = self.line
        return None if line is None else told_by(line)

    def explainable(self) -> Ref | None:
        """The refusal that the event under the cursor is."""
        stub = self._stub()
        return None if stub is None else explained(Ref(EVENT_KIND, stub.id), {"type": stub.type})

    def manageable(self) -> tuple[Ref, ...]:
        """The redemption that the event under the cursor tells of."""
        stub = self._stub()
        told = stub is not None and event_type(stub.type).group == REDEMPTION
        return (Ref(EVENT_KIND, stub.id),) if stub is not None and told else ()

    def action_open_line(self) -> None:
        """Open a story to its events, or close it; an event's details, and again on a screen of their own."""
        line = self.line
        if line is None or line.story is None:
            return
        if line.kind != EVENT and len(line.story.events) > 1:
            self._opened ^= {line.story.id}
            self._arrange()
        elif (stub := told_by(line)) is not None:
            shown = self.drawer.details
            if self.drawer.is_open and shown is not None and shown.event.id == stub.id:
                self.post_message(details_requested(self.customer, stub, reveal=self.reveal))
            else:
                self._show_details(stub)

    def _show_details(self, stub: EventStub) -> None:
        context, reveal = self.customer, self.reveal

        def show(details: EventDetails | None) -> None:
            self.drawer.show_event(context, details, reveal=reveal)

        self._ask(lambda: read_details(context, stub), show, "details")

    def _ask(self, read: Callable[[], Answer], show: Callable[[Answer], None], group: str) -> None:
        self._asks += 1

        def done(answer: Answer) -> None:
            self._asks -= 1
            show(answer)

        def failed(error: Exception) -> None:
            self._asks -= 1
            self.notify(plain(words_of(error)), title=UNREADABLE, severity="error", markup=False)

        ask(self, read, done, group=group, failed=failed, exclusive=False)

    def action_show_json(self) -> None:
        """The event as it came, on a screen of its own."""
        if (stub := self._stub()) is not None:
            self.post_message(details_requested(self.customer, stub, reveal=self.reveal, as_json=True))

    def action_copy(self) -> None:
        """Copy the event's id."""
        if (stub := self._stub()) is not None:
            copy_text(self.app, escaped(stub.id, lines=False), "1 id")

    def action_export(self) -> None:
        """Export the events that are shown, those inside stories, too."""
        from tui.customers.feed_export import save_events

        screen, context = self.screen, self.customer
        stubs = [stub for story in self._read.told for stub in story.events]
        if isinstance(screen, AppScreen):
            services = screen.services
            guard = services.preferences.formula_guard
            asked = export_questions(columns=True, personal=True, revealed=self.reveal, guard=guard)
            screen.ask_export("events", asked, lambda way: save_events(stubs, context, Path.cwd(), services.now(), way))

    def action_links(self) -> None:
        """Pick one of the things an event is about, to open it."""
        stub, context = self._stub(), self.customer
        if stub is None:
            return

        def choose(details: EventDetails | None) -> None:
            choose_link(self, () if details is None else details.links)

        self._ask(lambda: read_details(context, stub), choose, "links")

    def action_reveal(self) -> None:
        """Show or mask personal data."""
        self.reveal = not self.reveal
        self._arrange()
        if self.drawer.is_open and self.drawer.details is not None:
            self.drawer.show_event(self.customer, self.drawer.details, reveal=self.reveal)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys about events work where there are any."""
        if self.is_mounted and action in _ABOUT_ONE:
            return self._stub() is not None
        if action == "export":
            return bool(self._read.told)
        return super().check_action(action, parameters)

    def key_label(self, binding: Binding) -> KeyWords | None:
        """What enter, esc, `z`, `+` and `v` do next; without events only the way out."""
        if binding.id in _TYPED_INTO and not self._lines and not self.is_narrowed:
            return HIDDEN
        line = self.line
        folded = line is not None and line.kind == STORY and line.story is not None and len(line.story.events) > 1
        title = {
            "feed.open": "events" if folded else "full screen" if self.drawer.is_open else "details",
            "feed.back": "" if self.drawer.is_open else "clear filter",
            "feed.noise": "hide noise" if self.wanted.noise else "show noise",
            "feed.fold": "fold" if self._opened else "",
            "feed.reveal": "mask" if self.reveal else "",
        }.get(binding.id or "")
        return KeyWords(title) if title else None
