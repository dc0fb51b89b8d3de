"""Messages of a table to its screen, in the past tense. `control` is the table, for `@on` selectors."""

from widgets.messages import WidgetMessage
from widgets.table.rows import Row


class RowHighlighted(WidgetMessage, namespace="virtual_table"):
    """The cursor came to a row that is known."""

    coalesces = True
    row: Row
    index: int


class RowActivated(WidgetMessage, namespace="virtual_table"):
    """The user opened a row."""

    row: Row
    index: int


class MarksChanged(WidgetMessage, namespace="virtual_table"):
    """Rows were marked or unmarked; `ids` are all that are marked now, in the order they were."""

    coalesces = True
    ids: tuple[str, ...]


class SortRequested(WidgetMessage, namespace="virtual_table"):
    """The user asked for another order. The table changes nothing until it is given sorted rows."""

    column_id: str


class RowsLoaded(WidgetMessage, namespace="virtual_table"):
    """A source was opened; `total` rows are there, None while they are being counted (another one follows then)."""

    coalesces = True
    total: int | None


class RowsFailed(WidgetMessage, namespace="virtual_table"):
    """Rows could not be read; what was shown before stays."""

    coalesces = True
    error: Exception
