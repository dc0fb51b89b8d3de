"""A tab of several loaded parts: figures, boxes, charts, and perhaps a list below that takes the rest of the height."""

from collections.abc import Callable, Sequence
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widget import Widget

from tui.kit.commands import PARTS
from tui.kit.context import Context, SubjectBody, SubjectContext
from widgets.chart.chart_panel import ChartPanel

Build = Callable[[Context], Widget]


class PartsScroll(VerticalScroll):
    """The parts, under each other, scrolled by the keys of every list."""

    DEFAULT_CSS = """
    PartsScroll { height: 1fr; scrollbar-size: 1 1; scrollbar-gutter: stable; }
    PartsScroll > * { margin-bottom: 1; }
    PartsScroll > LoadedStats, PartsScroll > LoadedLadder { margin: 0 0 1 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = PARTS.bindings

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), repaint=False)
    """The scrollbar has a place of its own, so what is inside never asks for a second layout."""

    _charts_seen = False

    def on_mount(self) -> None:
        """Follow what is laid out: charts come into sight when they are read."""
        self.screen.screen_layout_refresh_signal.subscribe(self, lambda _screen: self._look())

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Charts come into sight by scrolling."""
        super().watch_scroll_y(old_value, new_value)
        self.call_after_refresh(self._look)

    def _look(self) -> None:
        seen = self.chart_in_sight() is not None
        if seen is not self._charts_seen:
            self._charts_seen = seen
            self.refresh_bindings()

    def action_scroll_lines(self, lines: int) -> None:
        """Move without animation, which is what a slow line wants."""
        self.scroll_relative(y=lines, animate=False)

    def action_scroll_pages(self, pages: int) -> None:
        """Move by pages, a line of the one before staying in sight."""
        self.action_scroll_lines(pages * max(1, self.size.height - 1))

    async def action_first_chart(self, action: str) -> None:
        """Do with the topmost chart in sight what its own keys do when it has the focus."""
        chart = self.chart_in_sight()
        if chart is not None:
            await chart.run_action(action)

    def chart_in_sight(self) -> ChartPanel | None:
        """The topmost chart of which most can be seen, else any that can."""
        sight = self.content_region
        seen = [(chart.region.intersection(sight), chart) for chart in self.query(ChartPanel)]
        in_view = [chart for part, chart in seen if part.height * 2 > chart.region.height]
        return next(iter(in_view), next((chart for part, chart in seen if part.height), None))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The charts' keys are offered where a chart can be seen."""
        if action == "first_chart":
            return self.chart_in_sight() is not None
        return super().check_action(action, parameters)


class ComposedTab(Vertical):
    """Parts above, a list below.

    Args:
        context: what everything is built from.
        parts: builders of the parts, each a `SubjectBody`.
        below: builder of a list that fills the rest; None leaves all the height to the parts.
    """

    DEFAULT_CSS = """
    ComposedTab { height: 1fr; }
    ComposedTab.-with-list > PartsScroll { dock: top; height: auto; max-height: 50%; }
    """

    def __init__(self, context: Context, parts: Sequence[Build[Context]], below: Build[Context] | None = None) -> None:
        super().__init__()
        self._bodies = [build(context) for build in parts]
        self._below = None if below is None else below(context)
        self.set_class(below is not None, "-with-list")

    def compose(self) -> ComposeResult:
        """The list first, though it is below: its keys are used most, so it gets the focus."""
        if self._below is not None:
            yield self._below
        with PartsScroll():
            yield from self._bodies

    def update_context(self, context: SubjectContext) -> None:
        """Give every part the other period or the changed data."""
        for body in (*self._bodies, *([self._below] if self._below is not None else [])):
            cast("SubjectBody", body).update_context(context)


def composed(*parts: Build[Context], below: Build[Context] | None = None) -> Build[Context]:
    """A builder of a tab from builders of its parts."""
    return lambda context: ComposedTab(context, parts, below)
