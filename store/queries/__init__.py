"""Read-only questions to the cache, answered as frozen records."""
