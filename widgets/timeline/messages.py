"""What a timeline tells its screen, in the past tense. `control` is the timeline, for `@on` selectors."""

from datetime import datetime

from textual.message import Message

from widgets.timeline.bars import TimelineBar, TimelineRow
from widgets.timeline.grid import Step
from widgets.timeline.navigation import TimelineNavigation


class TimelineMessage(Message):
    """Base of the messages of a timeline."""

    coalesces = False

    def __init__(self, timeline: TimelineNavigation) -> None:
        super().__init__()
        self.timeline = timeline

    @property
    def control(self) -> TimelineNavigation:
        """The timeline."""
        return self.timeline

    def can_replace(self, message: Message) -> bool:
        """Of a burst from one timeline only the last matters; what was opened is never dropped."""
        return self.coalesces and type(message) is type(self) and message.control is self.control


class Highlighted(TimelineMessage, namespace="timeline"):
    """The cursor came to a row and an instant.

    Attributes:
        row: under the cursor.
        bar: of the row, the one at the instant or the nearest to it; `None` when the row has none.
        at: the instant, in the zone of the timeline.
    """

    coalesces = True

    def __init__(self, timeline: TimelineNavigation, row: TimelineRow, bar: TimelineBar | None, at: datetime) -> None:
        super().__init__(timeline)
        self.row = row
        self.bar = bar
        self.at = at


class Activated(TimelineMessage, namespace="timeline"):
    """The row under the cursor was opened; `bar` as in `Highlighted`."""

    def __init__(self, timeline: TimelineNavigation, row: TimelineRow, bar: TimelineBar | None, at: datetime) -> None:
        super().__init__(timeline)
        self.row = row
        self.bar = bar
        self.at = at


class WindowMoved(TimelineMessage, namespace="timeline"):
    """Other times are in sight.

    Attributes:
        start: the first time in sight.
        end: the time after the last.
        step: how much a cell is.
    """

    coalesces = True

    def __init__(self, timeline: TimelineNavigation, start: datetime, end: datetime, step: Step) -> None:
        super().__init__(timeline)
        self.start = start
        self.end = end
        self.step = step
