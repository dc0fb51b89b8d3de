"""Opens the failures."""

from store.ref import FAILURES
from tui.kit.rooms import Room
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices


def _failures(services: AppServices, wanted: str) -> AppScreen:
    from tui.refusals.failures_screen import FailuresScreen

    return FailuresScreen(services, wanted)


ROOM = Room(FAILURES, _failures)
