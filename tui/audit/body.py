"""The list of attempts, with their details beside it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from store import words as fmt
from store.actions.action import NotOffered
from store.actions.async_ends import look_at_tasks
from store.actions.audit import Audit
from store.actions.undoing import inverse_of, undo_refusal
from store.folding import fold
from store.json_text import is_same
from tui.audit.asking import changed_since, with_client
from tui.audit.attempt_screen import AttemptScreen
from tui.audit.commands import AUDIT
from tui.audit.words import COLUMNS, Attempt, detail_fields, matches, row_of, saved_rows, ticket
from tui.kit.asking import ask
from tui.kit.clipboard import copy_text
from tui.kit.csv_export import save_table
from tui.kit.export_way import Wording, export_questions
from tui.kit.filtered_body import FilteredBody
from tui.kit.formatter import Formatter
from tui.kit.messages import ActionRequested
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices
from widgets.dialog.picker import Picker, PickerItem
from widgets.frame.offered_keys import KeyWords
from widgets.frame.states import StateLine
from widgets.panel.drawer import Drawer
from widgets.panel.panel import DetailPanel, PanelData
from widgets.table.virtual_table import VirtualTable
from widgets.text import escaped, plain
from widgets.text.lines import Span

_MOST_UNDONE = 100
"""Each is read before it is asked for a yes."""
_NONE = "Nothing was changed from here."


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which attempts are shown: those with a text, a fate and a batch; "" for any."""

    text: str = ""
    fate: str = ""
    batch: str = ""

    def takes(self, attempt: Attempt) -> bool:
        """Whether an attempt is shown."""
        fits = self.fate in ("", attempt["fate"]) and self.batch in ("", attempt["batch"])
        return fits and matches(attempt, fold(self.text.strip()))


class AuditBody(FilteredBody):
    """Every attempt, the newest first; what is asked of the API is asked in threads."""

    BINDINGS: ClassVar[list[BindingType]] = AUDIT.bindings

    def __init__(self, services: AppServices) -> None:
        super().__init__()
        self._services = services
        self._audit = Audit(services.settings.database, services.settings.profile)
        self._all: list[Attempt] = []
        self._narrowed = Narrowed()
        self._reveal = False
        self._asks = {"rows"}
        self._detail = ""

    def compose(self) -> ComposeResult:
        """Head, filter line, rows, details."""
        table = VirtualTable(COLUMNS, empty_text="Reading…")
        hint = "action, record, who, batch, fate, request id"
        yield from self.compose_around(StateLine(id="audit-head"), hint, table, Drawer())

    def on_mount(self) -> None:
        """Read the attempts, and look how what goes on in the background has ended."""
        self.read()
        self._look_at_tasks()

    def _look_at_tasks(self) -> None:
        audit, services = self._audit, self._services
        project = services.project if services.run_sync is not None else None

        def look() -> list[str]:
            return with_client(project, partial(look_at_tasks, audit=audit)) if project and audit.open_ends() else []

        def tell(lines: list[str]) -> None:
            for line in lines:
                self.notify(plain(line), title="A change", severity="warning", timeout=12, markup=False)
            if lines:
                self.read()

        ask(self, look, tell, group="tasks")

    @property
    def is_loading(self) -> bool:
        """Whether what a key asked for is still being read."""
        return bool(self._asks)

    @property
    def table(self) -> VirtualTable:
        """The rows."""
        return self.query_one(VirtualTable)

    @property
    def drawer(self) -> Drawer:
        """The details' place."""
        return self.query_one(Drawer)

    @property
    def chosen(self) -> Attempt | None:
        """The attempt under the cursor."""
        row = self.table.cursor_row if self.is_mounted else None
        return None if row is None else next((one for one in self._all if str(one["id"]) == row.id), None)

    @property
    def shown(self) -> Sequence[Attempt]:
        """The attempts that are not filtered out."""
        return [one for one in self._all if self._narrowed.takes(one)]

    def read(self) -> None:
        """Read the file again; the cursor stays on its row."""

        def failed(_: Exception) -> None:
            self._asks.discard("rows")

        ask(self, self._audit.listed, self._read, group="rows", failed=failed, where=self)

    def _read(self, found: list[dict[str, Any]]) -> None:
        self._all = [*found]
        self._asks.discard("rows")
        self._show()
        self._follow()

    def _show(self) -> None:
        services, shown = self._services, self.shown
        scene = Formatter(services.settings.currency, services.zone, services.now(), self._reveal, in_table=True)
        rows = [row_of(one, scene) for one in shown]
        self.table.set_empty_text("No attempt matches. Esc clears the filter." if self._all else _NONE)
        self.table.show_rows(rows)
        total = fmt.counted(len(self._all), "attempt")
        words = total if len(shown) == len(self._all) else f"{len(shown):,} of {total}"
        filters = [one for one in (self._narrowed.fate, self._narrowed.batch) if one]
        filters += [f"“{self._narrowed.text.strip()}”"] if self._narrowed.text.strip() else []
        left: list[Span] = [(words, "strong")]
        if filters:
            left.append((f"  {', '.join(filters)}", "accent"))
        self.query_one("#audit-head", StateLine).show_spans(left, note=fmt.zone_name(services.zone))
        self.row_changed(at_all=True)

    # Filter

    @property
    def is_narrowed(self) -> bool:
        """Whether attempts are left out."""
        return self._narrowed != Narrowed()

    def filter_by(self, text: str) -> None:
        """Show the attempts with a text in them."""
        self._narrow(replace(self._narrowed, text=text))

    def widen(self) -> None:
        """Show all."""
        self._narrow(Narrowed())

    def _narrow(self, narrowed: Narrowed) -> None:
        if narrowed != self._narrowed:
            self._narrowed = narrowed
            self._show()

    def action_narrow(self) -> None:
        """Ask for one fate or batch."""
        fates, batches = (Counter(str(one[name]) for one in self._all if one[name]) for name in ("fate", "batch"))
        items = [PickerItem("", "all attempts", f"{len(self._all):,}")]
        items += [PickerItem(f"fate {name}", name, f"{number:,}") for name, number in fates.items()]
        items += [PickerItem(f"batch {name}", f"batch {name}", f"{number:,}") for name, number in batches.items()]

        def taken(identity: str | None) -> None:
            if identity is not None:
                name, _, value = identity.partition(" ")
                self._narrow(replace(self._narrowed, **{name: value}) if name else Narrowed(self._narrowed.text))

        self.app.push_screen(Picker(items, title="Show"), taken)

    # Details

    @on(VirtualTable.RowActivated)
    def _activated(self, message: VirtualTable.RowActivated) -> None:
        message.stop()
        self.action_open_row()

    @on(VirtualTable.MarksChanged)
    def _marked(self, message: VirtualTable.MarksChanged) -> None:
        message.stop()
        self.row_changed(at_all=True)

    @on(VirtualTable.RowHighlighted)
    def _highlighted(self, message: VirtualTable.RowHighlighted) -> None:
        message.stop()
        self._follow()
        self.row_changed(at_all=True)

    def action_open_row(self) -> None:
        """Open the details; once they stand there, all of the attempt on a screen of its own."""
        chosen = self.chosen
        if chosen is None:
            return
        if self.drawer.is_open:
            self.app.push_screen(AttemptScreen(self._services, self._audit, int(chosen["id"]), reveal=self._reveal))
        else:
            self._load(chosen)

    def _follow(self) -> None:
        chosen = self.chosen
        if self.drawer.is_open and chosen is not None:
            self._load(chosen)

    def _load(self, chosen: Attempt) -> None:
        number = int(chosen["id"])
        self._asks.add("detail")
        settings, zone, reveal = self._services.settings, self._services.zone, self._reveal

        def show(rows: list[dict[str, Any]]) -> None:
            self._asks.discard("detail")
            fields = detail_fields(rows[0], settings.currency, zone, reveal=reveal) if rows else ()
            foot = "enter shows the record before and after · Y copies"
            gone = "The attempt is not in the audit any more."
            panel = PanelData(f"Attempt {number}", fields, foot_note=foot if fields else "", empty_note=gone)
            self.drawer.open(DetailPanel(panel))
            self.refresh_bindings()

        def failed(_: Exception) -> None:
            self._asks.discard("detail")

        ask(self, lambda: self._audit.rows(number), show, group="detail", failed=failed)

    def action_reveal(self) -> None:
        """Show or mask personal data."""
        self._reveal = not self._reveal
        self._show()
        self._follow()

    # Undo

    @property
    def meant(self) -> Sequence[Attempt]:
        """The marked attempts, or the one under the cursor."""
        marks = set(self.table.marks)
        one = [self.chosen] if self.chosen is not None else []
        return [attempt for attempt in self._all if str(attempt["id"]) in marks] if marks else one

    def action_undo(self) -> None:
        """Ask for the inverse of attempts, where all is still as they left it."""
        meant, services = self.meant, self._services
        project, reason = services.project, self._refusal()
        try:
            action, values = inverse_of(meant)
            if not all(is_same(own, values[0]) for own in values):
                reason = "They were not the same before: undo them one by one, or by `promoscope action undo`."
            reason = f"At most {_MOST_UNDONE} are undone at once." if len(meant) > _MOST_UNDONE else reason
        except NotOffered as no:
            reason = str(no)
        if reason or project is None:
            self._tell_not_undone(reason)
            return
        self._asks.add("undo")

        def go_on(reason: str) -> None:
            self._asks.discard("undo")
            if reason:
                self._tell_not_undone(reason)
                return
            self.table.clear_marks()
            self.post_message(ActionRequested(action, tuple(str(one["record"]) for one in meant), values[0]))

        look = partial(changed_since, project, meant)
        ask(self, look, go_on, group="undo", failed=lambda _: self._asks.discard("undo"))

    def _tell_not_undone(self, reason: str) -> None:
        self.notify(plain(reason), title="Not undone", severity="warning", timeout=12, markup=False)

    def action_step_back(self) -> None:
        """Close the details, then clear the filter, then the marks."""
        if self.drawer.is_open or self.has_class("-filtering") or self.is_narrowed:
            super().action_step_back()
        else:
            self.table.clear_marks()

    def _refusal(self) -> str:
        """Why nothing can be changed now."""
        services = self._services
        if services.run_sync is None:
            return services.offline_reason or "This cache is shown offline."
        return services.writes_off if services.permission is None or services.project is None else ""

    # Out

    def action_copy_id(self) -> None:
        """Copy what names the record."""
        if self.chosen is not None:
            record = str(self.chosen["record"])
            copy_text(self.app, escaped(record, lines=False), record)

    def action_copy_attempt(self) -> None:
        """Copy the attempt as a paragraph."""
        if self.chosen is not None:
            currency, zone = self._services.settings.currency, self._services.zone
            copy_text(self.app, ticket(self.chosen, currency, zone, reveal=self._reveal), "The attempt")

    def action_export(self) -> None:
        """Save the attempts that are shown."""
        screen, services, shown = self.screen, self._services, self.shown
        if isinstance(screen, AppScreen):
            wording = Wording(services.settings.currency, services.zone)
            asked = export_questions(personal=True, revealed=self._reveal, guard=services.preferences.formula_guard)
            screen.ask_export(
                "attempts",
                asked,
                lambda way: save_table("audit", *saved_rows(shown, way, wording), Path.cwd(), services.now(), way),
            )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys about attempts work where there are any."""
        if action in ("open_row", "copy_id", "copy_attempt") and self.is_mounted:
            return self.chosen is not None
        if action == "undo" and self.is_mounted:
            return bool(self.table.marks) or (self.chosen is not None and not undo_refusal(self.chosen))
        if action == "step_back" and self.is_mounted and self.table.marks:
            return True
        if action in ("export", "filter", "narrow", "reveal") and self.is_mounted:
            return bool(self._all)
        return super().check_action(action, parameters)

    def key_label(self, binding: Binding) -> KeyWords | None:
        """What enter, esc and `v` do next."""
        filters = self.has_class("-filtering") or self.is_narrowed
        title = {
            "audit.open": "full screen" if self.drawer.is_open else "",
            "audit.back": "" if self.drawer.is_open else "clear filter" if filters else "unmark",
            "audit.reveal": "mask" if self._reveal else "",
        }.get(binding.id or "")
        return KeyWords(title) if title else None
