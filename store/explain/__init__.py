"""Explanations with evidence: why something was refused, and whether it would pass."""
