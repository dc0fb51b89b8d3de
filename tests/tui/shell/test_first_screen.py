"""The campaign list stands before anything is imported that only other screens, or a sync, need."""

import subprocess
import sys

import pytest
from textual.app import App

from tui.shell import ahead

_FIRST = (
    "import sys; from tui.shell.textual_imports import import_textual; import_textual();"
    " import tui.shell.app, tui.campaigns.list_screen as first; first.type_titles()"
)


class Resting(App[None]):
    """An app that does nothing but rest."""

    def on_mount(self) -> None:
        ahead.import_at_rest(self)


def imported(then: str = "") -> set[str]:
    """Names of the modules that the first screen, and what is done then, have brought."""
    code = f"{_FIRST}\n{then}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_list_brings_no_panels_tabs_charts_client_and_sync() -> None:
    found = imported()
    assert "widgets.table.virtual_table" in found
    for name in (
        "tui.calendar",
        "tui.campaigns.panels",
        "tui.campaigns.tabs",
        "tui.kit.lists",
        "tui.kit.spec",
        "tui.shell.key_table",
        "tui.shell.palette",
        "widgets.frame.tab_bar",
        "widgets.panel.panel",
        "widgets.chart.plot",
        "widgets.frame.typed_line",
        "textual.widgets._input",
        "textual.widgets._option_list",
        "textual.widgets._tree",
        "plotext",
        "store.sync",
        "store.api",
        "httpx2",
        "sqlite_utils",
        "json",
        "tomllib",
    ):
        assert name not in found, name


def test_the_list_brings_few_records_that_are_compiled_when_they_are_imported() -> None:
    """A frozen dataclass takes a millisecond; a Struct takes none."""
    frozen = (
        "kinds = [one for found in [*sys.modules.values()] for one in vars(found).values() if isinstance(one, type)]\n"
        "made = [one for one in kinds if one.__module__.split('.')[0] in ('store', 'tui', 'widgets')]\n"
        "made = [one for one in made if '__dataclass_params__' in vars(one) and one.__dataclass_params__.frozen]\n"
        "print('FROZEN', *sorted({one.__name__ for one in made}))"
    )
    output = subprocess.run([sys.executable, "-c", f"{_FIRST}\n{frozen}"], capture_output=True, text=True, check=True)
    assert output.stdout.split() == ["FROZEN", "DateSpan", "SyncCheckpoint"]


@pytest.mark.parametrize("campaign_type", ["DISCOUNT_COUPONS", "LOYALTY_PROGRAM", "INVENTED_YESTERDAY"])
def test_a_type_brings_its_panels_when_it_is_opened(campaign_type: str) -> None:
    found = imported(f"from tui.campaigns.types import spec_for; assert spec_for({campaign_type!r}).contents().panels")
    assert "tui.campaigns.panels.catalogue" in found


def test_a_campaign_opens_and_prices_its_first_sync_without_the_client() -> None:
    found = imported("import tui.campaigns.detail_screen, tui.campaigns.tabs.catalogue, store.sync.forecast")
    assert {"store.sync.catalogue", "store.sync.pricing", "store.api.pages"} <= found
    assert not {"httpx2", "store.api.client", "store.sync.engine"} & found


async def test_a_campaigns_modules_come_once_the_user_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    came: list[str] = []
    monkeypatch.setattr(ahead, "_REST", 0.05)
    monkeypatch.setattr(ahead, "import_modules", lambda: came.append("imported"))
    app = Resting()
    async with app.run_test() as pilot:
        while not came:
            await pilot.pause(0.01)
    assert came == ["imported"]


def test_what_is_imported_ahead_is_all_that_opening_a_campaign_brings() -> None:
    opened = imported(
        "import tui.campaigns.detail_screen; from tui.campaigns.types import spec_for;"
        " spec_for('DISCOUNT_COUPONS').contents()"
    )
    # The first chart is drawn later, by what only its drawing imports.
    assert opened | {"plotext"} <= imported("from tui.shell.ahead import import_modules; import_modules()")
