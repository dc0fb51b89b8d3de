"""Loyalty programs: earning rules, what rewards cost, and points that wait."""

from store.sandbox.problems import not_found, refused
from store.sandbox.routes import Within
from store.sandbox.routes_campaigns import RULE
from store.sandbox.routes_loyalty import ASSIGNMENT, CARD, EARNING_RULE, OF_PROGRAM, OF_REWARD
from store.sandbox.table import Document
from store.sandbox.world.campaign_documents import VALIDITY
from store.sandbox.world.records import ClosedPoints, PendingPointsRow
from store.sandbox.writes import ledger
from store.sandbox.writes.bodies import changes_of, part_of, text_of, whole_of
from store.sandbox.writes.change import Change, WriteRoute, switches
from store.sandbox.writes.rules import assign, unassign
from store.sandbox.writes.vouchers import NOTHING
from store.wire import Response

ACTIVATED, CANCELED = "ACTIVATED", "CANCELED"


def _rule_id(change: Change) -> str:
    """The id of the path's earning rule. Raises Problem 404 when it is not its program's."""
    key = change.named(EARNING_RULE, "earningRuleId")
    owner = change.named(OF_PROGRAM.named, "campaignId")
    if change.shown("earning_rules", key)["source"]["object_id"] != owner:
        raise not_found("earning_rule", key)
    return key


def _update_rule(change: Change) -> Document:
    key, body = _rule_id(change), change.body
    rule = change.shown("earning_rules", key)
    members = changes_of(body, rule, objects=("loyalty", "pending_points", "expiration_rules"), flags=("active",),
                         plain=VALIDITY)  # fmt: skip
    source = part_of(body, "source")
    if source is not None:
        members["source"] = {**rule["source"], "banner": text_of(source, "banner")}
    if "validation_rule_id" in body:
        wanted = text_of(body, "validation_rule_id")
        validation = None if wanted is None else change.id_of(RULE, wanted)
        for known in change.world.facts.assignments(key):
            if known["rule_id"] != validation:
                unassign(change, known["id"])
        if validation is not None and not change.world.facts.assignments(key):
            assign(change, validation, "earning_rule", key)
    return change.edit("earning_rules", key, **members)


def _price_in_program(change: Change) -> Document:
    return _price(change, OF_PROGRAM)


def _price_of_reward(change: Change) -> Document:
    return _price(change, OF_REWARD)


def _price(change: Change, within: Within) -> Document:
    """What a reward costs in points."""
    owner, key = change.named(within.named, within.parameter), change.named(ASSIGNMENT, "assignmentId")
    assignment = change.shown("reward_assignments", key)
    if owner not in (assignment["reward_id"], assignment["related_object_id"]):
        raise not_found("reward_assignment", key)
    loyalty = part_of(part_of(change.body, "parameters") or {}, "loyalty")
    if loyalty is None:
        raise refused("missing_param", "Parameter 'parameters.loyalty' is required", "Missing required parameter")
    parameters = assignment["parameters"]
    if loyalty.get("points") is not None and whole_of(loyalty, "points") <= 0:
        raise refused("invalid_amount", "Amount has to be a valid positive number", "Invalid Amount")
    kept = {name: value for name, value in loyalty.items() if name in ("points", "auto_redeem") and value is not None}
    return change.edit(
        "reward_assignments", key, parameters={**parameters, "loyalty": {**parameters["loyalty"], **kept}}
    )


def _waiting(change: Change, verb: str) -> PendingPointsRow:
    """The path's points, which still wait; `verb` is what shall be done to them.

    Raises:
        Problem: 404 for an unknown card or points, 400 for points that do not wait any more.
    """
    card, key = change.named(CARD, "memberId"), change.call.path["pendingPointsId"]
    row: PendingPointsRow | None = change.world.tables["pending_points"].find(key)
    if row is not None and row.voucher_id == card:
        return row
    closed = change.world.closed_points.get(key)
    if closed is None or closed.row.voucher_id != card:
        raise not_found("pending_points", key)
    details = f"Only pending points in 'PENDING' status can be {verb}. Current status: '{closed.status}'."
    raise refused("invalid_pending_points_state", details)


def _close(change: Change, row: PendingPointsRow, status: str) -> None:
    change.world.tables["pending_points"].remove("id", row.id)
    change.world.closed_points[row.id] = ClosedPoints(row, status, change.at)
    change.world.tables["vouchers"].edit(row.voucher_id, updated_at=change.at)


def _activate(change: Change) -> Document:
    row = _waiting(change, "activated")
    _close(change, row, ACTIVATED)
    entry = ledger.Entry(
        source="API", order_id=row.order_id, earning_rule_id=row.earning_rule_id,
        expires_at=ledger.expiry_by_rules(change, row.campaign_id),
    )  # fmt: skip
    card = change.row("vouchers", row.voucher_id)
    made = ledger.post(change, card, "PENDING_POINTS_ACTIVATION", row.points, entry)
    return ledger.balance_document(made, points=True)


def _cancel(change: Change) -> Response:
    _close(change, _waiting(change, "canceled"), CANCELED)
    return NOTHING


def _adjust(change: Change) -> Document:
    row, points = _waiting(change, "updated"), whole_of(change.body, "points")
    if not points or row.points + points < 0:
        raise refused("invalid_amount", "Amount has to be a valid positive number", "Invalid Amount")
    change.world.tables["pending_points"].edit(row.id, points=row.points + points, updated_at=change.at)
    change.world.tables["vouchers"].edit(row.voucher_id, updated_at=change.at)
    return {
        "points": points,
        "total": change.world.facts.pending_points(row.voucher_id),
        "object": "balance",
        "related_object": {"type": "voucher", "id": row.voucher_id},
        "operation_type": "MANUAL",
    }


_RULE = "/v1/loyalties/{campaignId}/earning-rules/{earningRuleId}"
_POINTS = "/v1/loyalties/members/{memberId}/pending-points/{pendingPointsId}"
ROUTES: tuple[WriteRoute, ...] = (
    ("PUT", _RULE, _update_rule),
    *switches(_RULE, "earning_rules", _rule_id),
    ("PUT", "/v1/loyalties/{campaignId}/rewards/{assignmentId}", _price_in_program),
    ("PUT", "/v1/rewards/{rewardId}/assignments/{assignmentId}", _price_of_reward),
    ("POST", f"{_POINTS}/activate", _activate),
    ("POST", f"{_POINTS}/cancel", _cancel),
    ("POST", f"{_POINTS}/balance", _adjust),
)
