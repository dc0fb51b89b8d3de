"""The drawer's words for a row: what its columns say in full, its metadata, and the document as received."""

from collections.abc import Iterable, Mapping
from typing import Any

from store.domain.documents import flatten
from store.domain.status import ENDS_FIRST
from store.domain.values import members, shown, visible
from store.json_text import stored_object
from store.queries.reader import raw_document
from store.times import utc_text
from tui.kit.context import SubjectContext
from tui.kit.lists.spec import Detail, ListRecord, ListSpec
from widgets.panel.panel import Field
from widgets.table.rows import CellText

_MOST_METADATA = 20


def column_fields(spec: ListSpec, record: ListRecord) -> list[Field]:
    """One field for every column that says something of the record."""
    fields = []
    for column in spec.columns:
        cell = column.cell(record)
        words = cell.text if isinstance(cell, CellText) else cell
        if words:
            fields.append(Field(column.title, words))
    return fields


def date_fields(record: ListRecord) -> Iterable[Field]:
    """That a record's end lies before its start, where it does."""
    start, end = utc_text(record["start_date"]), utc_text(record["expiration_date"])
    if start is not None and end is not None and end < start:
        yield Field("Dates", ENDS_FIRST, "warn")


def metadata_fields(document: Mapping[str, Any]) -> list[Field]:
    """The record's own metadata, one field per key."""
    found = members(document.get("metadata"))
    fields = [
        Field(f"metadata {path.lstrip('/').replace('~1', '/').replace('~0', '~')}", shown(value))
        for path, value in flatten(found)
        if path
    ]
    rest = len(fields) - _MOST_METADATA
    return [*fields[:_MOST_METADATA], Field("", f"… and {rest} more in the JSON", "muted")] if rest > 0 else fields


def read_document(context: SubjectContext, table: str, identity: str) -> tuple[str | None, Mapping[str, Any]]:
    """A record's JSON as received and decoded; None and nothing when it is not cached."""
    text = context.reader.ask(raw_document, table, identity)
    return text, stored_object(text)


def detail_of(spec: ListSpec, context: SubjectContext, record: ListRecord) -> Detail:
    """What the drawer shows of a record: the list's own details, else columns, more fields, id, metadata, document."""
    if spec.detail is not None:
        return spec.detail(spec, context, record)
    identity = record.id
    text, document = read_document(context, spec.view.table, identity)
    fields = column_fields(spec, record)
    fields += date_fields(record)
    if spec.more is not None:
        fields += spec.more(context, record, document)
    fields.append(Field("Id", identity))
    if record["missing_since"]:
        seen = record.scene.when(record["missing_since"], named=True)
        fields.append(Field("Gone", f"The API no longer returns it since {seen}.", "warn"))
    noun = spec.noun[0].capitalize()
    title = visible(record[spec.place]) or identity
    return Detail(f"{noun} {title}", (*fields, *metadata_fields(document)), text)
