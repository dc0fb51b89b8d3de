"""`promoscope list RESOURCE`: the rows of any cached resource, streamed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import click
import msgspec

from store.config import Settings, load_settings
from store.nearest import did_you_mean
from store.queries.books import NAMES, book_view, is_book
from store.queries.question import Question
from store.queries.reader import holds
from store.queries.rows import RowList, RowView
from store.queries.statuses import UnknownStatus, campaign_statuses, with_status
from store.queries.views import RESOURCE_VIEWS, SUMMARIES, UNREADABLE
from store.ref import CAMPAIGN, Ref, Scope
from store.typed_times import TypedTime
from tui.cli.campaign_names import one_campaign
from tui.cli.completions import campaigns, list_columns, list_conditions, list_statuses, resources
from tui.cli.days import time_option
from tui.cli.exits import USAGE, Failure
from tui.cli.format_options import format_options
from tui.cli.json_rows import TYPED, typed_rows
from tui.cli.output import FORMATS, say, write_rows
from tui.cli.row_choices import RowChoice
from tui.cli.wholeness import what_is_missing, which_columns
from tui.project import Project

_TABLE_COLUMNS = {
    "campaigns": ("id", "name", "status", "campaign_type", "start_date", "expiration_date", "vouchers_count"),
    "vouchers": ("id", "code", "type", "campaign", "active", "balance", "redeemed_quantity", "created_at"),
    "redemptions": ("id", "created_at", "result", "voucher_code", "customer_id", "failure_code", "order_amount"),
    "publications": ("id", "created_at", "result", "voucher_code", "customer_id", "channel"),
    "customers": ("id", "source_id", "name", "email", "created_at"),
    "customer_activity": ("id", "created_at", "type", "customer_id", "campaign", "voucher_code"),
    "campaign_summaries": ("id", "campaign_id", "start_date", "end_date", "closed"),
    "unreadable": ("resource", "id", "campaign_id", "reason"),
    "webhook_deliveries": ("id", "received_at", "type", "campaign_id", "entity_id", "signature"),
}
"""What fits a terminal; `--format json` and `csv` carry every column."""


@click.command(name="list")
@click.argument("resource", shell_complete=resources)
@click.option(
    "--campaign", metavar="ID", shell_complete=campaigns, help="Only rows of this campaign (id or exact name)."
)
@click.option(
    "--status",
    "statuses",
    multiple=True,
    metavar="S",
    shell_complete=list_statuses,
    help="Only these statuses or results; repeatable.",
)
@click.option("--from", "start", callback=time_option, metavar="WHEN", help="Only from this day or instant on.")
@click.option("--to", "end", callback=time_option, metavar="WHEN", help="Only up to this day, included, or instant.")
@click.option(
    "--where",
    "where",
    multiple=True,
    metavar="COLUMN=VALUE",
    shell_complete=list_conditions,
    help="Only rows whose column is so; also != >= <; nothing after the sign for none; repeatable.",
)
@click.option("--columns", metavar="A,B", shell_complete=list_columns, help="These columns, in this order.")
@click.option("--sort", metavar="COLUMN", shell_complete=list_columns, help="Order by it; -COLUMN the other way round.")
@format_options(*FORMATS)
@click.option("--limit", type=click.IntRange(min=0), help="At most so many rows.")
@click.option("--raw", is_flag=True, help="The documents as received, in JSON.")
def command(
    resource: str,
    campaign: str | None,
    statuses: tuple[str, ...],
    start: TypedTime | None,
    end: TypedTime | None,
    where: tuple[str, ...],
    columns: str | None,
    sort: str | None,
    form: str,
    limit: int | None,
    raw: bool,
) -> int:
    """Print the rows of RESOURCE from the cache: campaigns, vouchers, redemptions, …, or a table of the README.

    --from and --to look at created_at, or else at the rows' own time (received_at, seen_at, day, …).
    """
    settings = load_settings()
    form = "json" if raw and form == "table" else form
    name = _known_name(resource)
    if raw and (is_book(name) or columns is not None or form == "csv"):
        raise Failure("--raw prints a resource's documents in JSON or JSON lines, whole.", USAGE)
    with closing(Project(settings).reader()) as reader, Question():
        view = _view(reader.connection, name)
        choice = RowChoice(view, where, columns, sort, start, end)
        scope = _scope(reader.connection, view, campaign)
        try:
            kinds = campaign_statuses([*statuses, *choice.statuses]) if view.name == "campaigns" else frozenset()
            narrowed = view if view.name == "campaigns" else with_status(reader.connection, view, statuses)
        except UnknownStatus as error:
            raise Failure(str(error), USAGE) from None
        rows = RowList(
            reader, narrowed, scope, conditions=choice.conditions, sort=choice.sort, descending=choice.descending
        )
        in_cache = is_book(name) or holds(reader.connection, view.table)
        matches = _matching(rows, kinds, choice, settings, raw=raw, limit=limit) if in_cache else iter(())
        page = _Page(matches if raw or form not in TYPED else typed_rows(view, matches), limit)
        usual = (_TABLE_COLUMNS.get(name) if form == "table" else None) or [*_status_column(view), *view.columns]
        only = choice.columns is not None
        written = write_rows(page, choice.columns or usual, form, {"resource": name}, only=only)
        if page.cut:
            say(f"Only the first {written:,} rows: there are more, --limit cut them.")
        if not is_book(name):
            _say_what_is_missing(reader.connection, view, scope, columns=not raw and in_cache)
    return 0


def _known_name(resource: str) -> str:
    name = resource.replace("-", "_")
    if name not in RESOURCE_VIEWS and not is_book(name):
        known = sorted({*RESOURCE_VIEWS, *NAMES})
        hint = did_you_mean(name, known)
        raise Failure(f"There is no resource “{resource}”.{hint} Known: {', '.join(known)}.", USAGE)
    return name


def _view(connection: sqlite3.Connection, name: str) -> RowView:
    view = RESOURCE_VIEWS.get(name) or book_view(connection, name)
    if view is None:
        raise Failure(f"The cache is of an earlier release and has no {name}; `promoscope sync` brings it up.", USAGE)
    return view


def _say_what_is_missing(connection: sqlite3.Connection, view: RowView, scope: Scope, *, columns: bool) -> None:
    if missing := what_is_missing(connection, view, scope):
        say(missing)
    if columns and (blank := which_columns(connection, view, scope)):
        say(blank)


def _scope(connection: sqlite3.Connection, view: RowView, wanted: str | None) -> Scope:
    if wanted is None:
        return None
    if CAMPAIGN not in view.scopes:
        raise Failure(f"{view.name} belong to no campaign; leave --campaign out.", USAGE)
    return Ref.campaign(one_campaign(connection, wanted))


def _status_column(view: RowView) -> list[str]:
    return ["status"] if view.name == "campaigns" else []


def _matching(
    rows: RowList, kinds: frozenset[str], choice: RowChoice, settings: Settings, *, raw: bool, limit: int | None
) -> Iterator[dict[str, Any]]:
    """Rows by column name, or documents; of campaigns only those whose derived status is one of `kinds`, if any."""
    names, of_campaigns = list(rows.view.columns), rows.view.name == "campaigns"
    # One row more shows that there are more. Campaigns are few and filtered afterwards: all are looked at.
    most = None if limit is None or of_campaigns else limit + 1
    found: Iterator[dict[str, Any]] = (dict(zip(names, cells, strict=True)) for cells in rows.iterate(most))
    if of_campaigns:
        found = (row for row in found if _with_status(rows, row, settings) in kinds or not kinds)
    if choice.by_status:
        found = iter(sorted(found, key=lambda row: str(row["status"]), reverse=choice.descending is True))
    yield from (_document(rows, row) for row in found) if raw else found


def _with_status(rows: RowList, row: dict[str, Any], settings: Settings) -> str:
    """Add a campaign's derived status to its row; returns it."""
    from store.domain.status import derive_status
    from store.queries.reader import document

    campaign = document(rows.reader.connection, "campaigns", row["id"])
    status = derive_status(campaign, rows.reader.now(), settings.timezone, missing=row["missing_since"] is not None)
    row["status"] = said = str(status.kind.value)
    return said


def _document(rows: RowList, row: dict[str, Any]) -> Any:
    from store.queries.reader import raw_document

    view = rows.view
    if view is UNREADABLE:
        return row
    text = row["summary"] if view is SUMMARIES else raw_document(rows.reader.connection, view.table, row["id"])
    return msgspec.Raw(text.encode("utf-8")) if text is not None else {"id": row["id"]}


class _Page:
    """At most `limit` rows of an iterator; knows afterwards whether that cut anything."""

    def __init__(self, rows: Iterator[dict[str, Any]], limit: int | None) -> None:
        self._rows = rows
        self._limit = limit
        self.cut = False

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for index, row in enumerate(self._rows):
            if self._limit is not None and index >= self._limit:
                self.cut = True
                return
            yield row
