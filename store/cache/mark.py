"""The mark of a cache file: what readers need to know of the schema, without its tables."""

APPLICATION_ID = 0x50524F4D
"""`PROM`, in the file's header: `file(1)` and `doctor` can tell a cache from another database."""

ALL_DAYS = "*"
"""In the place of a project's day that waits to be counted: all of them (`store.cache.project_days`)."""

NEWEST_MIGRATION = "m019_the_project_in_order_of_creation"
"""The last migration of `store.cache.schema` by name: readers, which never load that, know by it a cache from later."""
