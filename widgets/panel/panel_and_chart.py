"""What a drawer shows of one thing: a panel of its facts and a chart below it."""

from textual.containers import Vertical
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widget import Widget

from widgets.chart.chart_panel import ChartPanel
from widgets.chart.plot import ChartSpec
from widgets.panel.panel import DetailPanel, PanelData
from widgets.text.lines import Line


class StillChart(ChartPanel, can_focus=False):
    """A chart to look at only: it takes no keys, so it names none."""

    def _foot(self) -> Line:
        return ()


class PanelAndChart(Vertical):
    """Facts and a chart of one thing; `show_parts` changes both without building anything new."""

    DEFAULT_CSS = """
    PanelAndChart { height: auto; }
    """

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), repaint=False)
    """It scrolls nothing by itself, so its size asks for no second layout."""

    def __init__(self, panel: PanelData, chart: ChartSpec) -> None:
        self.panel = DetailPanel(panel)
        self.chart = StillChart(chart)
        children: tuple[Widget, ...] = (self.panel, self.chart)
        super().__init__(*children)

    def show_parts(self, panel: PanelData, chart: ChartSpec) -> None:
        """Show other facts and another chart; equal ones repaint nothing."""
        self.panel.show(panel)
        self.chart.show(chart)
