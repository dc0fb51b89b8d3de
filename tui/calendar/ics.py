"""Campaigns as iCalendar (RFC 5545): one event each, which a calendar program that subscribes to the file updates."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from icalendar import Calendar as Document
from icalendar import Event

from store.days import day_bounds, edge_instant, local_time, parse_instant
from store.domain.status import StatusKind
from store.domain.validity import validity_text
from store.queries.calendar import Calendar, CalendarCampaign, group_of
from store.times import is_endless
from store.words import zone_name
from widgets.text import plain

_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
_STATES = {StatusKind.DELETED: "CANCELLED", StatusKind.DRAFT: "TENTATIVE"}


def icalendar_text(
    campaigns: Iterable[CalendarCampaign], found: Calendar, zone: tzinfo, now: datetime, key: str | None = None
) -> str:
    """The events. Those that begin or end nowhere are cut where the range is, and say so.

    Args:
        campaigns: of the answer.
        found: the answer.
        zone: the project's time zone.
        now: dates the file where the campaigns were never read.
        key: what campaigns are grouped by: their group becomes the category.
    """
    document = Document()
    document.add("prodid", "-//promoscope//campaign calendar//EN")
    document.add("version", "2.0")
    document.add("method", "PUBLISH")
    document.add("x-wr-calname", "Campaigns")
    document.add("x-wr-timezone", zone_name(zone))
    stamp = parse_instant(found.as_of) if found.as_of else now.astimezone(UTC)
    for one in campaigns:
        document.add_component(_event(one, found, zone, stamp, key))
    written: bytes = document.to_ical()
    return written.decode("utf-8")


def _event(one: CalendarCampaign, found: Calendar, zone: tzinfo, stamp: datetime, key: str | None) -> Event:
    event = Event()
    event.add("uid", f"{plain(one.id)}@promoscope")
    event.add("dtstamp", stamp.replace(microsecond=0))
    event.add("summary", plain(one.display_name))
    event.add("description", _description(one, zone))
    start, end = _times(one, found, zone)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("transp", "TRANSPARENT")
    event.add("status", _STATES.get(one.status.kind, "CONFIRMED"))
    group = group_of(one, key or "type")
    if group:
        event.add("categories", [plain(group)])
    return event


def _times(one: CalendarCampaign, found: Calendar, zone: tzinfo) -> tuple[date, date]:
    """Days where it begins and ends at midnight, else instants; the end is not included, and after the start."""
    start, end = one.starts, _end(one)
    if _is_midnight(start, zone) and _is_midnight(end, zone):
        until = one.last_day if end else None
        first = one.first_day or min(found.span.start, until or date.max)
        return first, _day_after(max(first, until or found.span.end))
    edges = [day_bounds(day.isoformat(), zone)[side] for side, day in enumerate((found.span.start, found.span.end))]
    ends = edge_instant(end or edges[1])
    begins = edge_instant(start) if start else min(edge_instant(edges[0]), _moved(ends, -_DAY))
    return _whole(begins), _whole(max(ends, _moved(begins, _SECOND)))


def _end(one: CalendarCampaign) -> str | None:
    """Its end; one in the last year there is stands for none."""
    return None if is_endless(one.ends) else one.ends


def _whole(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def _moved(instant: datetime, by: timedelta) -> datetime:
    try:
        return instant + by
    except OverflowError:
        return instant


def _day_after(day: date) -> date:
    return day if day == date.max else day + _DAY


def _is_midnight(text: str | None, zone: tzinfo) -> bool:
    """Whether a side is open or a whole day of the project's clock; the last second of a day is its end."""
    if text is None:
        return True
    local = local_time(parse_instant(text), zone)
    return local.time() >= time(23, 59, 59) or text == day_bounds(local.date().isoformat(), zone)[0]


def _description(one: CalendarCampaign, zone: tzinfo) -> str:
    status = " · ".join(part for part in (one.status.kind.value, one.status.sub) if part)
    recurring = validity_text(one.document) if one.recurring else ""
    lines = (
        f"Type: {one.campaign_type}" if one.campaign_type else "",
        f"Status: {status}",
        f"Dates that cannot be read: {one.unreadable}" if one.unreadable else "",
        "No start date: the event begins where the file does." if not one.starts and not one.unreadable else "",
        "No end date: the event ends where the file does." if not _end(one) and not one.unreadable else "",
        f"Runs {recurring} ({zone_name(zone)})" if recurring else "",
        f"Id: {one.id}",
    )
    return "\n".join(plain(line) for line in lines if line)
