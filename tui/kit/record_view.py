"""All there is to read of one row or activity: what a drawer is too small for, as data for a screen of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual.message import Message

from store.queries.activity import Activity
from store.queries.reader import raw_document
from tui.kit.activity.words import facts
from tui.kit.formatter import Scene
from tui.kit.lists.details import detail_of, markdown
from tui.kit.lists.query import find_record
from tui.kit.lists.spec import Detail, ListSpec
from tui.kit.masking import masked_document
from tui.kit.spec import CampaignContext
from widgets.panel.diff import FieldChange
from widgets.panel.panel import Field

GONE = "It is gone from the cache."


@dataclass(frozen=True, slots=True)
class Sheet:
    """One record.

    Attributes:
        title: outside text allowed.
        fields: readable ones; none when the record is gone.
        documents: names and JSON, text as received or values where personal data was masked.
        changes: what it changed, for an activity.
    """

    title: str
    fields: tuple[Field, ...] = ()
    documents: tuple[tuple[str, Any], ...] = ()
    changes: tuple[FieldChange, ...] = ()

    @property
    def as_markdown(self) -> str:
        """Title and fields, for a ticket."""
        return markdown(Detail(self.title, self.fields))


ReadSheet = Callable[[bool], Sheet]
"""Reads a sheet from the cache, personal data revealed or not. Blocks; raises `CacheError`."""


class SheetOpened(Message):
    """The reader wants a record on a screen of its own.

    Attributes:
        read: gives it.
        place: what the record is one of, in words.
        personal: whether it holds personal data that can be masked.
        reveal: whether that is shown now.
        as_json: begin with the documents where there is no room for both.
    """

    def __init__(self, read: ReadSheet, place: str, *, personal: bool, reveal: bool, as_json: bool = False) -> None:
        super().__init__()
        self.read = read
        self.place = place
        self.personal = personal
        self.reveal = reveal
        self.as_json = as_json


def read_detail(spec: ListSpec, context: CampaignContext, row_id: str, *, reveal: bool) -> Detail | None:
    """The details of a list's row; None when it is gone. Blocks; raises `CacheError`."""
    record = find_record(spec, context, Scene.of(context, reveal=reveal), row_id)
    return None if record is None else detail_of(spec, context, record)


def shown_document(spec: ListSpec, document: str, *, reveal: bool) -> Any:
    """A row's document as received, or with the personal data of customers masked."""
    return masked_document(document) if spec.personal and not reveal else document


def row_opened(
    spec: ListSpec, context: CampaignContext, row_id: str, *, reveal: bool, as_json: bool = False
) -> SheetOpened:
    """A list's row, to be opened."""

    def read(shown: bool) -> Sheet:
        detail = read_detail(spec, context, row_id, reveal=shown)
        if detail is None:
            return Sheet(f"{spec.noun[0].capitalize()} {row_id}")
        text = detail.document
        documents = () if text is None else (("as received", shown_document(spec, text, reveal=shown)),)
        return Sheet(detail.title, detail.fields, documents)

    return SheetOpened(read, spec.noun[1].capitalize(), personal=spec.personal, reveal=reveal, as_json=as_json)


def activity_opened(entry: Activity, context: CampaignContext, *, reveal: bool, as_json: bool = False) -> SheetOpened:
    """An activity, to be opened: with its payloads, or the object it is about where it brought none."""

    def read(shown: bool) -> Sheet:
        payloads = list(entry.payloads)
        if not payloads:
            text = context.reader.ask(raw_document, entry.resource, entry.record_id)
            payloads = [(f"{entry.resource.replace('_', ' ')} {entry.record_id}, as it is now", text)] if text else []
        documents = tuple((name, text if shown else masked_document(text)) for name, text in payloads)
        said = facts(entry, Scene.of(context, reveal=shown))
        return Sheet(entry.title, said, documents, field_changes_of(entry))

    return SheetOpened(read, "Activity", personal=True, reveal=reveal, as_json=as_json)


def field_changes_of(entry: Activity) -> tuple[FieldChange, ...]:
    """What an activity changed, for a list of differences."""
    return tuple(FieldChange(change.path.lstrip("/"), change.before, change.after) for change in entry.changes)
