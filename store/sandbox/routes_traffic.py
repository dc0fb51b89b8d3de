"""Redemptions, publications, customers, orders and the project's records: GET endpoints of API §2."""

from collections.abc import Sequence
from dataclasses import dataclass

from store.sandbox.conditions import FieldCondition, instant
from store.sandbox.paging import PageStyle, PagingKind
from store.sandbox.routes import (
    CUSTOMER,
    VOUCHER,
    Call,
    Narrow,
    RecordKey,
    Route,
    Within,
    id_list,
    listing,
    page_list,
    single,
)
from store.sandbox.table import Document

_CHANGED = ("created_at", "updated_at")
_OF_CUSTOMER = Within("customerId", "customer_id", CUSTOMER)
REDEMPTION_FILTERS = {
    "related_object_parent_id": "campaign_id",
    "related_object_id": "related_object_id",
    "parent_redemption_id": "parent_redemption_id",
    "voucher_code": "voucher_code",
    "customer_id": "customer_id",
    "campaign_name": "campaign",
    "failure_code": "failure_code",
    "result": "result",
    "object": "object",
    "user_login": "user_login",
}
PUBLICATION_FILTERS = {
    "parent_object_id": "campaign_id",
    "related_object_id": "voucher_id",
    "customer_id": "customer_id",
    "campaign_name": "campaign",
    "failure_code": "failure_code",
    "result": "result",
    "voucher_type": "voucher_type",
    "is_referral_code": "is_referral_code",
    "source_id": "source_id",
}
CUSTOMER_FILTERS = {name: name for name in ("email", "name", "city", "phone", "source_id", *_CHANGED)}
_REDEEMABLE_FILTERS = {
    "id": "id",
    "created_at": "created_at",
    "redeemable_id": "voucher_id",
    "redeemable_object": "redeemable_object",
    "holder_role": "holder_role",
    "campaign_id": "campaign_id",
    "campaign_type": "campaign_type",
    "voucher_type": "voucher_type",
}


def members(call: Call, segment: Document) -> list[str]:
    """Ids of the customers a segment's filter describes; a segment without a filter has none."""
    wanted = segment.get("filter")
    if not wanted:
        return []
    selection = call.query.body_filters(wanted, CUSTOMER_FILTERS, ("",))
    customers = call.project.table("customers")
    return [customers.value(row, "id") for row in customers.select(selection, "created_at")]


@dataclass(frozen=True, slots=True)
class InSegment(Narrow):
    """Customers of the segments named by id."""

    def condition(self, call: Call, values: Sequence[str]) -> FieldCondition:
        """The ids of every member."""
        segments = call.project.table("segments")
        rows = [row for value in values for row in segments.numbers("id", value)]
        return FieldCondition(
            self.column, "in", tuple(one for row in rows for one in members(call, segments.document(row)))
        )


def _segments_of(call: Call) -> Document:
    """Segments a customer is in; an unknown customer is in none, which is no error (API §2)."""
    customer = CUSTOMER.find(call.project, call.path["customerId"])
    found = [
        {"id": segment["id"], "name": segment["name"], "object": "segment"}
        for segment in call.project.table("segments").documents()
        if customer is not None and customer in members(call, segment)
    ]
    return {"object": "list", "data_ref": "data", "data": found, "total": len(found)}


def _redeemable(call: Call, holder: Document) -> Document:
    """A holder with the redeemable itself inside, and its status now."""
    vouchers = call.project.table("vouchers")
    row = vouchers.number(("id",), holder["redeemable_id"])
    voucher = None if row is None else vouchers.document(row)
    status = _status(voucher or {}, instant(call.now.isoformat()))
    return {**holder, "redeemable": {"type": "voucher", "voucher": voucher, "status": status}}


def _status(voucher: Document, now: str) -> str:
    """What a code is worth at an instant (schema CustomerRedeemable)."""
    start, end = (instant(voucher[name]) if voucher.get(name) else None for name in ("start_date", "expiration_date"))
    uses, card = voucher.get("redemption") or {}, voucher.get("gift") or voucher.get("loyalty_card") or {}
    limit = uses.get("quantity")
    found = (
        ("DISABLED", voucher.get("active") is False),
        ("EXPIRED", end is not None and end <= now),
        ("NOT_ACTIVE_YET", start is not None and start > now),
        ("USED", limit is not None and uses.get("redeemed_quantity", 0) >= limit),
        ("NO_BALANCE", card.get("balance") == 0),
    )
    return next((status for status, holds in found if holds), "ACTIVE")


_SHORT_TYPES = (("discount", "DISCOUNT_VOUCHER"), ("loyalty", "LOYALTY_CARD"))

ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/redemptions", "redemptions",
        page_list("redemptions", "created_at", "id", "voucher_code", "tracking_id", "customer_id", cap=99),
        params={
            "campaign": Narrow("campaign"), "customer": Narrow("customer_id", CUSTOMER), "result": Narrow("result"),
        },
        dates={"created_at": "created_at"}, filters=REDEMPTION_FILTERS,
    ),
    single("/v1/redemptions/{redemptionId}", "redemptionId", RecordKey("redemption", "redemptions")),
    listing(
        "/v1/publications", "publications",
        page_list(
            "publications", "id", "voucher_code", "tracking_id", "customer_id", "created_at", "channel", cap=1000
        ),
        params={
            "campaign": Narrow("campaign"), "customer": Narrow("customer_id", CUSTOMER),
            "voucher": Narrow("voucher_id", VOUCHER), "result": Narrow("result"), "source_id": Narrow("source_id"),
            "voucher_type": Narrow("voucher_type", meaning=_SHORT_TYPES),
            "is_referral_code": Narrow("is_referral_code"),
        },
        filters=PUBLICATION_FILTERS,
    ),
    listing(
        "/v1/customers", "customers",
        page_list("customers", *_CHANGED, "source_id", cap=99, has_more=True, time_cursor="starting_after"),
        params={
            "email": Narrow("email"), "city": Narrow("city"), "name": Narrow("name"), "segment_id": InSegment("id"),
        },
        dates={name: name for name in _CHANGED},
    ),
    single("/v1/customers/{customerId}", "customerId", CUSTOMER),
    listing(
        "/v1/customers/{customerId}/activity", "customer_activity", id_list(order="created_at"),
        within=(_OF_CUSTOMER,),
        params={name: Narrow(name) for name in ("campaign_id", "campaign_type", "category", "type")},
        bounds={"start_date": ("created_at", "since"), "end_date": ("created_at", "until")},
    ),
    # Deprecated, and what the vendor's JavaScript SDK still asks for.
    listing(
        "/v1/customers/{customerId}/activities", "customer_activity", id_list(order="created_at", total="all"),
        within=(_OF_CUSTOMER,), params={name: Narrow(name) for name in ("campaign_id", "campaign_type")},
        bounds={"start_date": ("created_at", "since"), "end_date": ("created_at", "until")},
    ),
    listing(
        "/v1/customers/{customerId}/redeemables", "redeemables", id_list(total="all"), within=(_OF_CUSTOMER,),
        filters=_REDEEMABLE_FILTERS, shape=_redeemable,
    ),
    Route("GET", "/v1/customers/{customerId}/segments", _segments_of),
    listing("/v1/orders", "orders", page_list("orders", *_CHANGED)),
    single("/v1/orders/{orderId}", "orderId", RecordKey("order", "orders", ("id", "source_id"))),
    listing(
        "/v1/async-actions", "async_actions",
        PageStyle(PagingKind.END_DATE, "async_actions", orders=(), total="none", has_more=True),
    ),
    single("/v1/async-actions/{asyncActionId}", "asyncActionId", RecordKey("async_action", "async_actions")),
    listing(
        "/v1/trash-bin", "trash_bin", id_list(total="page"),
        filters={name: name for name in ("id", "resource_type", "resource_id", "resource_name")},
    ),
    listing(
        "/v1/segments", "segments", PageStyle(PagingKind.LIMIT, orders=(("created_at", "created_at"),)),
        params={"ids": Narrow("id")}, filters={name: name for name in ("id", "name", "type", "created_at")},
    ),
    single("/v1/segments/{segmentId}", "segmentId", RecordKey("segment", "segments")),
    listing(
        "/v1/metadata-schemas", "metadata_schemas",
        PageStyle(PagingKind.NONE, "schemas", orders=(), unsorted="created_at"),
    ),
    single(
        "/v1/metadata-schemas/{resource}", "resource",
        RecordKey("metadata_schema", "metadata_schemas", ("related_object",)),
    ),
)  # fmt: skip
