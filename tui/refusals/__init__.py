"""The refusals room: why something was refused, and which failures there are."""
