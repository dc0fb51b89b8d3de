"""`promoscope list RESOURCE`: the rows of any cached resource, streamed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import click
import msgspec

from store.config import Settings, load_settings
from store.queries.question import Question
from store.queries.reader import holds
from store.queries.rows import RowList, RowView
from store.queries.statuses import UnknownStatus, campaign_statuses, with_status
from store.queries.views import RESOURCE_VIEWS, SUMMARIES, UNREADABLE
from store.ref import CAMPAIGN, Ref, Scope
from tui.cli.campaign_names import one_campaign
from tui.cli.exits import USAGE, Failure
from tui.cli.format_options import format_options
from tui.cli.json_rows import TYPED, typed_rows
from tui.cli.output import FORMATS, say, write_rows
from tui.cli.wholeness import what_is_missing, which_columns
from tui.project import Project

_TABLE_COLUMNS = {
    "campaigns": ("id", "name", "campaign_type", "status", "start_date", "expiration_date", "vouchers_count"),
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
@click.argument("resource")
@click.option("--campaign", "campaign", metavar="ID", help="Only rows of this campaign (id or exact name).")
@click.option("--status", "statuses", multiple=True, metavar="S", help="Only these statuses or results; repeatable.")
@format_options(*FORMATS)
@click.option("--limit", type=click.IntRange(min=0), help="At most so many rows.")
@click.option("--raw", is_flag=True, help="The documents as received, in JSON.")
def command(
    resource: str,
    campaign: str | None,
    statuses: tuple[str, ...],
    form: str,
    limit: int | None,
    raw: bool,
) -> int:
    """Print the rows of RESOURCE (campaigns, vouchers, redemptions, …) from the cache."""
    settings = load_settings()
    view = RESOURCE_VIEWS.get(resource.replace("-", "_"))
    if view is None:
        raise Failure(f"There is no resource “{resource}”. Known: {', '.join(sorted(RESOURCE_VIEWS))}.", USAGE)
    form = "json" if raw and form == "table" else form
    if raw and form == "csv":
        raise Failure("--raw prints documents; it goes with --format json or jsonl.", USAGE)
    try:
        with closing(Project(settings).reader()) as reader, Question():
            scope = _scope(reader.connection, view, campaign)
            kinds = campaign_statuses(statuses) if view.name == "campaigns" else frozenset()
            narrowed = view if view.name == "campaigns" else with_status(reader.connection, view, statuses)
            rows = RowList(reader, narrowed, scope)
            in_cache = holds(reader.connection, view.table)
            matches = _matching(rows, kinds, settings, raw=raw, limit=limit) if in_cache else iter(())
            page = _Page(matches if raw or form not in TYPED else typed_rows(view, matches), limit)
            columns = _TABLE_COLUMNS.get(view.name) if form == "table" else None
            written = write_rows(page, columns or [*_status_column(view), *view.columns], form)
            if page.cut:
                say(f"Only the first {written:,} rows: there are more, --limit cut them.")
            if missing := what_is_missing(reader.connection, view, scope):
                say(missing)
            if not raw and in_cache and (blank := which_columns(reader.connection, view, scope)):
                say(blank)
    except UnknownStatus as error:
        raise Failure(str(error), USAGE) from None
    return 0


def _scope(connection: sqlite3.Connection, view: RowView, wanted: str | None) -> Scope:
    if wanted is None:
        return None
    if CAMPAIGN not in view.scopes:
        raise Failure(f"{view.name} belong to no campaign; leave --campaign out.", USAGE)
    return Ref.campaign(one_campaign(connection, wanted))


def _status_column(view: RowView) -> list[str]:
    return ["status"] if view.name == "campaigns" else []


def _matching(
    rows: RowList, kinds: frozenset[str], settings: Settings, *, raw: bool, limit: int | None
) -> Iterator[dict[str, Any]]:
    """Rows by column name, or documents; of campaigns only those whose derived status is one of `kinds`, if any."""
    view = rows.view
    names = list(view.columns)
    # One row more shows that there are more. Campaigns are few and filtered afterwards: all are looked at.
    most = None if limit is None or view.name == "campaigns" else limit + 1
    for cells in rows.iterate(most):
        row = dict(zip(names, cells, strict=True))
        if view.name == "campaigns":
            row["status"] = _derived(rows, row, settings)
            if kinds and row["status"] not in kinds:
                continue
        yield _document(rows, row) if raw else row


def _derived(rows: RowList, row: dict[str, Any], settings: Settings) -> str:
    from store.domain.status import derive_status
    from store.queries.reader import document

    campaign = document(rows.reader.connection, "campaigns", row["id"])
    status = derive_status(campaign, rows.reader.now(), settings.timezone, missing=row["missing_since"] is not None)
    return str(status.kind.value).casefold()


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
