"""The resource tables every campaign type shares: campaigns, codes, traffic, people, rules.

Column names are the API's. `…_amount` and `amount` are integers of minor units (or points, where the voucher holds
points: API §11.7); `…_at` and `…_date` are UTC text of one form.
"""

from collections.abc import Mapping
from typing import Any

from store.cache.columns import ChildTable, Column, ColumnKind, SqlValue, TableSpec, as_text, dig, texts
from store.domain.redemption import discount_of
from store.domain.values import number
from store.times import utc_text

TEXT, INTEGER, FLAG, JSON = ColumnKind.TEXT, ColumnKind.INTEGER, ColumnKind.FLAG, ColumnKind.JSON
TIME, DATE = ColumnKind.TIME, ColumnKind.DATE

CREATED = Column("created_at", TIME)
DATED = (CREATED, Column("updated_at", TIME))


def _category(word: Any, first: Any) -> SqlValue:
    """The category's name: as a word on vouchers and tiers, as the first of `categories` on campaigns."""
    return as_text(word) or as_text(first)


CAMPAIGNS = TableSpec(
    name="campaigns",
    journal=True,
    campaign_column="id",
    columns=(
        *texts("name", "campaign_type", "type"),
        Column("active", FLAG),
        *texts("creation_status", "vouchers_generation_status"),
        Column("start_date", DATE),
        Column("expiration_date", DATE),
        Column("category_id"),
        Column("category", paths="category|categories.0.name", decide=_category),
        Column("vouchers_count", INTEGER),
        Column("is_referral_code", FLAG, "voucher.is_referral_code"),
        Column("auto_join", FLAG),
        Column("join_once", FLAG),
        Column("protected", FLAG),
        Column("readonly", FLAG),
        Column("metadata", JSON),
        *DATED,
    ),
    indexes=(("campaign_type",), ("name",)),
)

ACCESS_SETTINGS = TableSpec(
    name="access_settings",
    campaign_column="id",
    columns=(Column("settings", JSON, "access_settings_assignments"),),
    same_as="campaigns",
)


VOUCHERS = TableSpec(
    name="vouchers",
    campaign_column="campaign_id",
    columns=(
        *texts("code", "type", "campaign_id", "campaign", "category_id"),
        Column("category", paths="category|categories.0.name", decide=_category),
        Column("active", FLAG),
        Column("holder_id"),
        Column("is_referral_code", FLAG),
        Column("start_date", DATE),
        Column("expiration_date", DATE),
        Column("redemption_quantity", INTEGER, "redemption.quantity"),
        Column("redeemed_quantity", INTEGER, "redemption.redeemed_quantity"),
        Column("redeemed_amount", INTEGER, "redemption.redeemed_amount|redemption.redeemed_points"),
        Column("amount", INTEGER, "gift.amount|loyalty_card.points"),
        # Minor units left on a gift card, points left on a loyalty card: the API's own `balance` (API §11.14).
        Column("balance", INTEGER, "gift.balance|loyalty_card.balance"),
        Column("publish_count", INTEGER, "publish.count"),
        Column("next_expiration_date", DATE, "loyalty_card.next_expiration_date"),
        Column("next_expiration_points", INTEGER, "loyalty_card.next_expiration_points"),
        Column("pending_points", INTEGER, "loyalty_card.pending_points"),
        *DATED,
    ),
    # SQLite takes the last made of indexes that serve equally well: a campaign's codes are walked in the order of their
    # creation, which is how they lie in the file, and not in that of their codes, which is ten times slower.
    indexes=(
        ("code",),
        ("holder_id",),
        ("created_at",),
        ("campaign_id", "code"),
        ("campaign_id", "redeemed_quantity"),
        ("campaign_id", "created_at"),
    ),
    journal=True,
    traffic=(
        "/updated_at",
        "/assets/",
        "/publish/",
        "/redemption/redeemed_",
        "/redemption/redemption_entries",
        "/redemption/url",
        "/gift/amount",
        "/gift/balance",
        "/gift/subtracted_amount",
        "/loyalty_card/",
    ),
)

FREE_CODES = "vouchers_free"
IS_FREE = (
    "missing_since is null and active is not 0 and holder_id is null and coalesce(publish_count, 0) = 0"
    " and coalesce(redeemed_quantity, 0) = 0"
)
"""SQL of a code without a holder, and its index. SQLite uses the index for queries with exactly these terms."""
DAILY_SUMS = "daily_sums"
IS_SUMMED = "metric in ('redemptions_succeeded', 'redemptions_failed', 'discounted_amount')"
"""SQL of the rollups that are summed for all campaigns at once, and the index over those, in the order of the sums."""


def _is_parent(kind: Any, related: Any) -> SqlValue:
    """1 for the parent row of a stack, which points at itself or at a redemption (API §11.4)."""
    return int(kind != "redemption_rollback" and related == "redemption")


def _undone(kind: Any, redemption: Any) -> SqlValue:
    """The redemption a rollback undoes; NULL on redemptions, where the member means the stack (API §11.3)."""
    return as_text(redemption) if kind == "redemption_rollback" else None


def _stack(kind: Any, redemption: Any) -> SqlValue:
    """The stack's parent redemption, on redemptions only (API §11.3)."""
    return None if kind == "redemption_rollback" else as_text(redemption)


def _redeemed_campaign(kind: Any, related: Any, *named: Any) -> SqlValue:
    """The campaign a row counts for; a stack's parent counts for its order alone (API §11.4)."""
    if _is_parent(kind, related):
        return None
    return next((known for one in named if one is not None and (known := as_text(one)) is not None), None)


REDEMPTIONS = TableSpec(
    name="redemptions",
    campaign_column="campaign_id",
    shared_flag="is_parent",
    columns=(
        Column("object"),
        Column("created_at", TIME, "date|created_at"),
        Column(
            "campaign_id",
            paths="object|related_object_type|voucher.campaign_id|promotion_tier.campaign.id|promotion_tier.campaign_id"
            "|promotion_tier.promotion_id|related_object_parent_id",
            decide=_redeemed_campaign,
        ),
        Column("campaign", paths="voucher.campaign|promotion_tier.campaign.name"),
        Column("voucher_id", paths="voucher.id"),
        Column("voucher_code", paths="voucher.code"),
        Column("customer_id", paths="customer_id|customer.id"),
        *texts("tracking_id", "result", "status", "failure_code", "failure_message", "reason"),
        Column("order_id", paths="order.id|order_id"),
        Column("order_amount", ColumnKind.AMOUNT, "order.amount"),
        Column("order_total_amount", ColumnKind.AMOUNT, "order.total_amount"),
        Column(
            "discount_amount",
            INTEGER,
            "order.total_applied_discount_amount|order.applied_discount_amount|order.items_applied_discount_amount",
            decide=discount_of,
        ),
        Column("amount", ColumnKind.AMOUNT, "amount|gift.amount|loyalty_card.points"),
        *texts("related_object_type", "related_object_id"),
        Column("promotion_tier_id", paths="promotion_tier.id"),
        Column("parent_redemption_id", paths="object|redemption", decide=_stack),
        Column("is_parent", FLAG, "object|related_object_type", decide=_is_parent),
        Column("undone_redemption_id", paths="object|redemption", decide=_undone),
        Column("reward_id", paths="reward.id"),
        Column("reward_type", paths="reward.type"),
        Column("channel_type", paths="channel.channel_type"),
        Column("channel_id", paths="channel.channel_id"),
        Column("rolled_back_by", local=True),
    ),
    indexes=(
        ("created_at",),
        ("campaign_id", "created_at"),
        ("customer_id", "created_at"),
        ("voucher_id",),
        ("order_id",),
        ("undone_redemption_id",),
        ("parent_redemption_id",),
    ),
)

PUBLICATIONS = TableSpec(
    name="publications",
    campaign_column="campaign_id",
    columns=(
        CREATED,
        Column("campaign_id", paths="voucher.campaign_id"),
        Column("campaign", paths="voucher.campaign|campaign.name"),
        Column("voucher_id", paths="voucher.id|vouchers_id.0"),
        Column("voucher_code", paths="voucher.code|vouchers.0"),
        Column("customer_id", paths="customer_id|customer.id"),
        *texts("result", "failure_code", "failure_message", "channel", "source_id"),
        Column("source_type", paths="metadata.source_type"),
        Column("distribution_id", paths="metadata.distribution_id"),
        Column("tracking_id"),
    ),
    indexes=(("campaign_id", "created_at"), ("customer_id", "created_at"), ("voucher_id",)),
)


def _loyalty(document: Mapping[str, Any]) -> list[tuple[SqlValue, ...]]:
    """Points and tier per loyalty campaign, keyed by campaign NAME as the API does (API §11.12)."""
    campaigns = dig(document, ("loyalty", "campaigns"))
    if not isinstance(campaigns, dict):
        return []
    return [
        (
            name,
            number(dig(entry, ("points",))),
            as_text(dig(entry, ("loyalty_tier", "id")) or dig(entry, ("loyalty_tier",))),
            number(dig(entry, ("referred_customers",))),
        )
        for name, entry in campaigns.items()
    ]


def _referrals(document: Mapping[str, Any]) -> list[tuple[SqlValue, ...]]:
    """Who referred this customer, campaign by campaign."""
    campaigns = dig(document, ("referrals", "campaigns"))
    if not isinstance(campaigns, list):
        return []
    return [
        (
            as_text(dig(entry, ("campaign_id",))),
            as_text(dig(entry, ("referrer_id",))),
            as_text(dig(entry, ("related_object_id",))),
            as_text(dig(entry, ("related_object_type",))),
            utc_text(dig(entry, ("date",))),
        )
        for entry in campaigns
    ]


CUSTOMERS = TableSpec(
    name="customers",
    columns=(
        *texts("source_id", "name", "email", "phone"),
        Column("city", paths="address.city"),
        Column("country", paths="address.country"),
        Column("redemptions_succeeded", INTEGER, "summary.redemptions.total_succeeded"),
        Column("redemptions_failed", INTEGER, "summary.redemptions.total_failed"),
        Column("orders_count", INTEGER, "summary.orders.total_count"),
        Column("orders_amount", INTEGER, "summary.orders.total_amount"),
        Column("loyalty_points", INTEGER, "loyalty.points"),
        Column("referred_customers", INTEGER, "loyalty.referred_customers"),
        *DATED,
    ),
    indexes=(("created_at",), ("source_id",), ("email",)),
    children=(
        ChildTable(
            "customer_loyalty",
            (
                ("customer_id", "TEXT"),
                ("campaign", "TEXT"),
                ("points", "INTEGER"),
                ("loyalty_tier", "TEXT"),
                ("referred_customers", "INTEGER"),
            ),
            _loyalty,
            (("customer_id",), ("campaign",)),
        ),
        ChildTable(
            "customer_referrals",
            (
                ("customer_id", "TEXT"),
                ("campaign_id", "TEXT"),
                ("referrer_id", "TEXT"),
                ("related_object_id", "TEXT"),
                ("related_object_type", "TEXT"),
                ("date", "TEXT"),
            ),
            _referrals,
            (("customer_id",), ("campaign_id", "date"), ("referrer_id",)),
        ),
    ),
)

VALIDATION_RULES = TableSpec(
    name="validation_rules",
    journal=True,
    columns=(*texts("name", "type", "context_type"), Column("assignments_count", INTEGER), *DATED),
)

VALIDATION_RULES_ASSIGNMENTS = TableSpec(
    name="validation_rules_assignments",
    journal=True,
    columns=(*texts("rule_id", "related_object_id", "related_object_type", "validation_status"), *DATED),
    indexes=(("related_object_id",), ("rule_id",)),
)

AREAS = TableSpec(name="areas", columns=(Column("name"), *DATED))

CATEGORIES = TableSpec(name="categories", columns=(Column("name"), Column("hierarchy", INTEGER), *DATED))

TRASH_BIN = TableSpec(
    name="trash_bin",
    campaign_column="resource_parent_id",
    columns=(
        CREATED,
        *texts("resource_id", "resource_type", "resource_name", "resource_parent_id", "deleted_by_user_id"),
    ),
    indexes=(("resource_id",), ("resource_parent_id", "created_at")),
)

ASYNC_ACTIONS = TableSpec(
    name="async_actions",
    columns=(
        *texts("type", "status", "operation_status"),
        Column("progress", INTEGER),
        Column("request_id"),
        Column("campaign_id", paths="result.campaign_id|result.campaign.id|request.campaign_id"),
        *DATED,
    ),
    indexes=(("created_at",), ("campaign_id",)),
    campaign_column="campaign_id",
)

SHARED_TABLES = (
    CAMPAIGNS,
    ACCESS_SETTINGS,
    VOUCHERS,
    REDEMPTIONS,
    PUBLICATIONS,
    CUSTOMERS,
    VALIDATION_RULES,
    VALIDATION_RULES_ASSIGNMENTS,
    CATEGORIES,
    AREAS,
    TRASH_BIN,
    ASYNC_ACTIONS,
)
