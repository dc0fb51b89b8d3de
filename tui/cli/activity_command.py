"""`promoscope activity CUSTOMER`: a customer's events, newest first, read from the API unless it is left alone."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from typing import Any

import click
import msgspec

from store.config import Settings, load_settings
from store.days import day_bounds, parse_instant
from store.domain.customer_events import EVENT_TYPES, PREFIX, channel_words
from store.queries.customer_activity import (
    TABLE,
    CustomerEvent,
    EventFilter,
    EventStub,
    Reach,
    activity_campaigns,
    event_stubs,
    reach_of,
    read_events,
    uncategorised,
)
from store.queries.question import Question
from store.queries.reader import Reader, holds, raw_document
from tui.cli.campaign_names import one_campaign
from tui.cli.completions import campaigns as cached_campaigns
from tui.cli.customer_names import cached_customer
from tui.cli.customer_reading import CustomerToRead, read_customer
from tui.cli.days import day_option
from tui.cli.exits import USAGE, Failure
from tui.cli.format_options import format_options
from tui.cli.output import FORMATS, say, write_rows
from tui.project import Project

COLUMNS = ("id", "created_at", "type", "category", "campaign_id", "campaign", "voucher_code", "group_id", "channel",
           "by", "summary", "customer_id")  # fmt: skip
_TABLE = ("at", "what", "campaign", "code", "by")
_AT_ONCE = 200
_CATEGORIES = ("action", "effect")


@click.command(name="activity")
@click.argument("customer")
@click.option(
    "--campaign",
    "-C",
    "campaigns",
    multiple=True,
    metavar="C",
    shell_complete=cached_campaigns,
    help="Only of this campaign; repeatable.",
)
@click.option("--type", "-T", "types", multiple=True, metavar="T", help="Only events of this type; repeatable.")
@click.option("--category", type=click.Choice(_CATEGORIES), help="Only what the customer did, or what it led to.")
@click.option("--from", "start", callback=day_option, metavar="DAY", help="First day of the project's zone.")
@click.option("--to", "end", callback=day_option, metavar="DAY", help="Last day, included.")
@click.option("--limit", type=click.IntRange(min=0), help="At most so many events, the newest.")
@click.option("--offline", is_flag=True, help="Only what the cache has; no call to the API.")
@format_options(*FORMATS)
@click.option("--raw", is_flag=True, help="The events as received, in JSON.")
def command(
    customer: str,
    campaigns: tuple[str, ...],
    types: tuple[str, ...],
    category: str | None,
    start: date | None,
    end: date | None,
    limit: int | None,
    offline: bool,
    form: str,
    raw: bool,
) -> int:
    """The activity of CUSTOMER (id, source id or exact e-mail), newest first.

    What is new is read from the API first, a call for each hundred events; with --offline nothing is.
    """
    settings = load_settings()
    project = Project(settings)
    form = "json" if raw and form == "table" else form
    if raw and form == "csv":
        raise Failure("--raw prints documents; it goes with --format json or jsonl.", USAGE)
    if start is not None and end is not None and end < start:
        raise Failure(f"The range ends ({end}) before it begins ({start}).", USAGE)
    narrowed = bool(campaigns or types or category or start or end)
    pages = None if limit is None or narrowed else max(1, -(-limit // 100))
    code = 0
    if not offline:
        code = read_customer(project, CustomerToRead(customer, category is not None, pages))
    with closing(project.reader()) as reader, Question():
        identity = _cached(reader, customer)
        wanted = EventFilter(
            _campaign_ids(reader, identity, campaigns), types=_type_names(types),
            category=(category or "").upper(), **_bounds(settings, start, end),
        )  # fmt: skip
        found = reader.ask(event_stubs, identity, wanted, -1 if limit is None else limit + 1)
        shown = found if limit is None else found[:limit]
        if raw:
            write_rows(_documents(reader, shown), (), form)
        elif form == "table":
            write_rows(_table(reader, shown, settings), _TABLE, form)
        else:
            write_rows(_rows(reader, shown, settings.currency), COLUMNS, form)
        if len(shown) < len(found):
            say(f"Only the newest {limit:,} events: there are more, --limit cut them.")
        _say_what_matters(reader, identity, settings, category)
    return code


def _cached(reader: Reader, wanted: str) -> str:
    if not holds(reader.connection, TABLE):
        raise Failure("The cache is of an earlier release and has no activity; `promoscope sync` brings it up.", USAGE)
    found = cached_customer(reader.connection, wanted)
    if found is None:
        raise Failure(
            f"There is no customer “{wanted}” in the cache: name one by id, source id or exact e-mail.", USAGE
        )
    return found


def _campaign_ids(reader: Reader, customer: str, wanted: Sequence[str]) -> tuple[str, ...]:
    """Campaigns by id or name; one that is deleted and not cached may still stand in the events."""
    campaigns = reader.ask(activity_campaigns, customer)
    found = []
    for word in wanted:
        matching = [identity for identity, name, _ in campaigns if word in (identity, name)]
        found += matching or [one_campaign(reader.connection, word)]
    return tuple(found)


def _type_names(typed: Sequence[str]) -> tuple[str, ...]:
    """Types as the API has them, with or without `customer.`; an undocumented one is looked for as typed."""
    names = []
    for word in typed:
        known = word if word.startswith(PREFIX) else f"{PREFIX}{word}"
        if known not in EVENT_TYPES:
            alike = [one.removeprefix(PREFIX) for one in EVENT_TYPES if word.casefold() in one][:5]
            hint = f" Did you mean {', '.join(alike)}?" if alike else ""
            say(f"“{word}” is no documented type of event.{hint}")
        names += [known] if known == word else [known, word]
    return tuple(names)


def _bounds(settings: Settings, start: date | None, end: date | None) -> dict[str, str]:
    zone = settings.timezone
    since = "" if start is None else day_bounds(start.isoformat(), zone)[0]
    return {"since": since, "until": "" if end is None else day_bounds(end.isoformat(), zone)[1]}


def _events(reader: Reader, stubs: Sequence[EventStub], currency: str | None) -> Iterator[CustomerEvent]:
    for begin in range(0, len(stubs), _AT_ONCE):
        yield from reader.ask(read_events, stubs[begin : begin + _AT_ONCE], currency)


def _rows(reader: Reader, stubs: Sequence[EventStub], currency: str | None) -> Iterator[dict[str, Any]]:
    for one in _events(reader, stubs, currency):
        yield {
            "id": one.id, "created_at": one.at or None, "type": one.type, "category": one.category,
            "campaign_id": one.campaign_id, "campaign": one.campaign, "voucher_code": one.voucher_code,
            "group_id": one.group_id, "channel": one.channel, "by": one.performed_by, "summary": one.summary,
            "customer_id": one.customer_id,
        }  # fmt: skip


def _table(reader: Reader, stubs: Sequence[EventStub], settings: Settings) -> Iterator[dict[str, Any]]:
    from store.words import clock
    from tui.kit.masking import masked_addresses

    for one in _events(reader, stubs, settings.currency):
        yield {
            "at": clock(parse_instant(one.at), settings.timezone) if one.at else None,
            "what": masked_addresses(one.summary),
            "campaign": one.campaign,
            "code": one.voucher_code,
            "by": one.performed_by or channel_words(one.channel) or None,
        }


def _documents(reader: Reader, stubs: Sequence[EventStub]) -> Iterator[Any]:
    for stub in stubs:
        text = raw_document(reader.connection, TABLE, stub.id)
        yield msgspec.Raw(text.encode("utf-8")) if text is not None else {"id": stub.id}


def _say_what_matters(reader: Reader, customer: str, settings: Settings, category: str | None) -> None:
    """How far back the events are known, and for which types the category is unknown."""
    say(reach_words(reader.ask(reach_of, customer), settings))
    unknown = reader.ask(uncategorised, customer) if category else 0
    if unknown:
        said = f"{unknown:,} of the events are of types whose category is not known; they are left out."
        say(f"{said} Without --offline it is learnt.")


def reach_words(reach: Reach, settings: Settings) -> str:
    """How much of an activity the cache holds, in a sentence."""
    from store.words import clock

    state = reach.state
    if state.as_of is None:
        return (
            "The activity is not synced yet; what is here came with other lists."
            if reach.held
            else "It is not synced yet."
        )
    read = f"as of {clock(parse_instant(state.as_of), settings.timezone)}"
    since = "" if reach.back_to is None else clock(parse_instant(reach.back_to), settings.timezone)
    tried = f" The attempt after it: {state.attempt_reason}" if state.attempt_state else ""
    if reach.whole:
        return f"All {reach.held:,} events, {read}.{tried}"
    older = f"The activity reaches back to {since}" if since else "Not all of the activity was read"
    why = f": {state.reason}" if state.reason else ""
    return f"{older}, {read}; older events may exist{why}.{tried}"
