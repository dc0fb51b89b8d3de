"""What the project sends by itself: webhook deliveries. No sync reads them; `promoscope listen` receives them."""

from collections.abc import Mapping
from typing import Any

from store.cache.columns import ChildTable, Column, ColumnKind, SqlValue, TableSpec
from store.domain import envelope
from store.times import utc_text

VERIFIED, NOT_CHECKED = "verified", "not checked"
"""What is known of a delivery's signature; one that is wrong is never kept."""


def _happened_at(document: Mapping[str, Any]) -> SqlValue:
    return utc_text(envelope.happened_at(document))


def _campaign(document: Mapping[str, Any]) -> SqlValue:
    """The nearest campaign; `webhook_records` has them all."""
    return next(iter(envelope.campaigns(document)), None)


def _customer(document: Mapping[str, Any]) -> SqlValue:
    return next((record for member, record in envelope.records(document) if member == "customer"), None)


def _records(document: Mapping[str, Any]) -> list[tuple[SqlValue, ...]]:
    return list(envelope.records(document))


WEBHOOK_DELIVERIES = TableSpec(
    name="webhook_deliveries",
    key=envelope.identity,
    campaign_column="campaign_id",
    columns=(
        Column("type", read=envelope.event_type),
        Column("created_at", read=_happened_at),
        Column("entity_id", read=envelope.of_envelope("event", "entity_id")),
        Column("group_id", read=envelope.of_envelope("event", "group_id")),
        Column("result", read=envelope.outcome),
        Column("state", read=envelope.state),
        Column("campaign_id", read=_campaign),
        Column("customer_id", read=_customer),
        Column("sendout_id", read=envelope.of_envelope("id")),
        Column("source_id", read=envelope.of_envelope("source", "id")),
        Column("source_object", read=envelope.of_envelope("source", "object")),
        Column("project_id", read=envelope.of_envelope("project_id")),
        Column("channel", read=envelope.of_envelope("event", "event_source", "channel")),
        Column("user_id", read=envelope.of_envelope("event", "event_source", "user", "id")),
        Column("app_id", read=envelope.of_envelope("event", "event_source", "api_key", "app_id")),
        Column("received_at", ColumnKind.TIME, local=True),
        Column("signature", local=True),
    ),
    indexes=(("created_at",), ("campaign_id", "created_at"), ("group_id",), ("type", "received_at")),
    children=(
        ChildTable(
            "webhook_records",
            (("delivery_id", "TEXT"), ("member", "TEXT"), ("record_id", "TEXT")),
            _records,
            (("delivery_id",), ("record_id",)),
        ),
    ),
)

RECEIVED_TABLES = (WEBHOOK_DELIVERIES,)
