"""One campaign: header, numbered tabs, and the body of the tab that is open. Bodies are built when first opened."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.worker import get_current_worker

from store import words as fmt
from store.queries.campaigns import CampaignRow
from tui.campaigns.campaign_screen import CampaignPlace
from tui.campaigns.first_sync import first_reading
from tui.campaigns.header import header_spans, period_of, period_words
from tui.campaigns.load import Opened, read_opened
from tui.campaigns.rows import life_of
from tui.campaigns.types import spec_for
from tui.kit.asking import ask, cover, uncover
from tui.kit.commands import Place, bindings_of
from tui.kit.csv_export import AS_SHOWN, IN_FULL, save_chart, save_rows, ways_to_save
from tui.kit.dashboard import Dashboard
from tui.kit.error_words import words_of
from tui.kit.lists.tab import RowsTab
from tui.kit.messages import SyncRequested
from tui.kit.record_screen import RecordScreen
from tui.kit.record_view import SheetOpened
from tui.kit.services import AppServices
from tui.kit.spec import CampaignBody, CampaignContext, TypeSpec
from widgets.chart.chart_panel import ChartPanel
from widgets.dialog.date_presets import preset
from widgets.dialog.date_range import DateChoice, DateRangeDialog
from widgets.dialog.picker import Picker, PickerItem
from widgets.frame.states import StateLine
from widgets.frame.tab_bar import TabBar, TabLabel
from widgets.text import plain

DASHBOARD = "dashboard"


class CampaignDetailScreen(CampaignPlace):
    """One campaign.

    Args:
        services: what the app is given.
        wanted: id or exact name.
    """

    DEFAULT_CSS = """
    CampaignDetailScreen #bodies { height: 1fr; }
    CampaignDetailScreen #bodies > * { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(Place.CAMPAIGN)
    HELP_PLACE = Place.CAMPAIGN

    class TabCounted(Message, bubble=False):
        """A tab's rows were counted; `words` is empty while unknown."""

        def __init__(self, tab_id: str, words: str) -> None:
            super().__init__()
            self.tab_id = tab_id
            self.words = words

    def __init__(self, services: AppServices, wanted: str) -> None:
        super().__init__(services)
        self._wanted = wanted
        self._opened: Opened | None = None
        self._asked_first = False
        self._choice = DateChoice(preset("30d", services.today()))
        self._bodies: dict[str, Widget] = {}
        self._stale: set[str] = set()

    def compose_body(self) -> ComposeResult:
        """Header, tabs, period, body."""
        yield StateLine(id="header")
        yield TabBar([TabLabel(DASHBOARD, "Dashboard")], id="tabs")
        yield StateLine(id="period")
        yield Vertical(id="bodies")

    def crumbs(self) -> tuple[str, ...]:
        """Where the reader is."""
        return ("Campaigns", self._opened.campaign.called if self._opened else self._wanted)

    def data_age(self) -> str | None:
        """When its rows were last read."""
        return self._opened.rows.as_of if self._opened else None

    def last_attempt(self) -> str | None:
        """How the last attempt to read its rows again ended."""
        return self._opened.rows.attempt_state if self._opened else None

    def on_mount(self) -> None:
        """Read the campaign."""
        self.refresh_top()
        self.read_campaign()

    def cache_changed(self) -> None:
        """Read again; every body keeps the reader's place."""
        self.read_campaign()

    def campaign_at_hand(self) -> CampaignRow | None:
        """The one that is open, once it is read."""
        return self._opened.campaign if self._opened else None

    def chosen_campaigns(self) -> list[CampaignRow]:
        """The same."""
        return [self._opened.campaign] if self._opened else []

    @property
    def answering(self) -> bool:
        """Whether the campaign is still being read, so that there are no tabs to go to yet."""
        return self._opened is None

    # Reading

    def read_campaign(self) -> None:
        """Ask the cache for the campaign."""
        services, wanted, bodies = self.services, self._wanted, self.query_one("#bodies")
        ask(self, lambda: read_opened(services, wanted), self._campaign_read, group="campaign", where=bodies)

    async def _campaign_read(self, opened: Opened | None) -> None:
        bodies = self.query_one("#bodies")
        if opened is None:
            why = "The cache holds no campaign with this id or name. It may be new: press R to sync."
            cover(bodies, why, title="No such campaign", action="esc goes back")
            return
        uncover(bodies)
        self._opened = opened
        spec, campaign = self._spec, opened.campaign
        self.query_one("#header", StateLine).show_spans(header_spans(spec, campaign, self.services.zone))
        tabs = self.query_one("#tabs", TabBar)
        known = {label.id: label.count for label in tabs.tabs}
        tabs.set_tabs(
            [
                TabLabel(DASHBOARD, "Dashboard"),
                *(TabLabel(tab.id, tab.title, known.get(tab.id, "")) for tab in spec.tabs),
            ]
        )
        self.refresh_top()
        self._update_bodies()
        await self._show_tab(tabs.active or DASHBOARD)
        self.count_tabs()
        if not self._asked_first:
            self._asked_first = True
            self._read_first(opened)

    def _read_first(self, opened: Opened) -> None:
        plan = first_reading(
            opened.campaign,
            never_read=opened.rows.as_of is None,
            no_days=opened.no_days,
            rows_cost=opened.rows_cost,
            cost=opened.cost,
            services=self.services,
        )
        if plan.words:
            self.notify(plan.words, markup=False, timeout=6)
        if plan.request is not None:
            self.app.post_message(SyncRequested(plan.request, opened.campaign.called, quietly=True))

    def count_tabs(self) -> None:
        """Ask how many rows each tab has; each is shown when it is counted."""
        context, tabs = self.campaign_context, self._spec.tabs

        def count() -> None:
            worker = get_current_worker()
            for tab in tabs:
                if tab.count is not None and not worker.is_cancelled:
                    number = tab.count(context)
                    self.post_message(self.TabCounted(tab.id, "" if number is None else fmt.count(number)))

        ask(self, count, lambda _: None, group="counts")

    @on(TabCounted)
    def _tab_counted(self, event: TabCounted) -> None:
        event.stop()
        self.query_one("#tabs", TabBar).set_count(event.tab_id, event.words)

    # Tabs

    @property
    def _spec(self) -> TypeSpec:
        return spec_for(self._opened.campaign.campaign_type if self._opened else "")

    @property
    def campaign_context(self) -> CampaignContext:
        """What panels and tabs are built from, for the period looked at."""
        if self._opened is None:
            raise RuntimeError("the campaign was not read yet")
        services = self.services
        return CampaignContext(
            reader=services.reader,
            campaign=self._opened.campaign,
            period=period_of(self._choice, self._opened.life, services.today()),
            currency=services.settings.currency,
            zone=services.zone,
            today=services.today(),
            cost=self._opened.cost,
        )

    @on(TabBar.TabChosen)
    async def _tab_chosen(self, event: TabBar.TabChosen) -> None:
        await self._show_tab(event.id)

    async def _show_tab(self, tab_id: str) -> None:
        if self._opened is None:
            return
        body = self._bodies.get(tab_id)
        if body is None:
            body = self._bodies[tab_id] = self._build(tab_id)
            await self.query_one("#bodies").mount(body)
        elif tab_id in self._stale:
            self._stale.discard(tab_id)
            cast("CampaignBody", body).update_context(self.campaign_context)
        came = not body.display or body is not self._shown
        for other in self._bodies.values():
            other.display = other is body
        self._shown = body
        if came:
            _focus_first(body)
        self._tell_period()

    _shown: Widget | None = None

    def _build(self, tab_id: str) -> Widget:
        if tab_id == DASHBOARD:
            return Dashboard(self._spec, self.campaign_context)
        tab = next(tab for tab in self._spec.tabs if tab.id == tab_id)
        return tab.build(self.campaign_context)

    def _update_bodies(self) -> None:
        context = self.campaign_context
        for tab_id, body in self._bodies.items():
            if body is self._shown:
                cast("CampaignBody", body).update_context(context)
            else:
                self._stale.add(tab_id)
        self._tell_period()

    def _tell_period(self) -> None:
        if self._opened is not None:
            line = self.query_one("#period", StateLine)
            line.display = self._by_period
            line.show_spans(period_words(self.campaign_context.period), note="d range")
            self.refresh_bindings()

    @property
    def _by_period(self) -> bool:
        """Whether the chosen dates rule what is shown."""
        active = self.query_one("#tabs", TabBar).active
        return active in ("", DASHBOARD) or any(tab.id == active and tab.by_period for tab in self._spec.tabs)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The dates can be chosen where they change something; all but going back needs the campaign."""
        if action == "choose_range":
            return self._opened is not None and self.is_mounted and self._by_period
        if action == "number_tab":
            return self.is_mounted and parameters[0] in range(1, len(self.query_one("#tabs", TabBar).tabs) + 1)
        if action == "step_tab":
            return self._opened is not None
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

    # Period and commands

    def action_choose_range(self) -> None:
        """Choose the dates, the comparison and the bucket."""
        if self._opened is None:
            return
        services, campaign, known = self.services, self._opened.campaign, self._opened.life
        starts, ends = life_of(campaign, services.zone)
        life = (min(starts or known.start, known.start), ends or services.today())
        zone = fmt.zone_name(services.zone)

        def taken(chosen: DateChoice | None) -> None:
            if chosen is not None and chosen != self._choice:
                self._choice = chosen
                self._update_bodies()

        self.app.push_screen(DateRangeDialog(self._choice, services.today(), life=life, zone_name=zone), taken)

    @on(SheetOpened)
    def _sheet_opened(self, event: SheetOpened) -> None:
        event.stop()
        self.app.push_screen(RecordScreen(self.services, event, (self.campaign_name,), self.data_age()))

    # Exports

    @on(ChartPanel.ExportRequested)
    def _chart_export(self, event: ChartPanel.ExportRequested) -> None:
        event.stop()
        spec, what = event.spec, self.campaign_name
        self._save(lambda: save_chart(spec, what, Path.cwd(), self.services.now()))

    @on(RowsTab.ExportRequested)
    def _rows_export(self, event: RowsTab.ExportRequested) -> None:
        event.stop()
        rows, title, units = event.rows, event.title, event.spec.units

        def save(way: str | None) -> None:
            reveal, told = way == IN_FULL, f", personal data {way}" if rows.view.personal else ""
            if way is not None:
                now = self.services.now()
                self._save(lambda: save_rows(rows, title, Path.cwd(), now, units, reveal=reveal), told)

        if event.reveal or not (ways := ways_to_save(rows)):
            save(IN_FULL)
        else:
            self.app.push_screen(Picker(ways, title=f"Export {event.spec.noun[1]}", current=AS_SHOWN), save)

    def _save(self, write: Callable[[], tuple[Path, int]], told: str = "") -> None:
        def saved(found: tuple[Path, int]) -> None:
            words = plain(f"{fmt.count(found[1])} rows in {found[0]}{told}")
            self.notify(words, title="Exported", markup=False, timeout=10)

        def failed(error: Exception) -> None:
            why = f"{error.strerror}: {error.filename}" if isinstance(error, OSError) and error.strerror else error
            words = why if isinstance(error, OSError) else words_of(error)
            self.notify(plain(f"Not exported. {words}"), severity="error", markup=False)

        ask(self, write, saved, group="export", failed=failed, exclusive=False)

    @property
    def campaign_name(self) -> str:
        """Its name, or what was asked for while it is not read."""
        return self._opened.campaign.called if self._opened else self._wanted


def _focus_first(body: Widget) -> None:
    """Give the keys to the body, or to what in it takes them first."""
    target = next((widget for widget in body.walk_children(Widget, with_self=True) if widget.focusable), None)
    if target is not None:
        target.focus(scroll_visible=False)
