"""`promoscope list RESOURCE`: the rows of any cached resource, streamed."""

from collections.abc import Iterator, Sequence
from typing import Any

import click
import msgspec

from store.config import load_settings
from store.domain.status import StatusKind
from store.queries.reader import holds
from store.queries.rows import Condition, RowList, RowView
from store.queries.views import RESOURCE_VIEWS
from tui.cli.exits import USAGE, Failure
from tui.cli.output import FORMATS, say, write_rows
from tui.cli.services import Project

_TABLE_COLUMNS = {
    "campaigns": ("id", "name", "campaign_type", "status", "start_date", "expiration_date", "vouchers_count"),
    "vouchers": ("id", "code", "type", "campaign", "active", "balance", "redeemed_quantity", "created_at"),
    "redemptions": ("id", "created_at", "result", "voucher_code", "customer_id", "failure_code", "order_amount"),
    "publications": ("id", "created_at", "result", "voucher_code", "customer_id", "channel"),
    "customers": ("id", "source_id", "name", "email", "created_at"),
    "webhook_deliveries": ("id", "received_at", "type", "campaign_id", "entity_id", "signature"),
}
"""What fits a terminal; `--format json` and `csv` carry every column."""


@click.command(name="list")
@click.argument("resource")
@click.option("--campaign", "campaign", metavar="ID", help="Only rows of this campaign (id or exact name).")
@click.option("--status", "statuses", multiple=True, metavar="S", help="Only these statuses or results; repeatable.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="How to print.")
@click.option("--json", "as_json", is_flag=True, help="Same as --format json.")
@click.option("--limit", type=click.IntRange(min=0), help="At most so many rows.")
@click.option("--raw", is_flag=True, help="The documents as received, in JSON.")
def command(
    resource: str,
    campaign: str | None,
    statuses: tuple[str, ...],
    form: str,
    as_json: bool,
    limit: int | None,
    raw: bool,
) -> int:
    """Print the rows of RESOURCE (campaigns, vouchers, redemptions, …) from the cache."""
    settings = load_settings()
    view = RESOURCE_VIEWS.get(resource.replace("-", "_"))
    if view is None:
        raise Failure(f"There is no resource “{resource}”. Known: {', '.join(sorted(RESOURCE_VIEWS))}.", USAGE)
    form = "json" if as_json or (raw and form == "table") else form
    if raw and form == "csv":
        raise Failure("--raw prints documents; it goes with --format json or jsonl.", USAGE)
    reader = Project(settings).reader()
    try:
        rows = RowList(
            reader, view, campaign_id=_campaign_id(reader.connection, view, campaign), **_conditions(view, statuses)
        )
        held = holds(reader.connection, view.table)
        matches = _matching(rows, view, statuses, settings, raw=raw, limit=limit) if held else iter(())
        page = _Page(matches, limit)
        columns = _TABLE_COLUMNS.get(view.name) if form == "table" else None
        written = write_rows(page, columns or [*_status_column(view), *view.columns], form)
        if page.cut:
            say(f"Only the first {written:,} rows: there are more, --limit cut them.")
    finally:
        reader.close()
    return 0


def _campaign_id(connection: Any, view: RowView, wanted: str | None) -> str | None:
    if wanted is None:
        return None
    if view.campaign is None:
        raise Failure(f"{view.name} belong to no campaign; leave --campaign out.", USAGE)
    row = connection.execute(
        "select id from campaigns where id = ?1 or name = ?1 order by id = ?1 desc, missing_since is not null limit 1",
        (wanted,),
    ).fetchone()
    if row is None:
        raise Failure(
            f"There is no campaign “{wanted}” in the cache. `promoscope list campaigns` shows those there are.", USAGE
        )
    return str(row[0])


def _status_column(view: RowView) -> list[str]:
    return ["status"] if view.name == "campaigns" else []


def _conditions(view: RowView, statuses: tuple[str, ...]) -> dict[str, Any]:
    """A status filter on the resource's own column; campaigns have none and are filtered by their derived status."""
    if not statuses:
        return {}
    if view.name == "campaigns":
        _check(statuses, [kind.value.upper() for kind in StatusKind])
        return {}
    column = next((name for name in ("status", "result", "active", "holder_role") if name in view.columns), None)
    if view.name == "redemptions":
        column = "result"
    if column is None:
        raise Failure(f"{view.name} have no status to filter by.", USAGE)
    values: list[str] | list[int] = [status.upper() for status in statuses]
    if column == "active":
        _check(statuses, ["ACTIVE", "INACTIVE"])
        values = [int(status.upper() == "ACTIVE") for status in statuses]
    return {"conditions": (Condition(column, "in", values),)}


def _check(statuses: tuple[str, ...], known: Sequence[str]) -> None:
    for status in statuses:
        if status.upper() not in known:
            raise Failure(f"There is no status “{status}”. Known: {', '.join(known)}.", USAGE)


def _matching(
    rows: RowList, view: RowView, statuses: tuple[str, ...], settings: Any, *, raw: bool, limit: int | None
) -> Iterator[dict[str, Any]]:
    names = list(view.columns)
    wanted = {status.casefold() for status in statuses}
    # One row more tells that there are more. Campaigns are few and filtered afterwards: all are looked at.
    most = None if limit is None or view.name == "campaigns" else limit + 1
    for cells in rows.iterate(most):
        row = dict(zip(names, cells, strict=True))
        if view.name == "campaigns":
            row["status"] = _derived(rows, row, settings)
            if wanted and row["status"] not in wanted:
                continue
        yield _document(rows, view, row) if raw else row


def _derived(rows: RowList, row: dict[str, Any], settings: Any) -> str:
    from store.domain.status import derive_status
    from store.queries.reader import document

    whole = document(rows.reader.connection, "campaigns", row["id"])
    status = derive_status(whole, rows.reader.now(), settings.timezone, missing=row["missing_since"] is not None)
    return str(status.kind.value).casefold()


def _document(rows: RowList, view: RowView, row: dict[str, Any]) -> Any:
    from store.queries.reader import raw_document

    text = raw_document(rows.reader.connection, view.table, row["id"])
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
