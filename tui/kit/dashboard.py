"""The first tab of a screen about one thing: the figures a reader looks for first, then its panels."""

from collections.abc import Iterator
from typing import Any, cast

from textual.app import ComposeResult
from textual.widget import Widget

from tui.kit.composed_tab import PartsScroll
from tui.kit.context import Context, SubjectBody, SubjectContext
from tui.kit.spec import Contents
from widgets.panel.panel_grid import WHOLE_ROW, PanelGrid


class Dashboard(PartsScroll):
    """The panels of one thing, in the web dashboard's order. Each reads for itself, in a worker.

    Args:
        contents: names the panels.
        context: what they are built from.
    """

    DEFAULT_CSS = """
    Dashboard > PanelGrid { margin-bottom: 0; }
    Dashboard > .headline { height: auto; margin: 0 0 1 1; }
    """

    def __init__(self, contents: Contents[Context], context: Context) -> None:
        super().__init__()
        self._contents = contents
        self._shown_context: Any = context
        self._bodies: list[Widget] = []

    def compose(self) -> ComposeResult:
        """Headline, then panels."""
        if self._contents.headline is not None:
            headline = self._contents.headline(self._shown_context)
            headline.add_class("headline")
            self._bodies.append(headline)
            yield headline
        with PanelGrid():
            for panel in self._contents.panels:
                body = panel.build(self._shown_context)
                body.set_class(panel.wide, WHOLE_ROW)
                self._bodies.append(body)
                yield body

    def update_context(self, context: SubjectContext) -> None:
        """Give every panel the other period or the changed data."""
        self._shown_context = context
        for body in self._panel_bodies():
            body.update_context(context)

    def _panel_bodies(self) -> Iterator[SubjectBody]:
        for body in self._bodies:
            yield cast("SubjectBody", body)
