"""The campaign calendar's keys and details."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Resize

from store.days import local_time
from store.queries.calendar import GROUPS, CalendarCampaign
from store.ref import Ref
from store.words import DateSpan
from tui.calendar.commands import CALENDAR
from tui.calendar.groups import LANES, NOTHING
from tui.calendar.load import days_between
from tui.calendar.reading import COLOURS, CalendarReading
from tui.campaign_kit.filtering import CampaignFilters
from tui.campaign_kit.type_look import TypeLooks
from tui.kit.asking import ask
from tui.kit.clipboard import copy_text
from tui.kit.markdown import fields_markdown
from tui.kit.messages import Open
from tui.kit.services import AppServices
from widgets.dialog.picker import Picker, PickerItem
from widgets.frame.offered_keys import HIDDEN, KeyWords
from widgets.frame.states import StateLine
from widgets.panel.drawer import Drawer
from widgets.timeline.timeline import Timeline

if TYPE_CHECKING:
    from store.queries.calendar_counts import Boundary
    from store.queries.calendar_details import CalendarDetails
    from tui.calendar.details import DrawerData

_BESIDE_FROM = 120
"""Cells from which the details stand beside the bars, and open by themselves."""
_NEED_CAMPAIGNS = frozenset({"filter", "narrow", "group"})
_SWITCHED = {"activity": "plain bars", "clashes": "hide clashes", "last_year": "this year"}
"""What keys do that are on."""
_ABOUT_ONE = frozenset({"open", "toggle_activity", "export"})


class CalendarScreen(CalendarReading):
    """All campaigns over time; arguments as of `CalendarReading`."""

    DEFAULT_CSS = """
    CalendarScreen #calendar-body { height: 1fr; }
    CalendarScreen.-low #counts { height: 0; }
    CalendarScreen Timeline { width: 1fr; }
    CalendarScreen Drawer.-right { width: 46; }
    """
    BINDINGS: ClassVar[list[BindingType]] = CALENDAR.bindings
    COMMAND_TABLE = CALENDAR
    AUTO_FOCUS = "#timeline"

    def __init__(self, services: AppServices, looks: TypeLooks, filters: CampaignFilters | None = None) -> None:
        super().__init__(services, looks, filters)
        self.drawer = Drawer(id="details")
        self._details: CalendarDetails | None = None
        self._details_span: DateSpan | None = None
        self._drawer_wanted: bool | None = None

    def compose_body(self) -> ComposeResult:
        """Counts, filter, bars and details."""
        yield StateLine(id="counts")
        yield from self.filter_line()
        with Horizontal(id="calendar-body"):
            yield self.timeline
            yield self.drawer

    # The details

    @on(Resize)
    def campaigns_changed(self) -> None:
        """The details open by themselves where there is room beside the bars, until the user closes them."""
        wide = self.app.size.width >= _BESIDE_FROM
        if wide and self._drawer_wanted is not False and not self.drawer.is_open and self.current:
            self._show_details()
        elif not wide and self._drawer_wanted is None and self.drawer.is_open:
            self.drawer.close()
        elif self.drawer.is_open:
            self._show_details()

    def sight_changed(self) -> None:
        """Clashes are known, and other days are in sight."""
        if self.drawer.is_open:
            self._show_details()

    @on(Timeline.Highlighted)
    def _highlighted(self) -> None:
        if self.drawer.is_open:
            self._show_details()

    def _show_details(self) -> None:
        """Show the campaign once the cache has answered; the one before it stays meanwhile."""
        one = self.current
        if one is None:
            return
        span = days_between(*self.timeline.window, self.services)
        known = self._details if self._details and self._details.calendar.id == one.id else None
        if known is not None or not self.drawer.is_open:
            self._draw_details(one, known, self._details_span)
        if known is None or self._details_span != span or known.calendar != one:
            self._ask_details(one, span)

    def _ask_details(self, one: CalendarCampaign, span: DateSpan) -> None:
        services = self.services
        settings = services.settings

        def read() -> "CalendarDetails | None":
            from store.queries.calendar_details import calendar_details

            return services.reader.ask(
                calendar_details, one.id, span, services.now(), services.zone, settings.currency, settings.week_start
            )

        def take(found: "CalendarDetails | None") -> None:
            self._details, self._details_span = found, span
            current = self.current
            if current is not None and current.id == one.id:
                self._draw_details(current, found, span)

        # Where it fails, the calendar itself says what is wrong with the cache.
        ask(self, read, take, group="details", where=self.drawer)

    def _draw_details(self, one: CalendarCampaign, details: "CalendarDetails | None", span: DateSpan | None) -> None:
        # Late: it brings the charts, which the first paint does not need.
        from tui.calendar.details import CalendarDrawer

        drawer_data = self._drawer_data(one, details, span)
        shown = self.drawer.query(CalendarDrawer)
        if self.drawer.is_open and shown:
            shown.first().show(drawer_data)
        else:
            self.drawer.open(CalendarDrawer(drawer_data, self.services))

    def _drawer_data(
        self, one: CalendarCampaign, details: "CalendarDetails | None", span: DateSpan | None
    ) -> "DrawerData":
        from tui.calendar.details import DrawerData, clash_words

        clashes = self.sight.clashes if self.sight else ()
        names = {other.id: other.display_name for other in self.candidates()}
        words = clash_words(clashes, one.id, names, self.titles())
        return DrawerData(one, self.looks.of(one.campaign_type), self._day(), words, details, span, self.with_clashes)

    def _day(self) -> date:
        return local_time(self.timeline.at, self.services.zone).date()

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is about campaigns works where there are some."""
        if self.is_mounted and action in _ABOUT_ONE:
            return self.current is not None
        if self.is_mounted and action == "clear":
            return self.drawer.is_open or self.filters.narrow
        return super().check_action(action, parameters)

    def key_label(self, binding: Binding) -> KeyWords | None:
        """What a key does in the state things are in."""
        name = (binding.id or "").removeprefix("calendar.")
        if name in _NEED_CAMPAIGNS and not self.candidates():
            return HIDDEN
        if name in ("open", "clear") and not self.drawer.is_open:
            return KeyWords("details" if name == "open" else "clear filter")
        if name in _SWITCHED and getattr(self, f"with_{name}"):
            return KeyWords(_SWITCHED[name])
        return super().key_label(binding)

    def action_open(self) -> None:
        """Open the details; where they are open, the campaign."""
        one = self.current
        if one is not None and self.drawer.is_open:
            self.post_message(Open(Ref.campaign(one.id), one.display_name))
        elif one is not None:
            self._drawer_wanted = True
            self._show_details()
            self.refresh_bindings()

    @on(Timeline.Activated)
    def _activated(self) -> None:
        self.action_open()

    def action_clear(self) -> None:
        """Close the details, then clear the filters."""
        if self.drawer.is_open:
            self._drawer_wanted = False
            self.drawer.close()
        else:
            self.clear_filters()

    def action_show_soon(self) -> None:
        """List what starts and ends."""
        from tui.calendar.soon import SoonScreen

        shown = {one.id for one in self.admitted}

        def go(boundary: "Boundary") -> None:
            row = boundary.campaign.id if boundary.part is None else f"{boundary.campaign.id} {boundary.part.id}"
            self.timeline.jump(row, boundary.at)

        self.app.push_screen(SoonScreen(self.services, lambda one: one.id in shown, go))

    def action_toggle_activity(self) -> None:
        """Show what happened inside the bars, or plain ones."""
        self.with_activity = not self.with_activity
        self.view_changed()

    def action_toggle_clashes(self) -> None:
        """Mark clashes, or not."""
        self.with_clashes = not self.with_clashes
        self.timeline.show_clashes(self.with_clashes)
        self.view_changed()

    def action_toggle_last_year(self) -> None:
        """Show the same weeks of last year, or not."""
        self.with_last_year = not self.with_last_year
        self.view_changed()

    def action_choose_group(self) -> None:
        """Pick what campaigns are grouped by."""
        keys: Sequence[str] = self.known.metadata_keys if self.known else ()
        items = [
            *(PickerItem(key, key.capitalize()) for key in GROUPS),
            PickerItem(LANES, "Lanes", "bars of one type share lines"),
            PickerItem(NOTHING, "No groups", "in order of start"),
            *(PickerItem(f"metadata.{key}", key, "metadata") for key in keys),
        ]

        def taken(chosen: str | None) -> None:
            if chosen is not None:
                self.group = chosen
                self.view_changed()

        self.app.push_screen(Picker(items, title="Group by", current=self.group), taken)

    def action_next_colour(self) -> None:
        """Colour by the next of status, type and category."""
        self.colour = COLOURS[(COLOURS.index(self.colour) + 1) % len(COLOURS)]
        self.notify(f"Colours tell the {self.colour}.", markup=False, timeout=3)
        self.view_changed()

    def action_copy_markdown(self) -> None:
        """Copy what the details say."""
        from tui.calendar.details import details_fields

        one = self.current
        if one is not None:
            known = self._details if self._details and self._details.calendar.id == one.id else None
            fields = details_fields(self._drawer_data(one, known, self._details_span), self.services)
            copy_text(self.app, fields_markdown(one.display_name, fields), "the details as Markdown")

    def action_export(self) -> None:
        """Pick a kind of file and write what is in sight."""
        from tui.calendar.export import KINDS, ShownCalendar, save_shown
        from tui.kit.export_way import export_questions

        if self.known is None:
            return
        span = days_between(*self.timeline.window, self.services)
        shown = ShownCalendar(self.known.calendar, self.in_sight(), span, self.timeline.as_text(100))

        asked = export_questions(kinds=KINDS, guard=self.services.preferences.formula_guard)
        self.ask_export("the calendar", asked, lambda way: save_shown(shown, way, Path.cwd(), self.services))
