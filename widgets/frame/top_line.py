"""The one line of truth on top of every screen: profile, place, data age, API meter."""

from msgspec import Struct

from widgets.text import glyphs, with_end
from widgets.text.lines import DataLines, Line, Role, Span, cut, line_width
from widgets.text.sparks import meter

_METER_CELLS = 4
_NEARLY_USED = 80
_LEAST_PLACE = 12


class TopLineData(Struct, frozen=True):
    """What the line says.

    Attributes:
        profile: name of the profile.
        zone: name of the project's time zone.
        crumbs: where the user is, outermost first; outside text allowed.
        production: the profile reaches a live project; said in words and in the warning colour.
        age: how old the data is, in words ("2 min ago").
        sync: state of the sync in a word or two; shown instead of the age's sign when it is not "".
        sync_role: how the state of the sync is shown.
        calls: API calls used in the current period, `None` when it is not known.
        call_limit: of that period.
        offline: nothing is asked of the API.
        writes: the app may change the project; said in words, in production in the warning colour.
    """

    profile: str = ""
    zone: str = "UTC"
    crumbs: tuple[str, ...] = ()
    production: bool = False
    age: str = ""
    sync: str = ""
    sync_role: Role = "muted"
    calls: int | None = None
    call_limit: int | None = None
    offline: bool = False
    writes: bool = False


class TopLine(DataLines[TopLineData]):
    """Who, where, how fresh and how many calls, in one row.

    Use it so::

        line = TopLine(TopLineData("demo", "UTC", ("Campaigns",)))
        line.show(replace(line.data, age="2 min ago", calls=37, call_limit=100))

    When it is narrow the meter's bar goes first, then the zone; the place is cut last.
    """

    DEFAULT_CSS = """
    TopLine { height: 1; padding: 0 1; background: $surface; dock: top; }
    """

    ONE_LINE = True

    def draw(self, width: int) -> list[Line]:
        """The line, with as much of it as fits."""
        place = _place(self.data)
        for with_bar, with_zone, with_meter in ((True, True, True), (False, True, True), (False, False, True)):
            who, right = _who(self.data, with_zone), _right(self.data, with_bar, with_meter)
            if line_width(who) + line_width(right) + min(line_width(place), _LEAST_PLACE) + 4 <= width:
                break
        else:
            who, right = _who(self.data, False), _right(self.data, False, False)
        room = max(0, width - line_width(who) - line_width(right) - 2)
        shown = cut(place, room)
        gap = width - line_width(who) - line_width(shown) - line_width(right)
        return [(*who, *shown, (" " * max(0, gap), "text"), *right)]


def _who(data: TopLineData, with_zone: bool) -> list[Span]:
    dot = glyphs.current().dot
    spans: list[Span] = []
    if data.production:
        spans.append((f"{glyphs.current().failed} PRODUCTION ", "warn"))
    if data.writes:
        spans.append(("WRITES ON ", "warn" if data.production else "strong"))
    spans.append((data.profile, "warn" if data.production else "accent"))
    if with_zone:
        spans.append((f" {dot} {data.zone}", "muted"))
    spans.append(("   ", "text"))
    return spans


def _place(data: TopLineData) -> list[Span]:
    spans: list[Span] = []
    for index, crumb in enumerate(data.crumbs):
        if index:
            spans.append((f" {glyphs.current().crumb} ", "muted"))
        spans.append((with_end(crumb), "strong" if index == len(data.crumbs) - 1 else "muted"))
    return spans


def _right(data: TopLineData, with_bar: bool, with_meter: bool) -> list[Span]:
    signs = glyphs.current()
    spans: list[Span] = []
    if data.sync:
        spans.append((data.sync, data.sync_role))
    elif data.age:
        spans.append((f"{signs.ok} ", "good"))
    if data.age:
        spans.append((f"{f' {signs.dot} ' if data.sync else ''}{data.age}", "muted"))
    if not with_meter:
        return spans
    if spans:
        spans.append(("   ", "text"))
    if data.offline:
        spans.append((f"{signs.offline} offline", "warn"))
    elif data.calls is None or not data.call_limit:
        spans.append((f"API {signs.unknown}", "muted"))
    else:
        bar = meter(data.calls, data.call_limit, _METER_CELLS) + " " if with_bar else ""
        role: Role = "warn" if data.calls * 100 >= data.call_limit * _NEARLY_USED else "muted"
        spans.append((f"API {bar}{data.calls}/{data.call_limit}", role))
    return spans
