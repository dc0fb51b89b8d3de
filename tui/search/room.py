"""Opens the box on a text."""

from textual.screen import Screen

from store.ref import SEARCH
from tui.kit.rooms import Room
from tui.kit.services import AppServices


def _open(services: AppServices, wanted: str) -> Screen[None]:
    from tui.search.box import FindBox

    return FindBox(services, wanted)


ROOM = Room(SEARCH, _open)
