"""The campaign calendar as a picture in plain characters, for a ticket or a wiki."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from store.config import Settings
from store.days import day_bounds, edge_instant, parse_instant
from store.domain.status import StatusKind
from store.domain.windows import Window
from store.queries.calendar import Calendar, CalendarCampaign
from store.queries.calendar_parts import CalendarTier
from store.times import is_endless
from store.words import age, counted, day_range, zone_name
from tui.campaign_kit.status_words import status_sign
from widgets.timeline.bars import Fill, Recurring, TimelineBar, TimelineRow
from widgets.timeline.grid import Grid
from widgets.timeline.picture import as_text

_WIDTH = 100
_NARROWEST, _WIDEST = 40, 240
_LIGHT = frozenset({StatusKind.DRAFT, StatusKind.SCHEDULED, StatusKind.GENERATING, StatusKind.UPDATING})
_RUNNING = frozenset({StatusKind.ACTIVE, StatusKind.EXPIRED})
_SOONEST = timedelta(days=1)

Grouped = Sequence[tuple[str | None, Sequence[CalendarCampaign]]]


def calendar_lines(groups: Grouped, found: Calendar, settings: Settings, now: datetime) -> list[str]:
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
    rows = list(_rows(groups))
    campaigns = [one for _, some in groups for one in some]
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


def _rows(groups: Grouped) -> Iterator[TimelineRow]:
    for number, (name, campaigns) in enumerate(groups):
        if name is not None:
            yield TimelineRow(f"group {number}", name, heading=True, count=f"{len(campaigns):,}")
        for one in campaigns:
            sign = status_sign(one.status.kind)
            bars = () if one.unreadable else (_bar(one),)
            yield TimelineRow(one.id, one.display_name, bars, glyph=sign)
            for tier in one.tiers:
                yield TimelineRow(f"{one.id} {tier.id}", tier.name or tier.id, _tier_bars(one, tier), depth=1)


def _bar(one: CalendarCampaign) -> TimelineBar:
    status = one.status
    words = status.hint if status.hint.startswith(status.kind.value) else f"{status.kind.value} {status.hint}".strip()
    recurring = _recurring(one.windows.found) if one.windows.found else None
    # Each code has an end of its own, so that of the campaign is soft.
    is_soft = bool(one.ends and one.document.get("activity_duration_after_publishing"))
    return TimelineBar(
        one.id, _time(one.starts), _end(one.ends), labels=(words, status.kind.value), fill=_fill(status.kind),
        tail_end=datetime.max.replace(tzinfo=UTC) if is_soft else None, recurring=recurring,
    )  # fmt: skip


def _fill(kind: StatusKind) -> Fill:
    return "light" if kind in _LIGHT else "solid" if kind in _RUNNING else "hatched"


def _recurring(windows: Sequence[Window]) -> Recurring:
    """Windows that were worked out for the whole range."""
    pauses = (later[0] - earlier[1] for earlier, later in pairwise(windows))
    lengths = (end - start for start, end in windows)
    grain = min((*pauses, *lengths), default=_SOONEST)

    def between(start: datetime, end: datetime) -> list[Window]:
        return [window for window in windows if window[0] < end and window[1] > start]

    return Recurring(grain, between)


def _tier_bars(one: CalendarCampaign, tier: CalendarTier) -> tuple[TimelineBar, ...]:
    """The tier where its campaign is in force, too; nothing where its dates cannot be read or never meet it."""
    if not tier.is_effective:
        return ()
    fill: Fill = "hatched" if tier.active is False else _fill(one.status.kind)
    words = ("inactive",) if tier.active is False else ()
    return (TimelineBar(tier.id, _time(tier.effective_start), _end(tier.effective_end), labels=words, fill=fill),)


def _time(text: str | None) -> datetime | None:
    return None if text is None else parse_instant(text)


def _end(text: str | None) -> datetime | None:
    """An end in the last year there is stands for none."""
    return None if is_endless(text) else _time(text)
