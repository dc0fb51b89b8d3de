"""The mark of a cache file: what readers need to know of the schema, without its tables."""

APPLICATION_ID = 0x50524F4D
"""`PROM`, in the file's header: `file(1)` and `doctor` can tell a cache from another database."""

ALL_DAYS = "*"
"""In the place of a project's day that waits to be counted: all of them (`store.cache.project_days`)."""

NEWEST_MIGRATION = "m019_the_project_in_order_of_creation"
"""The last migration of `store.cache.schema` by name: without loading the schema, readers know a later cache by it."""
MIGRATIONS = 18
"""How many there are: without loading the schema, a writer knows that nothing is left to migrate."""
