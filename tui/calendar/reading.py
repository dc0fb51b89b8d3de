"""What the calendar shows and where it comes from: campaigns, rows, and what is found out about the days in sight."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from textual import on

from store.cache.errors import CacheMissing
from store.days import day_bounds, edge_instant, parse_instant
from store.models import Freshness
from store.queries.calendar import CalendarCampaign
from store.words import zone_name
from tui.calendar.bars import LAST_YEAR, BarStyle, status_colour
from tui.calendar.groups import CATEGORY, LANES, NOTHING, STATUS, TYPE
from tui.calendar.load import Campaigns, Sight, Wanted, read_campaigns, read_sight
from tui.calendar.rows import Lines, activities, calendar_lines
from tui.calendar.words import counts_spans, legend
from tui.campaign_kit.empty_state import NO_MATCH, UNREADABLE, nothing_words, why_nothing
from tui.campaign_kit.filtering import CampaignFilters, FilteringScreen
from tui.campaign_kit.type_look import TypeLooks
from tui.kit.asking import ask
from tui.kit.first_frame import READING_CACHE
from tui.kit.messages import SyncStatus
from tui.kit.services import AppServices
from widgets.dialog.filter_bar import FilterBar
from widgets.frame.progress import ProgressData
from widgets.frame.states import StateLine
from widgets.table.rows import THEMED_ROLES
from widgets.timeline.bars import BarActivity, TimelineRow
from widgets.timeline.grid import DAY_STEP, Grid
from widgets.timeline.navigation import TimelinePlace
from widgets.timeline.timeline import Timeline

_HOUR = timedelta(hours=1)
COLOURS = (STATUS, TYPE, CATEGORY)
_NARROW = 72
"""Below so many columns only the counts and the zoom stand beside the filter."""
_PALETTE = tuple(role for role in THEMED_ROLES if role.startswith("type-"))


class CalendarReading(FilteringScreen):
    """Campaigns as rows of a timeline; a subclass has the keys and the details.

    Args:
        services: what the app is given.
        looks: of the types.
        filters: shared with other screens.
    """

    def __init__(self, services: AppServices, looks: TypeLooks, filters: CampaignFilters | None = None) -> None:
        super().__init__(services, looks, filters)
        self.known: Campaigns | None = None
        self._has_answered = self._unreadable = False
        self.admitted: Sequence[CalendarCampaign] = ()
        self._lines = Lines((), {})
        self.sight: Sight | None = None
        self._asked = self._ask_again = False
        self._packed_for = DAY_STEP
        self._shaded: Mapping[str, BarActivity] | None = None
        self._looked_at: tuple[Any, list[CalendarCampaign]] = (None, [])
        self._back_to: TimelinePlace | None = None
        self.group, self.colour = TYPE, STATUS
        self.with_activity = self.with_clashes = self.with_last_year = False
        self._good_until = services.now()
        grid = Grid(services.zone, services.settings.week_start)
        self.timeline = Timeline(grid, now=services.now(), empty_text=READING_CACHE, id="timeline")
        self.timeline.leaves_enter = self.timeline.hides_absent = True

    # What is on screen

    def on_mount(self) -> None:
        """Read the campaigns."""
        self.timeline.focus()
        self.cache_changed()

    def rows_widget(self) -> Timeline:
        """The bars."""
        return self.timeline

    def candidates(self) -> Sequence[CalendarCampaign]:
        """All there are."""
        return self.known.calendar.campaigns if self.known else ()

    def crumbs(self) -> tuple[str, ...]:
        """Where the user is."""
        return ("Calendar",)

    @property
    def _held(self) -> Freshness:
        return self.known.freshness if self.known else Freshness()

    def data_age(self) -> str | None:
        """When the campaigns were last read; a cache that cannot be read, or has not answered yet, does not tell."""
        if self._unreadable or not self._has_answered:
            return ""
        return self._held.as_of if self._held.completed_at is not None or self.candidates() else None

    @property
    def is_loading(self) -> bool:
        """Whether its campaigns are still being read for the first time, so that no key has anything to act on."""
        return self.known is None and not self._unreadable and not self.failure

    def legend(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """For the help."""
        return "Signs of the calendar", tuple(legend(zone_name(self.services.zone)))

    @property
    def current(self) -> CalendarCampaign | None:
        """The campaign under the cursor."""
        row, bar = self.timeline.cursor_row, self.timeline.cursor_bar
        if self.known is None or row is None:
            return None
        owner = self._lines.owners.get(row.id) or (bar.id if bar else "")
        return self.known.by_id.get(owner.removeprefix(LAST_YEAR))

    def campaign_at_hand(self) -> CalendarCampaign | None:
        """The one under the cursor."""
        return self.current

    def chosen_campaigns(self) -> list[CalendarCampaign]:
        """The same."""
        current = self.current
        return [] if current is None else [current]

    # Reading

    def cache_changed(self) -> None:
        """Read all again; the cursor stays where it is."""
        services, body = self.services, self.query_one("#calendar-body")

        def read() -> Campaigns | None:
            with suppress(CacheMissing):
                return read_campaigns(services)
            return None

        ask(self, read, self._take, group="calendar", where=body, failed=lambda _: self._take(None, unreadable=True))

    def _take(self, found: Campaigns | None, *, unreadable: bool = False) -> None:
        if found is None and self.candidates():
            self._back_to = self.timeline.place
        self._has_answered, self.known, self._unreadable = True, found, unreadable
        self._good_until = self._next_change()
        if not self.candidates():
            self.sight = None
        self.show_wanted()
        if found is not None and self._back_to is not None:
            self.timeline.restore(self._back_to)
            self._back_to = None
        self.campaigns_changed()
        self.refresh_top()
        self.refresh_bindings()

    def campaigns_changed(self) -> None:
        """Other campaigns are known."""

    def sight_changed(self) -> None:
        """More is known of the days in sight."""

    def show_wanted(self) -> None:
        """Show the campaigns that pass the filters."""
        wanted = self.wanted()
        self.admitted = self.known.admitted(wanted) if self.known else ()
        self.timeline.set_empty_text(NO_MATCH if self.candidates() else self._why_nothing())
        self._show_rows()
        self._ask_sight()

    def _show_rows(self) -> None:
        """Build the rows anew: other campaigns, groups, colours, clashes or last year."""
        clashes = self.sight.clashing if self.sight and self.with_clashes else {}
        style = BarStyle(self.services.zone, self.services.now(), self._role, clashes, named=self.group == LANES)
        before: Sequence[CalendarCampaign] = ()
        if self.with_last_year and self.sight and self.sight.last_year:
            shown = {one.id for one in self.admitted}
            before = [one for one in self.sight.last_year.calendar.campaigns if one.id in shown]
        timeline = self.timeline
        packed = timeline.grid, timeline.step
        self._packed_for = timeline.step
        self._lines = calendar_lines(self.admitted, before, self.group, style, self.looks, packed)
        timeline.show_rows(self._lines.rows)
        self._tell()

    def _role(self, one: CalendarCampaign) -> str:
        if self.colour == TYPE:
            return self.looks.of(one.campaign_type).role
        if self.colour == CATEGORY:
            names = sorted({other.category for other in self.candidates() if other.category})
            return _PALETTE[names.index(one.category) % len(_PALETTE)] if one.category else "muted"
        return status_colour(one)

    def in_sight(self) -> list[CalendarCampaign]:
        """The campaigns with a bar or a note in the window, in the order of the rows."""
        look = (self.timeline.rows, self.timeline.window)
        if self._looked_at[0] is None or look[0] is not self._looked_at[0][0] or look[1] != self._looked_at[0][1]:
            self._looked_at = look, self._look()
        return self._looked_at[1]

    def _look(self) -> list[CalendarCampaign]:
        known: Mapping[str, CalendarCampaign] = self.known.by_id if self.known else {}
        shown = dict.fromkeys(
            owner for row in self.timeline.rows if not row.id.startswith(LAST_YEAR) for owner in self._owners(row)
        )
        start, end = self.timeline.window
        return [known[one] for one in shown if one in known and _meets(known[one], start, end)]

    def _owners(self, row: TimelineRow) -> list[str]:
        """The campaign a row is of, or those of a lane's bars."""
        owner = self._lines.owners.get(row.id)
        return [bar.id for bar in row.bars] if owner is None else [owner]

    def _why_nothing(self) -> str:
        if not self._has_answered:
            return READING_CACHE
        offline = self.services.settings.database if self.services.run_sync is None else None
        return why_nothing(self.sync_state, self._held, offline)

    def show_sync(self, state: SyncStatus, progress: ProgressData) -> None:
        """Say in place of campaigns that they are being read, as long as there are none."""
        super().show_sync(state, progress)
        if not self.candidates():
            self.timeline.set_empty_text(self._why_nothing())
            self._tell()

    # Time

    def minute_passed(self, holder: str) -> None:
        """The line of today moves; what begins, ends or has another distance is read anew."""
        super().minute_passed(holder)
        now = self.services.now()
        self.timeline.set_now(now)
        if now >= self._good_until:
            self.cache_changed()

    def _next_change(self) -> datetime:
        """When something shown changes by itself: at midnight, or where a campaign starts or ends before."""
        now, today = self.services.now(), self.services.today()
        midnight = edge_instant(day_bounds(today.isoformat(), self.services.zone)[1])
        edges = (edge for one in self.candidates() for edge in (one.status.starts_at, one.status.ends_at) if edge)
        return min(midnight, now + _HOUR, *(edge for edge in edges if edge > now))

    # The days in sight

    @on(Timeline.WindowMoved)
    def _window_moved(self, event: Timeline.WindowMoved) -> None:
        if self.group == LANES and event.step != self._packed_for:
            self._show_rows()
        else:
            self._tell()
        self._ask_sight()

    def view_changed(self) -> None:
        """Something else is to be shown of the same campaigns."""
        self._show_rows()
        self._ask_sight()
        self.refresh_bindings()

    def _ask_sight(self) -> None:
        """Find out about the days in sight; while that is under way, the newest wish waits for its turn."""
        if self._asked or self.known is None or self.timeline.bars_width() < 1:
            self._ask_again = self._asked
            return
        self._asked, self._ask_again = True, False
        services, shown = self.services, self.in_sight()
        wanted = Wanted(
            replace(self.known.calendar, campaigns=tuple(self.admitted)), *self.timeline.window,
            activity=[one.id for one in shown] if self.with_activity else (), last_year=self.with_last_year,
        )  # fmt: skip
        ask(self, lambda: read_sight(services, wanted), self._show_sight, group="sight", failed=self._sight_failed)

    def _sight_failed(self, _: Exception) -> None:
        self._asked = False
        self.sight = None
        self._tell()

    def _show_sight(self, found: Sight) -> None:
        self._asked = False
        before, self.sight = self.sight, found
        last_year = found.last_year.activity if found.last_year else {}
        rebuilt = (self.with_clashes and (before is None or before.clashes != found.clashes)) or (
            (before.last_year if before else None) != found.last_year
        )
        if rebuilt:
            self._show_rows()
        self._shade(activities(found.activity, last_year) if self.with_activity else None)
        self._tell()
        self.sight_changed()
        if self._ask_again:
            self._ask_sight()

    def _shade(self, shading: Mapping[str, BarActivity] | None) -> None:
        """Show what happened inside the bars; the same again draws nothing."""
        if shading != self._shaded:
            self._shaded = shading
            self.timeline.show_activity(shading)

    def _tell(self) -> None:
        """The line above, and the text beside the filter."""
        counts = self.query_one("#counts", StateLine)
        if not self._has_answered:
            return
        if not self.candidates():
            words, role = UNREADABLE if self._unreadable else nothing_words(self.sync_state, self._held)
            counts.show(words, role=role)
            self.query_one(FilterBar).show_note("")
            return
        known = self.sight.counts if self.sight else None
        counts.show_spans(
            counts_spans(known) if known else (), shorter=counts_spans(known, short=True) if known else ()
        )
        group = {NOTHING: "by start", LANES: "in lanes"}.get(self.group, f"by {self.group.removeprefix('metadata.')}")
        shown, passing, every = len(self.in_sight()), len(self.admitted), len(self.candidates())
        numbers = f"{shown:,} of {passing:,} in sight"
        numbers = numbers if passing == every else f"{numbers}, {every:,} in all"
        parts = (numbers, group) if self.size.width >= _NARROW else (f"{shown:,} of {passing:,}",)
        self.tell_filter(self.wanted(), *parts, self.timeline.step.words)


def _meets(one: CalendarCampaign, start: datetime, end: datetime) -> bool:
    """Whether a campaign has something in the window; one whose dates cannot be read is always in it."""
    if one.unreadable:
        return True
    first, last = (None if text is None else parse_instant(text) for text in (one.starts, one.ends))
    if first is not None and first >= end:
        return False
    return last is None or last > start or (first is not None and first >= start)
