"""The details of an activity entry: its facts, its payloads side by side, or what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Label

from store.domain.documents import MISSING, diff
from store.queries.activity import API_CALL, CHANGE, Activity
from store.queries.history import previous_state, sync_moments
from tui.kit.activity.words import facts
from tui.kit.asking import UNREADABLE, ask
from tui.kit.change_words import entry_changes, worded
from tui.kit.context import SubjectContext
from tui.kit.error_words import words_of
from tui.kit.formatter import Formatter
from tui.kit.masking import masked_document
from widgets.json.json_lines import dump
from widgets.json.json_view import JsonView
from widgets.panel.diff import FieldChange
from widgets.panel.diff_view import DiffView
from widgets.panel.drawer import Drawer
from widgets.panel.panel import DetailPanel, PanelData
from widgets.text import safe

_SIDE_BY_SIDE = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """An object right before and right after a change seen at an instant; `note` says why there is none."""

    changes: tuple[FieldChange, ...]
    title: str
    note: str = ""


def load_difference(context: SubjectContext, entry: Activity, table: str, scene: Formatter) -> Difference:
    """The change an entry is, or the first change that a sync saw after it of the feed's own thing, one of a table."""
    resource, record, seen_at = entry.resource, entry.record_id, entry.at
    if entry.kind == API_CALL and entry.changes:
        return Difference(entry_changes(entry, scene), f"What {entry.title} sets")
    if entry.kind != CHANGE:
        resource, record = table, context.subject.id
        moments = context.reader.ask(sync_moments, resource, record)
        later = [moment.seen_at for moment in moments if moment.fields and moment.seen_at >= entry.at]
        if not later:
            note = "No sync since then has seen a change: there is no earlier state to compare with."
            return Difference((), entry.title, note)
        seen_at = min(later)
    before, after = context.reader.ask(previous_state, resource, record, seen_at)
    told = [
        (resource, record, change.path, _json(change.before), _json(change.after))
        for change in diff(*(_document(state) for state in (before, after)))
    ]
    changes = worded(told, scene, (resource, record), after)
    seen = scene.when(seen_at, named=True)
    thing = f"{resource.replace('_', ' ').removesuffix('s')} {record}"
    return Difference(changes, f"{thing}, seen {seen}", "" if changes else "Nothing of it differs.")


def _json(value: Any) -> str | None:
    return None if value is MISSING else dump(value)


def _document(state: Any) -> Any:
    return {} if state is MISSING or state is None else state


class PayloadPane(Vertical):
    """A payload under its name."""

    DEFAULT_CSS = """
    PayloadPane { width: 1fr; height: 1fr; min-height: 8; }
    PayloadPane > Label { color: $text-muted; }
    """

    def __init__(self, name: str, document: Any) -> None:
        super().__init__()
        self._title, self._document = name, document

    def compose(self) -> ComposeResult:
        """Name, then document."""
        yield Label(safe(self._title))
        yield JsonView(self._document)


class ActivityDrawer(Drawer):
    """Details of an entry. Request and response stand beside each other where it opens below and is wide enough."""

    DEFAULT_CSS = """
    ActivityDrawer { height: 60%; }
    ActivityDrawer.-right { width: 50%; }
    ActivityDrawer > Horizontal { height: 1fr; min-height: 8; }
    ActivityDrawer > DiffView { height: 1fr; min-height: 6; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.entry: Activity | None = None

    def show_entry(self, entry: Activity, scene: Formatter) -> None:
        """Open an entry: its facts, and its payloads or changed fields."""
        self.entry = entry
        content: list[Widget] = [DetailPanel(PanelData("Activity", facts(entry, scene)))]
        if entry.changes:
            content.append(DiffView(entry_changes(entry, scene)))
        content += self._payloads(entry.payloads, reveal=scene.reveal)
        self.open(*content)

    def _payloads(self, payloads: Sequence[tuple[str, str]], *, reveal: bool) -> list[Widget]:
        panes = [PayloadPane(name, text if reveal else masked_document(text)) for name, text in payloads]
        if len(panes) > 1 and self.app.size.width >= _SIDE_BY_SIDE and not self.has_class("-right"):
            return [Horizontal(*panes)]
        return list(panes)

    def show_difference(self, entry: Activity, context: SubjectContext, table: str, scene: Formatter) -> None:
        """Open the difference to the previous state of an entry's object, once it is read."""
        self.entry = entry

        def show(found: Difference) -> None:
            if entry is self.entry:
                self.open(DiffView(found.changes, empty_note=found.note or "Nothing differs."), title=found.title)

        def failed(error: Exception) -> None:
            self.open(DetailPanel(PanelData(UNREADABLE, empty_note=words_of(error))))

        ask(self, lambda: load_difference(context, entry, table, scene), show, group="difference", failed=failed)
