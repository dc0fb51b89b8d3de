"""Counts over time as a map of shades: characters that differ without colour."""
