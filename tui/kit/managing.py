"""What has the keys, as what could be changed: marked rows, the row under the cursor, or what the screen is about."""

from typing import Any, Protocol, runtime_checkable

from textual.screen import Screen

from store.ref import Ref


@runtime_checkable
class Manages(Protocol):
    """A list or a screen that knows which records are at hand."""

    def manageable(self) -> tuple[Ref, ...]:
        """They, the marked ones before the one under the cursor; none where nothing is at hand."""


def managed_at(screen: Screen[Any]) -> tuple[Ref, ...]:
    """What is at hand of what has the keys: the nearest that has something decides, a list before its screen."""
    if not screen.is_mounted:
        return ()
    around = (screen.focused or screen).ancestors_with_self
    return next((found for node in around if isinstance(node, Manages) and (found := node.manageable())), ())
