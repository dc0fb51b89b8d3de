"""The checks room: what in the cached data contradicts itself."""
