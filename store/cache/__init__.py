"""The SQLite cache: schema, records, journal, rollups. One writer, many readers."""
