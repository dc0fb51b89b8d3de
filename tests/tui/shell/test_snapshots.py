"""What the app looks like, as pictures: few, over fixed data and a fixed clock. `make snapshots` renews them."""

from pathlib import Path

import pytest

from tests.support.app_host import NARROW, WIDE, DemoHost, press, settle
from tests.support.snapshots import UPDATE, assert_picture

STORED = Path(__file__).parent / "snapshots"
SIZES = pytest.mark.parametrize(("name", "size"), [("narrow", NARROW), ("wide", WIDE)], ids=["narrow", "wide"])


@SIZES
async def test_campaign_list(demo_host: DemoHost, name: str, size: tuple[int, int]) -> None:
    async with demo_host.run(size) as (app, pilot):
        await settle(pilot)
        await press(pilot, "j", "space")
        assert_picture(app, STORED / f"campaign_list_{name}.svg")


@SIZES
async def test_calendar(demo_host: DemoHost, name: str, size: tuple[int, int]) -> None:
    async with demo_host.run(size) as (app, pilot):
        await press(pilot, "2", "j")
        assert_picture(app, STORED / f"calendar_{name}.svg")


@SIZES
async def test_vouchers_of_a_campaign(demo_host: DemoHost, name: str, size: tuple[int, int]) -> None:
    async with demo_host.run(size, open_campaign="Last Call") as (app, pilot):
        await settle(pilot)
        await press(pilot, "2", "j")
        # How long a toast stays is a matter of the machine's pace.
        app.clear_notifications()
        await settle(pilot)
        assert_picture(app, STORED / f"vouchers_of_a_campaign_{name}.svg")


async def test_a_screen_that_differs_is_drawn_beside(
    demo_host: DemoHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(UPDATE, raising=False)
    stored = tmp_path / "list.svg"
    async with demo_host.run(NARROW) as (app, pilot):
        await settle(pilot)
        monkeypatch.setenv(UPDATE, "1")
        assert_picture(app, stored)
        monkeypatch.delenv(UPDATE)
        assert_picture(app, stored)
        await press(pilot, "j")
        with pytest.raises(AssertionError, match="differs"):
            assert_picture(app, stored)
    assert stored.with_suffix(".new.svg").is_file()
