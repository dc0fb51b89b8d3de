"""The entries of an activity feed as CSV."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from store.queries.activity import Activity
from tui.kit.csv_export import save_table
from tui.kit.export_way import ExportWay, Wording
from tui.kit.masking import masked_addresses

COLUMNS = ("at", "kind", "title", "detail", "source", "failed", "resource", "record_id")


def save_entries(
    entries: Sequence[Activity], what: str, directory: Path, now: datetime, way: ExportWay, wording: Wording
) -> tuple[Path, int]:
    """Save entries in their order; returns the file and how many rows it holds.

    Raises:
        OSError: the file cannot be written, or is there already.
    """
    told = str if way.reveal else masked_addresses

    def rows() -> Iterator[list[Any]]:
        for one in entries:
            at = wording.readable(one.at) if way.readable else one.at
            yield [
                at or None, one.kind, told(one.title), told(one.detail), one.source, int(one.failed), one.resource,
                one.record_id,
            ]  # fmt: skip

    columns = [wording.heading(name, readable=way.readable, is_time=name == "at") for name in COLUMNS]
    return save_table(what, columns, rows(), directory, now, way)
