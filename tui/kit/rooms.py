"""How rooms meet: each says which kind of thing it opens, and who wants one opened posts `Open`."""

from collections.abc import Callable
from dataclasses import dataclass

from textual.screen import Screen

from tui.kit.services import AppServices


@dataclass(frozen=True, slots=True)
class Room:
    """What a room declares as `ROOM` in its `room.py`.

    Attributes:
        kind: of the things it opens, as a `Ref` names it.
        open: makes the screen of one, by its id or what else people know it by. Its imports stand inside it: the first
            screen needs none of the rooms.
    """

    kind: str
    open: Callable[[AppServices, str], Screen[None]]
