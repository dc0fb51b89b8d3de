"""Opens codes."""

from store.ref import VOUCHER
from tui.kit.rooms import Room
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices


def _open(services: AppServices, wanted: str) -> AppScreen:
    from tui.vouchers.screen import VoucherScreen

    return VoucherScreen(services, wanted)


ROOM = Room(VOUCHER, _open)
