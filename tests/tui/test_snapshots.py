"""What the app looks like, as pictures: few, over fixed data and a fixed clock. `make snapshots` renews them."""

from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.app_host import NARROW, WIDE, DemoHost, press, settle


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_campaign_list(snap_compare: Any, demo_host: DemoHost, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await press(pilot, "j", "space")

    assert snap_compare(demo_host.app(), terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_vouchers_of_a_campaign(snap_compare: Any, demo_host: DemoHost, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await press(pilot, "2", "j")
        # How long a toast stays is a matter of the machine's pace.
        pilot.app.clear_notifications()
        await settle(pilot)

    assert snap_compare(demo_host.app(open_campaign="Last Call"), terminal_size=size, run_before=before)
