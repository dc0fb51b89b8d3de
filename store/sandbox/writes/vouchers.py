"""Codes: enable, disable, update (schema VouchersUpdateRequestBody), release of a validation session."""

from store.sandbox.problems import refused
from store.sandbox.routes import VOUCHER
from store.sandbox.table import Document
from store.sandbox.world.campaign_documents import VALIDITY
from store.sandbox.writes.bodies import changes_of, part_of
from store.sandbox.writes.categories import category_of
from store.sandbox.writes.change import Change, WriteRoute, switches
from store.wire import Response

NOTHING = Response(204)


def _update(change: Change) -> Document:
    key, body = change.named(VOUCHER, "code"), change.body
    voucher = change.shown("vouchers", key)
    members = changes_of(body, voucher, texts=("additional_info",), flags=("active",), plain=VALIDITY)
    members |= category_of(change, body)
    discount = part_of(body, "discount")
    if discount is not None:
        if (voucher.get("discount") or {}).get("type") != discount.get("type"):
            raise refused("invalid_voucher", "It is not possible to change Voucher discount type", "Invalid Voucher")
        members["discount"] = discount
    return change.edit("vouchers", key, **members)


def _release(change: Change) -> Response:
    """Let go of a session's lock; sessions lock nothing here, so any key is released."""
    change.named(VOUCHER, "code")
    return NOTHING


ROUTES: tuple[WriteRoute, ...] = (
    *switches("/v1/vouchers/{code}", "vouchers", lambda change: change.named(VOUCHER, "code")),
    ("PUT", "/v1/vouchers/{code}", _update),
    ("DELETE", "/v1/vouchers/{code}/sessions/{sessionKey}", _release),
)
