"""The campaign list's columns, and a campaign as a row of them, as Markdown and as the line above the list."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo

from store import words as fmt
from store.days import last_day, local_date, local_time
from store.domain.status import StatusKind
from store.queries.campaigns import LOW_SUCCESS, SPARK_DAYS, CampaignCounts, CampaignRow
from store.times import instant_of, is_endless, is_instant
from tui.campaign_kit.filter import ENDING, FAILING, STARTED, CampaignFilter
from tui.campaign_kit.status_words import long_status, short_status, status_role
from tui.campaigns.types import spec_for
from tui.kit.markdown import quoted
from widgets.frame.count_links import CountLink
from widgets.table.columns import TableColumn
from widgets.table.rows import Cell, CellText, MadeRows, Row, cell_text
from widgets.text.sparks import sparkline

_LARGE = 1_000_000
_CENTURY = 50
"""Years from now within which two digits tell which year is meant."""

COLUMNS: tuple[TableColumn, ...] = (
    TableColumn("name", "Campaign", 16, flex=3, max_width=48, priority=100),
    TableColumn("type", "Type", 8, priority=70),
    TableColumn("status", "Status", 15, priority=90, kind="status"),
    TableColumn("value", "Value", 20, flex=1, max_width=36, priority=48),
    TableColumn("category", "Category", 8, flex=1, max_width=16, priority=42),
    TableColumn("starts", "Starts", 9, priority=36, kind="date"),
    TableColumn("ends", "Ends", 9, priority=40, kind="date"),
    TableColumn("vouchers", "Vouchers", 8, priority=44, kind="number"),
    TableColumn("redeemed", "Redeemed", 8, priority=80, kind="number"),
    TableColumn("spark", f"{SPARK_DAYS} days", SPARK_DAYS, priority=60, kind="spark"),
    TableColumn("rate", "Rate ever", 7, priority=65, kind="number"),
    TableColumn("publications", "Published", 9, priority=34, kind="number"),
    TableColumn("age", "Data", 8, priority=38),
)
"""All of them fit in 200 cells, with names and values of usual length in full."""
TITLES = {column.id: column.title for column in COLUMNS}


def list_rows(campaigns: Mapping[str, CampaignRow], zone: tzinfo, now: datetime) -> MadeRows:
    """The lines of campaigns by id, in their order."""
    return MadeRows(
        list(campaigns),
        lambda identity: campaign_row(campaigns[identity], zone, now),
        lambda most: column_texts(list(campaigns.values())[:most], zone, now),
    )


def campaign_row(campaign: CampaignRow, zone: tzinfo, now: datetime) -> Row:
    """One line of the list."""
    spec = spec_for(campaign.campaign_type)
    cells: tuple[Cell, ...] = (
        CellText(campaign.display_name, "text" if campaign.missing_since is None else "muted"),
        CellText(spec.short, spec.role),
        CellText(short_status(campaign.status), status_role(campaign.status.kind)),
        campaign.value_text,
        CellText(campaign.category, "muted"),
        *_life_cells(campaign, zone, now),
        _number(campaign.vouchers_count),
        _number(campaign.redemptions, complete=campaign.complete),
        CellText(sparkline(campaign.spark), spec.role),
        _rate(campaign.success_permille),
        _number(campaign.publications, complete=campaign.publications_complete),
        CellText(_age(campaign.as_of, now), "muted"),
    )
    return Row(campaign.id, cells)


def column_texts(campaigns: Sequence[CampaignRow], zone: tzinfo, now: datetime) -> list[Iterable[str]]:
    """Of each column the texts of its cells, without most of those that are as wide as another one.

    They are far fewer than the cells, so that a table knows how wide they are before all rows are made.
    """
    totals = {(one.redemptions, one.complete) for one in campaigns}
    published = {(one.publications, one.publications_complete) for one in campaigns}
    # Bars are as many as days, but where none is known.
    sparks = {(len(one.spark), one.spark.count(None)): one.spark for one in campaigns}
    return [
        {one.display_name for one in campaigns},
        {spec_for(kind).short for kind in {one.campaign_type for one in campaigns}},
        {short_status(one.status) for one in campaigns},
        {one.value_text for one in campaigns},
        {one.category for one in campaigns},
        *_life_texts(campaigns, zone, now),
        {cell_text(_number(value)) for value in {one.vouchers_count for one in campaigns}},
        {cell_text(_number(value, complete=complete)) for value, complete in totals},
        {sparkline(spark) for spark in sparks.values()},
        {cell_text(_rate(permille)) for permille in {one.success_permille for one in campaigns}},
        {cell_text(_number(value, complete=complete)) for value, complete in published},
        {_age(as_of, now) for as_of in {one.as_of for one in campaigns}},
    ]


def _life_texts(campaigns: Sequence[CampaignRow], zone: tzinfo, now: datetime) -> list[set[str]]:
    """Texts of first and last days; one for all days of a year that have as many digits."""
    this_year = local_time(now, zone).year
    lives = [life_of(one, zone) for one in campaigns]
    unreadable = [unreadable_dates(one) for one in campaigns]
    texts = []
    for side in (0, 1):
        alike = {(day.year, day.day > 9): day for life in lives if (day := life[side]) is not None}
        texts.append({_day(day, this_year) for day in alike.values()} | {odd[side] for odd in unreadable})
    return texts


def _age(as_of: str | None, now: datetime) -> str:
    return fmt.age(moment(as_of), now).removesuffix(" ago")


def moment(text: str | None) -> datetime | None:
    """UTC text of the cache as an instant."""
    return None if text is None else instant_of(text)


def life_of(campaign: CampaignRow, zone: tzinfo) -> tuple[date | None, date | None]:
    """The campaign's first and last day in the project's zone; None where it is open."""
    start, end = campaign.start_date, campaign.expiration_date
    return (
        local_date(start, zone) if start is not None and is_instant(start) else None,
        last_day(end, zone) if end is not None and is_instant(end) and not is_endless(end) else None,
    )


def _life_cells(campaign: CampaignRow, zone: tzinfo, now: datetime) -> tuple[Cell, Cell]:
    """First and last day; a date that cannot be read as it was received."""
    this_year = local_time(now, zone).year
    first, last = (_day(day, this_year) for day in life_of(campaign, zone))
    start, end = unreadable_dates(campaign)
    return CellText(start or first, "bad" if start else "muted"), CellText(end or last, "bad" if end else "muted")


def unreadable_dates(campaign: CampaignRow) -> tuple[str, str]:
    """Start and end as received, marked, where they are no dates; else ""."""
    start, end = campaign.start_date or "", campaign.expiration_date or ""
    return "" if is_instant(start) else start, "" if is_instant(end) else end


def _day(day: date | None, this_year: int) -> str:
    """A day of this year without it, of another with the year's last two digits."""
    if day is None:
        return ""
    short = fmt.day(day, year=False)
    if day.year == this_year:
        return short
    return f"{short} {day.year % 100:02d}" if abs(day.year - this_year) < _CENTURY else f"{short} {day.year}"


def total_words(value: int | None, *, complete: bool) -> str:
    """A campaign's total in full; `≥ 12` where its list is not complete, and nothing found there is unknown."""
    if complete or value is None:
        return fmt.count(value)
    return fmt.at_least(fmt.count(value)) if value else fmt.count(None)


def _number(value: int | None, *, complete: bool = True) -> Cell:
    if value is None or not (complete or value):
        return CellText(fmt.count(None), "muted")
    words = fmt.count(value) if value < _LARGE else fmt.compact(value)
    return words if complete else CellText(fmt.at_least(words), "warn")


def _rate(permille: int | None) -> Cell:
    if permille is None:
        return CellText(fmt.count(None), "muted")
    text = fmt.percent(permille, 1000)
    return CellText(f"!{text}", "bad") if permille < LOW_SUCCESS else text


def count_links(counts: CampaignCounts, chosen: CampaignFilter) -> list[CountLink]:
    """What an operator asks first; each count leads to its campaigns."""
    on = {*chosen.moments, *chosen.statuses}
    ending, started, failing = counts.ending_soon, counts.just_started, counts.failing
    active, waiting = f"{counts.active:,} active", f"{counts.scheduled:,} scheduled"
    drafts = fmt.counted(counts.drafts, "draft")
    return [
        CountLink(link, words, short, link in on)
        for link, words, short in (
            (StatusKind.ACTIVE.value, active, active),
            (ENDING, f"{ending:,} end{'s' if ending == 1 else ''} within 7 days", f"{ending:,} ending"),
            (STARTED, f"{started:,} started within 7 days", f"{started:,} new" if started else ""),
            (FAILING, f"{failing:,} failing today", f"{failing:,} failing" if failing else ""),
            (StatusKind.SCHEDULED.value, waiting, waiting),
            (StatusKind.DRAFT.value, drafts, drafts if counts.drafts else ""),
        )
    ]


def held_words(total: int, not_understood: int, marked: int) -> str:
    """How many campaigns there are, how many are left out because they could not be understood, and how many marked."""
    campaigns = fmt.counted(total, "campaign")
    parts = [
        fmt.at_least(campaigns) if not_understood else campaigns,
        f"{not_understood:,} not understood" if not_understood else "",
        f"{fmt.count(marked)} marked" if marked else "",
    ]
    return " · ".join(filter(None, parts))


def dates_words(campaign: CampaignRow, zone: tzinfo) -> str:
    """The campaign's first and last day; open ends say so."""
    start, end = life_of(campaign, zone)
    if any(unreadable := unreadable_dates(campaign)):
        first = unreadable[0] or (fmt.day(start) if start else "always")
        return f"{first} – {unreadable[1] or (fmt.day(end) if end else 'open')}"
    return "no dates" if start is None and end is None else fmt.day_range(start, end)


def campaigns_markdown(campaigns: Sequence[CampaignRow], zone: tzinfo) -> str:
    """A table to paste into a ticket. Names are cleaned and cannot break out of their cell."""
    lines = [
        "| Campaign | Id | Type | Status | Value | Dates | Redeemed | Success |",
        "| --- | --- | --- | --- | --- | --- | ---: | ---: |",
    ]
    for one in campaigns:
        cells = (
            one.display_name, one.id, spec_for(one.campaign_type).title, long_status(one.status), one.value_text,
            dates_words(one, zone), total_words(one.redemptions, complete=one.complete),
            fmt.percent(one.success_permille, 1000),
        )  # fmt: skip
        lines.append("| " + " | ".join(quoted(cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n"
