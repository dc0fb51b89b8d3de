"""Which records an action is about, and with which values: named, from stdin, from a file, or those of a batch."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from store.actions.action import Action, NotOffered, ValueRefused, Values
from store.actions.audit import Audit
from store.actions.batch import Row
from store.actions.batch_file import LARGEST, FileRefused, FileRows, read_batch_file
from store.actions.catalogue import ACTIONS
from store.actions.typed_values import typed_values
from store.actions.undoing import inverse_of
from store.nearest import did_you_mean
from tui.cli.exits import USAGE, Failure
from tui.cli.output import say

UNDO = "undo"
"""Stands for the inverse of an attempt."""


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for.

    Attributes:
        name: of the action.
        kind: of the records, where it was given.
        refs: as typed.
        sets: `FIELD=VALUE`, as typed.
        file: with records and values; None for none.
        batch: its name; "" for none.
    """

    name: str
    kind: str | None
    refs: Sequence[str]
    sets: Sequence[str]
    file: str | None
    batch: str

    def rows(self, audit: Audit, now: datetime, zone: tzinfo) -> tuple[Action, list[Row]]:
        """The action and its records, each once.

        Raises:
            Failure: it cannot be meant.
        """
        if self.name == UNDO:
            return self._undone(audit)
        kept = audit.batch(self.batch) if self.batch else None
        if kept is not None and kept.action != self.name:
            raise Failure(f"Batch “{self.batch}” is “{kept.action}”: name another. Nothing was sent.", USAGE)
        if kept is not None and not self.refs and self.file is None:
            if self.sets:
                raise Failure(f"Batch “{self.batch}” has its values already. Nothing was sent.", USAGE)
            action, _ = _meant(self.name, kept.kind, list(kept.rows))
            return action, [Row(record, values) for record, values in kept.rows.items()]
        fields = {field.name for one in ACTIONS if one.id == self.name for field in one.fields}
        from_file = _file_rows(self.file, fields) if self.file is not None else FileRows({}, ())
        named = dict.fromkeys([*_refs(self.refs), *from_file.rows])
        action, records = _meant(self.name, self.kind or (kept.kind if kept else None), list(named))
        typed = [from_file.rows.get(one, {}) for one in named]
        rows = _values(action, records, _pairs(self.sets), typed, now, zone)
        if from_file.unused:
            say(f"Not used of the file: {', '.join(from_file.unused)}.")
        return action, rows

    def meant(self) -> tuple[Action, list[str]]:
        """The action and the records that the command line names.

        Raises:
            Failure: it cannot be meant.
        """
        return _meant(self.name, self.kind, _refs(self.refs))

    def _undone(self, audit: Audit) -> tuple[Action, list[Row]]:
        """The inverse of the attempts with numbers of the audit."""
        if not self.refs or self.sets or self.file is not None or not all(ref.isdecimal() for ref in self.refs):
            raise Failure("“undo” takes numbers of attempts; `promoscope audit` has them.", USAGE)
        attempts = []
        for ref in dict.fromkeys(self.refs):
            found = audit.rows(int(ref))
            if not found:
                raise Failure(f"There is no attempt {ref}; `promoscope audit` lists them.", USAGE)
            attempts += found
        try:
            action, values = inverse_of(attempts)
        except NotOffered as no:
            raise Failure(f"{no} Nothing was sent.", USAGE) from None
        rows = zip(attempts, values, strict=True)
        return action, [Row(attempt["record"], own, undoes=attempt) for attempt, own in rows]


def _values(
    action: Action,
    records: Sequence[str],
    shared: Mapping[str, str],
    typed: Sequence[Mapping[str, str]],
    now: datetime,
    zone: tzinfo,
) -> list[Row]:
    rows: dict[str, Row] = {}
    known: Values | None = None
    for record, own in zip(records, typed, strict=True):
        try:
            if own or known is None:
                values: Values = typed_values(action, {**shared, **own}, now, zone)
            else:
                values = known
        except ValueRefused as refused:
            raise Failure(f"{record}: {refused} Nothing was sent." if own else f"{refused}", USAGE) from None
        known = known if own else values
        rows.setdefault(record, Row(record, values))
    return list(rows.values())


def _refs(refs: Sequence[str]) -> list[str]:
    if tuple(refs) == ("-",):
        return [line.strip() for line in sys.stdin if line.strip()]
    return list(refs)


def _file_rows(path: str, fields: set[str]) -> FileRows:
    try:
        if path == "-":
            content = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(path).open("rb") as file:
                content = file.read(LARGEST + 1)
        return read_batch_file(content, fields)
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}. Nothing was sent.", USAGE) from None
    except FileRefused as refused:
        raise Failure(f"{path}: {refused} Nothing was sent.", USAGE) from None


def _meant(name: str, kind: str | None, refs: list[str]) -> tuple[Action, list[str]]:
    """The action of the records' kind, and the records without it."""
    if not refs:
        raise Failure("No record was named.", USAGE)
    kinds = {one.kind for one in ACTIONS}
    named = [ref.partition(":") for ref in refs]
    said = {head for head, colon, _ in named if colon and head in kinds} | ({kind} if kind else set())
    records = [rest if colon and head in kinds else f"{head}{colon}{rest}" for head, colon, rest in named]
    able = [one for one in ACTIONS if one.id == name]
    if not able:
        raise Failure(f"There is no action “{name}”.{did_you_mean(name, {one.id for one in ACTIONS})}", USAGE)
    found = [one for one in able if not said or one.kind in said] if len(said) < 2 else []
    if len(found) == 1:
        return found[0], records
    which = ", ".join(sorted(one.kind for one in able))
    raise Failure(f"“{name}” can be done to {which}: name one kind with --kind, or as KIND:ID.", USAGE)


def _pairs(sets: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for one in sets:
        name, equals, value = one.partition("=")
        if not equals:
            raise Failure(f"“{one}” is not FIELD=VALUE.", USAGE)
        pairs[name.strip()] = value
    return pairs
