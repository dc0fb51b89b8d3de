"""A small app around one timeline."""

from datetime import UTC, datetime, timedelta

import pytest
from textual.strip import Strip

from tests.support.hosting import WidgetHost
from tests.widgets.timeline.sample import GRID, NOW, ROWS
from widgets.timeline.bars import TimelineBar, TimelineRow
from widgets.timeline.grid import Grid
from widgets.timeline.messages import TimelineMessage
from widgets.timeline.timeline import Timeline


class Host(WidgetHost):
    def __init__(self, *rows: TimelineRow, now: datetime = NOW, grid: Grid = GRID) -> None:
        self.timeline = Timeline(grid, now=now, empty_text="No campaigns match.")
        super().__init__(self.timeline, listen=(TimelineMessage,))
        self.timeline.show_rows(rows or ROWS)

    def on_mount(self) -> None:
        self.timeline.focus()

    def lines(self) -> list[str]:
        return [self.timeline.render_line(y).text for y in range(self.timeline.size.height)]

    def row_line(self, name: str) -> str:
        return next(line for line in self.lines()[2:] if name[:12] in line)

    def cursor_date(self) -> str:
        return self.lines()[1][1:29].strip()

    def lit(self, y: int) -> int:
        """The one column in reverse."""
        places = []
        for x in range(self.timeline.size.width):
            cell = list(self.timeline.render_line(y).crop(x, x + 1))
            if cell and cell[0].style and cell[0].style.reverse:
                places.append(x)
        assert len(places) == 1
        return places[0]


def many(count: int, years: int = 5) -> list[TimelineRow]:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    step = timedelta(days=365 * years / count)
    return [
        TimelineRow(
            f"r{index}",
            f"Campaign {index}",
            (TimelineBar(f"b{index}", start + index * step, start + index * step + timedelta(days=20 + index % 90)),),
        )
        for index in range(count)
    ]


def spied(app: Host, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    drawn: list[int] = []
    draw = app.timeline.render_line

    def spy(y: int) -> Strip:
        drawn.append(y)
        return draw(y)

    monkeypatch.setattr(app.timeline, "render_line", spy)
    return drawn
