import pytest
from textual.widgets import Input, OptionList

from tests.support.hosting import WidgetHost, hosted
from widgets.dialog.picker import Picker, PickerItem, matching

ITEMS = [
    PickerItem("vouchers", "Vouchers", "25,000", "●"),
    PickerItem("redemptions", "Redemptions"),
    PickerItem("evil", "[/x][@click=app.quit]\x1b"),
    PickerItem("reward", "Reward redemptions"),
]


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("", ["vouchers", "redemptions", "evil", "reward"]),
        ("red", ["redemptions", "reward"]),
        ("RE", ["redemptions", "reward"]),
        ("25", ["vouchers"]),
        ("redem rew", ["reward"]),
        ("[/x]", ["evil"]),
        ("zzz", []),
    ],
)
def test_matching(typed: str, ids: list[str]) -> None:
    assert [item.id for item in matching(ITEMS, typed)] == ids


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        (["enter"], "redemptions"),
        (["down", "down", "enter"], "reward"),
        (["up", "up", "enter"], "reward"),
        (["r", "e", "w", "enter"], "reward"),
        (["z", "z", "enter", "escape"], None),
        (["escape"], None),
    ],
)
async def test_picking(keys: list[str], chosen: str | None) -> None:
    app = WidgetHost()
    results: list[str | None] = []
    async with hosted(app) as pilot:
        await app.push_screen(Picker(ITEMS, title="Tabs [/x]", current="redemptions"), results.append)
        await pilot.pause()
        assert isinstance(app.focused, Input)
        await pilot.press(*keys)
        await pilot.pause()
        assert results == [chosen]


async def test_a_click_takes() -> None:
    app = WidgetHost()
    results: list[str | None] = []
    async with hosted(app) as pilot:
        await app.push_screen(Picker(ITEMS), results.append)
        await pilot.pause()
        await pilot.click(OptionList, offset=(3, 1))
        await pilot.pause()
        assert results == ["redemptions"]
