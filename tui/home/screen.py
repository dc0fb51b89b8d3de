"""Home: the project's figures, what needs a look, and the campaigns with most redemptions."""

from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Resize

from store.cache.errors import CacheMissing
from store.days import day_bounds, edge_instant
from store.models import Freshness
from store.queries.campaigns import CampaignRow
from store.queries.home import Home, home
from store.queries.home_windows import DEFAULT_WINDOW, WINDOWS
from store.queries.insights.insight import Insight, Insights, Urgency
from store.queries.insights.registry import ORDER
from store.ref import CAMPAIGN, TRIED, Ref
from tui.campaign_kit.about import AboutCampaigns
from tui.campaign_kit.empty_state import UNREADABLE, nothing_words, why_nothing
from tui.home import words
from tui.home.commands import HOME
from tui.home.lists import HomeList, InsightList, TopList
from tui.kit.asking import ask
from tui.kit.clipboard import copy_text
from tui.kit.messages import Open, SyncStatus
from tui.kit.services import AppServices
from widgets.dialog.picker import Picker, PickerItem
from widgets.frame.offered_keys import KeyWords
from widgets.frame.progress import ProgressData
from widgets.frame.states import StateLine
from widgets.panel.stats import StatData
from widgets.text import glyphs, plain
from widgets.text.lines import DataLines, Line, line_width

_WIDE_FROM = 120
_HOUR = timedelta(hours=1)
_MOMENT = 0.25
"""Seconds that the first frame waits for figures."""


class Figures(DataLines[tuple[StatData, ...]]):
    """The project's figures; their height is that of the screen, so that no figure lays it out anew."""

    DEFAULT_CSS = """
    Figures { height: 6; padding: 0 1; }
    """
    ONE_LINE = True

    def draw(self, width: int) -> list[Line]:
        """One row or two."""
        return words.figure_lines(self.data, width)


class TopHead(DataLines[str]):
    """The headings above the campaigns."""

    ONE_LINE = True

    def draw(self, width: int) -> list[Line]:
        """One line, as wide as the list less its scrollbar."""
        return [words.top_head(width)]


class InsightDetails(DataLines[Insight | None]):
    """All of the insight under the cursor, in a place of its own."""

    ONE_LINE = True

    def draw(self, width: int) -> list[Line]:
        """Name, what, evidence, how it is judged."""
        return words.insight_details(self.data, width)


class HomeScreen(AboutCampaigns):
    """The whole project at one look."""

    DEFAULT_CSS = """
    HomeScreen #home-body { height: 1fr; layout: vertical; }
    HomeScreen #home-left { height: 1fr; }
    HomeScreen #home-right { height: auto; }
    HomeScreen #top { height: 5; }
    HomeScreen #insights, HomeScreen #top { overflow-y: scroll; }
    HomeScreen #insights-head, HomeScreen TopHead { margin-top: 1; }
    HomeScreen TopHead { height: 1; padding: 0 1 0 0; }
    HomeScreen InsightDetails { display: none; height: 9; padding: 0 1; margin-top: 1; }
    HomeScreen.-details InsightDetails { display: block; }
    HomeScreen.-details #top, HomeScreen.-details TopHead { display: none; }
    HomeScreen.-wide #home-body { layout: horizontal; }
    HomeScreen.-wide Figures { margin-top: 1; }
    HomeScreen.-one-row Figures { height: 3; }
    HomeScreen.-wide #home-left { width: 1fr; }
    HomeScreen.-wide #home-right { width: 45%; max-width: 84; height: 1fr; margin-left: 2; }
    HomeScreen.-wide #top, HomeScreen.-wide TopHead { display: block; }
    HomeScreen.-wide #top { height: 11; }
    HomeScreen.-wide InsightDetails { display: block; height: 1fr; border-top: solid $foreground 35%; }
    HomeScreen.-low Figures { height: 3; }
    HomeScreen.-low #top, HomeScreen.-low TopHead { display: none; }
    HomeScreen.-low #insights-head { margin-top: 0; }
    HomeScreen.-low InsightDetails { height: 4; margin-top: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = HOME.bindings
    COMMAND_TABLE = HOME
    AUTO_FOCUS = "#insights"

    def __init__(self, services: AppServices) -> None:
        super().__init__(services)
        self.window = DEFAULT_WINDOW
        self.known: Home | None = None
        self._has_asked = False
        self._unreadable = False
        self._good_until: datetime | None = None
        self._first_frame = ExitStack()
        self.insights, self.top = InsightList(id="insights"), TopList(id="top")
        self.insights.after, self.top.before = self.top, self.insights

    def compose_body(self) -> ComposeResult:
        """Window, figures, insights, campaigns."""
        self._resized()
        yield StateLine(id="window")
        yield Figures(())
        with Horizontal(id="home-body"):
            with Vertical(id="home-left"):
                yield StateLine(id="insights-head")
                yield self.insights
            with Vertical(id="home-right"):
                yield TopHead("")
                yield self.top
                yield InsightDetails(None)

    # What is on screen

    def crumbs(self) -> tuple[str, ...]:
        """Where the user is."""
        return ("Home",)

    def legend(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What the signs before the insights mean, and their order."""
        signs = glyphs.current()
        rows = zip((signs.failed, signs.active, signs.scheduled), Urgency, strict=True)
        lacking = words.not_judged_words(self.known.insights) if self.known else ""
        more = (("", text) for text in (ORDER, lacking) if text)
        return "Needs a look", (*((sign, words.URGENCY_WORDS[one]) for sign, one in rows), *more)

    def data_age(self) -> str | None:
        """When the campaigns were last read."""
        if self._unreadable:
            return ""
        return self.known.state.as_of if self.known else None

    def freshness(self) -> Freshness:
        """How far the campaigns can be trusted."""
        return self.known.state if self.known else Freshness()

    @property
    def is_loading(self) -> bool:
        """Whether it is still being read for the first time."""
        return not self._has_asked

    def on_mount(self) -> None:
        """Read it; what is there within a moment is the first frame, not an empty screen before it."""
        self._first_frame.enter_context(self.app.batch_update())
        self.set_timer(_MOMENT, self._draw_first_frame, name="first frame")
        self.refresh_top()
        self.cache_changed()

    def _draw_first_frame(self) -> None:
        self._first_frame.close()
        # Textual forgets to draw the whole screen if it was asked to while drawing was held back. Ask again.
        self.refresh()

    def on_unmount(self) -> None:
        """No frame waits for a screen that is gone."""
        self._first_frame.close()

    @on(Resize)
    def _resized(self) -> None:
        self.set_class(self.app.size.width >= _WIDE_FROM, "-wide")
        self.set_class(self.app.size.width >= words.ONE_ROW_FROM + 2, "-one-row")
        if self.is_mounted and self.known:
            self._show_details()

    # Reading

    def cache_changed(self) -> None:
        """Read all of it again, of one state."""
        services, window = self.services, self.window
        settings = services.settings

        def read() -> Home | None:
            with suppress(CacheMissing):
                return services.reader.ask(
                    home, window, services.now(), services.zone, settings.currency, settings.week_start
                )
            return None

        ask(self, read, self._take, group="home", where=self.query_one("#home-body"), failed=self._cannot_read)

    def _cannot_read(self, _: Exception) -> None:
        self._take(None, unreadable=True)

    def _take(self, found: Home | None, *, unreadable: bool = False) -> None:
        self.known, self._unreadable, self._has_asked = found, unreadable, True
        now = self.services.now()
        midnight = edge_instant(day_bounds(self.services.today().isoformat(), self.services.zone)[1])
        self._good_until = min(midnight, now + _HOUR)
        self._draw()
        self.refresh_top()
        self.refresh_bindings()
        self._first_frame.close()

    def minute_passed(self, holder: str) -> None:
        """Ages grow; at midnight, and every hour, it is judged anew."""
        super().minute_passed(holder)
        if self._good_until is not None and self.services.now() >= self._good_until:
            self.cache_changed()
        elif self.known is not None:
            self._draw()

    def show_sync(self, state: SyncStatus, progress: ProgressData) -> None:
        """The calls that are left change; without campaigns, say that they are being read."""
        super().show_sync(state, progress)
        if self._has_asked:
            self._draw()

    def _draw(self) -> None:
        found, services = self.known, self.services
        if found is None or not found.campaigns:
            self._draw_nothing(found)
            return
        line = self.query_one("#window", StateLine)
        spans, now = words.window_spans(found), services.now()
        line.show_spans(spans, note=words.cover_words(found, now), shorter=spans[:2])
        sync = self.sync_state
        meter = words.meter_words(sync.remaining, sync.limit)
        stats = (words.figure_stat(one, services.settings.currency, now, meter) for one in found.figures)
        self.query_one(Figures).show(tuple(stats))
        self.insights.show(found.insights.found, words.NOTHING_TO_SEE)
        self.top.show(found.top, "No redemptions in this window are cached.")
        self._show_details()

    def _draw_nothing(self, found: Home | None) -> None:
        state = found.state if found else Freshness()
        says, role = UNREADABLE if self._unreadable else nothing_words(self.sync_state, state)
        self.query_one("#window", StateLine).show(says, role=role)
        self.query_one(Figures).show(())
        offline = self.services.settings.database if self.services.run_sync is None else None
        self.insights.show((), why_nothing(self.sync_state, state, offline))
        self.top.show(())
        self._show_details()

    @on(HomeList.Moved)
    def _moved(self) -> None:
        self._show_details()
        self.refresh_bindings()

    def _show_details(self) -> None:
        """All of the insight under the cursor; and its evidence above the list where a line has no room for it."""
        chosen, found = self.insights.chosen, self.known.insights if self.known else Insights(())
        self.query_one(InsightDetails).show(chosen)
        head = self.query_one("#insights-head", StateLine)
        if not self.known or not self.known.campaigns:
            head.show("")
        elif self.has_class("-wide"):
            head.show_spans(words.insights_head(found), note=words.not_judged_words(found))
        else:
            spans = words.insights_head(found, is_short=True)
            head.show_spans(spans, note=words.evidence_words(chosen, self.app.size.width - 4 - line_width(spans)))

    # What the cursor is on

    def _at_hand(self) -> tuple[Ref | None, str] | None:
        """What the line under the cursor is about, and its name; None without a line."""
        if self.top.has_focus and self.top.chosen is not None:
            campaign = self.top.chosen.campaign
            return Ref.campaign(campaign.id), campaign.display_name
        insight = None if self.top.has_focus else self.insights.chosen
        return None if insight is None else (insight.about, insight.name)

    def explainable(self) -> Ref | None:
        """What the line under the cursor is about, where that is tried."""
        ref = (self._at_hand() or (None, ""))[0]
        return ref if ref is not None and ref.kind in TRIED else None

    def campaign_at_hand(self) -> CampaignRow | None:
        """The campaign of the line under the cursor."""
        found = self._at_hand()
        if found is None or found[0] is None or found[0].kind != CAMPAIGN or self.known is None:
            return None
        return self.known.by_id.get(found[0].id)

    def chosen_campaigns(self) -> list[CampaignRow]:
        """The same."""
        one = self.campaign_at_hand()
        return [] if one is None else [one]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is about a line works where there is one."""
        if not self.is_mounted:
            return super().check_action(action, parameters)
        if action in ("open", "copy_row"):
            return self._at_hand() is not None
        if action == "toggle_details":
            return not self.has_class("-wide") and self.insights.chosen is not None
        if action == "close":
            return self.has_class("-details") and not self.has_class("-wide")
        if action == "refresh":
            return self.services.run_sync is not None
        return super().check_action(action, parameters)

    def key_label(self, binding: Binding) -> KeyWords | None:
        """A line about the cache has details alone."""
        if binding.id == "home.open" and (found := self._at_hand()) is not None and found[0] is None:
            return KeyWords("details")
        if binding.id == "home.details" and self.has_class("-details"):
            return KeyWords("campaigns")
        return super().key_label(binding)

    # Keys

    def action_open(self) -> None:
        """Open what the line is about; of the cache, its details."""
        found = self._at_hand()
        if found is not None and found[0] is not None:
            self.post_message(Open(found[0], found[1]))
        elif found is not None and not self.has_class("-details"):
            self.action_toggle_details()

    def action_copy_row(self) -> None:
        """Copy the line under the cursor with all of its parts."""
        campaign, insight = (self.top.chosen if self.top.has_focus else None), self.insights.chosen
        parts = words.top_parts(campaign) if campaign else words.insight_parts(insight) if insight else ()
        if parts:
            copy_text(self.app, "\t".join(plain(part) for part in parts), "The row")

    def action_toggle_details(self) -> None:
        """Show the details in place of the campaigns, or these again."""
        self.toggle_class("-details")
        if self.has_class("-details") and self.top.has_focus:
            self.insights.focus()
        self.refresh_bindings()

    def action_close(self) -> None:
        """Close the details."""
        self.remove_class("-details")
        self.refresh_bindings()

    async def action_refresh(self) -> None:
        """Read the campaign of the line; without one, what is new in the project."""
        if self.campaign_at_hand() is not None:
            self.action_refresh_campaign()
        else:
            await self.run_action("app.sync_routine")

    def action_next_window(self) -> None:
        """The next longer window, or the shortest."""
        self._choose(WINDOWS[(WINDOWS.index(self.window) + 1) % len(WINDOWS)].id)

    def action_choose_window(self) -> None:
        """Pick a window."""
        items = [PickerItem(one.id, f"Last {one.words}") for one in WINDOWS]
        self.app.push_screen(Picker(items, title="Window", current=self.window.id), self._choose)

    def _choose(self, chosen: str | None) -> None:
        window = next((one for one in WINDOWS if one.id == chosen), self.window)
        if window != self.window:
            self.window = window
            self.cache_changed()
