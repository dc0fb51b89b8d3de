"""How rooms meet: each says which kind of thing it opens, and who wants one opened posts `Open`."""

from collections.abc import Callable

from msgspec import Struct
from textual.screen import Screen

from tui.kit.services import AppServices


class Room(Struct, frozen=True):
    """What a room declares as `ROOM` in its `room.py`.

    Attributes:
        kind: of the things it opens, as a `Ref` names it.
        open: makes the screen of one, by its id or what else people know it by. Its imports stand inside it: the first
            screen needs none of the rooms.
    """

    kind: str
    open: Callable[[AppServices, str], Screen[None]]
