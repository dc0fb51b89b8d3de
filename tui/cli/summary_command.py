"""`promoscope summary CAMPAIGN`: a campaign's numbers for a range of days, each with source and age."""

from datetime import date, datetime, timedelta
from typing import Any

import click

from store.config import Settings, load_settings
from store.models import Figure, Unit
from store.queries.campaigns import CampaignRow, get_campaign
from store.queries.series import DateSpan, daily_series
from tui.cli.exits import USAGE, Failure
from tui.cli.output import say, write, write_json
from tui.cli.services import Project

METRICS: tuple[tuple[str, Unit], ...] = (
    ("redemptions_succeeded", Unit.COUNT),
    ("redemptions_failed", Unit.COUNT),
    ("rollbacks_succeeded", Unit.COUNT),
    ("rollbacks_failed", Unit.COUNT),
    ("validations_succeeded", Unit.COUNT),
    ("validations_failed", Unit.COUNT),
    ("publications_succeeded", Unit.COUNT),
    ("publications_failed", Unit.COUNT),
    ("vouchers_created", Unit.COUNT),
    ("vouchers_deleted", Unit.COUNT),
    ("orders_amount", Unit.MINOR),
    ("orders_rolledback_amount", Unit.MINOR),
    ("discounted_amount", Unit.MINOR),
    ("rolledback_discounted_amount", Unit.MINOR),
)
_DAYS = 30


def _day(_: Any, __: Any, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter("a day looks like 2026-11-20") from None


@click.command(name="summary")
@click.argument("campaign")
@click.option("--from", "start", callback=_day, metavar="DAY", help="First day; 30 days ago by default.")
@click.option("--to", "end", callback=_day, metavar="DAY", help="Last day, included; today by default.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(campaign: str, start: date | None, end: date | None, as_json: bool) -> int:
    """The numbers of CAMPAIGN (id or exact name) from the cache, for a range of days of the project's time zone."""
    settings = load_settings()
    reader = Project(settings).reader()
    try:
        now = reader.now()
        today = now.astimezone(settings.timezone).date()
        last = end or today
        span = DateSpan(start or last - timedelta(days=_DAYS - 1), last)
        if span.days < 1:
            raise Failure(f"The range ends ({span.end}) before it begins ({span.start}).", USAGE)
        row = get_campaign(reader.connection, campaign, now, settings.timezone)
        if row is None:
            raise Failure(f"There is no campaign “{campaign}” in the cache. Run `promoscope sync` first.", USAGE)
        figures = _figures(reader.connection, row, span)
    finally:
        reader.close()
    if as_json:
        write_json(_as_json(row, span, settings, figures))
    else:
        _write_words(row, span, settings, figures, now)
    return 0


def _figures(connection: Any, row: CampaignRow, span: DateSpan) -> dict[str, Figure]:
    names = [name for name, _ in METRICS]
    now = daily_series(connection, row.id, names, span)
    before = daily_series(connection, row.id, names, span.previous)
    return {name: now[name].figure(unit, before[name]) for name, unit in METRICS}


def _as_json(row: CampaignRow, span: DateSpan, settings: Settings, figures: dict[str, Figure]) -> dict[str, Any]:
    return {
        "campaign": {
            "id": row.id,
            "name": row.name,
            "campaign_type": row.campaign_type,
            "status": row.status.kind.value,
        },
        "from": span.start.isoformat(),
        "to": span.end.isoformat(),
        "timezone": settings.timezone.key,
        "currency": settings.currency,
        "figures": {
            name: {
                "value": figure.value,
                "unit": figure.unit.value,
                "previous": figure.previous,
                "source": figure.source.value,
                "as_of": figure.as_of,
                "complete": figure.complete,
                "note": figure.note,
            }
            for name, figure in figures.items()
        },
    }


def _write_words(
    row: CampaignRow, span: DateSpan, settings: Settings, figures: dict[str, Figure], now: datetime
) -> None:
    from store.days import parse_instant
    from widgets import format as words
    from widgets.text import plain

    status = " ".join(part for part in (str(row.status.kind.value), row.status.hint) if part)
    write(f"{plain(row.name)}  {row.id}")
    write(f"{plain(row.campaign_type)} · {plain(status)} · {plain(row.value_text)}")
    write(f"{span.start} to {span.end} ({settings.timezone.key}), against the {span.days} days before")
    write("")
    for name, figure in figures.items():
        value = words.money(figure.value, settings.currency) if figure.unit is Unit.MINOR else words.count(figure.value)
        change = words.delta(figure.value, figure.previous) if figure.previous is not None else ""
        age = words.age(parse_instant(figure.as_of), now) if figure.as_of else ""
        origin = " · ".join(part for part in (figure.source.value, age, figure.note) if part and part != "none")
        write(f"{name.replace('_', ' '):<32}{value:>16}  {change:<9}{plain(origin)}".rstrip())
    if settings.currency is None:
        say("Amounts are minor units divided by 100; set PROMOSCOPE_CURRENCY to name the currency.")
