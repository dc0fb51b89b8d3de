"""`promoscope summary CAMPAIGN`: a campaign's numbers for a range of days, each with source and age."""

from contextlib import closing
from datetime import date, datetime
from typing import Any

import click
from msgspec.structs import replace

from store.config import Settings, load_settings
from store.days import local_time
from store.models import Figure, Source, Unit
from store.queries.campaigns import CampaignRow, get_campaign
from store.queries.lifetime import lifetime_figures
from store.queries.question import Question
from store.queries.series import campaign_span
from store.queries.summary import campaign_figures, figure_troubles
from store.words import DateSpan
from tui.cli.campaign_names import one_campaign
from tui.cli.completions import campaigns
from tui.cli.days import day_option
from tui.cli.exits import USAGE, Failure
from tui.cli.output import say, write, write_json
from tui.project import Project, settle_days

_DAYS = 30
_MOST_DAYS = 36_525
"""A hundred years: longer ranges are slips of the hand, and each day is looked at."""


@click.command(name="summary")
@click.argument("campaign", shell_complete=campaigns)
@click.option("--from", "start", callback=day_option, metavar="DAY", help="First day; without --from, --to all time.")
@click.option("--to", "end", callback=day_option, metavar="DAY", help="Last day, included; today by default.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(campaign: str, start: date | None, end: date | None, as_json: bool) -> int:
    """The numbers of CAMPAIGN (id or exact name) from the cache: of its lifetime, or of days of the project's zone.

    With --to alone, of the 30 days up to it.
    """
    settings = load_settings()
    project = Project(settings)
    settle_days(project, say)
    with closing(project.reader()) as reader, Question():
        now = reader.now()
        today = local_time(now, settings.timezone).date()
        identity = one_campaign(reader.connection, campaign)
        row = get_campaign(reader.connection, identity, now, settings.timezone)
        if row is None:
            raise Failure(f"The campaign “{campaign}” has just left the cache.", USAGE)
        whole_life = start is None and end is None
        if whole_life:
            span = reader.ask(campaign_span, row.id, today, settings.timezone)
            figures = reader.ask(lifetime_figures, row)
        else:
            span = _span(start, end or today)
            figures = reader.ask(campaign_figures, row, span, settings.timezone)
            if span.end > today:
                figures = {name: replace(figure, previous=None) for name, figure in figures.items()}
        troubles = reader.ask(figure_troubles, row.id)
    if as_json:
        write_json(_as_json(row, span, settings, figures))
    else:
        before = None if whole_life or span.end > today else span.previous
        against = "all time" if whole_life else f"against the {before.days} days before" if before else "alone"
        _write_words(row, f"{span.start} to {span.end} ({settings.timezone.key}), {against}", settings, figures, now)
    _say_what_matters(span, today, settings, figures)
    for trouble in troubles:
        say(trouble)
    return 0


def _span(start: date | None, last: date) -> DateSpan:
    """The days asked for, or refused for what is wrong with them."""
    try:
        span = DateSpan.last(_DAYS, last) if start is None else DateSpan(start, last)
    except OverflowError:
        raise Failure(f"There are no {_DAYS} days up to {last}; name the first with --from.", USAGE) from None
    if span.days < 1:
        raise Failure(f"The range ends ({span.end}) before it begins ({span.start}).", USAGE)
    if span.days > _MOST_DAYS:
        raise Failure(f"The range has {span.days:,} days; a summary has {_MOST_DAYS:,} at most.", USAGE)
    return span


def _say_what_matters(span: DateSpan, today: date, settings: Settings, figures: dict[str, Figure]) -> None:
    """What a user of the numbers should know and no single figure states."""
    if span.start > today:
        say(f"The range lies ahead: today is {today}.")
    elif span.end > today:
        say(f"The range ends after today ({today}): the days to come are not in the figures.")
    if settings.timezone.key != "UTC" and any(figure.source is Source.SUMMARY for figure in figures.values()):
        said = f"Rows are counted by days of {settings.timezone.key}; the API does not say in which zone its"
        say(f"{said} summaries end a day, so those may differ by some hours.")


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
                "at_least": figure.at_least,
                "unit": figure.unit.value,
                "previous": figure.previous,
                "source": figure.source.value,
                "as_of": figure.as_of,
                "complete": figure.complete,
                "note": figure.why,
            }
            for name, figure in figures.items()
        },
    }


def _write_words(
    row: CampaignRow, range_words: str, settings: Settings, figures: dict[str, Figure], now: datetime
) -> None:
    from store import words
    from store.days import parse_instant
    from tui.kit.figure_words import known_words
    from widgets.text import plain

    kind, hint = str(row.status.kind.value), row.status.hint
    status = hint if hint.startswith(kind) else ", ".join(part for part in (kind, hint) if part)
    write(f"{plain(row.name)}  {row.id}")
    write(" · ".join(plain(part) for part in (row.campaign_type, status, row.value_text) if part))
    write(range_words)
    write("")
    reasons: dict[str, list[str]] = {}
    for name, figure in figures.items():
        change = words.delta(figure.value, figure.previous)
        # Where nothing is known there is no source either, only a reason.
        known = figure.known is not None and figure.source is not Source.NONE
        age = words.age(parse_instant(figure.as_of), now) if known and figure.as_of else ""
        origin = " · ".join(part for part in (figure.source.value if known else "", age) if part)
        value, called = known_words(figure, settings.currency), name.replace("_", " ")
        write(f"{called:<32}{value:>16}  {change:<9}{plain(origin)}".rstrip())
        if figure.why:
            reasons.setdefault(figure.why, []).append(called)
    for why, figures_so in reasons.items():
        write(plain(f"{', '.join(figures_so)}: {why}"))
    if settings.currency is None and any(figure.unit is Unit.MINOR for figure in figures.values()):
        say("Amounts are minor units divided by 100; set PROMOSCOPE_CURRENCY to name the currency.")
