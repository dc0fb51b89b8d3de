"""The form of an action: what it is about, what it asks for, its request, and what it changes in people's words."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, TypeAlias

from store.domain.values import members

Document = Mapping[str, Any]
"""A record as the API gives it."""
Values = Mapping[str, Any]
"""What was asked for, by the names of fields, in the API's own units; a name that is missing stays as it is."""
Get: TypeAlias = Callable[..., Awaitable[Document]]
"""Reads a path, given below the base URL and then the pairs of its query; gives the object that it answers."""
BESIDE = "beside"
"""The member of a record under which stands what was read beside it."""


class FieldKind(Enum):
    """What a field takes, and how it is typed."""

    TEXT = "text"
    NUMBER = "whole number"
    POINTS = "points"
    MONEY = "amount in the project's currency"
    INSTANT = "day or instant"
    FLAG = "yes or no"
    JSON = "JSON object"
    FILE = "path of a file"
    LINES = "list"
    RULE = "part of a validation rule as a JSON object"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that an action asks for.

    Attributes:
        name: as it is typed: `--set NAME=VALUE`.
        kind: what it takes.
        help: what it is for, in one sentence.
        required: whether the action needs it.
        choices: the only values it takes; empty for any.
        can_be_empty: whether an empty value takes away what is there.
        can_lose_keys: whether the API takes single keys of an object away.
    """

    name: str
    kind: FieldKind
    help: str
    required: bool = False
    choices: tuple[str, ...] = ()
    can_be_empty: bool = False
    can_lose_keys: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One line of before and after, each in the API's units; None where there is nothing."""

    name: str
    before: Any
    after: Any
    kind: FieldKind = FieldKind.TEXT


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """The exact request: method, path below the base URL with its query, body (an `Upload`, JSON, None for none)."""

    method: str
    path: str
    body: Any = None


class Fate(Enum):
    """What became of an attempt."""

    DONE = "done"
    REFUSED = "refused"
    NOT_DONE = "not done"
    UNKNOWN = "unknown"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class Undo:
    """The action that is the true inverse, and what it needs."""

    action: str
    values: dict[str, Any]


def never(_: Document, __: Values) -> Undo | None:
    """Nothing undoes it."""
    return None


def no_warnings(_: Document, __: Values) -> tuple[str, ...]:
    """Nothing to know before."""
    return ()


def nothing_else(_: Document, __: Values) -> tuple[tuple[str, str], ...]:
    """No other record."""
    return ()


def nothing_more(_: Values) -> Values:
    """The values say all."""
    return {}


def for_ever(_: Document) -> datetime | None:
    """Time does not end it."""
    return None


def always(_: Document) -> str:
    """It can be done to every record."""
    return ""


def beside(record: Document) -> Document:
    """What was read beside a record."""
    return members(record.get(BESIDE))


_HOLDERS = {"{campaign}": "campaign_id", "{card}": "voucher_id"}


@dataclass(frozen=True)
class Action:
    """One thing that can be done to a record.

    Attributes:
        id: as it is named in commands, e.g. `disable`.
        kind: of the record, as a `Ref` names it.
        title: what it does, an imperative.
        read_path: where the record is read, with `{id}`.
        offered: the reason why it cannot be done to a record now; "" where it can.
        request: made of the record and the values.
        changes: before and after.
        has_happened: whether the record, read again, shows that it was done; None where that cannot be told.
        fields: what it asks for.
        undo: what takes it back, given the record before.
        is_repeatable: whether doing it twice is the same as once.
        moves_value: whether money or points move, or a redemption is taken back: that wants a typed answer.
        table: of the cache, in which the record is renewed afterwards; "" where a sync does that.
        warning: what people should know before, in one sentence.
        warnings: the same of one record, each a sentence.
        beside: reads what the action needs beside the record; it stands under `BESIDE` of the record.
        is_listed: whether the record is one of the list at `read_path`: there is no call for it alone.
        is_marked: whether the request carries a `source_id` of its own, by which it is found again.
        until: the instant after which it cannot be done to a record any more; None for no such instant.
        late: why it cannot be done after that.
        current: the values of its fields as the record has them; None for an action that sets nothing.
        renews: what else it changes: tables of the cache, each with the path where its records are read anew.
        takes_away: records that are no more afterwards: tables, each with an id.
        find: whether it was done, where the record does not tell: from the record before, the values, and by reading.
        knows: what the plan keeps with the values, since it cannot be read once the request is sent.
    """

    id: str
    kind: str
    title: str
    read_path: str
    offered: Callable[[Document], str]
    request: Callable[[Document, Values], WriteRequest]
    changes: Callable[[Document, Values], tuple[Change, ...]]
    has_happened: Callable[[Document, Document, Values], bool | None]
    fields: tuple[Field, ...] = ()
    undo: Callable[[Document, Values], Undo | None] = field(default=never)
    is_repeatable: bool = True
    moves_value: bool = False
    table: str = ""
    warning: str = ""
    warnings: Callable[[Document, Values], tuple[str, ...]] = field(default=no_warnings)
    beside: Callable[[Get, Document, Values], Awaitable[dict[str, Any]]] | None = None
    is_listed: bool = False
    is_marked: bool = False
    until: Callable[[Document], datetime | None] = field(default=for_ever)
    late: str = ""
    renews: Callable[[Document, Values], tuple[tuple[str, str], ...]] = field(default=nothing_else)
    takes_away: Callable[[Document, Values], tuple[tuple[str, str], ...]] = field(default=nothing_else)
    current: Callable[[Document], dict[str, Any]] | None = None
    find: Callable[[Get, Document, Values], Awaitable[bool | None]] | None = None
    knows: Callable[[Values], Values] = field(default=nothing_more)

    @property
    def holder(self) -> str:
        """The member of a record whose value stands before its id, as in `CAMPAIGN/RULE`; "" where the id suffices."""
        return next((name for mark, name in _HOLDERS.items() if mark in self.read_path), "")

    def reason(self, record: Document, now: datetime) -> str:
        """The reason why it cannot be done to a record at an instant; "" where it can."""
        end = self.until(record)
        return self.offered(record) or (self.late if end is not None and now >= end else "")


class NotOffered(Exception):
    """The action cannot be done to this record now; the message says why."""


class ValueRefused(Exception):
    """A value is none that the field takes; the message says what it does take."""
