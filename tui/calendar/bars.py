"""Campaigns of the calendar as rows of a timeline."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from store.days import parse_instant
from store.domain.status import StatusKind
from store.domain.windows import Window, windows_of_all
from store.queries.calendar import CalendarCampaign
from store.times import is_endless
from store.words import day_range
from tui.campaign_kit.status_words import status_role, status_sign
from widgets.timeline.bars import Fill, Recurring, TimelineBar, TimelineRow

if TYPE_CHECKING:
    from store.queries.calendar_parts import CalendarPart

_LIGHT = frozenset({StatusKind.DRAFT, StatusKind.SCHEDULED, StatusKind.GENERATING, StatusKind.UPDATING})
_RUNNING = frozenset({StatusKind.ACTIVE, StatusKind.EXPIRED})
_DAY = timedelta(days=1)
_SAMPLE = timedelta(weeks=5)
_WEEK = timedelta(days=8)
"""The sample in which the shortest window or pause is measured: for intervals, and for weekdays and hours."""
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
LAST_YEAR = "last year "
"""Before the ids of rows that show what was a year ago."""


def status_colour(one: CalendarCampaign) -> str:
    """The role of a campaign's status."""
    return status_role(one.status.kind)


@dataclass(frozen=True)
class BarStyle:
    """What bars are drawn by.

    Attributes:
        zone: the project's.
        now: the present.
        role: the colour of a campaign.
        clashes: when campaigns clash, by id.
        named: labels begin with the campaign's name.
    """

    zone: tzinfo
    now: datetime
    role: Callable[[CalendarCampaign], str] = status_colour
    clashes: Mapping[str, Sequence[Window]] = field(default_factory=dict)
    named: bool = False


def campaign_rows(one: CalendarCampaign, style: BarStyle) -> Iterator[TimelineRow]:
    """A campaign, then its tiers and dated earning rules. One whose dates cannot be read has words instead of a bar."""
    kind = one.status.kind
    bars = () if one.unreadable else (campaign_bar(one, style),)
    note = f"cannot be read: {one.unreadable}" if one.unreadable else ""
    yield TimelineRow(one.id, one.display_name, bars, glyph=status_sign(kind), role=status_role(kind), note=note)
    for part in one.parts:
        yield _part_row(one, part, style)


def campaign_bar(one: CalendarCampaign, style: BarStyle) -> TimelineBar:
    """A campaign from its start to its end; one that ends before it starts is a single mark at its start."""
    kind = one.status.kind
    words = status_words(one)
    labels = (
        (f"{one.display_name}, {words}", one.display_name)
        if style.named
        else (words, *filter(None, (one.status.hint,)), kind.value)
    )
    # Each code has an end of its own, so that of the campaign is soft.
    is_soft = bool(one.ends and one.document.get("activity_duration_after_publishing"))
    start, end = _time(one.starts), _end(one.ends)
    return TimelineBar(
        one.id, start, end, labels=labels, role=style.role(one), fill=_fill(kind),
        tail_end=_LAST if is_soft else None,
        recurring=_recurring((one.document,), start, end, style) if one.recurring else None,
        clashes=tuple(style.clashes.get(one.id, ())),
    )  # fmt: skip


def status_words(one: CalendarCampaign) -> str:
    """The status as a word, and when it changes: `ends in 3 d`, `disabled`, `draft`."""
    status = one.status
    parts = (status.hint,) if status.hint.startswith(status.kind.value) else (status.kind.value, status.hint)
    sub = "" if status.sub in status.hint.split() else status.sub
    return ", ".join(part for part in (*parts, sub) if part)


def _part_row(one: CalendarCampaign, part: "CalendarPart", style: BarStyle) -> TimelineRow:
    """A part where its campaign is in force, too; words where its dates cannot be read or never meet it."""
    identity, name = f"{one.id} {part.id}", part.name or part.id
    if part.unreadable:
        return TimelineRow(identity, name, depth=1, note=f"cannot be read: {part.unreadable}")
    if one.unreadable or not part.is_effective:
        return TimelineRow(identity, name, depth=1, note="its dates never meet those of its campaign")
    off = part.active is False
    start, end = _time(part.effective_start), _end(part.effective_end)
    bar = TimelineBar(
        part.id, start, end, labels=("inactive",) if off else (), role=style.role(one),
        fill="hatched" if off else _fill(one.status.kind),
        recurring=_recurring((one.document, part.document), start, end, style) if part.recurring else None,
    )  # fmt: skip
    return TimelineRow(identity, name, (bar,), depth=1)


def last_year_row(one: CalendarCampaign) -> TimelineRow:
    """A campaign of last year, already moved to this year's weeks; its label says when it really was."""
    first, last = (_year_before(day) for day in (one.first_day, one.last_day))
    year = f"{(first or last or date.min).year} " if first or last else ""
    bar = TimelineBar(
        f"{LAST_YEAR}{one.id}", _time(one.starts), _end(one.ends), labels=(day_range(first, last),), role="muted",
        fill="light",
    )  # fmt: skip
    return TimelineRow(f"{LAST_YEAR}{one.id}", f"{year}{one.display_name}", (bar,), glyph="<", role="muted", depth=1)


def _year_before(day: date | None) -> date | None:
    from store.queries.calendar_last_year import YEAR

    return None if day is None else day - min(YEAR, day - date.min)


def _fill(kind: StatusKind) -> Fill:
    return "light" if kind in _LIGHT else "solid" if kind in _RUNNING else "hatched"


def _recurring(documents: tuple[Any, ...], start: datetime | None, end: datetime | None, style: BarStyle) -> Recurring:
    """Windows are worked out for what is in sight, when it is drawn."""

    @lru_cache(maxsize=8)
    def between(begin: datetime, stop: datetime) -> Sequence[Window]:
        first, last = max(begin, start or begin), min(stop, end or stop)
        return windows_of_all(documents, first, last, style.zone).found

    last = end or style.now
    length = _SAMPLE if any(one.get("validity_timeframe") for one in documents) else _WEEK
    sample = max(start or _FIRST, min(style.now, last - min(length, last - _FIRST)))
    stop = sample + min(length, _LAST - sample)
    return Recurring(_grain(between(sample, stop), sample, min(stop, end or stop)), between)


def _grain(windows: Sequence[Window], first: datetime, last: datetime) -> timedelta:
    """The shortest window or pause; what the edges of the sample cut counts only where there is nothing else."""
    inner = [window for window in windows if first < window[0] and window[1] < last] or windows
    pauses = (later[0] - earlier[1] for earlier, later in pairwise(windows))
    return min((*pauses, *(end - start for start, end in inner)), default=_DAY)


def _time(text: str | None) -> datetime | None:
    return None if text is None else parse_instant(text)


def _end(text: str | None) -> datetime | None:
    """An end in the last year there is stands for none."""
    return None if is_endless(text) else _time(text)
