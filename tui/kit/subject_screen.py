"""A screen about one thing: header, numbered tabs, and the body of the open tab. Bodies are built when first opened."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Generic, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from store import words as fmt
from store.explain.rows import explained
from store.models import Freshness
from store.ref import Ref
from store.words import DateSpan
from tui.kit.asking import ask, cover, uncover
from tui.kit.bodies import focus_first
from tui.kit.context import Context, SubjectBody
from tui.kit.csv_export import save_chart, save_rows
from tui.kit.dashboard import Dashboard
from tui.kit.export_way import Wording, export_questions
from tui.kit.first_frame import READING_CACHE, hold_first_frame
from tui.kit.lists.tab import RowsTab
from tui.kit.messages import SyncRequested, SyncStatus
from tui.kit.period import period_of, period_words
from tui.kit.record_screen import RecordScreen
from tui.kit.record_view import RecordRequested
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices
from tui.kit.spec import Contents
from widgets.chart.chart_panel import ChartPanel
from widgets.chart.plot import ChartSpec
from widgets.dialog.date_presets import DateRange, preset
from widgets.dialog.date_range import DateChoice, DateRangeDialog
from widgets.dialog.picker import Picker, PickerItem
from widgets.frame.progress import ProgressData
from widgets.frame.states import StateLine
from widgets.frame.tab_bar import TabBar, TabLabel
from widgets.messages import FieldMessage
from widgets.text.lines import Span

if TYPE_CHECKING:
    from store.sync.request import SyncRequest

DASHBOARD = "dashboard"


@dataclass(frozen=True, slots=True)
class FirstSync:
    """What opening a subject does when its rows were never read.

    Attributes:
        request: to start now; None to start nothing.
        unread: what is said as long as they are not read, with the key and the price; "" for nothing.
        reading: what is said while they are read.
    """

    request: "SyncRequest | None" = None
    unread: str = ""
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Loaded(Generic[Context]):
    """What a subject's screen is built from.

    Attributes:
        context: for panels and tabs; the screen puts the chosen period into it.
        header: the line under the top line.
        contents: dashboard and tabs.
        rows: how far its rows can be trusted.
        life: the days its data is of.
        dates: its own first and last day, for the choice of dates.
        first_sync: what to do when it is first opened.
    """

    context: Context
    header: Sequence[Span]
    contents: Contents[Context]
    rows: Freshness
    life: DateSpan
    dates: DateSpan
    first_sync: FirstSync = FirstSync()


class SubjectScreen(AppScreen, Generic[Context]):
    """One thing. A subclass says how it is loaded, where it belongs, and its commands.

    Args:
        services: what the app is given.
        wanted: id, or what else `load` finds it by.

    Attributes:
        ROOM: where the user came from, in words.
        NOT_FOUND: title and sentence where the cache holds no such thing.
    """

    DEFAULT_CSS = """
    SubjectScreen.-low #header, SubjectScreen.-low #period { height: 0; }
    SubjectScreen #bodies, SubjectScreen #bodies > * { height: 1fr; }
    SubjectScreen #unread { display: none; }
    """
    ROOM: ClassVar[str]
    NOT_FOUND: ClassVar[tuple[str, str]]

    class TabCounted(FieldMessage, bubble=False):
        """A tab's rows were counted; `words` is empty while unknown."""

        tab_id: str
        words: str

    def __init__(self, services: AppServices, wanted: str) -> None:
        super().__init__(services)
        self.wanted = wanted
        self.loaded: Loaded[Context] | None = None
        self._choice = DateChoice(preset("30d", services.today()))
        self._bodies: dict[str, Widget] = {}
        self._shown: Widget | None = None
        self._stale, self._answered = set[str](), False

    @abstractmethod
    def load(self) -> Loaded[Context] | None:
        """Ask the cache for the thing, in a worker thread; None when it holds none.

        Raises:
            CacheError: the cache cannot be read.
        """

    def not_found(self) -> tuple[str, str]:
        """Title and sentence where `load` gave None."""
        return self.NOT_FOUND

    def compose_body(self) -> ComposeResult:
        """Header, tabs, period, body."""
        yield StateLine(id="header")
        yield TabBar([], id="tabs")
        yield StateLine(id="period")
        yield StateLine(id="unread")
        yield Vertical(id="bodies")

    def crumbs(self) -> tuple[str, ...]:
        """Where the user is."""
        return (self.ROOM, self.subject_name)

    def explainable(self) -> Ref | None:
        """The subject, where it is of a kind that can be tried."""
        return explained(self.loaded.context.subject, {}) if self.loaded else None

    def data_age(self) -> str | None:
        """When its rows were last read; nothing is said of that until the cache has answered."""
        if self.failure or not self._answered:
            return ""
        return self.loaded.rows.as_of if self.loaded else None

    def freshness(self) -> Freshness:
        """How far its rows can be trusted."""
        return self.loaded.rows if self.loaded else Freshness()

    def on_mount(self) -> None:
        """Read the subject."""
        self._stands = hold_first_frame(self)
        self.query_one("#header", StateLine).show(READING_CACHE, role="muted")
        self.refresh_top()
        self.read_subject()

    def cache_changed(self) -> None:
        """Read again; every body keeps the user's place."""
        self.read_subject()

    @property
    def is_loading(self) -> bool:
        """Whether the subject is still being read, so that there are no tabs to go to yet."""
        return self.loaded is None

    @property
    def subject_name(self) -> str:
        """Its name; while it is not read, what it was called where it was chosen, else what was asked for."""
        return self.loaded.context.name if self.loaded else self.known_as or self.wanted

    # Reading

    def read_subject(self) -> None:
        """Ask the cache for the subject."""
        ask(self, self.load, self._subject_read, group="subject", where=self.query_one("#bodies"), failed=self._lost)

    def _lost(self, _: Exception) -> None:
        """Why stands in place of the bodies."""
        if self.loaded is None:
            self.query_one("#header", StateLine).show("")

    async def _subject_read(self, loaded: Loaded[Context] | None) -> None:
        bodies, first = self.query_one("#bodies"), self.loaded is None
        # What is about to be read is not called unread for a moment.
        self._answered = not (first and loaded and loaded.first_sync.request)
        if loaded is None:
            self.refresh_top()
            self.query_one("#header", StateLine).show("")
            title, why = self.not_found()
            cover(bodies, why, title=title, action="esc goes back")
            return
        uncover(bodies)
        self.loaded = loaded
        self.query_one("#header", StateLine).show_spans(loaded.header)
        tabs = self.query_one("#tabs", TabBar)
        known = {label.id: label.count for label in tabs.tabs}
        labels = [TabLabel(DASHBOARD, "Dashboard")] if loaded.contents.panels else []
        tabs.set_tabs([*labels, *(TabLabel(tab.id, tab.title, known.get(tab.id, "")) for tab in loaded.contents.tabs)])
        self.refresh_top()
        self._update_bodies()
        await self._show_tab(tabs.active)
        self._stands.set()
        self.count_tabs()
        self._tell_unread()
        if first:
            self._sync_first(loaded.first_sync)

    def _sync_first(self, plan: FirstSync) -> None:
        if plan.request is not None:
            self.app.post_message(SyncRequested(plan.request, self.subject_name, quietly=True))
            self.call_after_refresh(self._first_sync_asked)

    def _first_sync_asked(self) -> None:
        self._answered = True
        self.refresh_top()
        self._tell_unread()

    def show_sync(self, state: SyncStatus, progress: ProgressData) -> None:
        """Show how the sync goes, and whether it reads this subject."""
        super().show_sync(state, progress)
        self._tell_unread()

    def _tell_unread(self) -> None:
        plan, state = self.loaded.first_sync if self.loaded else FirstSync(), self.sync_state
        being_read = state.running and state.what == self.subject_name
        words = (plan.reading or "being read") if being_read else plan.unread if self._answered else ""
        line = self.query_one("#unread", StateLine)
        line.display = bool(plan.unread and words)
        line.show(words, role="muted" if being_read else "warn")

    def count_tabs(self) -> None:
        """Ask how many rows each tab has; each is shown when it is counted."""
        context, tabs = self.context, self._contents.tabs

        def count() -> None:
            for tab in tabs:
                if tab.count is not None:
                    number = tab.count(context)
                    self.post_message(self.TabCounted(tab.id, "" if number is None else fmt.count(number)))

        ask(self, count, lambda _: None, group="counts")

    @on(TabCounted)
    def _tab_counted(self, event: TabCounted) -> None:
        event.stop()
        self.query_one("#tabs", TabBar).set_count(event.tab_id, event.words)

    # Tabs

    @property
    def _contents(self) -> Contents[Context]:
        return self.loaded.contents if self.loaded else Contents(())

    @property
    def context(self) -> Context:
        """What panels and tabs are built from, for the period looked at."""
        if self.loaded is None:
            raise RuntimeError("the subject was not read yet")
        period = period_of(self._choice, self.loaded.life, self.services.today())
        return replace(self.loaded.context, period=period)

    @on(TabBar.TabChosen)
    async def _tab_chosen(self, event: TabBar.TabChosen) -> None:
        await self._show_tab(event.id)

    async def _show_tab(self, tab_id: str | None) -> None:
        if self.loaded is None or tab_id is None:
            return
        body = self._bodies.get(tab_id)
        if body is None:
            body = self._bodies[tab_id] = self._build(tab_id)
            await self.query_one("#bodies").mount(body)
        elif tab_id in self._stale:
            self._stale.discard(tab_id)
            cast("SubjectBody", body).update_context(self.context)
        came = not body.display or body is not self._shown
        for other in self._bodies.values():
            other.display = other is body
        self._shown = body
        if came:
            focus_first(body)
        self._tell_period()

    def _build(self, tab_id: str) -> Widget:
        if tab_id == DASHBOARD:
            return Dashboard(self._contents, self.context)
        tab = next(tab for tab in self._contents.tabs if tab.id == tab_id)
        return tab.build(self.context)

    def _update_bodies(self) -> None:
        context = self.context
        for tab_id, body in self._bodies.items():
            if body is self._shown:
                cast("SubjectBody", body).update_context(context)
            else:
                self._stale.add(tab_id)
        self._tell_period()

    def _tell_period(self) -> None:
        if self.loaded is not None:
            line = self.query_one("#period", StateLine)
            line.display = self._by_period
            line.show_spans(period_words(self.context.period), note="d range")
            self.refresh_bindings()

    @property
    def _by_period(self) -> bool:
        """Whether the chosen dates rule what is shown."""
        active = self.query_one("#tabs", TabBar).active
        return active == DASHBOARD or any(tab.id == active and tab.by_period for tab in self._contents.tabs)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The dates can be chosen where they change something; all but going back needs the subject."""
        if action == "choose_range":
            return self.loaded is not None and self.is_mounted and self._by_period
        if action == "number_tab":
            return self.is_mounted and parameters[0] in range(1, len(self.query_one("#tabs", TabBar).tabs) + 1)
        if action == "step_tab":
            return self.loaded is not None
        return super().check_action(action, parameters)

    def action_number_tab(self, number: int) -> None:
        """Open a tab by its number."""
        self.query_one("#tabs", TabBar).choose_number(number)

    def action_step_tab(self, by: int) -> None:
        """Open the tab before or after."""
        self.query_one("#tabs", TabBar).step(by)

    def action_choose_tab(self) -> None:
        """Pick a tab by typing."""
        tabs = self.query_one("#tabs", TabBar)
        items = [PickerItem(tab.id, tab.title, tab.count, tabs.sign_of(tab.id)) for tab in tabs.tabs]

        def taken(chosen: str | None) -> None:
            if chosen is not None:
                tabs.choose(chosen)

        self.app.push_screen(Picker(items, title="Tab", current=tabs.active), taken)

    # Period and records

    def action_choose_range(self) -> None:
        """Choose the dates, the comparison and the bucket."""
        if self.loaded is None:
            return
        services, dates = self.services, self.loaded.dates

        def taken(chosen: DateChoice | None) -> None:
            if chosen is not None and chosen != self._choice:
                self._choice = chosen
                self._update_bodies()

        own = DateRange(dates.start, dates.end, f"{self.context.subject.kind}'s life")
        zone = fmt.zone_name(services.zone)
        self.app.push_screen(DateRangeDialog(self._choice, services.today(), own=own, zone_name=zone), taken)

    @on(RecordRequested)
    def _sheet_opened(self, event: RecordRequested) -> None:
        event.stop()
        self.app.push_screen(RecordScreen(self.services, event, (self.subject_name,), self.data_age()))

    @on(ChartPanel.ExportRequested)
    def _chart_export(self, event: ChartPanel.ExportRequested) -> None:
        event.stop()
        spec, what, context = event.spec, self.subject_name, self.context
        wording = Wording.of(context)
        asked = export_questions(values=isinstance(spec, ChartSpec) and bool(spec.saved_as), guard=self._guard)
        self.ask_export(
            spec.title, asked, lambda way: save_chart(spec, what, Path.cwd(), self.services.now(), way, wording)
        )

    @on(RowsTab.ExportRequested)
    def _rows_export(self, event: RowsTab.ExportRequested) -> None:
        event.stop()
        rows, spec = event.rows, event.spec
        personal = spec.personal or bool(rows.view.personal)
        asked = export_questions(columns=True, personal=personal, revealed=event.reveal, guard=self._guard)
        self.ask_export(
            spec.noun[1],
            asked,
            lambda way: save_rows(rows, event.title, Path.cwd(), self.services.now(), way, spec, event.context),
        )

    @property
    def _guard(self) -> bool:
        return self.services.preferences.formula_guard
