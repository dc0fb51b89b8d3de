"""Messages of a timeline to its screen, in the past tense. `control` is the timeline, for `@on` selectors."""

from datetime import datetime

from widgets.messages import WidgetMessage
from widgets.timeline.bars import TimelineBar, TimelineRow
from widgets.timeline.grid import Step


class TimelineMessage(WidgetMessage):
    """Base of the messages of a timeline."""


class Highlighted(TimelineMessage, namespace="timeline"):
    """The cursor came to a row and an instant.

    Attributes:
        row: under the cursor.
        bar: of the row, the one at the instant or the nearest to it; `None` when the row has none.
        at: the instant, in the zone of the timeline.
    """

    coalesces = True
    row: TimelineRow
    bar: TimelineBar | None
    at: datetime


class Activated(TimelineMessage, namespace="timeline"):
    """The row under the cursor was opened; `bar` as in `Highlighted`."""

    row: TimelineRow
    bar: TimelineBar | None
    at: datetime


class WindowMoved(TimelineMessage, namespace="timeline"):
    """Other times are in sight.

    Attributes:
        start: the first time in sight.
        end: the time after the last.
        step: how much a cell is.
    """

    coalesces = True
    start: datetime
    end: datetime
    step: Step
