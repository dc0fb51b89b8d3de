"""Syncing from the app."""
