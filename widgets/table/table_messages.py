"""What a table tells its screen, in the past tense. `control` is the table, for `@on` selectors."""

from textual.message import Message
from textual.widget import Widget

from widgets.table.rows import Row


class TableMessage(Message):
    """Base of the messages of a table."""

    def __init__(self, table: Widget) -> None:
        super().__init__()
        self.table = table

    @property
    def control(self) -> Widget:
        """The table."""
        return self.table

    def can_replace(self, message: Message) -> bool:
        """Of a burst from one table only the last matters; what was chosen or failed is never dropped."""
        return self.coalesces and type(message) is type(self) and message.control is self.control

    coalesces = False


class RowHighlighted(TableMessage, namespace="virtual_table"):
    """The cursor came to a row that is known."""

    coalesces = True

    def __init__(self, table: Widget, row: Row, index: int) -> None:
        super().__init__(table)
        self.id = row.id
        self.row = row
        self.index = index


class RowActivated(TableMessage, namespace="virtual_table"):
    """The reader opened a row."""

    def __init__(self, table: Widget, row: Row, index: int) -> None:
        super().__init__(table)
        self.id = row.id
        self.row = row
        self.index = index


class MarksChanged(TableMessage, namespace="virtual_table"):
    """Rows were marked or unmarked; `ids` are all that are marked now, in the order they were."""

    coalesces = True

    def __init__(self, table: Widget, ids: tuple[str, ...]) -> None:
        super().__init__(table)
        self.ids = ids


class SortRequested(TableMessage, namespace="virtual_table"):
    """The reader asked for another order. The table changes nothing until it is given sorted rows."""

    def __init__(self, table: Widget, column_id: str) -> None:
        super().__init__(table)
        self.column_id = column_id


class RowsLoaded(TableMessage, namespace="virtual_table"):
    """A source was opened; `total` rows are there, None while they are being counted (another one follows then)."""

    coalesces = True

    def __init__(self, table: Widget, total: int | None) -> None:
        super().__init__(table)
        self.total = total


class RowsFailed(TableMessage, namespace="virtual_table"):
    """Rows could not be read; what was shown before stays."""

    coalesces = True

    def __init__(self, table: Widget, error: Exception) -> None:
        super().__init__(table)
        self.error = error
