"""Charts of one thing over the chosen range, one to three beside each other."""

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget

from tui.kit.bodies import LoadedChart, LoadedStats
from tui.kit.commands import ANALYTICS
from tui.kit.composed_tab import PartsScroll
from tui.kit.context import SubjectContext
from widgets.chart.bars import BarSpec
from widgets.chart.plot import ChartSpec
from widgets.panel.panel_grid import ColumnLayout, PanelGrid
from widgets.panel.stats import StatData

Load = Callable[[SubjectContext], ChartSpec | BarSpec]
LoadFigures = Callable[[SubjectContext], Sequence[StatData]]


class Masked(NamedTuple):
    """A ranking that names customers: masked, and with their names in full."""

    masked: Callable[[SubjectContext], BarSpec]
    in_full: Callable[[SubjectContext], BarSpec]


AnyChart = Load | Masked


_TWO, _THREE = 110, 170


class _ChartColumns(ColumnLayout):
    name = "chart-columns"

    def columns(self, parent: Widget, width: int) -> int:
        """By the width there is."""
        del parent
        return 1 if width < _TWO else 2 if width < _THREE else 3


class ChartGrid(PanelGrid):
    """Charts in one column, two from 110 cells, three from 170."""

    COLUMNS = _ChartColumns


class AnalyticsTab(PartsScroll):
    """Figures with their change against the previous period, then charts.

    On a chart, `t` shows its numbers and `e` exports them; `v` reveals customers' names.

    Args:
        context: what everything is built from.
        charts: what each chart shows.
        headline: the figures above.
    """

    DEFAULT_CSS = """
    AnalyticsTab > ChartGrid { margin-bottom: 0; }
    AnalyticsTab > LoadedStats { margin: 0 0 1 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = ANALYTICS.bindings

    def __init__(self, context: SubjectContext, charts: Sequence[AnyChart], headline: LoadFigures) -> None:
        super().__init__()
        self.reveal = False
        self._figures = LoadedStats(context, headline)
        self._charts = [LoadedChart("…", context, self._following(chart)) for chart in charts]

    def _following(self, chart: AnyChart) -> Load:
        """What the chart shows, whatever the keys say by then."""

        def load(context: SubjectContext) -> ChartSpec | BarSpec:
            shown = chart if not isinstance(chart, Masked) else chart.in_full if self.reveal else chart.masked
            return shown(context)

        return load

    def compose(self) -> ComposeResult:
        """Figures, then charts."""
        yield self._figures
        with ChartGrid():
            yield from self._charts

    def update_context(self, context: SubjectContext) -> None:
        """Show another range, or the same after its data changed."""
        self._figures.update_context(context)
        for chart in self._charts:
            chart.update_context(context)

    def action_reveal(self) -> None:
        """Show or mask customers' names."""
        self.reveal = not self.reveal
        for chart in self._charts:
            chart.reload()


def analytics(charts: Sequence[AnyChart], headline: LoadFigures) -> Callable[[SubjectContext], AnalyticsTab]:
    """What builds an Analytics tab of these charts."""
    return lambda context: AnalyticsTab(context, charts, headline)
