"""From a wish to the exact request: the record read anew, what it would change, and whether it may."""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from store.actions.action import Action, Change, Document, NotOffered, Undo, Values, WriteRequest
from store.actions.balances import SOURCE_ID
from store.api.addresses import segment
from store.json_text import decode

if TYPE_CHECKING:
    from store.api.client import ApiClient


@dataclass(frozen=True)
class Plan:
    """One action on one record, ready to be sent.

    Attributes:
        action: what is done.
        record_id: to what: an id, a code.
        values: of its fields, and the `source_id` under which a movement is found again.
        before: the record as it was read for this.
        request: what is sent.
        changes: before and after; empty where nothing would change.
        undo: what takes it back.
    """

    action: Action
    record_id: str
    values: Values
    before: Document
    request: WriteRequest
    changes: tuple[Change, ...]
    undo: Undo | None

    def is_same_as(self, other: "Plan") -> bool:
        """Whether it would still change the same: somebody else may have been faster."""
        return self.changes == other.changes and _stamp(self.before) == _stamp(other.before)


def _stamp(record: Document) -> Any:
    return record.get("updated_at")


def path_of(action: Action, record_id: str) -> str:
    """Where the record is read. An earning rule's id is `CAMPAIGN/RULE`.

    Raises:
        NotOffered: the id lacks a part.
    """
    if "{campaign}" not in action.read_path:
        return action.read_path.replace("{id}", segment(record_id))
    campaign, slash, rule = record_id.partition("/")
    if not slash:
        raise NotOffered("An earning rule is named as CAMPAIGN_ID/RULE_ID.")
    return action.read_path.replace("{campaign}", segment(campaign)).replace("{id}", segment(rule))


async def read_content(client: "ApiClient", action: Action, record_id: str) -> bytes:
    """The record as it is now, as it came.

    Raises:
        ApiError: it is not there, or cannot be had.
    """
    return (await client.get(path_of(action, record_id))).content


def record_of(action: Action, record_id: str, content: bytes) -> Document:
    """The record in what came."""
    found = decode(content)
    record = dict(found) if isinstance(found, dict) else {}
    if "{campaign}" in action.read_path:
        record.setdefault("campaign_id", record_id.partition("/")[0])
    return record


async def make_plan(client: "ApiClient", action: Action, record_id: str, values: Values) -> Plan:
    """Read the record and say what would be sent.

    Raises:
        NotOffered: it cannot be done to this record now, or changes nothing.
        ValueRefused: the values do not go together.
        ApiError: the record cannot be read.
    """
    record = record_of(action, record_id, await read_content(client, action, record_id))
    reason = action.offered(record)
    if reason:
        raise NotOffered(reason)
    if not action.is_repeatable and SOURCE_ID not in values and action.kind == "voucher":
        values = {**values, SOURCE_ID: f"promoscope-{uuid.uuid4()}"}
    changes = action.changes(record, values)
    if not changes:
        raise NotOffered("Nothing would change.")
    return Plan(action, record_id, values, record, action.request(record, values), changes, action.undo(record, values))


def body_text(request: WriteRequest) -> str:
    """The body as it is sent; "" for none."""
    return "" if request.body is None else msgspec.json.encode(request.body).decode()
