"""Widgets that ask the cache: each loads in a worker thread and shows the answer when it comes.

A panel or tab is one loading function from a context to the plain data its widget draws; the classes here join the
two. The user's place is kept: showing equal data repaints nothing.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from textual.widget import Widget

from tui.kit.asking import ask, cover, uncover
from tui.kit.context import Context, SubjectContext
from tui.kit.error_words import words_of
from tui.kit.spec import PanelSpec
from widgets.chart.bars import BarSpec
from widgets.chart.chart_panel import ChartPanel
from widgets.chart.plot import ChartSpec
from widgets.panel.ladder import Ladder, Rung
from widgets.panel.panel import DetailPanel, PanelData
from widgets.panel.stats import StatData, StatRow

Answer = TypeVar("Answer")


class CacheLoading(Widget, Generic[Answer]):
    """Mixin: loads an answer for a context in a thread and hands it to `show`; a failure covers it."""

    load_context: SubjectContext
    load_answer: Callable[[Any], Answer]

    def prepare(self, context: Context, load: Callable[[Context], Answer]) -> None:
        """Remember what to load; called by the constructor."""
        self.load_context = context
        self.load_answer = load

    def on_mount(self) -> None:
        """Load as soon as there is somewhere to show it."""
        self.reload()

    def update_context(self, context: SubjectContext) -> None:
        """Load again for another period or for data that changed."""
        self.load_context = context
        if self.is_attached:
            self.reload()

    def reload(self) -> None:
        """Ask again; an older question still under way is dropped."""
        context = self.load_context

        def show(answer: Answer) -> None:
            if context is self.load_context:
                self.show_failure("")
                self.show(answer)

        def failed(error: Exception) -> None:
            self.show_failure(words_of(error))

        ask(self, lambda: self.load_answer(context), show, group="load", failed=failed)

    def show(self, data: Answer) -> None:
        """Draw an answer; runs in the event loop."""
        raise NotImplementedError

    def show_failure(self, why: str) -> None:
        """Say why there is no answer; "" takes that away. What draws lines says it in their place."""
        if why:
            cover(self, why)
        else:
            uncover(self)


class LoadedPanel(DetailPanel, CacheLoading[PanelData]):
    """A box of labels and values, filled from the cache."""

    def __init__(self, title: str, context: Context, load: Callable[[Context], PanelData]) -> None:
        super().__init__(PanelData(title, empty_note="…"))
        self.prepare(context, load)


class LoadedChart(ChartPanel, CacheLoading[ChartSpec | BarSpec]):
    """A chart, filled from the cache."""

    def __init__(self, title: str, context: Context, load: Callable[[Context], ChartSpec | BarSpec]) -> None:
        super().__init__(ChartSpec(title, (), empty_note="…", pending=True))
        self.prepare(context, load)


class LoadedStats(StatRow, CacheLoading[Sequence[StatData]]):
    """A row of figures, filled from the cache."""

    def __init__(self, context: Context, load: Callable[[Context], Sequence[StatData]]) -> None:
        super().__init__(())
        self.prepare(context, load)


class LoadedLadder(Ladder, CacheLoading[tuple[Sequence[Rung], str]]):
    """A ladder of tiers, filled from the cache: its steps, and what to say where there are none."""

    def __init__(self, context: Context, load: Callable[[Context], tuple[Sequence[Rung], str]]) -> None:
        super().__init__(((), "Reading…"))
        self.prepare(context, load)


def box(title: str, load: Callable[[Context], PanelData]) -> PanelSpec[Context]:
    """A dashboard's panel of labels and values, under the dashboard's own name."""
    return PanelSpec(title, lambda context: LoadedPanel(title, context, load))


def chart(title: str, load: Callable[[Context], ChartSpec | BarSpec]) -> PanelSpec[Context]:
    """A dashboard's chart, as wide as the screen."""
    return PanelSpec(title, lambda context: LoadedChart(title, context, load), wide=True)


def figures(load: Callable[[Context], Sequence[StatData]]) -> Callable[[Context], LoadedStats]:
    """What builds a row of figures: a dashboard's head, or a tab's."""
    return lambda context: LoadedStats(context, load)


def focus_first(body: Widget) -> None:
    """Give the keys to the body, or to what in it takes them first."""
    target = next((widget for widget in body.walk_children(Widget, with_self=True) if widget.focusable), None)
    if target is not None:
        target.focus(scroll_visible=False)
