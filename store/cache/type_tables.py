"""The resource tables that belong to one campaign type or screen: loyalty, rewards, referrals, promotions, logs."""

from collections.abc import Mapping
from typing import Any

from store.cache.columns import Column, ColumnKind, TableSpec, as_text, texts
from store.cache.tables import CREATED, DATED

TEXT, INTEGER, FLAG, JSON = ColumnKind.TEXT, ColumnKind.INTEGER, ColumnKind.FLAG, ColumnKind.JSON
TIME, DATE = ColumnKind.TIME, ColumnKind.DATE

PROMOTION_TIERS = TableSpec(
    name="promotion_tiers",
    journal=True,
    campaign_column="campaign_id",
    columns=(
        Column("name"),
        Column("campaign_id", paths="campaign.id|campaign_id|promotion_id"),
        Column("hierarchy", INTEGER),
        Column("active", FLAG),
        *texts("banner", "category_id"),
        Column("start_date", DATE),
        Column("expiration_date", DATE),
        Column("total_redeemed", INTEGER, "summary.redemptions.total_redeemed"),
        Column("orders_total_amount", INTEGER, "summary.orders.total_amount"),
        Column("orders_total_discount_amount", INTEGER, "summary.orders.total_discount_amount"),
        *DATED,
    ),
    indexes=(("campaign_id", "hierarchy"),),
)

PROMOTION_STACKS = TableSpec(
    name="promotion_stacks",
    journal=True,
    campaign_column="campaign_id",
    columns=(Column("name"), Column("campaign_id"), Column("tiers", JSON, "tiers.ids"), *DATED),
    indexes=(("campaign_id",),),
)


TRANSACTIONS = TableSpec(
    name="transactions",
    campaign_column="campaign_id",
    columns=(
        CREATED,
        *texts("campaign_id", "voucher_id", "type"),
        # What a movement added (or took, negative): minor units for gifts, points for loyalty cards.
        Column("amount", ColumnKind.AMOUNT, "details.balance.points|details.balance.amount|amount"),
        Column("balance", INTEGER, "details.balance.balance|balance"),
        Column("total", INTEGER, "details.balance.total"),
        *texts("source", "source_id", "reason", "related_transaction_id"),
        Column("redemption_id", paths="details.redemption.id|details.rollback.id"),
        Column("order_id", paths="details.order.id"),
        Column("earning_rule_id", paths="details.earning_rule.id"),
        Column("reward_id", paths="details.reward.id"),
    ),
    indexes=(("campaign_id", "created_at"), ("voucher_id", "created_at")),
)

LOYALTY_TIERS = TableSpec(
    name="loyalty_tiers",
    journal=True,
    campaign_column="campaign_id",
    columns=(
        *texts("name", "campaign_id"),
        Column("points_from", INTEGER, "points.from|config.points.from"),
        Column("points_to", INTEGER, "points.to|config.points.to"),
        *DATED,
    ),
    indexes=(("campaign_id", "points_from"),),
)

EARNING_RULES = TableSpec(
    name="earning_rules",
    journal=True,
    campaign_column="campaign_id",
    columns=(
        Column("name", paths="source.banner"),
        Column("campaign_id", paths="source.object_id|campaign_id"),
        Column("event"),
        Column("active", FLAG),
        Column("type", paths="loyalty.type"),
        Column("points", INTEGER, "loyalty.points"),
        Column("start_date", DATE),
        Column("expiration_date", DATE),
        Column("validation_rule_id"),
        *DATED,
    ),
    indexes=(("campaign_id",),),
)


REWARDS = TableSpec(
    name="rewards",
    journal=True,
    columns=(
        *texts("name", "type"),
        # Integers in the schema, strings in its examples (API §2).
        Column("stock", INTEGER),
        Column("redeemed", INTEGER),
        Column("campaign_id", paths="parameters.campaign.id"),
        Column("product_id", paths="parameters.product.id"),
        *DATED,
    ),
)

REWARD_ASSIGNMENTS = TableSpec(
    name="reward_assignments",
    journal=True,
    campaign_column="campaign_id",
    columns=(
        Column("reward_id"),
        Column("campaign_id", paths="related_object_id"),
        Column("related_object_type"),
        Column("points", INTEGER, "parameters.loyalty.points"),
        *DATED,
    ),
    indexes=(("campaign_id",), ("reward_id",)),
)

PENDING_POINTS = TableSpec(
    name="pending_points",
    campaign_column="campaign_id",
    columns=(
        *texts("campaign_id", "voucher_id", "customer_id", "order_id"),
        Column("points", INTEGER),
        Column("activates_at", DATE),
        Column("earning_rule_id", paths="details.earning_rule.id"),
        *DATED,
    ),
    indexes=(("campaign_id", "activates_at"), ("voucher_id",)),
)

POINTS_EXPIRATION = TableSpec(
    name="points_expiration",
    campaign_column="campaign_id",
    columns=(
        *texts("campaign_id", "voucher_id"),
        Column("points", INTEGER, "bucket.total_points|points"),
        Column("status"),
        Column("expires_at", DATE),
        *DATED,
    ),
    indexes=(("campaign_id", "expires_at"), ("voucher_id",)),
)

HOLDERS = TableSpec(
    name="holders",
    campaign_column="campaign_id",
    columns=(*texts("campaign_id", "redeemable_id", "redeemable_object", "customer_id", "holder_role"), CREATED),
    indexes=(("campaign_id", "holder_role"), ("redeemable_id",), ("customer_id",)),
)

SEGMENTS = TableSpec(name="segments", columns=(Column("name"), Column("type"), *DATED))

METADATA_SCHEMAS = TableSpec(
    name="metadata_schemas",
    columns=(Column("related_object"), Column("allow_defined_only", FLAG), *DATED),
)


def _api_log_key(document: Mapping[str, Any]) -> str | None:
    return as_text(document.get("id")) or as_text(document.get("request_id"))


API_LOG = TableSpec(
    name="api_log",
    key=_api_log_key,
    campaign_column="campaign_id",
    columns=(
        CREATED,
        Column("status", INTEGER),
        *texts(
            "request_id",
            "channel",
            "method",
            "endpoint",
            "url",
            "user_email",
            "app_id",
            "request_duration",
            "campaign_id",
        ),
    ),
    indexes=(("created_at",), ("campaign_id", "created_at"), ("request_id",)),
)

TYPE_TABLES = (
    PROMOTION_TIERS,
    PROMOTION_STACKS,
    TRANSACTIONS,
    LOYALTY_TIERS,
    EARNING_RULES,
    REWARDS,
    REWARD_ASSIGNMENTS,
    PENDING_POINTS,
    POINTS_EXPIRATION,
    HOLDERS,
    SEGMENTS,
    METADATA_SCHEMAS,
    API_LOG,
)
