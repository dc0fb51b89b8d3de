"""Every resource's table by name."""

from store.cache.columns import TableSpec
from store.cache.customer_tables import CUSTOMER_TABLES
from store.cache.received_tables import RECEIVED_TABLES
from store.cache.tables import SHARED_TABLES
from store.cache.type_tables import TYPE_TABLES

ALL_TABLES: tuple[TableSpec, ...] = (*SHARED_TABLES, *TYPE_TABLES, *CUSTOMER_TABLES)
"""What a sync fills."""
TABLES: dict[str, TableSpec] = {spec.name: spec for spec in (*ALL_TABLES, *RECEIVED_TABLES)}
