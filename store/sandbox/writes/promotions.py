"""Promotion tiers: enable, disable, update, and their place on the ladder (schema PromotionsTiersUpdateRequestBody)."""

from store.sandbox.routes_campaigns import PROMOTION_TIER
from store.sandbox.table import Document
from store.sandbox.world.campaign_documents import VALIDITY
from store.sandbox.writes.bodies import changes_of, part_of, whole_of
from store.sandbox.writes.categories import category_of
from store.sandbox.writes.change import Change, WriteRoute, switches


def _update(change: Change) -> Document:
    key, body = change.named(PROMOTION_TIER, "promotionTierId"), change.body
    tier = change.shown("promotion_tiers", key)
    members = changes_of(body, tier, texts=("name", "banner"), plain=VALIDITY)
    category = category_of(change, body)
    members |= {name: category[name] for name in ("category_id", "categories") if name in category}
    if part_of(body, "action") is not None:
        members["action"] = body["action"]
    if body.get("hierarchy") is not None:
        _move(change, tier, whole_of(body, "hierarchy"))
    return change.edit("promotion_tiers", key, **members)


def _move(change: Change, tier: Document, place: int) -> None:
    """Put a tier at a place of its campaign's ladder, counted from 1; the others close up."""
    sheet = change.world.documents["promotion_tiers"]
    others = [one for one in sheet.documents if one["campaign_id"] == tier["campaign_id"] and one["id"] != tier["id"]]
    ladder = [one["id"] for one in sorted(others, key=lambda one: int(one["hierarchy"]))]
    ladder.insert(max(0, place - 1), tier["id"])
    for number, key in enumerate(ladder, 1):
        if (sheet.find(key) or {})["hierarchy"] != number:
            sheet.edit(key, hierarchy=number, updated_at=change.at)


ROUTES: tuple[WriteRoute, ...] = (
    *switches(
        "/v1/promotions/tiers/{promotionTierId}",
        "promotion_tiers",
        lambda change: change.named(PROMOTION_TIER, "promotionTierId"),
    ),
    ("PUT", "/v1/promotions/tiers/{promotionTierId}", _update),
)
