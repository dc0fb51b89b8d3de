"""Opens the audit."""

from store.ref import AUDIT
from tui.kit.rooms import Room
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices


def _open(services: AppServices, _: str) -> AppScreen:
    from tui.audit.screen import AuditScreen

    return AuditScreen(services)


ROOM = Room(AUDIT, _open)
