"""Every resource's table by name, and the mark of a cache file: what readers need to know of the schema."""

from store.cache.columns import TableSpec
from store.cache.customer_tables import CUSTOMER_TABLES
from store.cache.received_tables import RECEIVED_TABLES
from store.cache.tables import SHARED_TABLES
from store.cache.type_tables import TYPE_TABLES

ALL_TABLES: tuple[TableSpec, ...] = (*SHARED_TABLES, *TYPE_TABLES, *CUSTOMER_TABLES)
"""What a sync fills."""
TABLES: dict[str, TableSpec] = {spec.name: spec for spec in (*ALL_TABLES, *RECEIVED_TABLES)}

APPLICATION_ID = 0x50524F4D
"""`PROM`, in the file's header: `file(1)` and `doctor` can tell a cache from another database."""

ALL_DAYS = "*"
"""In the place of a project's day that waits to be counted: all of them (`store.cache.project_days`)."""

NEWEST_MIGRATION = "m017_views"
"""The last migration of `store.cache.schema` by name: readers, which never load that, know by it a cache from later."""
