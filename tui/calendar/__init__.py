"""The campaign calendar: all campaigns over time."""
