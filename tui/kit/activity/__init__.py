"""The activity feed."""
