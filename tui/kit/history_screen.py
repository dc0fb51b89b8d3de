"""A campaign as each sync left it, and what that sync changed (from the change journal, which is local)."""

from dataclasses import dataclass
from typing import ClassVar

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical

from store.days import local_date, local_time, parse_instant
from store.queries.history import AsItWas, SyncMoment, as_it_was, sync_moments
from tui.kit.asking import ask
from tui.kit.clipboard import copy_text
from tui.kit.screen import PlaceScreen
from tui.kit.services import AppServices
from widgets.frame.states import StateLine
from widgets.json.json_view import JsonView
from widgets.panel.diff import FieldChange
from widgets.panel.diff_view import DiffView
from widgets.panel.feed import Feed, FeedEntry
from widgets.text import format as fmt
from widgets.text import glyphs

EMPTY = (
    "No sync has seen a change of this campaign yet. History begins with the first sync of this cache: the API gives "
    "none."
)
_WIDE = 120


@dataclass(frozen=True, slots=True)
class Then:
    """The campaign at a chosen sync, ready to draw."""

    told: AsItWas
    changes: tuple[FieldChange, ...]


class HistoryScreen(PlaceScreen):
    """The syncs that saw a change on one side, what the chosen one changed on the other; the first state comes last.

    Args:
        services: what the app is given.
        campaign_id: whose history.
        name: what people call it.
        as_of: UTC text of when the campaigns were last read; None when that is not known.
    """

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
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,H", "app.back", "back", id="history.back"),
        Binding("J", "toggle_json", "JSON", tooltip="The whole document as it was", id="history.json"),
        Binding("Y", "copy_then", "copy", tooltip="Copy the document as it was", id="history.copy"),
    ]

    def __init__(self, services: AppServices, campaign_id: str, name: str, as_of: str | None = None) -> None:
        super().__init__(services)
        self._as_of = as_of
        self._campaign_id = campaign_id
        self._called = name
        self._then: Then | None = None

    def compose_body(self) -> ComposeResult:
        """What is chosen, then the two sides."""
        yield StateLine(id="history-head")
        with Container(id="sides"):
            yield Feed((), empty_note="Reading…", id="moments")
            with Vertical(id="then"):
                yield DiffView((), empty_note="")
                yield JsonView("{}")

    def crumbs(self) -> tuple[str, ...]:
        """Where the reader is."""
        return ("Campaigns", self._called or self._campaign_id, "History")

    def data_age(self) -> str | None:
        """When the campaigns were last read."""
        return self._as_of

    def on_mount(self) -> None:
        """Read the moments."""
        self.refresh_top()
        self.query_one(Feed).focus()
        self.read_moments()

    def on_resize(self) -> None:
        """Side by side where there is room."""
        self.set_class(self.app.size.width >= _WIDE, "-wide")

    def cache_changed(self) -> None:
        """Another sync may have seen another change."""
        self.read_moments()

    def read_moments(self) -> None:
        """Ask the journal."""
        reader, campaign = self.services.reader, self._campaign_id
        sides = self.query_one("#sides")
        ask(self, lambda: reader.ask(sync_moments, campaign), self._show_moments, group="moments", where=sides)

    def read_then(self, seen_at: str) -> None:
        """Rebuild the campaign as a sync left it."""
        reader, campaign = self.services.reader, self._campaign_id

        def read() -> Then:
            told = reader.ask(as_it_was, campaign, seen_at)
            return Then(told, changes_of(told, campaign))

        ask(self, read, self._show_then, group="then", where=self.query_one("#then"))

    def _show_moments(self, moments: list[SyncMoment]) -> None:
        feed = self.query_one(Feed)
        feed.empty_note = EMPTY
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
        told = then.told
        at = fmt.clock(parse_instant(told.seen_at), self.services.zone) if told.seen_at else ""
        sync = f"the sync of {at}" if at else "an earlier sync"
        changes = then.changes
        words = f"{fields_changed(len(changes))} by {sync}" if changes else f"The first state, as {sync} left it"
        self.query_one("#history-head", StateLine).show(words, "local journal")
        diff = self.query_one(DiffView)
        diff.empty_note = "The journal holds nothing older. J shows the whole document."
        diff.show(changes)
        self.query_one(JsonView).show(told.document if told.document is not None else {})

    def action_toggle_json(self) -> None:
        """The differences, or the whole document as it was."""
        self.toggle_class("-json")
        (self.query_one(JsonView).tree_lines if self.has_class("-json") else self.query_one(DiffView)).focus()

    def action_copy_then(self) -> None:
        """Copy the document as it was."""
        if self._then is not None:
            text = msgspec.json.format(msgspec.json.encode(self._then.told.document), indent=2).decode()
            copy_text(self.app, text, "The campaign as it was")


def fields_changed(count: int) -> str:
    """How many fields changed, in words."""
    return f"{count:,} field{'' if count == 1 else 's'} changed"


def changes_of(told: AsItWas, campaign_id: str) -> tuple[FieldChange, ...]:
    """Every field a sync saw changed, before and after, once each however often that sync read it."""
    first: dict[str, str | None] = {}
    last: dict[str, str | None] = {}
    for resource, record, field, before, after in told.changes:
        own = resource == "campaigns" and record == campaign_id
        dotted = field.lstrip("/").replace("/", ".")
        path = dotted or "(campaign)" if own else ".".join(part for part in (resource, record, dotted) if part)
        first.setdefault(path, before)
        last[path] = after
    return tuple(FieldChange(path, first[path], last[path]) for path in first)
