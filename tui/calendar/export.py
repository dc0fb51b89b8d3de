"""What the calendar shows as a file: a table, iCalendar, or the picture in plain characters."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from store.export import export_path
from store.private_files import create_private_text
from store.queries.calendar import Calendar, CalendarCampaign
from store.words import DateSpan
from tui.kit.csv_export import save_table
from tui.kit.export_way import ExportWay, Wording
from tui.kit.services import AppServices

CSV, ICS, TEXT = "csv", "ics", "txt"
KINDS = ((CSV, "table, CSV"), (ICS, "iCalendar"), (TEXT, "picture, text"))
_COLUMNS = (
    "id", "name", "type", "category", "status", "starts", "ends", "first_day", "last_day", "unreadable_dates",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownCalendar:
    """What is in sight.

    Attributes:
        calendar: the answer the campaigns are of.
        campaigns: those in sight.
        span: the days in sight.
        picture: lines of plain characters.
    """

    calendar: Calendar
    campaigns: Sequence[CalendarCampaign]
    span: DateSpan
    picture: Sequence[str]


def save_shown(shown: ShownCalendar, way: ExportWay, directory: Path, services: AppServices) -> tuple[Path, int]:
    """Write a new private file; returns where it is and how many campaigns or lines it has.

    Raises:
        OSError: it cannot be written, or is there already.
    """
    now = services.now()
    path = export_path(directory, "calendar", now).with_suffix(f".{way.kind}")
    if way.kind == CSV:
        wording = Wording(services.settings.currency, services.zone)
        told = wording.readable if way.readable else str
        columns = [
            wording.heading(name, readable=way.readable, is_time=name in ("starts", "ends")) for name in _COLUMNS
        ]
        rows = ([told(cell) for cell in _cells(one)] for one in shown.campaigns)
        return save_table("calendar", columns, rows, directory, now, way)
    if way.kind == ICS:
        return path, _written(path, _events(shown, services, now), len(shown.campaigns))
    return path, _written(path, "\n".join(shown.picture) + "\n", len(shown.picture))


def _cells(one: CalendarCampaign) -> tuple[str, ...]:
    days = (day.isoformat() if day else "" for day in (one.first_day, one.last_day))
    dates = one.starts or "", one.ends or ""
    kind = one.status.kind.value
    return (one.id, one.name, one.campaign_type, one.category, kind, *dates, *days, one.unreadable)


def _events(shown: ShownCalendar, services: AppServices, now: datetime) -> str:
    from tui.calendar.ics import icalendar_text

    return icalendar_text(shown.campaigns, replace(shown.calendar, span=shown.span), services.zone, now)


def _written(path: Path, text: str, count: int) -> int:
    with create_private_text(path, newline="") as target:
        target.write(text)
    return count
