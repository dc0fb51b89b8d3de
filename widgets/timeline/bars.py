"""What a timeline shows, as plain values: rows of bars, and what happened inside a bar."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias

Fill = Literal["solid", "light", "hatched"]
Window: TypeAlias = tuple[datetime, datetime]
"""From an aware time up to, not including, another."""


@dataclass(frozen=True, slots=True)
class Recurring:
    """Times inside a bar at which it really counts, worked out, so shown as an estimate.

    Attributes:
        grain: the shortest window or pause; they show once a cell is no longer than this.
        between: the windows that meet a stretch of time, in order. Called while drawing, for what is in sight.
    """

    grain: timedelta
    between: Callable[[datetime, datetime], Sequence[Window]]


@dataclass(frozen=True, slots=True)
class TimelineBar:
    """One bar.

    Attributes:
        id: given back in messages.
        start: aware; `None` when it always was.
        end: aware, the first time that is no longer in it; `None` for never.
        labels: words for it, from long to short; outside text allowed.
        role: its colour, a role of `widgets.text.lines` or of `widgets.table.rows.THEMED_ROLES`.
        fill: "light" for what is not running, "hatched" for what is off.
        tail_end: until when it fades out after its end; `datetime.max` in UTC when that is not known.
        recurring: when inside its dates it counts.
        clashes: where it clashes with other bars.
    """

    id: str
    start: datetime | None
    end: datetime | None
    labels: tuple[str, ...] = ()
    role: str = "accent"
    fill: Fill = "solid"
    tail_end: datetime | None = None
    recurring: Recurring | None = None
    clashes: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One line: a name and its bars.

    Attributes:
        id: stays the same across sorting and grouping.
        name: for the frozen column; outside text allowed.
        bars: those that share a cell show as their number there.
        glyph: before the name; all there is of it where the column is narrow.
        role: of the glyph.
        depth: how far the name is set in.
        heading: it names the rows below it; the cursor passes over it.
        count: at the right of a heading's name; all there is of it where the column is narrow.
        note: words in place of bars, where there are none; outside text allowed.
    """

    id: str
    name: str
    bars: tuple[TimelineBar, ...] = ()
    glyph: str = ""
    role: str = "text"
    depth: int = 0
    heading: bool = False
    count: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class BarActivity:
    """What happened inside a bar.

    Attributes:
        counts: how much of it on which day of the zone; a day left out had none.
        against: how much went wrong on which day.
        least: permille of both together that counts must reach; a cell that stays below gets a dot.
        ticks: aware times to put a tick at.
        unknown: first and last days of stretches of which nothing is known; they are not shaded.
    """

    counts: tuple[tuple[date, int], ...] = ()
    against: tuple[tuple[date, int], ...] = ()
    least: int = 1000
    ticks: tuple[datetime, ...] = ()
    unknown: tuple[tuple[date, date], ...] = ()
