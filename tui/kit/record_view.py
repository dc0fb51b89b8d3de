"""All there is to read of one row or activity: what a drawer is too small for, as data for a screen of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from store.ref import Ref
from tui.kit.markdown import fields_markdown
from widgets.messages import FieldMessage
from widgets.panel.diff import FieldChange
from widgets.panel.panel import Field

GONE = "It is gone from the cache."

Stored = tuple[str, str]
"""Table and id of a record."""


@dataclass(frozen=True, slots=True)
class RecordLink:
    """Another record that one leads to.

    Attributes:
        ref: which.
        relation: in which way, in a word.
        words: what it is; outside text allowed.
    """

    ref: Ref
    relation: str
    words: str


@dataclass(frozen=True, slots=True)
class RecordView:
    """One record.

    Attributes:
        title: outside text allowed.
        fields: readable ones; none when the record is gone.
        documents: names and JSON, text as received or values where personal data was masked.
        changes: what it changed, for an activity.
        links: the records it leads to.
        about: what can be explained of it.
        stored: table and id of what the cache holds of it, whose history can be told.
    """

    title: str
    fields: tuple[Field, ...] = ()
    documents: tuple[tuple[str, Any], ...] = ()
    changes: tuple[FieldChange, ...] = ()
    links: tuple[RecordLink, ...] = ()
    about: Ref | None = None
    stored: Stored | None = None

    @property
    def as_markdown(self) -> str:
        """Title and fields, for a ticket."""
        return fields_markdown(self.title, self.fields)


ReadRecord = Callable[[bool], RecordView]
"""Reads a sheet from the cache, personal data revealed or not. Blocks; raises `CacheError`."""


class RecordRequested(FieldMessage):
    """The user wants a record on a screen of its own.

    Attributes:
        read: gives it.
        place: what the record is one of, in words.
        personal: whether it holds personal data that can be masked.
        reveal: whether that is shown now.
        as_json: begin with the documents where there is no room for both.
    """

    read: ReadRecord
    place: str
    personal: bool
    reveal: bool
    as_json: bool = False
