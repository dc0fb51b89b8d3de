"""Whether what has the keys can be explained: rows speak before the screen they are on."""

from typing import Any, Protocol, runtime_checkable

from textual.screen import Screen

from store.ref import Ref


@runtime_checkable
class Explains(Protocol):
    """A list or a screen that knows whether what is at hand was refused, or could be tried."""

    def explainable(self) -> Ref | None:
        """It; None for nothing."""


def explained_at(screen: Screen[Any]) -> Ref | None:
    """What can be explained of what has the keys: the nearest that knows decides, a list before its screen."""
    if not screen.is_mounted:
        return None
    around = (screen.focused or screen).ancestors_with_self
    nearest = next((node for node in around if isinstance(node, Explains)), None)
    return None if nearest is None else nearest.explainable()
