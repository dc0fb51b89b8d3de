"""`promoscope calendar`: the campaigns of some weeks as a table, a picture, JSON or iCalendar."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import click

from store.config import Settings, load_settings
from store.days import instant_text, local_time
from store.domain.status import StatusKind
from store.queries.calendar import (
    GROUPS,
    PROMOTION,
    Calendar,
    CalendarCampaign,
    campaign_calendar,
    campaign_types,
    group_of,
    metadata_keys,
)
from store.queries.question import Question
from store.queries.reader import Reader
from store.queries.statuses import UnknownStatus, campaign_statuses
from store.queries.views import RESOURCE_VIEWS
from store.sync.resource import CAMPAIGN_TYPES
from store.words import DateSpan, counted
from tui.calendar.groups import Group, grouped
from tui.cli.completions import statuses as status_names
from tui.cli.days import day_option
from tui.cli.exits import USAGE, Failure
from tui.cli.format_options import format_options
from tui.cli.output import say, write_json, write_lines, write_rows
from tui.cli.wholeness import what_is_missing
from tui.project import Project

_BEFORE, _DAYS = timedelta(weeks=2), timedelta(weeks=12)
_COLUMNS = ("campaign", "type", "status", "starts", "ends", "days left")
_OVER = (StatusKind.EXPIRED, StatusKind.DELETED)


@click.command(name="calendar")
@click.option("--from", "start", callback=day_option, metavar="DAY", help="First day of the range.")
@click.option("--to", "end", callback=day_option, metavar="DAY", help="Last day, included.")
@click.option("--type", "types", multiple=True, metavar="T", help="Only campaigns of this type; repeatable.")
@click.option(
    "--status",
    "statuses",
    multiple=True,
    metavar="S",
    shell_complete=status_names,
    help="Only campaigns of this status; repeatable.",
)
@click.option("--group", metavar="KEY", help="Group by type, category, status or a metadata key.")
@format_options("table", "text", "json", "ics")
def command(
    start: date | None,
    end: date | None,
    types: tuple[str, ...],
    statuses: tuple[str, ...],
    group: str | None,
    form: str,
) -> int:
    """The campaigns that run in a range of days, from the cache.

    Without --from and --to: from two weeks before this month begins until ten weeks after; with one of them, twelve
    weeks. Days are those of the project's time zone. An end at midnight belongs to the day before. DAYS LEFT counts
    from today to the last day.
    """
    settings = load_settings()
    with closing(Project(settings).reader()) as reader, Question():
        now = reader.now()
        today = local_time(now, settings.timezone).date()
        key = _group_key(reader, group)
        admitted = _admitted(reader, types, statuses)
        found = reader.ask(campaign_calendar, _span(start, end, today), now, settings.timezone)
        shown = [one for one in found.campaigns if admitted(one)]
        missing = _missing(reader, shown)
    if form == "json":
        write_json(_as_json(found, shown, settings, key))
    elif form == "ics":
        from tui.calendar.ics import icalendar_text

        write_lines(icalendar_text(shown, found, settings.timezone, now, key).splitlines(), ending="\r\n")
    elif form == "text":
        from tui.cli.calendar_picture import calendar_lines

        write_lines(calendar_lines(grouped(shown, key), found, settings, now))
    else:
        columns = _COLUMNS if key is None else ("group", *_COLUMNS)
        write_rows(_table(grouped(shown, key), today), columns, "table")
    _say_what_matters(shown, missing)
    return 0


def _span(start: date | None, end: date | None, today: date) -> DateSpan:
    """The days asked for; at the ends of the calendar what there is of them."""
    length = _DAYS - timedelta(days=1)
    if start is None and end is None:
        month = today.replace(day=1)
        start = month - min(_BEFORE, month - date.min)
    if start is None and end is not None:
        start = end - min(length, end - date.min)
    if start is not None and end is None:
        end = start + min(length, date.max - start)
    span = DateSpan(start or today, end or today)
    if span.days < 1:
        raise Failure(f"The range ends ({span.end}) before it begins ({span.start}).", USAGE)
    return span


def _group_key(reader: Reader, wanted: str | None) -> str | None:
    if wanted is None or wanted.casefold() in GROUPS:
        return None if wanted is None else wanted.casefold()
    keys = reader.ask(metadata_keys)
    if wanted in keys or wanted.removeprefix("metadata.") in keys:
        return wanted
    known = ", ".join([*GROUPS, *sorted(keys)])
    raise Failure(f"There is nothing “{wanted}” to group by. Known: {known}.", USAGE)


def _admitted(reader: Reader, types: Sequence[str], statuses: Sequence[str]) -> Any:
    """A test of whether a campaign is of the types and statuses asked for; of none means of all."""
    known = {kind.casefold(): kind for kind in (*sorted(CAMPAIGN_TYPES), *reader.ask(campaign_types))}
    for kind in types:
        if _type_key(kind) not in known:
            raise Failure(f"There is no campaign type “{kind}”. Known: {', '.join(known.values())}.", USAGE)
    kinds = {known[_type_key(kind)] for kind in types}
    try:
        wanted = campaign_statuses(statuses)
    except UnknownStatus as error:
        raise Failure(str(error), USAGE) from None

    def admits(campaign: CalendarCampaign) -> bool:
        is_kind = not kinds or campaign.campaign_type in kinds
        return is_kind and (not wanted or campaign.status.kind.value in wanted)

    return admits


def _type_key(typed: str) -> str:
    """`Gift vouchers`, `gift-vouchers` and `GIFT_VOUCHERS` are one type."""
    return typed.strip().casefold().replace("-", "_").replace(" ", "_")


def _missing(reader: Reader, shown: Iterable[CalendarCampaign]) -> list[str]:
    """Why the answer may lack something, in sentences."""
    lists = ["campaigns"]
    if any(one.campaign_type == PROMOTION for one in shown):
        lists.append("promotion_tiers")
    gaps = [what_is_missing(reader.connection, RESOURCE_VIEWS[name], None) for name in lists]
    return [said for said in gaps if said]


def _table(groups: Sequence[Group], today: date) -> Iterator[dict[str, Any]]:
    for group in groups:
        for one in group.campaigns:
            yield {
                "group": group.name,
                "campaign": one.display_name,
                "type": one.campaign_type,
                "status": one.status.kind.value,
                "starts": _day_words(one.first_day, one, "start"),
                "ends": _day_words(one.last_day, one, "end"),
                "days left": _days_left(one, today),
            }


def _day_words(day: date | None, campaign: CalendarCampaign, side: str) -> str | None:
    """A day; the text received instead; None where that side is open."""
    if day is not None:
        return day.isoformat()
    reasons = (part for part in campaign.unreadable.split(", ") if part.startswith(f"{side} "))
    return next((part.removeprefix(f"{side} ") for part in reasons), None)


def _days_left(campaign: CalendarCampaign, today: date) -> int | None:
    if campaign.last_day is None or campaign.status.kind in _OVER or campaign.last_day < today:
        return None
    return (campaign.last_day - today).days


def _as_json(found: Calendar, shown: Sequence[CalendarCampaign], settings: Settings, key: str | None) -> dict[str, Any]:
    return {
        "from": found.span.start.isoformat(),
        "to": found.span.end.isoformat(),
        "timezone": settings.timezone.key,
        "as_of": found.as_of,
        "complete": found.complete,
        "campaigns": [_campaign_json(one, key) for one in shown],
    }


def _campaign_json(one: CalendarCampaign, key: str | None) -> dict[str, Any]:
    known = {
        "id": one.id,
        "name": one.name,
        "type": one.campaign_type,
        "status": one.status.kind.value,
        "draft": one.draft,
        "starts": one.starts,
        "ends": one.ends,
        "first_day": one.first_day and one.first_day.isoformat(),
        "last_day": one.last_day and one.last_day.isoformat(),
        "recurring": one.recurring,
        "windows": [{"from": instant_text(start), "to": instant_text(end)} for start, end in one.windows.found],
        "tiers": [
            {
                "id": tier.id,
                "name": tier.name,
                "starts": tier.starts,
                "ends": tier.ends,
                "active": tier.active,
            }
            for tier in one.tiers
        ],
    }
    return known if key is None else {**known, "group": group_of(one, key)}


def _say_what_matters(shown: Sequence[CalendarCampaign], missing: Sequence[str]) -> None:
    """What a user should know and no row shows."""
    for said in missing:
        say(said)
    if unreadable := [one for one in shown if one.unreadable]:
        reasons = "; ".join(f"{one.display_name}: {one.unreadable}" for one in unreadable)
        say(f"{counted(len(unreadable), 'campaign')} with dates that cannot be read, whatever the range: {reasons}.")
    if cut := [one.display_name for one in shown if not one.windows.complete]:
        say(f"Recurring windows are worked out for ten years and 4,000 windows at most; more have {', '.join(cut)}.")
