"""All there is to read of one row of a list, for a drawer and for a screen of its own."""

from typing import Any

from store.ref import Ref
from tui.kit.context import SubjectContext
from tui.kit.formatter import Formatter
from tui.kit.lists.details import detail_of
from tui.kit.lists.query import find_record
from tui.kit.lists.spec import Detail, ListSpec
from tui.kit.masking import masked_document
from tui.kit.record_view import RecordRequested, RecordView


def read_detail(spec: ListSpec, context: SubjectContext, row_id: str, *, reveal: bool) -> Detail | None:
    """The details of a list's row; None when it is gone. Blocks; raises `CacheError`."""
    record = find_record(spec, context, Formatter.of(context, reveal=reveal), row_id)
    return None if record is None else detail_of(spec, context, record)


def shown_document(spec: ListSpec, document: str, *, reveal: bool) -> Any:
    """A row's document as received, or with the personal data of customers masked."""
    return masked_document(document) if spec.personal and not reveal else document


def row_opened(
    spec: ListSpec,
    context: SubjectContext,
    row_id: str,
    about: Ref | None = None,
    *,
    reveal: bool,
    as_json: bool = False,
) -> RecordRequested:
    """A list's row, to be opened; `about` is what can be explained of it."""

    def read(shown: bool) -> RecordView:
        detail = read_detail(spec, context, row_id, reveal=shown)
        if detail is None:
            return RecordView(f"{spec.noun[0].capitalize()} {row_id}")
        text = detail.document
        documents = () if text is None else (("as received", shown_document(spec, text, reveal=shown)),)
        return RecordView(detail.title, detail.fields, documents, about=about, stored=(spec.view.table, row_id))

    place = spec.noun[1].capitalize()
    return RecordRequested(read=read, place=place, personal=spec.personal, reveal=reveal, as_json=as_json)
