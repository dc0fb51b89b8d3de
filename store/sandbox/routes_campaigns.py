"""Campaigns, their codes, promotions, rules: GET endpoints of API §2."""

from store.sandbox.paging import PageStyle, PagingKind
from store.sandbox.problems import not_found
from store.sandbox.routes import (
    CAMPAIGN,
    CUSTOMER,
    VOUCHER,
    Call,
    Narrow,
    RecordKey,
    Route,
    Within,
    date_text,
    id_list,
    listing,
    page_list,
    single,
)
from store.sandbox.table import Document

RULE = RecordKey("validation_rules", "validation_rules")
PROMOTION_TIER = RecordKey("promotion_tier", "promotion_tiers")
PROMOTION_STACK = RecordKey("promotion_stack", "promotion_stacks")
CATEGORY = RecordKey("category", "categories")
OF_CAMPAIGN = Within("campaignId", "campaign_id", CAMPAIGN)
OF_VOUCHER = Within("code", "voucher_id", VOUCHER)
_CHANGED = ("created_at", "updated_at")
_DATES = {name: name for name in _CHANGED}
_ALL = PageStyle(PagingKind.NONE, orders=(), unsorted="created_at")


def expanded(call: Call, document: Document) -> Document:
    """A campaign of a list: categories and access settings only when `expand` asks for them."""
    wanted = call.query.one_of("expand", ("category", "access_settings_assignments"), "")
    if wanted != "category":
        document = {**document, "categories": []}
    if wanted != "access_settings_assignments":
        document.pop("access_settings_assignments", None)
    return document


def _summary(call: Call) -> Document:
    key = call.path["campaignId"]
    campaign = CAMPAIGN.find(call.project, key)
    if campaign is None:
        raise not_found("campaign", key)
    start = date_text(call.query.text("start_date"), "start_date", "2000-01-01")
    end = date_text(call.query.text("end_date"), "end_date", f"{call.now:%Y-%m-%d}")
    return call.project.summary(campaign, start, end)


def _history(call: Call) -> Document:
    """A code's whole redemption history in one answer; its size is not limited."""
    vouchers = call.project.table("vouchers")
    row = vouchers.number(VOUCHER.by, call.path["code"])
    if row is None:
        raise not_found("voucher", call.path["code"])
    voucher = vouchers.document(row)
    redemptions = call.project.table("redemptions")
    rows = redemptions.numbers("voucher_id", voucher["id"])
    counted = voucher.get("redemption") or {}
    return {
        "quantity": counted.get("quantity"),
        "redeemed_quantity": counted.get("redeemed_quantity"),
        "object": "list",
        "url": f"/v1/vouchers/{voucher['id']}/redemptions?page=1&limit=10",
        "data_ref": "redemption_entries",
        "total": len(rows),
        "redemption_entries": [redemptions.document(one) for one in rows],
    }


_CAMPAIGN_FILTERS = {
    "campaigns": "name",
    "campaigns_id": "id",
    "campaign_status": "creation_status",
    "status": "creation_status",
    "active": "active",
    "is_referral_code": "is_referral_code",
    "validity_timeframe": "validity_timeframe",
    "validity_day_of_week": "validity_day_of_week",
    "voucher_type": "voucher_type",
    "categories": "category",
    "category_ids": "category_id",
    "type": "type",
    "created_date": "created_at",
    "updated_at": "updated_at",
    "start_date": "start_date",
    "expiration_date": "expiration_date",
}
VOUCHER_FILTERS = {
    name: name
    for name in (
        "code", "active", "is_referral_code", "start_date", "expiration_date", "created_at", "updated_at", "holder_id",
        "campaign_id", "redemption.redeemed_quantity", "redemption.quantity",
    )
} | {"categories": "category", "category_ids": "category_id", "created_date": "created_at"}  # fmt: skip
VOUCHER_FILTERS |= {"vouchers": "code", "published_for_customer_id": "holder_id", "campaign_ids": "campaign_id"}

_VOUCHER_PARAMS = {"customer": Narrow("holder_id", CUSTOMER), "code": Narrow("code"), "ids": Narrow("id")}

ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/campaigns", "campaigns", page_list("campaigns", *_CHANGED),
        params={
            "campaign_type": Narrow("campaign_type"), "campaign_status": Narrow("creation_status"),
            "is_referral_code": Narrow("is_referral_code"),
        },
        filters=_CAMPAIGN_FILTERS, shape=expanded,
    ),
    single("/v1/campaigns/{campaignId}", "campaignId", CAMPAIGN),
    Route("GET", "/v1/campaigns/{campaignId}/summary", _summary),
    listing(
        "/v1/campaigns/{campaignId}/transactions", "transactions", id_list(),
        within=(OF_CAMPAIGN,), filters={"id": "id", "voucher_id": "voucher_id"},
    ),
    listing(
        "/v1/vouchers", "vouchers", page_list("vouchers", *_CHANGED, "code", cap=99),
        params={
            **_VOUCHER_PARAMS, "campaign_id": Narrow("campaign_id"), "campaign": Narrow("campaign"),
            "category": Narrow("category"),
        },
        dates=_DATES, filters=VOUCHER_FILTERS, paths=("metadata.",),
    ),
    single("/v1/vouchers/{code}", "code", VOUCHER),
    Route("GET", "/v1/vouchers/{code}/redemption", _history),
    listing("/v1/vouchers/{code}/transactions", "transactions", id_list(), within=(OF_VOUCHER,)),
    listing(
        "/v1/promotions/tiers", "promotion_tiers", page_list("tiers", *_CHANGED, has_more=True),
        flags={"is_available": "active"},
    ),
    single("/v1/promotions/tiers/{promotionTierId}", "promotionTierId", PROMOTION_TIER),
    listing(
        "/v1/promotions/stacks", "promotion_stacks", page_list("data", *_CHANGED, "name"), dates=_DATES,
    ),
    listing(
        "/v1/promotions/{campaignId}/tiers", "promotion_tiers",
        PageStyle(PagingKind.NONE, "tiers", orders=(), unsorted="hierarchy", has_more=True), within=(OF_CAMPAIGN,),
    ),
    listing("/v1/promotions/{campaignId}/stacks", "promotion_stacks", _ALL, within=(OF_CAMPAIGN,)),
    single("/v1/promotions/{campaignId}/stacks/{stackId}", "stackId", PROMOTION_STACK, within=OF_CAMPAIGN),
    listing(
        "/v1/validation-rules", "validation_rules", page_list("data", *_CHANGED, "name"),
        bounds={"start_date": ("created_at", "since"), "end_date": ("created_at", "until")},
    ),
    single("/v1/validation-rules/{validationRuleId}", "validationRuleId", RULE),
    listing(
        "/v1/validation-rules/{validationRuleId}/assignments", "validation_rules_assignments",
        page_list("data", "created_at"), within=(Within("validationRuleId", "rule_id", RULE),),
    ),
    listing(
        "/v1/validation-rules-assignments", "validation_rules_assignments", page_list("data", "created_at"),
        params={"related_object_id": Narrow("related_object_id"), "rule": Narrow("rule_id")},
    ),
    listing("/v1/categories", "categories", _ALL),
    single("/v1/categories/{categoryId}", "categoryId", CATEGORY),
)  # fmt: skip
