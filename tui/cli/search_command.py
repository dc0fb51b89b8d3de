"""`promoscope search TEXT`: anything that is cached, by id, code, name, address, order, metadata or message."""

import sys
from collections.abc import Iterable
from contextlib import closing
from datetime import tzinfo
from functools import partial
from typing import Any

import click

from store import words as fmt
from store.cache.errors import CacheError
from store.cache.search_index import build_index, index_states
from store.config import load_settings
from store.days import parse_instant
from store.domain.references import LONGEST, is_ticket
from store.nearest import did_you_mean
from store.queries.question import Question
from store.queries.reader import Reader
from store.queries.search import LIMIT, TAIL, Found, search
from store.queries.search_hits import Hit
from store.queries.search_query import KINDS, SearchMistake, SearchQuery, kinds_called, parse_search
from store.queries.ticket import KnownReference, read_ticket
from store.typed_times import typed_day
from tui.cli.completions import kinds as kinds_of_hits
from tui.cli.exits import USAGE, Failure
from tui.cli.output import say, write_json, write_rows
from tui.kit.masking import masked, masked_addresses
from tui.project import Project, open_client, open_writer
from tui.shell.signals import run_until_stopped

_COLUMNS = ("kind", "label", "id", "status", "campaign", "date", "match")
_TICKET_COLUMNS = ("reference", *_COLUMNS[:-1])


@click.command(name="search")
@click.argument("text")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="K",
    shell_complete=kinds_of_hits,
    help="Only hits of this kind; repeatable.",
)
@click.option("--limit", type=click.IntRange(min=1), default=LIMIT, show_default=True, help="Hits of each kind.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.option("--reveal", is_flag=True, help="Customers' names and addresses in full.")
@click.option("--ask", "may_ask", is_flag=True, help="Ask the API for what is not cached: one call.")
def command(text: str, kinds: tuple[str, ...], limit: int, as_json: bool, reveal: bool, may_ask: bool) -> int:
    """Find TEXT in everything that is cached: ids, codes, names, addresses, orders, metadata, messages of failures.

    `type:` `campaign:` `status:` `before:` `after:` narrow. Several lines, or `-` for stdin, are read as a ticket: each
    id, code, address and order in it is looked up.
    """
    project = Project(load_settings())
    wanted = _kinds(kinds)
    if text == "-":
        text = sys.stdin.read(LONGEST)
    with closing(project.reader()) as reader:
        _index(reader)
        if is_ticket(text):
            return _write_ticket(reader, text, as_json=as_json, reveal=reveal)
        try:
            query = parse_search(text, partial(typed_day, now=reader.now(), zone=reader.zone))
            query = query.of_kinds(wanted) if wanted else query
            found = _found(reader, query, limit)
            if query.is_plain:
                found = _asked(project, reader, found, query, limit, may_ask=may_ask)
        except SearchMistake as error:
            raise Failure(str(error), USAGE) from None
        _write_found(reader.zone, found, query, as_json=as_json, reveal=reveal)
    return 0


def _kinds(named: Iterable[str]) -> frozenset[str]:
    wanted = set[str]()
    for name in named:
        kinds = kinds_called(name)
        if not kinds:
            hint = did_you_mean(name, KINDS)
            raise Failure(f"There is no kind “{name}”.{hint} Known: {', '.join(sorted(KINDS))}.", USAGE)
        wanted |= kinds
    return frozenset(wanted)


def _index(reader: Reader) -> None:
    """Bring the index up to date where too many rows are not in it: a search would not read all of them."""
    waiting = sum(state.pending for state in reader.ask(index_states).values())
    if waiting <= TAIL:
        return
    say(f"The search index is brought up to date: {fmt.counted(waiting, 'row')}.")
    try:
        build_index(reader.path, lambda: True)
    except CacheError as error:
        say(str(error))


def _found(reader: Reader, query: SearchQuery, limit: int) -> Found:
    return reader.ask(search, query, reader.now(), reader.zone, limit)


def _asked(project: Project, reader: Reader, found: Found, query: SearchQuery, limit: int, *, may_ask: bool) -> Found:
    """The same search after the API was asked, where something may be missing and that is wanted. Says the price."""
    from store.sync.lookup import Lookup, look_up, lookup_beside

    lookup = lookup_beside(query.text, found.hits)
    if lookup is None:
        return found
    shown = masked_addresses(lookup.words)
    if not may_ask:
        say(f"Not cached: --ask asks the API, 1 call ({shown}).")
        return found
    say(f"Not cached: asking the API, 1 call ({shown}).")

    async def ask(wanted: Lookup) -> list[str]:
        with open_writer(project) as connection:
            async with open_client(project, max_calls=1, on_wait=lambda _, reason: say(reason)) as (client, _):
                return await look_up(client, connection, wanted, project.settings.timezone)

    if run_until_stopped(ask(lookup)):
        return _found(reader, query, limit)
    say("The API does not know it either.")
    return found


def _write_found(zone: tzinfo, found: Found, query: SearchQuery, *, as_json: bool, reveal: bool) -> None:
    if as_json:
        hits = [_as_json(hit, reveal=reveal) for hit in found.hits]
        write_json({"text": query.text, "hits": hits, "more": found.has_more, "lacks": found.lacks})
    elif found.groups:
        write_rows((_as_row(hit, zone, reveal=reveal) for hit in found.hits), _COLUMNS, "table")
    for group in found.groups if not as_json else ():
        if group.more:
            say(f"There are more of kind {group.kind}: --limit shows them.")
    if not found.groups:
        say("Nothing that is cached holds this.")
    if found.lacks:
        say(found.lacks)


def _write_ticket(reader: Reader, text: str, *, as_json: bool, reveal: bool) -> int:
    with Question():
        ticket = reader.ask(read_ticket, text, reader.now(), reader.zone)
    if as_json:
        references = [
            {"text": one.text, "hits": [_as_json(hit, reveal=reveal) for hit in one.hits], "more": one.has_more}
            for one in ticket.references
        ]
        write_json({"references": references, "lacks": ticket.lacks})
    elif ticket.references:
        rows = (row for one in ticket.references for row in _ticket_rows(one, reader.zone, reveal=reveal))
        write_rows(rows, _TICKET_COLUMNS, "table")
    say(f"{fmt.counted(len(ticket.references), 'reference')}, {ticket.known:,} of them cached.")
    if ticket.lacks:
        say(ticket.lacks)
    return 0


def _ticket_rows(one: KnownReference, zone: tzinfo, *, reveal: bool) -> list[dict[str, Any]]:
    reference = one.text if reveal else masked_addresses(one.text)
    if not one.hits:
        return [{"reference": reference, "kind": "not cached"}]
    return [{"reference": reference, **_as_row(hit, zone, reveal=reveal)} for hit in one.hits]


def _as_row(hit: Hit, zone: tzinfo, *, reveal: bool) -> dict[str, Any]:
    date = fmt.clock(parse_instant(hit.date), zone, named=False) if hit.date else None
    row = {**_as_json(hit, reveal=reveal), "date": date}
    return {name: value or None for name, value in row.items()}


def _as_json(hit: Hit, *, reveal: bool) -> dict[str, Any]:
    label = hit.label if reveal else masked(hit.label) if hit.is_personal else masked_addresses(hit.label)
    return {
        "kind": hit.ref.kind, "id": hit.ref.id, "label": label, "match": hit.match.name.lower(), "field": hit.field,
        "status": hit.status, "campaign_id": hit.campaign_id, "campaign": hit.campaign, "date": hit.date,
    }  # fmt: skip
