"""What the next screens need is imported while the user rests: the first campaign opens as fast as later ones."""

import importlib
from functools import partial

from textual.app import App
from textual.timer import Timer

from tui.kit.asking import ask

_REST = 1.0
"""Seconds without a key."""
_MODULES = (
    "tui.campaigns.detail_screen", "tui.campaigns.tabs.catalogue", "tui.campaigns.panels.catalogue",
    "store.sync.forecast", "widgets.chart.plot", "tui.home.screen",
)  # fmt: skip


def import_modules() -> None:
    """Import what a campaign's screen and home need and the first screen does not."""
    for name in _MODULES:
        importlib.import_module(name)


def import_at_rest(app: App[None]) -> Timer:
    """A timer that imports in a thread, once; a key resets it."""
    return app.set_timer(_REST, partial(ask, app, import_modules, lambda _: None, group="ahead"), name="ahead")
