"""What happened to a thing, from every trace there is, as one chronological feed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import var

from store import words as fmt
from store.explain.rows import explained_trace, stored_ref
from store.queries.activity import LIMIT, Activity, ActivitySource, count_activity, read_activity
from store.queries.requested import with_requested
from store.ref import Ref
from tui.kit.activity.drawer import ActivityDrawer
from tui.kit.activity.entry_view import activity_opened
from tui.kit.activity.words import (
    ActivityFilter,
    Traces,
    counted,
    entries_words,
    feed_entries,
    kind_counts,
    matching,
    narrowings,
    read_traces,
)
from tui.kit.bodies import CacheLoading
from tui.kit.commands import ACTIVITY
from tui.kit.context import SubjectContext
from tui.kit.export_way import Wording, export_questions
from tui.kit.filtered_body import FilteredBody
from tui.kit.formatter import Formatter
from tui.kit.masking import masked_addresses
from tui.kit.screen import AppScreen
from tui.kit.spec import TabSpec
from widgets.dialog.picker import Picker
from widgets.frame.offered_keys import HIDDEN, KeyWords
from widgets.panel.feed import Feed
from widgets.text import glyphs
from widgets.text.lines import DataLines, Line, end_lines

_EMPTY = "No activity recorded yet. Changes are seen between two syncs; press r to sync this {kind}."


@dataclass(frozen=True, slots=True)
class ActivityRead:
    """What a feed is drawn from: its entries, newest first, and how far they can be trusted."""

    entries: list[Activity]
    traces: Traces


Sources = tuple[ActivitySource, ...]


def load_activity(context: SubjectContext, sources: Sources) -> ActivityRead:
    """Ask for both."""
    entries = with_requested(context.reader.ask(read_activity, sources, context.subject.id, context.reader.now()))
    return ActivityRead(entries, read_traces(context, sources))


class ActivityHead(DataLines[Sequence[tuple[Line, Line]]]):
    """How many entries of which kinds, what is filtered, and whose clock the times are of."""

    DEFAULT_CSS = """
    ActivityHead { height: auto; padding: 0 1; }
    """

    def tell(self, shown: int, read: ActivityRead, words: str, scene: Formatter) -> None:
        """Show the head of a feed."""
        entries, traces = read.entries, read.traces
        dot = f" {glyphs.current().dot} "
        left: Line = ((entries_words(shown, len(entries)), "strong"), (f"  {words}" if words else "", "accent"))
        kinds = kind_counts(entries)
        second: Line = ((dot.join(counted(kind, number) for kind, number in kinds), "muted"),)
        source = dot.join(part for part in (traces.source, fmt.zone_name(scene.zone)) if part)
        lines: list[tuple[Line, Line]] = [(left, ((source, "warn" if traces.missing else "source"),))]
        if kinds:
            lines.append((second, ()))
        if traces.missing:
            lines.append((((traces.missing, "warn"),), ()))
        if any(number >= LIMIT for _, number in kinds):
            lines.append((((f"Older ones are left out: at most {fmt.count(LIMIT)} per trace.", "warn"),), ()))
        self.show(lines)

    def draw(self, width: int) -> list[Line]:
        """The lines at a width."""
        return [line for left, right in self.data for line in end_lines(left, right, width)]


class ActivityTab(FilteredBody, CacheLoading[ActivityRead]):
    """The feed with its filters and details.

    Args:
        context: whose feed.
        sources: what it is made of.
        table: the list its thing is one of, whose changes an entry is compared with.

    `/` filters by text, `f` by kind and date, `enter` opens facts and payloads (request and response side by side),
    `d` shows the difference to the previous state of the object, `v` reveals personal data in payloads.
    """

    BINDINGS: ClassVar[list[BindingType]] = ACTIVITY.bindings

    wanted: var[ActivityFilter] = var(ActivityFilter, init=False)
    """The filter in force."""

    def __init__(self, context: SubjectContext, sources: Sources, table: str) -> None:
        super().__init__()
        self.prepare(context, lambda context: load_activity(context, sources))
        self._table = table
        self._held = ActivityRead([], Traces())
        self.shown: dict[str, Activity] = {}
        self.reveal = False
        self._read = False

    def compose(self) -> ComposeResult:
        """Head, filter line, feed; details below."""
        head = ActivityHead([((("Reading…", "muted"),), ())])
        hint = "title, id, request, field or value"
        yield from self.compose_around(head, hint, Feed(empty_note="Reading…"), ActivityDrawer())

    @property
    def entries(self) -> list[Activity]:
        """All that was read, newest first."""
        return self._held.entries

    @property
    def is_loading(self) -> bool:
        """Whether the entries are still being read for the first time, so that keys have nothing to act on."""
        return not self._read

    @property
    def feed(self) -> Feed:
        """The feed."""
        return self.query_one(Feed)

    @property
    def drawer(self) -> ActivityDrawer:
        """The details' place."""
        return self.query_one(ActivityDrawer)

    @property
    def scene(self) -> Formatter:
        """How values are worded now."""
        return Formatter.of(self.load_context, reveal=self.reveal)

    def show(self, data: ActivityRead) -> None:
        """Show the entries; the cursor stays on its own."""
        self._held = data
        self._read = True
        self._show()

    def watch_wanted(self) -> None:
        """Show what another filter leaves."""
        self._show()
        self.refresh_bindings()

    def _show(self) -> None:
        scene = self.scene
        found = matching(self.entries, self.wanted, scene)
        self.shown = {entry.id: entry for entry in found}
        self.feed.empty_note = (
            "No entry matches. Esc clears the filter."
            if self.entries
            else (_EMPTY.format(kind=self.load_context.subject.kind))
        )
        self.feed.show(feed_entries(found, scene))
        self.refresh_bindings()
        self.query_one(ActivityHead).tell(len(found), self._held, self.wanted.words, scene)

    # Filters

    @property
    def is_narrowed(self) -> bool:
        """Whether some entries are left out."""
        return self.wanted != ActivityFilter()

    def filter_by(self, text: str) -> None:
        """Show the entries with a text in them."""
        self.wanted = replace(self.wanted, text=text)

    def widen(self) -> None:
        """Show all entries."""
        self.wanted = ActivityFilter()

    def action_narrow(self) -> None:
        """Ask for a kind or days."""
        choices = {item.id: (item, wanted) for item, wanted in narrowings(self.entries, self.wanted, self.load_context)}

        def taken(identity: str | None) -> None:
            if identity is not None:
                self.wanted = choices[identity][1]

        self.app.push_screen(Picker([item for item, _ in choices.values()], title="Show"), taken)

    # Details

    @on(Feed.EntryActivated)
    def _activated(self, message: Feed.EntryActivated) -> None:
        message.stop()
        self.action_open_entry()

    @property
    def entry(self) -> Activity | None:
        """The one under the cursor."""
        under = self.feed.entry
        return self.shown.get(under.id) if under is not None else None

    def explainable(self) -> Ref | None:
        """The refusal that the entry under the cursor tells of."""
        entry = self.entry
        return None if entry is None else explained_trace(entry.resource, entry.record_id, failed=entry.failed)

    def manageable(self) -> tuple[Ref, ...]:
        """The record that the entry under the cursor is about."""
        return () if self.entry is None else (stored_ref(self.entry.resource, self.entry.record_id),)

    def action_open_entry(self) -> None:
        """Open the details beside the feed; once they stand there, on a screen of their own."""
        entry = self.entry
        if entry is None:
            return
        if self.drawer.is_open and self.drawer.entry is entry:
            self._open_sheet(entry)
        else:
            self.drawer.show_entry(entry, self.scene)

    def action_show_json(self) -> None:
        """The entry's document as it came."""
        if self.entry is not None:
            self._open_sheet(self.entry, as_json=True)

    def _open_sheet(self, entry: Activity, *, as_json: bool = False) -> None:
        self.post_message(activity_opened(entry, self.load_context, reveal=self.reveal, as_json=as_json))

    @on(Feed.EntryHighlighted)
    def _highlighted(self, message: Feed.EntryHighlighted) -> None:
        message.stop()
        self.row_changed()
        entry = self.shown.get(message.entry.id)
        if entry is not None and self.drawer.is_open and self.drawer.entry is not entry:
            self.drawer.show_entry(entry, self.scene)

    def action_difference(self) -> None:
        """Show what changed against the state before."""
        entry = self.entry
        if entry is not None:
            self.drawer.show_difference(entry, self.load_context, self._table, self.scene)

    def action_reveal(self) -> None:
        """Show or mask personal data in payloads."""
        self.reveal = not self.reveal
        self._show()
        if self.drawer.is_open and self.drawer.entry is not None:
            self.drawer.show_entry(self.drawer.entry, self.scene)
        self.refresh_bindings()

    def action_export(self) -> None:
        """Export the entries that are shown."""
        from tui.kit.activity.export import save_entries

        screen, context = self.screen, self.load_context
        if isinstance(screen, AppScreen):
            services, entries, wording = screen.services, list(self.shown.values()), Wording.of(context)
            asked = export_questions(personal=True, revealed=self.reveal, guard=services.preferences.formula_guard)
            screen.ask_export(
                "activity",
                asked,
                lambda way: save_entries(entries, f"{context.name} activity", Path.cwd(), services.now(), way, wording),
            )

    def row_cells(self) -> Sequence[str]:
        """The entry's line."""
        under = self.feed.entry
        if under is None:
            return ()
        day = under.day.isoformat() if under.day else ""
        cells = (f"{day} {under.time_text}".strip(), under.title, under.source, under.detail)
        return cells if self.reveal else [masked_addresses(cell) for cell in cells]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys about entries work where there are any."""
        if self.is_mounted and action in ("open_entry", "show_json", "difference", "export"):
            return self.entry is not None
        return super().check_action(action, parameters)

    def key_label(self, binding: Binding) -> KeyWords | None:
        """What enter, esc and `v` do next; without entries only the way out."""
        if binding.id in ("activity.filter", "activity.narrow", "activity.reveal") and not self.entries:
            # They work all the same: the letters typed after them must not run as commands.
            return HIDDEN
        if binding.id == "activity.open" and self.drawer.is_open:
            return KeyWords("full screen")
        if binding.id == "activity.back" and not self.drawer.is_open:
            return KeyWords("clear filter")
        return KeyWords("mask") if binding.id == "activity.reveal" and self.reveal else None


def activity_tab(sources: Sources, table: str) -> TabSpec[SubjectContext]:
    """The Activity tab of one kind of thing, with the number of its entries. Arguments as above."""

    def count(context: SubjectContext) -> int:
        return context.reader.ask(count_activity, sources, context.subject.id)

    return TabSpec("activity", "Activity", lambda context: ActivityTab(context, sources, table), count)
