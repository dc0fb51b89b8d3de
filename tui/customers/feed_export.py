"""The events of a customer's activity as CSV, read from the cache a portion at a time."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from store.queries.customer_activity import EventStub, read_events
from tui.customers.context import CustomerContext
from tui.kit.csv_export import save_table
from tui.kit.export_way import ExportWay, Wording
from tui.kit.masking import masked_addresses

_AT_ONCE = 200
COLUMNS = ("created_at", "type", "summary", "campaign", "voucher_code", "channel", "by")
MORE = ("id", "category", "campaign_id", "group_id", "customer_id")


def save_events(
    stubs: Sequence[EventStub], context: CustomerContext, directory: Path, now: datetime, way: ExportWay
) -> tuple[Path, int]:
    """Save events in their order; returns the file and how many rows it holds.

    Raises:
        OSError: the file cannot be written, or is there already.
        CacheError: the events cannot be read.
    """
    told = str if way.reveal else masked_addresses
    wording = Wording.of(context)

    def rows() -> Iterator[list[Any]]:
        for begin in range(0, len(stubs), _AT_ONCE):
            for one in context.reader.ask(read_events, stubs[begin : begin + _AT_ONCE], context.currency):
                at = wording.readable(one.at) if way.readable else one.at
                cells = [
                    at or None, one.type, told(one.summary), one.campaign, one.voucher_code, one.channel,
                    told(one.performed_by or "") or None,
                ]  # fmt: skip
                more = [one.id, one.category, one.campaign_id, one.group_id, one.customer_id]
                yield [*cells, *more] if way.all_columns else cells

    names = (*COLUMNS, *MORE) if way.all_columns else COLUMNS
    columns = [wording.heading(name, readable=way.readable) for name in names]
    return save_table("customer activity", columns, rows(), directory, now, way)
