"""The signs of campaigns, for the help."""

from store.queries.campaigns import LOW_SUCCESS
from store.words import percent
from tui.campaigns.types import LOOKS


def campaign_signs() -> tuple[str, tuple[tuple[str, str], ...]]:
    """A heading, the sign of each type, and the mark of a low rate."""
    types = [(LOOKS.of(kind).glyph, title) for kind, title in LOOKS.titles({}).items()]
    return "Signs of campaigns", (*types, ("!", f"before a rate: fewer than {percent(LOW_SUCCESS, 1000)} succeed"))
