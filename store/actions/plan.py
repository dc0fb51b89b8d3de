"""From a wish to the exact request: the record read anew, what it would change, and whether it may."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from store.actions.action import Action, Change, Document, NotOffered, Undo, Values, WriteRequest
from store.actions.balances import SOURCE_ID
from store.actions.reading import read_content, record_of, with_beside
from store.api.uploads import Upload
from store.json_text import is_same

if TYPE_CHECKING:
    from store.api.client import ApiClient


@dataclass(frozen=True)
class Plan:
    """One action on one record, ready to be sent.

    Attributes:
        action: what is done.
        record_id: to what: an id, a code.
        values: of its fields, the `source_id` under which a movement is found again, and what the action `knows`.
        before: the record as it was read for this.
        request: what is sent.
        changes: before and after; empty where nothing would change.
        undo: what takes it back.
        warnings: what people should know before, each a sentence.
        until: the instant after which it cannot be done any more; None for none.
    """

    action: Action
    record_id: str
    values: Values
    before: Document
    request: WriteRequest
    changes: tuple[Change, ...]
    undo: Undo | None
    warnings: tuple[str, ...] = ()
    until: datetime | None = None

    def is_same_as(self, other: "Plan") -> bool:
        """Whether it would still change the same: somebody else may have been faster."""
        return is_same(_told(self.changes), _told(other.changes)) and _stamp(self.before) == _stamp(other.before)


def _told(changes: tuple[Change, ...]) -> list[tuple[str, Any, Any]]:
    return [(one.name, one.before, one.after) for one in changes]


def _stamp(record: Document) -> Any:
    return record.get("updated_at")


async def make_plan(client: "ApiClient", action: Action, record_id: str, values: Values) -> Plan:
    """Read the record and say what would be sent.

    Raises:
        NotOffered: it cannot be done to this record now, or changes nothing.
        ValueRefused: the values do not go together.
        ApiError: the record cannot be read.
    """
    record = record_of(action, record_id, await read_content(client, action, record_id))
    now = client.clock.now()
    if not (reason := action.reason(record, now)):
        record = await with_beside(client, action, record, values)
        reason = action.reason(record, now)
    if reason:
        raise NotOffered(reason)
    if action.is_marked and SOURCE_ID not in values:
        values = {**values, SOURCE_ID: f"promoscope-{uuid.uuid4()}"}
    values = {**values, **action.knows(values)}
    changes = action.changes(record, values)
    if not changes:
        raise NotOffered("Nothing would change.")
    warnings = (*((action.warning,) if action.warning else ()), *action.warnings(record, values))
    return Plan(
        action, record_id, values, record, action.request(record, values), changes, action.undo(record, values),
        warnings, action.until(record),
    )  # fmt: skip


def body_shown(request: WriteRequest) -> Any:
    """The body as it is shown and kept: a file by its name and size."""
    return request.body.shown if isinstance(request.body, Upload) else request.body


def body_text(request: WriteRequest) -> str:
    """The same as text; "" for none."""
    return "" if request.body is None else msgspec.json.encode(body_shown(request)).decode()
