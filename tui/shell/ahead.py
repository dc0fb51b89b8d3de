"""What the first screen can do without comes after it: the modules of the next ones, and the search for garbage."""

import gc
import importlib
from functools import partial

from textual.app import App
from textual.timer import Timer

from tui.kit.asking import ask

_REST = 1.0
"""Seconds without a key."""
_MODULES = (
    "tui.campaigns.detail_screen", "tui.campaigns.tabs.catalogue", "tui.campaigns.panels.catalogue",
    "store.sync.forecast", "widgets.chart.plot", "plotext", "tui.home.screen",
)  # fmt: skip


def import_modules() -> None:
    """Import what a campaign's screen and home need and the first screen does not."""
    for name in _MODULES:
        importlib.import_module(name)


def collect_from_now_on() -> None:
    """Look for garbage again where that was put off, but not in what the start has made: that stays."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def import_at_rest(app: App[None]) -> Timer:
    """A timer that imports in a thread, once; a key resets it. A second from now the garbage collector is on."""
    app.set_timer(_REST, collect_from_now_on)
    return app.set_timer(_REST, partial(ask, app, import_modules, lambda _: None, group="ahead"), name="ahead")
