"""Taking an attempt back: its true inverse as a new action, with a plan of its own."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from store.actions.action import Action, Change, Fate, NotOffered, Values
from store.actions.catalogue import action_named
from store.actions.plan import Plan, make_plan
from store.actions.reading import read_content, record_of, with_beside
from store.json_text import is_same

if TYPE_CHECKING:
    from store.api.client import ApiClient

Attempt = Mapping[str, Any]
"""A row of the audit."""


class ChangedSince(NotOffered):
    """What was changed is not as it was left: somebody changed it since.

    Attributes:
        changes: each from what it is now to what the attempt had made of it.
    """

    def __init__(self, changes: Sequence[Change]) -> None:
        super().__init__("It was changed since; to undo it would undo that, too.")
        self.changes = tuple(changes)


def undo_refusal(attempt: Attempt) -> str:
    """Why an attempt cannot be taken back, as far as the audit knows; "" where it can."""
    if attempt["fate"] == Fate.UNKNOWN.value:
        return "It is not known whether it was done. Look at the record first."
    if attempt["fate"] != Fate.DONE.value:
        return "It was not done; there is nothing to undo."
    if attempt["undone_by"] is not None:
        return f"It was undone already, by attempt {attempt['undone_by']}."
    if _inverse(attempt) is None:
        return f"Nothing undoes “{attempt['action']}”: what it did stays done."
    return ""


def _inverse(attempt: Attempt) -> Action | None:
    undo = attempt["undo"]
    return None if undo is None else action_named(attempt["kind"], undo["action"])


def undo_of(attempt: Attempt) -> tuple[Action, Values]:
    """The action that takes an attempt back, and its values.

    Raises:
        NotOffered: there is none.
    """
    reason, action = undo_refusal(attempt), _inverse(attempt)
    if reason or action is None:
        raise NotOffered(reason)
    return action, attempt["undo"]["values"]


def inverse_of(attempts: Sequence[Attempt]) -> tuple[Action, list[Values]]:
    """The one action that takes attempts back, and its values for each.

    Raises:
        NotOffered: one of them cannot be taken back, or not together with the others; the attempt is named.
    """
    found = []
    for attempt in attempts:
        try:
            found.append(undo_of(attempt))
        except NotOffered as no:
            raise NotOffered(f"Attempt {attempt['id']}: {no}") from None
    if len({(action.kind, action.id) for action, _ in found}) != 1:
        raise NotOffered("Different actions take them back: undo them one by one.")
    if len({attempt["record"] for attempt in attempts}) < len(attempts):
        raise NotOffered("Two of them changed the same record: undo the later one first.")
    return found[0][0], [values for _, values in found]


async def check_undo(client: "ApiClient", attempt: Attempt) -> None:
    """Look whether what an attempt changed is still as it left it.

    Raises:
        ChangedSince: it is not.
        ApiError: the record cannot be read.
    """
    action, record_id = action_named(attempt["kind"], attempt["action"]), attempt["record"]
    if action is None:
        return
    values = attempt["given"] or {}
    record = record_of(action, record_id, await read_content(client, action, record_id))
    record = await with_beside(client, action, record, values)
    changed = [one for one in action.changes(record, values) if not is_same(one.before, one.after)]
    if changed:
        raise ChangedSince(changed)


async def plan_undo(client: "ApiClient", attempt: Attempt) -> Plan:
    """The plan that takes an attempt back; `running.run` sends it, and the audit links both.

    Raises:
        NotOffered: it cannot be taken back.
        ApiError: the record cannot be read.
    """
    action, values = undo_of(attempt)
    await check_undo(client, attempt)
    return await make_plan(client, action, attempt["record"], values)
