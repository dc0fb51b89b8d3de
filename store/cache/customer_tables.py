"""What is read customer by customer: their activity (API §6), and what the cache keeps of customers by itself."""

from collections.abc import Mapping
from typing import Any

from store.cache.columns import Column, ColumnKind, SqlValue, TableSpec, texts


def _campaign(document: Mapping[str, Any]) -> SqlValue:
    # Late: every command and the first screen come by here, and none of these tells of events.
    from store.domain.customer_events import campaign_of

    return campaign_of(document)


def _inside(name: str, *paths: str) -> Column:
    """A column read from an event's data."""
    return Column(name, paths="|".join(f"data.data.{path}" for path in paths))


CUSTOMER_ACTIVITY = TableSpec(
    name="customer_activity",
    campaign_column="campaign_id",
    customer_column="customer_id",
    columns=(
        Column("created_at", ColumnKind.TIME),
        Column("type"),
        _inside("customer_id", "customer.id"),
        Column("campaign_id", read=_campaign),
        Column(
            "campaign",
            paths="data.data.campaign.name|data.data.voucher.campaign|data.data.publication.voucher.campaign",
        ),
        Column(
            "voucher_id",
            paths="data.data.voucher.id|data.data.transaction.voucher_id|data.data.pending_points.voucher_id",
        ),
        Column(
            "voucher_code",
            paths="data.data.voucher.code|data.data.publication.voucher.code|data.data.source_voucher.code",
        ),
        _inside("order_id", "order.id", "pending_points.order_id"),
        _inside("redemption_id", "redemption_rollback.id", "redemption.id"),
        Column("group_id"),
        Column("channel", paths="data.event_source.channel"),
        Column(
            "performed_by",
            paths="data.event_source.user.id|data.event_source.api_key.name|data.event_source.api_key.app_id",
        ),
    ),
    indexes=(
        ("customer_id", "created_at"),
        ("campaign_id", "created_at"),
        ("voucher_id",),
        ("order_id",),
        ("group_id",),
    ),
)
"""One row an event; `customer_id` is whose activity it was read in."""

CUSTOMER_REDEEMABLES = TableSpec(
    name="customer_redeemables",
    campaign_column="campaign_id",
    customer_column="customer_id",
    columns=(
        Column("created_at", ColumnKind.TIME),
        *texts("customer_id", "redeemable_id", "redeemable_object", "holder_role", "campaign_id", "campaign_type"),
        Column("voucher_type"),
        Column("code", paths="redeemable.voucher.code"),
        Column("status", paths="redeemable.status"),
        Column(
            "balance", ColumnKind.INTEGER, "redeemable.voucher.gift.balance|redeemable.voucher.loyalty_card.balance"
        ),
    ),
    indexes=(("customer_id",), ("redeemable_id",)),
)
"""A customer's wallet as the API works it out; `customer_id` is in whose list a row was read."""

CUSTOMER_SEGMENTS = TableSpec(
    name="customer_segments",
    customer_column="customer_id",
    by_customer=True,
    columns=(*texts("customer_id", "name"), Column("segment_id", paths="id")),
    indexes=(("customer_id",),),
)
"""The segments a customer is in: one row a customer and segment."""

CUSTOMER_TABLES = (CUSTOMER_ACTIVITY, CUSTOMER_REDEEMABLES, CUSTOMER_SEGMENTS)

WATCHED = """
create table if not exists watched (
    kind text not null, id text not null, since text not null, primary key (kind, id)
) without rowid
"""
LOOKED_AT = """
create table if not exists looked_at (
    kind text not null, id text not null, at text not null, before text, primary key (kind, id)
) without rowid
"""
EVENT_CATEGORIES = """
create table if not exists event_categories (
    type text primary key, category text not null, customer_id text not null, learnt_at text not null
) without rowid
"""
"""ACTION or EFFECT by type: the API filters by it and states it for no event."""
