"""Opens customers."""

from store.ref import CUSTOMER
from tui.kit.rooms import Room
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices


def _open(services: AppServices, wanted: str) -> AppScreen:
    from tui.customers.detail_screen import CustomerScreen

    return CustomerScreen(services, wanted)


ROOM = Room(CUSTOMER, _open)
