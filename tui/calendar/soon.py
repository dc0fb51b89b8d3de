"""What starts and ends around today, as a list to jump from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from store import words as fmt
from store.queries.calendar import CalendarCampaign
from store.queries.calendar_counts import Boundaries, Boundary, boundaries
from tui.calendar.commands import SOON
from tui.campaign_kit.status_words import status_role, status_sign
from tui.kit.asking import ask
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices
from widgets.frame.states import StateLine
from widgets.messages import WidgetMessage
from widgets.table.line_scroll import LineScroll
from widgets.text import cell_fit, glyphs
from widgets.text.lines import Line, Role, ends

_DATE_CELLS, _VERB_CELLS = 18, 8
NOTHING = "Nothing starts or ends from a week ago until 90 days from now."


@dataclass(frozen=True, slots=True)
class SoonLine:
    """A heading, or a start or end under it."""

    title: str = ""
    count: int = 0
    boundary: Boundary | None = None


class SoonList(LineScroll):
    """Starts and ends under headings by how far they are; `enter` posts `Chosen`."""

    class Chosen(WidgetMessage, namespace="soon_list"):
        """The reader wants to see one."""

        boundary: Boundary

    def __init__(self, services: AppServices) -> None:
        super().__init__(id="soon")
        self._services = services
        self._lines: list[SoonLine] = []
        self.leaves_enter = True

    @property
    def chosen(self) -> Boundary | None:
        """What the cursor is on."""
        return self._lines[self.cursor].boundary if self.cursor < len(self._lines) else None

    def show(self, lines: list[SoonLine]) -> None:
        """Show other lines; the cursor begins on what comes next."""
        first = not self._lines
        self._lines = lines
        self.lines_changed()
        ahead = (index for index, line in enumerate(lines) if line.boundary and not line.boundary.is_past)
        if first:
            self.cursor = next(ahead, self.cursor)

    def line_count(self) -> int:
        """Headings and entries."""
        return len(self._lines)

    def selectable(self, index: int) -> bool:
        """Entries are."""
        return self._lines[index].boundary is not None

    def activate(self, index: int) -> None:
        """Post `Chosen`."""
        boundary = self._lines[index].boundary
        if boundary is not None:
            self.post_message(self.Chosen(self, boundary))

    def line_at(self, index: int, width: int) -> Line:
        """Date, what happens, whose, and how far it is."""
        line = self._lines[index]
        one = line.boundary
        if one is None:
            return ends(((f" {line.title.upper()}", "label"),), ((f"{line.count:,} ", "label"),), width)
        status = one.campaign.status
        when = f"{one.day:%a} {fmt.day(one.day, year=False)} {fmt.clock(one.at, self._services.zone, named=False)[-5:]}"
        name = one.campaign.display_name + (f" › {one.part.name or one.part.id}" if one.part else "")
        role: Role = "muted" if one.is_past else "strong"
        verb = {"starts": "started", "ends": "ended"}[one.side] if one.is_past else one.side
        left: Line = (
            (glyphs.current().cursor if index == self.cursor else " ", "accent"),
            (cell_fit(when, _DATE_CELLS), "text"),
            (cell_fit(verb, _VERB_CELLS), role),
            (f"{status_sign(status.kind)} ", _ink(status_role(status.kind))),
            (name, "text"),
        )
        now, zone = self._services.now(), self._services.zone
        return ends(left, ((f"{fmt.distance(one.at, now, zone)} ", "muted"),), width)

    def watch_cursor(self, before: int, after: int) -> None:
        """The sign of the cursor moves too."""
        self.forget_drawing()
        super().watch_cursor(before, after)


def _ink(role: str) -> Role:
    """The role of plain lines that is nearest to a status's."""
    known: dict[str, Role] = {"status-active": "good", "status-scheduled": "second", "status-alarm": "bad"}
    return known.get(role, "muted")


def soon_lines(found: Boundaries) -> list[SoonLine]:
    """The lists one after the other, each under its heading; what is over comes last."""
    lists = (
        ("today", found.today), ("within 7 days", found.next_7), ("within 30 days", found.next_30),
        ("within 90 days", found.next_90), ("past week", tuple(reversed(found.past_week))),
    )  # fmt: skip
    lines: list[SoonLine] = []
    for title, some in lists:
        if some:
            lines += [SoonLine(title, len(some)), *(SoonLine(boundary=one) for one in some)]
    return lines


class SoonScreen(AppScreen):
    """The list on a screen of its own.

    Args:
        services: what the app is given.
        admits: which campaigns count.
        chosen: called with the start or end to go to, once this is gone.
    """

    BINDINGS: ClassVar[list[BindingType]] = SOON.bindings
    COMMAND_TABLE = SOON

    def __init__(
        self,
        services: AppServices,
        admits: Callable[[CalendarCampaign], bool],
        chosen: Callable[[Boundary], None],
    ) -> None:
        super().__init__(services)
        self._admits = admits
        self._go = chosen
        self._known: Boundaries | None = None

    def compose_body(self) -> ComposeResult:
        """Counts and the list."""
        yield StateLine(id="counts")
        yield SoonList(self.services)

    def crumbs(self) -> tuple[str, ...]:
        """Where the user is."""
        return ("Calendar", "Starts and ends")

    def on_mount(self) -> None:
        """Read it."""
        self.query_one(SoonList).focus()
        self.refresh_top()
        self.cache_changed()

    @property
    def is_loading(self) -> bool:
        """Whether it is still being read."""
        return self._known is None and not self.failure

    def cache_changed(self) -> None:
        """Read it again."""
        services = self.services

        def read() -> Boundaries:
            return services.reader.ask(boundaries, services.now(), services.zone, self._admits)

        ask(self, read, self._show, group="soon", where=self.query_one(SoonList))

    def _show(self, found: Boundaries) -> None:
        self._known = found
        self.query_one(SoonList).show(soon_lines(found))
        soon = len(found.today) + len(found.next_7)
        note = " · ".join(
            filter(None, (
                f"{found.unknown:,} with dates that cannot be read" if found.unknown else "",
                "" if found.complete else "not all are cached",
            ))
        )  # fmt: skip
        total = soon + len(found.next_30) + len(found.next_90) + len(found.past_week)
        words = f"{soon:,} within 7 days · {total:,} from a week ago to 90 days ahead" if total else NOTHING
        self.refresh_bindings()
        self.query_one("#counts", StateLine).show(words, note, role="strong" if total else "muted")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There must be something to go to."""
        if action == "open":
            return self.is_mounted and self.query_one(SoonList).chosen is not None
        return super().check_action(action, parameters)

    @on(SoonList.Chosen)
    def action_open(self) -> None:
        """Back to the calendar, to what the cursor is on."""
        chosen = self.query_one(SoonList).chosen
        if chosen is not None:
            self.app.pop_screen()
            self._go(chosen)
