"""Checks of the cached data: what contradicts itself, with evidence."""
