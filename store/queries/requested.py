"""What requests of the API log set, beside what the journal says was there before."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from store.domain.changes import FieldChanged
from store.queries.activity import API_CALL, CHANGE, Activity
from store.queries.calls import WRITES, accounts, request_fields


def with_requested(entries: Sequence[Activity]) -> list[Activity]:
    """A feed whose API calls have what they set, as changes: what was there before is known where a sync saw it."""
    journal: defaultdict[str, list[tuple[str, FieldChanged]]] = defaultdict(list)
    for entry in reversed(entries):
        if entry.kind == CHANGE:
            for change in entry.changes:
                journal[_leaf(change.path)].append((entry.at, change))
    return [replace(entry, changes=_set_by(entry, journal)) if entry.kind == API_CALL else entry for entry in entries]


def _leaf(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _set_by(entry: Activity, journal: "defaultdict[str, list[tuple[str, FieldChanged]]]") -> tuple[FieldChanged, ...]:
    """What a request sets. The first change a sync saw of a field after it, to what it set, is the request's own."""
    method, _, path = entry.title.partition(" ")
    if method not in WRITES:
        return ()
    made, found = method == "POST" and "/" not in path.removeprefix("/v1/"), []
    for field, value in request_fields(path, dict(entry.payloads).get("request")).items():
        seen = next(
            (change for at, change in journal.get(_leaf(field), ()) if at >= entry.at and not entry.failed
             and accounts(change.path, change.after, field, value)), None,
        )  # fmt: skip
        before = seen.before if seen is not None else None
        after = msgspec.json.encode(value).decode()
        found.append(FieldChanged(field, before, after, before_known=made or seen is not None))
    return tuple(found)
