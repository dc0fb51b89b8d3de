"""Points that wait: activate, cancel, adjust (API §7). Only while they wait; then the list does not have them any more.

To activate or cancel is safe to repeat, since the API refuses the second time; to adjust is not.
"""

from functools import partial
from typing import Any

from store.actions.action import (
    Action,
    Change,
    Document,
    Field,
    FieldKind,
    Get,
    ValueRefused,
    Values,
    WriteRequest,
    beside,
)
from store.api.addresses import segment
from store.domain.values import entries, inside, members, whole

_GONE = "These points do not wait any more: they were activated, canceled, or expired."


def _offered(record: Document) -> str:
    return "" if record.get("id") else _GONE


def _path(verb: str, record: Document) -> str:
    card, points = segment(str(record["voucher_id"])), segment(str(record["id"]))
    return f"/v1/loyalties/members/{card}/pending-points/{points}/{verb}"


def _request(verb: str, record: Document, _: Values) -> WriteRequest:
    return WriteRequest("POST", _path(verb, record))


def _activate_changes(record: Document, _: Values) -> tuple[Change, ...]:
    points = whole(record.get("points"))
    return (
        Change("waiting", points, 0, FieldKind.POINTS),
        Change("added to the card", 0, points, FieldKind.POINTS),
    )


def _cancel_changes(record: Document, _: Values) -> tuple[Change, ...]:
    return (Change("waiting", whole(record.get("points")), 0, FieldKind.POINTS),)


def _is_over(_: Document, after: Document, __: Values) -> bool | None:
    """False where the points still wait; None where they are gone, since somebody else may have moved them."""
    return False if after.get("id") else None


async def _activations(get: Get, record: Document) -> list[Document]:
    """The newest activations of the card."""
    path = f"/v1/vouchers/{segment(str(record['voucher_id']))}/transactions"
    rows = entries((await get(path, ("limit", "100"), ("order", "-id"))).get("data"))
    return [members(row) for row in rows if members(row).get("type") == "PENDING_POINTS_ACTIVATION"]


async def _known_activations(get: Get, record: Document, _: Values) -> dict[str, Any]:
    return {"activations": [one.get("id") for one in await _activations(get, record)]}


async def _find_activation(get: Get, before: Document, _: Values) -> bool | None:
    """By a new activation of as many points of the same order: a transaction does not name the points that waited."""
    known, points = beside(before).get("activations"), whole(before.get("points"))
    if known is None or points is None:
        return None
    fresh = [one for one in await _activations(get, before) if one.get("id") not in entries(known)]
    wanted = (points, before.get("order_id"))
    told = [(inside(one, "details", "balance", "points"), inside(one, "details", "order", "id")) for one in fresh]
    return True if wanted in told else None


def _adjust_request(record: Document, values: Values) -> WriteRequest:
    left = (whole(record.get("points")) or 0) + values["points"]
    if left < 0:
        raise ValueRefused(f"points would leave {left:,}; fewer than none cannot wait.")
    return WriteRequest("POST", _path("balance", record), {"points": values["points"]})


def _adjust_changes(record: Document, values: Values) -> tuple[Change, ...]:
    points = whole(record.get("points"))
    if not values["points"]:
        return ()
    after = None if points is None else points + values["points"]
    return (Change("waiting", points, after, FieldKind.POINTS),)


def _is_adjusted(before: Document, after: Document, values: Values) -> bool | None:
    """True where the new number is the one that was asked for, False where it is the old one, else None: not known."""
    left, had = whole(after.get("points")), whole(before.get("points"))
    if left is None or had is None or after.get("id") != before.get("id"):
        return None
    return True if left == had + values["points"] else False if left == had else None


def _renews(record: Document, _: Values) -> tuple[tuple[str, str], ...]:
    return (("vouchers", f"/v1/vouchers/{segment(str(record['voucher_id']))}"),)


def _takes_away(record: Document, _: Values) -> tuple[tuple[str, str], ...]:
    return (("pending_points", str(record["id"])),)


_READ = "/v1/loyalties/members/{card}/pending-points"
PENDING = (
    Action(
        id="activate", kind="pending_points", title="Activate pending points", read_path=_READ, is_listed=True,
        offered=_offered, request=partial(_request, "activate"), changes=_activate_changes, has_happened=_is_over,
        beside=_known_activations, find=_find_activation, moves_value=True, table="pending_points", renews=_renews,
        takes_away=_takes_away,
    ),
    Action(
        id="cancel", kind="pending_points", title="Cancel pending points", read_path=_READ, is_listed=True,
        offered=_offered, request=partial(_request, "cancel"), changes=_cancel_changes, has_happened=_is_over,
        moves_value=True, table="pending_points", renews=_renews, takes_away=_takes_away,
    ),
    Action(
        id="adjust", kind="pending_points", title="Add or take away pending points", read_path=_READ, is_listed=True,
        offered=_offered, request=_adjust_request, changes=_adjust_changes, has_happened=_is_adjusted,
        fields=(Field("points", FieldKind.POINTS, "How many; a negative number takes away.", required=True),),
        is_repeatable=False, moves_value=True, table="pending_points", renews=_renews,
    ),
)  # fmt: skip
