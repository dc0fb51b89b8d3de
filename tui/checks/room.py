"""Opens the checks."""

from tui.kit.rooms import Room
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices


def _open(services: AppServices, _: str) -> AppScreen:
    from tui.checks.screen import ChecksScreen

    return ChecksScreen(services)


ROOM = Room("checks", _open)
