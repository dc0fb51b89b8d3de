"""`POST /v1/validations` of codes (schemas ValidationsValidateRequestBody, …ResponseBody); nothing is locked."""

from hashlib import sha256
from typing import Any

from store.sandbox.exports import body_of
from store.sandbox.problems import bad_payload
from store.sandbox.routes import VOUCHER, Call, Route
from store.sandbox.table import Document
from store.sandbox.validating import AskedRedeemable, Refusal
from store.sandbox.world.benefits import discount_given
from store.sandbox.world.vocabulary import FAILURE_MESSAGES

_STACKING: Document = {
    "redeemables_limit": 30, "applicable_redeemables_limit": 5, "applicable_redeemables_per_category_limit": 1,
    "applicable_redeemables_category_limits": {}, "applicable_exclusive_redeemables_limit": 1,
    "applicable_exclusive_redeemables_per_category_limit": 1, "exclusive_categories": [], "joint_categories": [],
    "redeemables_application_mode": "ALL", "redeemables_sorting_rule": "REQUESTED_ORDER",
    "redeemables_products_application_mode": "STACK", "redeemables_no_effect_rule": "REDEEM_ANYWAY",
    "no_effect_skip_categories": [], "no_effect_redeem_anyway_categories": [],
    "redeemables_rollback_order_mode": "WITH_ORDER",
}  # fmt: skip


def _validate(call: Call) -> Document:
    body = body_of(call)
    named = body.get("redeemables")
    if not isinstance(named, list) or not 0 < len(named) <= 30:
        raise bad_payload("Property .redeemables should hold 1 to 30 items")
    order, customer = _part(body, "order"), _part(body, "customer")
    _check_order(order or {})
    if not isinstance((customer or {}).get("metadata", {}), dict):
        raise bad_payload("Property .customer.metadata should be object")
    answers = []
    for place, one in enumerate(named):
        if not isinstance(one, dict) or one.get("object") != "voucher" or not isinstance(one.get("id"), str):
            raise bad_payload(f"Property .redeemables[{place}] should be a voucher with an id")
        if not _is_count((one.get("gift") or {}).get("credits", 0) if isinstance(one.get("gift"), dict | None) else ""):
            raise bad_payload(f"Property .redeemables[{place}].gift.credits should be integer")
        answers.append(_answer(call, one, order, customer))
    applies = [one["status"] == "APPLICABLE" for one in answers]
    document: Document = {
        "id": f"valid_{sha256(call.request.body).hexdigest()[:18]}",
        "valid": all(applies),
        "redeemables": answers,
        "tracking_id": body.get("tracking_id"),
        "stacking_rules": _STACKING,
    }
    if not all(applies):
        document["inapplicable_redeemables"] = [one for one, fits in zip(answers, applies, strict=True) if not fits]
    return {name: value for name, value in document.items() if value is not None}


def _part(body: Document, name: str) -> Document | None:
    part = body.get(name)
    if part is not None and not isinstance(part, dict):
        raise bad_payload(f"Property .{name} should be object")
    return part


def _check_order(order: Document) -> None:
    """Raise Problem for an order whose numbers cannot be used."""
    lines, metadata = order.get("items", []), order.get("metadata", {})
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise bad_payload("Property .order.items should be array of objects")
    if not isinstance(metadata, dict):
        raise bad_payload("Property .order.metadata should be object")
    held = [(".order", order), *((f".order.items[{place}]", line) for place, line in enumerate(lines))]
    for where, thing in held:
        for member in ("amount", "price", "quantity"):
            if not _is_count(thing.get(member, 0)):
                raise bad_payload(f"Property {where}.{member} should be integer >= 0")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _answer(call: Call, redeemable: Document, order: Document | None, customer: Document | None) -> Document:
    identity: Document = {"id": redeemable["id"], "object": "voucher"}
    row = VOUCHER.row(call.project, redeemable["id"])
    if row is None:
        error = _error(404, Refusal("not_found"))
        error |= {
            "details": f"Cannot find voucher with id {identity['id']}", "resource_id": identity["id"],
            "resource_type": "voucher",
        }  # fmt: skip
        return {"status": "INAPPLICABLE", **identity, "result": {"error": error}}
    voucher = call.project.table("vouchers").document(row)
    refusal = AskedRedeemable(call, voucher, redeemable, order, customer).refusal()
    if refusal is not None:
        error = _error(400, refusal)
        details = {"message": refusal.message or error["message"], "key": refusal.key}
        return {"status": "INAPPLICABLE", **identity, "result": {"error": error, "details": details}}
    return {"status": "APPLICABLE", **identity, **_effect(voucher, redeemable, order)}


def _error(code: int, refusal: Refusal) -> dict[str, Any]:
    message = FAILURE_MESSAGES.get(refusal.key, refusal.key.replace("_", " ").capitalize())
    error: dict[str, Any] = {"code": code, "key": refusal.key, "message": message}
    return {**error, "error": {"message": refusal.message}} if refusal.message else error


def _effect(voucher: Document, redeemable: Document, order: Document | None) -> Document:
    """What the code would do to the order."""
    amount = order.get("amount") if order else None
    if voucher["type"] == "GIFT_VOUCHER":
        balance = voucher["gift"]["balance"]
        given = (redeemable.get("gift") or {}).get("credits") or min(balance, amount or 0)
        result: Document = {"gift": {"balance": balance, "credits": given}}
    elif voucher["type"] == "LOYALTY_CARD":
        given, result = 0, {"loyalty_card": {"points": 0, "balance": voucher["loyalty_card"]["balance"]}}
    else:
        given = min(amount, discount_given(voucher["discount"], amount, 0.5)) if isinstance(amount, int) else 0
        result = {"discount": voucher["discount"]}
    if not isinstance(amount, int):
        return {"result": result}
    totals = {"amount": amount, "total_discount_amount": given, "total_applied_discount_amount": given}
    return {"order": {**totals, "total_amount": amount - given, "object": "order"}, "result": result}


ROUTES: tuple[Route, ...] = (Route("POST", "/v1/validations", _validate),)
