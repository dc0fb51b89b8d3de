"""The campaign calendar as a picture in plain characters, for a ticket or a wiki."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from store.config import Settings
from store.days import day_bounds, edge_instant, parse_instant
from store.domain.status import StatusKind
from store.queries.calendar import Calendar
from store.words import age, counted, day_range, zone_name
from tui.calendar.bars import BarStyle, campaign_rows
from tui.calendar.groups import Group
from tui.campaign_kit.status_words import status_sign
from widgets.timeline.bars import TimelineRow
from widgets.timeline.grid import Grid
from widgets.timeline.picture import as_text

_WIDTH = 100
_NARROWEST, _WIDEST = 40, 240
_LIGHT = frozenset({StatusKind.DRAFT, StatusKind.SCHEDULED, StatusKind.GENERATING, StatusKind.UPDATING})
_RUNNING = frozenset({StatusKind.ACTIVE, StatusKind.EXPIRED})
_SOONEST = timedelta(days=1)


def calendar_lines(groups: Sequence[Group], found: Calendar, settings: Settings, now: datetime) -> list[str]:
    """The picture with a line above and the signs below.

    Args:
        groups: campaigns under the words for their group, if they are grouped.
        found: the answer they are of.
        settings: zone and week.
        now: where the line of today is.
    """
    zone = settings.timezone
    first, last = (day.isoformat() for day in (found.span.start, found.span.end))
    begin, end = edge_instant(day_bounds(first, zone)[0]), edge_instant(day_bounds(last, zone)[1])
    rows = list(_rows(groups, BarStyle(zone, now)))
    campaigns = [one for group in groups for one in group.campaigns]
    read = age(parse_instant(found.as_of), now) if found.as_of else "never"
    head = [
        day_range(found.span.start, found.span.end),
        zone_name(zone),
        counted(len(campaigns), "campaign"),
        f"read {read}",
    ]
    if any(one.recurring for one in campaigns):
        head.append("times inside bars are estimates")
    grid = Grid(zone, settings.week_start)
    picture = as_text(rows, grid, now=now, start=begin, end=end, width=_width())
    kinds = sorted({one.status.kind for one in campaigns}, key=list(StatusKind).index)
    legend = "  ".join(f"{status_sign(kind)} {kind.value}" for kind in kinds)
    return [" · ".join(head), *picture, *([legend] if legend else [])]


def _width() -> int:
    """As wide as the terminal; a file gets a fixed width."""
    if not sys.stdout.isatty():
        return _WIDTH
    return max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size().columns))


def _rows(groups: Sequence[Group], style: BarStyle) -> Iterator[TimelineRow]:
    for number, group in enumerate(groups):
        if group.name is not None:
            yield TimelineRow(f"group {number}", group.name, heading=True, count=f"{len(group.campaigns):,}")
        for one in group.campaigns:
            yield from campaign_rows(one, style)
