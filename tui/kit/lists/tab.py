"""The one body of every tab that lists rows: table, filter, narrowing, order, details, export."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from store import words as fmt
from store.explain.rows import row_ref
from store.queries.row_candidates import WORTH_IT
from store.queries.rows import RowList
from store.ref import Ref
from store.words import DateSpan
from tui.kit.asking import UNREADABLE, LoadFailed, ask, cover, uncover
from tui.kit.clipboard import copy_text
from tui.kit.commands import ROWS
from tui.kit.context import SubjectContext
from tui.kit.error_words import words_of
from tui.kit.filtered_body import FilteredBody
from tui.kit.formatter import Formatter
from tui.kit.indexing import build_in_background
from tui.kit.lists.head import HeadData, ListHead, ListStatus, empty_text, head_data, read_standing
from tui.kit.lists.narrowing import OWN_DATES, Narrowing, narrowing_answers, sorting_answers
from tui.kit.lists.query import ListQuery, ListSource, count_rows, find_record, first_query, order_of, rows_of
from tui.kit.lists.row_drawer import RowDrawer
from tui.kit.lists.row_view import row_opened
from tui.kit.lists.spec import ListSpec
from tui.kit.spec import TabSpec
from widgets.dialog.date_presets import between
from widgets.dialog.date_range import DateChoice, DateRangeDialog
from widgets.dialog.filter_bar import FilterBar
from widgets.dialog.picker import Picker
from widgets.frame.offered_keys import HIDDEN, KeyWords
from widgets.messages import WidgetMessage
from widgets.table.virtual_table import VirtualTable
from widgets.text import escaped, plain

_TYPED_INTO = frozenset({"rows.filter", "rows.narrow", "rows.sort"})  # They always work: letters follow them.


class RowsTab(FilteredBody):
    """A list of one thing's rows, from its declaration.

    Its bindings say what its keys do. `enter` opens the details beside the table, a second one asks for a screen
    of their own by `RecordRequested`; `e` asks for an export of what is shown by `ExportRequested`.
    """

    BINDINGS: ClassVar[list[BindingType]] = ROWS.bindings

    class ExportRequested(WidgetMessage):
        """The reader wants the rows that are shown.

        Attributes:
            rows: exactly these, in this order.
            context: whose.
            title: what they are, in words.
            spec: the list's declaration.
            reveal: personal data is shown in full.
        """

        rows: RowList
        context: SubjectContext
        title: str
        spec: ListSpec
        reveal: bool

    def __init__(self, spec: ListSpec, context: SubjectContext) -> None:
        super().__init__()
        self.spec = spec
        self.context = context
        self.asked = first_query(spec, context)
        self.reveal = False
        self._rows = rows_of(spec, context, self.asked)
        self._standing: ListStatus | None = None
        self._shown: int | None = None
        self._opened = False
        self._asks = {"rows"}

    def compose(self) -> ComposeResult:
        """Head, filter line, table; details beside or below."""
        table = VirtualTable([column.column for column in self.spec.columns], empty_text="Reading…")
        details = RowDrawer(self.spec, self.context)
        yield from self.compose_around(ListHead(HeadData("Reading…")), self.spec.searched, table, details)

    def on_mount(self) -> None:
        """Read the first rows."""
        self._show_rows(keep=False)

    @property
    def table(self) -> VirtualTable:
        """The table."""
        return self.query_one(VirtualTable)

    @property
    def drawer(self) -> RowDrawer:
        """The details' place."""
        return self.query_one(RowDrawer)

    @property
    def is_loading(self) -> bool:
        """Whether rows, ways to narrow or details that a key asked for are still being read."""
        return (bool(self._asks) or self.drawer.is_opening) and not self.query_one(FilterBar).is_open

    def update_context(self, context: SubjectContext) -> None:
        """The cached data changed: read again, the cursor stays on its row."""
        self.context = context
        if self.is_attached:
            self.drawer.context = context
            self._show_rows(keep=True, again=True)
            self._follow()

    # What is shown

    def _show_rows(self, *, keep: bool, again: bool = False) -> None:
        self._rows = rows_of(self.spec, self.context, self.asked)
        scene = Formatter.of(self.context, reveal=self.reveal)
        source = ListSource(self.spec, self.context, self._rows, scene, again=again)
        self.table.replace_source(source, keep_cursor_on_id=keep)
        sort, descending = order_of(self.spec, self.asked)
        sorted_by = next((one.column.id for one in self.spec.columns if one.sort == sort), None)
        self.table.set_sort(sorted_by, descending=descending)
        context, spec = self.context, self.spec
        ask(self, lambda: read_standing(spec, context), self._stand, group="standing", where=self)

    def _stand(self, standing: ListStatus) -> None:
        self._standing = standing
        # Until the rows of another query are there, the count is that of the one before.
        if "rows" not in self._asks:
            self._tell()

    @on(VirtualTable.RowsLoaded)
    def _rows_loaded(self, message: VirtualTable.RowsLoaded) -> None:
        message.stop()
        self._asks.discard("rows")
        uncover(self, "rows")
        self._shown = message.total
        self._opened = True
        self._index()
        self._tell()
        self.row_changed(at_all=True)

    @on(VirtualTable.RowsFailed)
    def _rows_failed(self, message: VirtualTable.RowsFailed) -> None:
        message.stop()
        self._asks.discard("rows")
        cover(self, words_of(message.error), "rows")
        self.post_message(LoadFailed(words_of(message.error)))

    def _tell(self) -> None:
        standing = self._standing
        if standing is None or not self._opened:
            return
        scene = Formatter.of(self.context, reveal=self.reveal)
        is_typed = self.has_class("-filtering")
        head = head_data(self.spec, scene, self.asked, self._shown, standing, is_typed=is_typed)
        self.query_one(ListHead).show(head)
        self.table.set_empty_text(empty_text(self.spec, standing, self.context))

    # Filter, narrowing, order

    def filter_by(self, text: str) -> None:
        """Show the rows with a text in them."""
        self.requery(replace(self.asked, text=text))

    def _index(self) -> None:
        """Have the index built that finds a text sooner, once all rows were looked at for want of it."""
        is_long = self._standing is not None and self._standing.total >= WORTH_IT
        if self.asked.text and self._shown is not None and is_long:
            build_in_background(self.app, self.context.reader, lambda: None)

    def _show_filter(self, *, shown: bool) -> None:
        super()._show_filter(shown=shown)
        self._tell()

    def widen(self) -> None:
        """Show all rows, in the order they have."""
        first = first_query(self.spec, self.context)
        self.requery(replace(first, sort=self.asked.sort, descending=self.asked.descending))

    def requery(self, query: ListQuery) -> None:
        """Show what another query means; the cursor stays on its row where it is still there."""
        if query != self.asked:
            self.asked = query
            self._asks.add("rows")
            self._show_rows(keep=True)

    def action_narrow(self) -> None:
        """Ask what to narrow by, once the ways are counted."""
        total = self._standing.total if self._standing else None
        self._ask("Narrow by", partial(narrowing_answers, self.spec, self.context, self.asked, total))

    def _ask(self, title: str, read: Callable[[], list[Narrowing]]) -> None:
        self._asks.add("answers")

        def show(answers: list[Narrowing]) -> None:
            self._asks.discard("answers")
            self._choose(title, answers)

        def failed(error: Exception) -> None:
            self._asks.discard("answers")
            self.notify(plain(words_of(error)), title=UNREADABLE, severity="error", markup=False)

        ask(self, read, show, group="answers", failed=failed)

    def action_sort(self) -> None:
        """Ask what to sort by."""
        self._choose("Sort by", sorting_answers(self.spec, self.asked), self.asked.sort)

    def _choose(self, title: str, answers: list[Narrowing], current: str | None = None) -> None:
        def taken(identity: str | None) -> None:
            if identity == OWN_DATES:
                self._choose_dates()
            for answer in answers:
                if answer.item.id == identity and answer.then is not None:
                    self._ask(answer.item.title, answer.then)
                elif answer.item.id == identity and answer.apply is not None:
                    self.requery(answer.apply(self.asked))

        self.app.push_screen(Picker([answer.item for answer in answers], title=title, current=current), taken)

    def _choose_dates(self) -> None:
        span = self.asked.days or self.context.period.span

        def taken(choice: DateChoice | None) -> None:
            if choice is None:
                return
            start, end = choice.range.start, choice.range.end
            days = DateSpan(start or span.start.min, end or self.context.today) if start or end else None
            self.requery(replace(self.asked, days=days, days_label=choice.range.label if days else ""))

        choice = DateChoice(between(span.start, span.end))
        zone = fmt.zone_name(self.context.zone)
        self.app.push_screen(DateRangeDialog(choice, self.context.today, zone_name=zone), taken)

    @on(VirtualTable.SortRequested)
    def _sort_requested(self, message: VirtualTable.SortRequested) -> None:
        message.stop()
        column = next(one for one in self.spec.columns if one.column.id == message.column_id)
        self.requery(self.asked.order_by(column.sort, numbers=column.column.kind in ("number", "date")))

    def action_reveal(self) -> None:
        """Show or mask personal data."""
        self.reveal = not self.reveal
        self.drawer.reveal = self.reveal
        self._show_rows(keep=True, again=True)
        self._follow()

    def explainable(self) -> Ref | None:
        """What can be explained of the row under the cursor."""
        tag = self.table.cursor_row.tag if self.table.cursor_row else None
        return tag if isinstance(tag, Ref) else None

    def manageable(self) -> tuple[Ref, ...]:
        """The marked rows, or the one under the cursor."""
        row = self.table.cursor_row
        ids = self.table.marks or (() if row is None else (row.id,))
        return tuple(row_ref(self.spec.view, identity) for identity in ids)

    def _follow(self) -> None:
        self.drawer.follow(self.table.cursor_row.id if self.table.cursor_row else None)

    # Details

    @on(VirtualTable.RowActivated)
    def _activated(self, message: VirtualTable.RowActivated) -> None:
        message.stop()
        self.action_open_row()

    def action_open_row(self) -> None:
        """Open the details beside the rows; once they stand there, on a screen of their own."""
        row = self.table.cursor_row
        if row is None:
            return
        if self.drawer.is_open:
            as_json = self.drawer.as_json
            about = self.explainable()
            opened = row_opened(self.spec, self.context, row.id, about, reveal=self.reveal, as_json=as_json)
            self.post_message(opened)
        else:
            self.drawer.show_row(row.id)

    @on(VirtualTable.RowHighlighted)
    def _highlighted(self, message: VirtualTable.RowHighlighted) -> None:
        message.stop()
        self.drawer.follow(message.row.id)
        self.row_changed()

    def action_show_json(self) -> None:
        """Between the record as received and its readable fields."""
        row = self.table.cursor_row
        if row is not None:
            self.drawer.toggle_json(row.id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys about rows work where there are any."""
        if not self.is_mounted:
            return super().check_action(action, parameters)
        if action == "copy_details":
            return self.drawer.is_open or self.table.cursor_row is not None
        if action in ("open_row", "show_json", "copy"):
            return self.table.cursor_row is not None
        if action == "step_back" and self.table.marks:
            return True
        if action in ("export", "reveal"):
            return self._has_rows and (action != "reveal" or self.spec.personal)
        return super().check_action(action, parameters)

    @property
    def _has_rows(self) -> bool:
        return self.table.row_count > 0 or self.is_narrowed

    @property
    def is_narrowed(self) -> bool:
        """Whether other rows are shown than at first."""
        first = first_query(self.spec, self.context)
        return (self.asked.text, self.asked.chosen, self.asked.days) != (first.text, first.chosen, first.days)

    def action_step_back(self) -> None:
        """Close the details, then clear the filter, then the marks."""
        if self.drawer.is_open or self.has_class("-filtering") or self.is_narrowed:
            super().action_step_back()
        else:
            self.table.clear_marks()

    def key_label(self, binding: Binding) -> KeyWords | None:
        """What enter, esc, `v` and `J` do next."""
        if binding.id in _TYPED_INTO and not self._has_rows:
            return HIDDEN
        is_open, filters = self.drawer.is_open, self.has_class("-filtering") or self.is_narrowed
        if binding.id == "rows.markdown":
            return KeyWords("", "Copy the details as Markdown" if is_open else "Copy the row, its cells apart by tabs")
        title = {
            "rows.open": "full screen" if is_open else "",
            "rows.back": "" if is_open else "clear filter" if filters else "clear marks",
            "rows.reveal": "mask" if self.reveal else "",
            "rows.json": "details" if is_open and self.drawer.as_json else "",
        }.get(binding.id or "")
        return KeyWords(title) if title else None

    # Out

    def action_export(self) -> None:
        """Ask for an export of what is shown."""
        title = f"{self.context.name} {self.spec.noun[1]}"
        rows = rows_of(self.spec, self.context, self.asked)
        self.post_message(self.ExportRequested(self, rows, self.context, title, self.spec, reveal=self.reveal))

    def action_copy(self) -> None:
        """Copy what names the row."""
        row = self.table.cursor_row
        if row is None:
            return
        context, row_id = self.context, row.id

        def read() -> str:
            record = find_record(self.spec, context, Formatter.of(context), row_id)
            return str((record[self.spec.place] if record else None) or row_id)

        def failed(error: Exception) -> None:
            self.notify(plain(words_of(error)), title="Not copied", severity="error", markup=False)

        def copy(value: str) -> None:
            copy_text(self.app, escaped(value, lines=False), value)

        ask(self, read, copy, group="copy", failed=failed)

    def action_copy_details(self) -> None:
        """Copy the details that are shown as Markdown; without them the row."""
        words = self.drawer.as_markdown() if self.drawer.is_open else ""
        if words:
            copy_text(self.app, words, "Details as Markdown")
        else:
            self.action_copy_row()


def rows_tab(spec: ListSpec) -> Callable[[SubjectContext], RowsTab]:
    """What builds a list's body."""
    return lambda context: RowsTab(spec, context)


def list_tab(identity: str, title: str, spec: ListSpec) -> TabSpec[SubjectContext]:
    """A tab that shows a list, with the number of its rows in its label.

    Args:
        identity: unique among the tabs of a subject.
        title: the web dashboard's name.
        spec: the list.
    """
    return TabSpec(identity, title, rows_tab(spec), count_rows(spec))
