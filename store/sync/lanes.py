"""Which lists of a run need nothing of each other, so that they can be read side by side."""

from collections.abc import Iterable
from typing import TypeAlias

from store.cache.ledger import PROJECT
from store.sync.catalogue import CAMPAIGNS
from store.sync.resource import Task

Lane: TypeAlias = list[Task]
"""Tasks that follow each other: lists of one customer or code, or a single one."""


def in_lanes(tasks: Iterable[Task]) -> list[Lane]:
    """The tasks by what has to follow each other, in their order."""
    lanes: dict[object, Lane] = {}
    for number, task in enumerate(tasks):
        lanes.setdefault(task.customer_id or task.voucher_id or number, []).append(task)
    return list(lanes.values())


def waits_for(lane: Lane, earlier: Lane) -> bool:
    """Whether a lane needs what one before it reads.

    All need the campaigns' names; a campaign's list starts from the project's; what is read code by code is read for
    the codes that are there; and what is read of one customer or code comes last, as it overlaps with lists.
    """
    task, before = lane[0], earlier[0]
    if before.resource is CAMPAIGNS:
        return True
    if task.customer_id is not None or task.voucher_id is not None:
        return before.customer_id is None and before.voucher_id is None
    if task.resource.scoping.per_code and before.resource.name == "vouchers":
        return True
    return task.campaign is not None and before.scope == PROJECT and before.resource.name == task.resource.name
