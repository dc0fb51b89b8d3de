"""The least room that a screen needs."""

from textual.geometry import Size

LEAST_WIDTH, LEAST_HEIGHT = 60, 12


def is_too_small(size: Size) -> bool:
    """Whether a screen of that size is covered."""
    return size.width < LEAST_WIDTH or size.height < LEAST_HEIGHT
