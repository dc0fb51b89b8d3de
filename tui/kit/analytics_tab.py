"""Charts of one thing over the chosen range, one to three beside each other."""

from collections.abc import Callable, Collection, Sequence
from typing import ClassVar, Protocol

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Grid
from textual.events import Resize
from textual.layouts.grid import GridLayout

from tui.kit.bodies import LoadedChart, LoadedStats
from tui.kit.commands import ANALYTICS
from tui.kit.composed_tab import PartsScroll
from tui.kit.context import SubjectContext
from widgets.chart.bars import BarSpec
from widgets.chart.plot import ChartSpec
from widgets.panel.stats import StatData

Load = Callable[[SubjectContext], ChartSpec | BarSpec]


class PersonalLoad(Protocol):
    """What a chart that names customers shows."""

    __name__: str

    def __call__(self, context: SubjectContext, *, reveal: bool = False) -> ChartSpec | BarSpec:
        """The chart, with the names masked unless revealed."""
        ...


_TWO, _THREE = 110, 170


class ChartGrid(Grid):
    """Charts in one column, two from 110 cells, three from 170."""

    DEFAULT_CSS = """
    ChartGrid { height: auto; grid-size: 1; grid-rows: auto; }
    ChartGrid.-two { grid-size: 2; grid-gutter: 0 1; }
    ChartGrid.-three { grid-size: 3; grid-gutter: 0 1; }
    """

    def on_mount(self) -> None:
        """Rows stretch, so that the boxes of a row end together."""
        if isinstance(self.layout, GridLayout):
            self.layout.stretch_height = True

    def on_resize(self, event: Resize) -> None:
        """Choose how many stand beside each other."""
        self.set_class(_TWO <= event.size.width < _THREE, "-two")
        self.set_class(event.size.width >= _THREE, "-three")


class AnalyticsTab(PartsScroll):
    """Figures with their change against the previous period, then charts.

    On a chart, `t` shows its numbers and `e` exports them; `v` reveals customers' names.

    Args:
        context: what everything is built from.
        charts: what each chart shows.
        headline: the figures above.
        personal: the charts among them that name customers, masked until `v` reveals them.
    """

    DEFAULT_CSS = """
    AnalyticsTab > ChartGrid { margin-bottom: 0; }
    AnalyticsTab > LoadedStats { margin: 0 0 1 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = ANALYTICS.bindings

    def __init__(
        self,
        context: SubjectContext,
        charts: Sequence[Load],
        headline: Callable[[SubjectContext], Sequence[StatData]] | None = None,
        personal: Collection[PersonalLoad] = (),
    ) -> None:
        super().__init__()
        self.reveal = False
        self._personal = {load.__name__: load for load in personal}
        self._figures = LoadedStats(context, headline) if headline is not None else None
        self._charts = [
            LoadedChart(f"analytics-{load.__name__.replace('_', '-')}", "…", context, self._following(load))
            for load in charts
        ]

    def _following(self, load: Load) -> Load:
        named = self._personal.get(load.__name__)
        return load if named is None else lambda context: named(context, reveal=self.reveal)

    def compose(self) -> ComposeResult:
        """Figures, then charts."""
        if self._figures is not None:
            yield self._figures
        yield ChartGrid(*self._charts)

    def update_context(self, context: SubjectContext) -> None:
        """Show another range, or the same after its data changed."""
        if self._figures is not None:
            self._figures.update_context(context)
        for chart in self._charts:
            chart.update_context(context)

    def action_reveal(self) -> None:
        """Show or mask customers' names."""
        self.reveal = not self.reveal
        for chart in self._charts:
            chart.reload()


def analytics(
    *charts: Load,
    headline: Callable[[SubjectContext], Sequence[StatData]] | None = None,
    personal: Collection[PersonalLoad] = (),
) -> Callable[[SubjectContext], AnalyticsTab]:
    """What builds an Analytics tab of these charts."""
    return lambda context: AnalyticsTab(context, charts, headline, personal)
