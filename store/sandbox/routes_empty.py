"""Lists of what this shop does not keep at Voucherify, and areas, whose names only some keys may read."""

from store.sandbox.paging import PageStyle, PagingKind
from store.sandbox.problems import not_permitted
from store.sandbox.routes import Answer, Call, Route, id_list, listing, page_list

_CHANGED = ("created_at", "updated_at")
_DATES = {"start_date": ("created_at", "since"), "end_date": ("created_at", "until")}
EMPTY = ("products", "product_collections", "locations", "campaign_templates", "consents")
"""The tables that hold nothing."""


_AREAS = listing("/v1/areas", "areas", page_list("data", *_CHANGED))
"""The answer's shape is not documented, so it is that of other lists."""


def _areas(call: Call) -> Answer:
    if not call.project.areas:
        raise not_permitted("areas.read")
    return _AREAS.handler(call)


ROUTES: tuple[Route, ...] = (
    Route("GET", "/v1/areas", _areas, _AREAS.listing),
    # The specification names no filters of products; the vendor's MCP server sends these.
    listing(
        "/v1/products", "products", page_list("products", *_CHANGED), bounds=_DATES,
        filters={name: name for name in ("id", "name", "source_id", "price", *_CHANGED)}, paths=("metadata.",),
    ),
    # Deprecated and not published any more; the vendor's JavaScript SDK asks for it.
    listing("/v1/consents", "consents", PageStyle(PagingKind.NONE, orders=(), unsorted="created_at")),
    listing("/v1/product-collections", "product_collections", page_list("data", *_CHANGED)),
    listing(
        "/v1/locations", "locations",
        PageStyle(PagingKind.END_DATE, orders=tuple((name, name) for name in _CHANGED), has_more=True),
        filters={name: name for name in ("id", "name", *_CHANGED)},
    ),
    listing(
        "/v1/templates/campaigns", "campaign_templates", id_list(order="created_at", total="all"),
        filters={name: name for name in ("id", "name", *_CHANGED)},
    ),
)  # fmt: skip
