"""The lists of a campaign."""
