"""What was refused: a map of failures by time, and the refusals behind each of its cells."""

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from store.explain.latest import FAILURE_CODE
from store.models import Freshness
from store.queries.failures import By, FailureMap, FailureRow, FailureWindow, behind, failure_map
from store.queries.freshness import data_state
from store.queries.rows import Condition
from store.ref import CAMPAIGN, CUSTOMER, Ref
from tui.kit.asking import ask
from tui.kit.formatter import Formatter
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices
from tui.refusals.commands import FAILURES
from tui.refusals.failure_words import (
    FORMS,
    cell_spans,
    cell_words,
    form_words,
    head_spans,
    heat_data,
    lacking_words,
    legend_lines,
    row_id,
    row_name,
)
from tui.refusals.refusal_list import RefusalListScreen
from widgets.dialog.picker import Picker, PickerItem
from widgets.frame.offered_keys import KeyWords
from widgets.frame.states import StateLine
from widgets.heat.heat_lines import HeatData
from widgets.heat.heat_map import HeatMap, HeatRows
from widgets.text import glyphs
from widgets.text.lines import DataLines, Line

_ORDER = tuple(By)
_KINDS = {By.CODE: FAILURE_CODE, By.CAMPAIGN: CAMPAIGN, By.CUSTOMER: CUSTOMER}
_UNTOLD = Condition("without_message", "=", 1)


class FailureLegend(DataLines[tuple[FailureMap, HeatData] | None]):
    """How spikes are judged, and the shades."""

    DEFAULT_CSS = """
    FailureLegend { padding: 0 1; }
    """

    def draw(self, width: int) -> list[Line]:
        """One line, or as many as it needs."""
        return [] if self.data is None else legend_lines(*self.data, width)


class FailuresScreen(AppScreen):
    """The failures.

    Args:
        services: what the app is given.
        begin_at: a failure code to begin on; "" for the most frequent.
    """

    AUTO_FOCUS = "HeatRows"
    IS_FAILURES = True
    DEFAULT_CSS = """
    FailuresScreen #failures { height: 1fr; }
    FailuresScreen #lacking { display: none; }
    FailuresScreen.-lacking #lacking { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = FAILURES.bindings
    COMMAND_TABLE = FAILURES

    def __init__(self, services: AppServices, begin_at: str = "") -> None:
        super().__init__(services)
        self.by = By.CODE
        self.window = FailureWindow.DAY
        self.found: FailureMap | None = None
        self._begin_at = begin_at
        self._only: tuple[Condition, str] | None = None
        self._reveal = False
        self._reads = False
        self._state = Freshness()

    @property
    def is_loading(self) -> bool:
        """Whether what a key asked for is still being read."""
        return self._reads

    @property
    def scene(self) -> Formatter:
        """How values are worded."""
        return Formatter(self.services.settings.currency, self.services.zone, self.services.now(), self._reveal)

    def compose_body(self) -> ComposeResult:
        """Figures, what they lack, the map, the cell under the cursor, how it is read."""
        with Vertical(id="failures"):
            yield StateLine(id="counts")
            yield StateLine(id="lacking")
            heat = HeatMap()
            heat.leaves_enter = True
            yield heat
            yield StateLine(id="cell")
            yield FailureLegend(None)

    def crumbs(self) -> tuple[str, ...]:
        """Where the user is."""
        return ("Failures",)

    def data_age(self) -> str | None:
        """Up to when refusals are known."""
        return "" if self.found is None else self.found.known_until

    def freshness(self) -> Freshness:
        """How far the redemptions can be trusted."""
        return self._state

    @property
    def heat(self) -> HeatRows:
        """The rows of the map."""
        return self.query_one(HeatMap).rows

    def explainable(self) -> Ref | None:
        """What the row under the cursor is of: a failure code, campaign or customer."""
        kind, row = _KINDS.get(self.by), self.row
        return Ref(kind, row.key) if kind and row is not None and row.key else None

    def on_mount(self) -> None:
        """Count."""
        self.refresh_top()
        self.read_failures()

    def cache_changed(self) -> None:
        """Count anew; the cursor stays on its cell."""
        self.read_failures()

    def read_failures(self) -> None:
        """Ask the cache."""
        self._reads = True
        services, by, window = self.services, self.by, self.window
        only = self._only[0] if self._only else None

        def read() -> tuple[FailureMap, Freshness]:
            asked = services.reader.ask
            state = asked(data_state, "redemptions")
            return asked(failure_map, by, window, services.now(), services.zone, only), state

        ask(self, read, self._show, group="failures", failed=self._failed, where=self.query_one("#failures"))

    def _failed(self, _: Exception) -> None:
        self._reads = False

    def _show(self, answer: tuple[FailureMap, Freshness]) -> None:
        self._reads = False
        first, (self.found, self._state) = self.found is None, answer
        self._draw()
        if first and self._begin_at:
            at = next((at for at, row in enumerate(self.found.rows) if row.key == self._begin_at), self.heat.cursor)
            self.heat.cursor = at

    def _draw(self) -> None:
        """What was counted, anew."""
        found = self.found
        if found is None:
            return
        data = heat_data(found, self.scene)
        only = self._only[1] if self._only else ""
        head = head_spans(found, only)
        self.query_one("#counts", StateLine).show_spans(head, note=form_words(found), shorter=(head[0], *head[2:]))
        lacking = lacking_words(found)
        self.set_class(bool(lacking), "-lacking")
        self.query_one("#lacking", StateLine).show(f"{glyphs.current().partial} {lacking}", role="warn")
        self.query_one(FailureLegend).show((found, data))
        self.query_one(HeatMap).show(data)
        self.refresh_top()
        self.refresh_bindings()

    # The cell under the cursor

    @property
    def row(self) -> FailureRow | None:
        """The row under the cursor."""
        here = self.heat.row
        rows = self.found.rows if self.found else ()
        return next((row for row in rows if here is not None and row_id(row) == here.id), None)

    @on(HeatRows.CellHighlighted)
    def _highlighted(self) -> None:
        line, row = self.query_one("#cell", StateLine), self.row
        if self.found is None or row is None:
            line.show("")
        else:
            line.show_spans(cell_spans(self.found, row, self.heat.column, self.scene))

    @on(HeatRows.CellActivated)
    def action_open_cell(self) -> None:
        """List the refusals behind the cell; behind the row where the cell has none."""
        row, column = self.row, self.heat.column
        self._list(row, column if row is not None and row.counts[column] else None)

    def action_open_row(self) -> None:
        """List the refusals behind the row."""
        self._list(self.row, None)

    def action_open_untold(self) -> None:
        """List the refusals without a message."""
        self._list(None, None, _UNTOLD)

    def _list(self, row: FailureRow | None, cell: int | None, *more: Condition) -> None:
        found = self.found
        if found is None or (row is None and not more):
            return
        parts = [] if row is None else [row_name(found, row, self.scene)]
        parts += [self._only[1]] if self._only else []
        parts += ["without a message"] if more else []
        parts.append(f"last {found.window}" if cell is None else cell_words(found, cell, self.scene))
        words = f" {glyphs.current().dot} ".join(parts)
        conditions = (*behind(found, row, cell), *more)
        self.app.push_screen(RefusalListScreen(self.services, words, conditions))

    # What is counted

    def action_next_form(self) -> None:
        """By the next of code, campaign, channel, customer."""
        self.by = _ORDER[(_ORDER.index(self.by) + 1) % len(_ORDER)]
        self.read_failures()

    def action_choose_window(self) -> None:
        """Pick how far back."""
        items = [PickerItem(window, window.capitalize()) for window in FailureWindow]

        def taken(chosen: str | None) -> None:
            if chosen is not None:
                self.window = FailureWindow(chosen)
                self.read_failures()

        self.app.push_screen(Picker(items, title="How far back", current=self.window), taken)

    def action_narrow(self) -> None:
        """Count the refusals of the row under the cursor alone, by something else."""
        if self.row is not None and self.found is not None:
            self._only = (Condition(self.by, "=", self.row.key), row_name(self.found, self.row, self.scene))
            self.by = By.CODE if self.by is not By.CODE else By.CAMPAIGN
            self.read_failures()

    def action_step_back(self) -> None:
        """Count all again, then go back."""
        if self._only is not None:
            self._only = None
            self.read_failures()
        else:
            self.app.call_later(partial(self.app.run_action, "back"))

    def action_reveal(self) -> None:
        """Show or mask names of customers."""
        self._reveal = not self._reveal
        self._draw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is about a row works where there is one."""
        if not self.is_mounted:
            return super().check_action(action, parameters)
        if action in ("open_cell", "open_row", "narrow"):
            return self.row is not None
        if action == "open_untold":
            return self.found is not None and bool(self.found.without_message)
        if action == "reveal":
            return self.by is By.CUSTOMER
        return super().check_action(action, parameters)

    def key_label(self, binding: Binding) -> KeyWords | None:
        """What `b`, `v` and esc do next."""
        if binding.id == "failures.by":
            return KeyWords(f"by {FORMS[_ORDER[(_ORDER.index(self.by) + 1) % len(_ORDER)]][0]}")
        if binding.id == "failures.reveal" and self._reveal:
            return KeyWords("mask")
        if binding.id == "failures.back" and self._only is not None:
            return KeyWords("count all")
        return super().key_label(binding)
