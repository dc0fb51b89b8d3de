"""The first tab of a screen about one thing: the figures a reader looks for first, then its panels."""

from typing import cast

from textual.app import ComposeResult

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
        self._headline = contents.headline(context) if contents.headline is not None else None
        self._panels = [panel.build(context) for panel in contents.panels]
        for panel, body in zip(contents.panels, self._panels, strict=True):
            body.set_class(panel.wide, WHOLE_ROW)

    def compose(self) -> ComposeResult:
        """Headline, then panels."""
        if self._headline is not None:
            yield self._headline.add_class("headline")
        with PanelGrid():
            yield from self._panels

    def update_context(self, context: SubjectContext) -> None:
        """Give every panel the other period or the changed data."""
        for body in (*([self._headline] if self._headline is not None else []), *self._panels):
            cast("SubjectBody", body).update_context(context)
