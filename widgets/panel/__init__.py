"""Panels, drawers, feeds and trees."""
