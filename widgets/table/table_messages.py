"""What a table tells its screen, in the past tense. `control` is the table, for `@on` selectors."""

from typing import TYPE_CHECKING

from textual.message import Message

from widgets.table.rows import Row

if TYPE_CHECKING:
    from widgets.table.virtual_table import VirtualTable


class TableMessage(Message):
    """Base of the messages of a table."""

    def __init__(self, table: "VirtualTable") -> None:
        super().__init__()
        self.table = table

    @property
    def control(self) -> "VirtualTable":
        """The table."""
        return self.table

    def can_replace(self, message: Message) -> bool:
        """Of a burst from one table only the last matters; what was chosen or failed is never dropped."""
        return self.coalesces and type(message) is type(self) and message.control is self.control

    coalesces = False


class RowHighlighted(TableMessage, namespace="virtual_table"):
    """The cursor came to a row that is known."""

    coalesces = True

    def __init__(self, table: "VirtualTable", row: Row, index: int) -> None:
        super().__init__(table)
        self.id = row.id
        self.row = row
        self.index = index


class RowActivated(TableMessage, namespace="virtual_table"):
    """The reader opened a row."""

    def __init__(self, table: "VirtualTable", row: Row, index: int) -> None:
        super().__init__(table)
        self.id = row.id
        self.row = row
        self.index = index


class MarksChanged(TableMessage, namespace="virtual_table"):
    """Rows were marked or unmarked; `ids` are all that are marked now, in the order they were."""

    coalesces = True

    def __init__(self, table: "VirtualTable", ids: tuple[str, ...]) -> None:
        super().__init__(table)
        self.ids = ids


class SortRequested(TableMessage, namespace="virtual_table"):
    """The reader asked for another order. The table changes nothing until it is given sorted rows."""

    def __init__(self, table: "VirtualTable", column_id: str) -> None:
        super().__init__(table)
        self.column_id = column_id


class RowsLoaded(TableMessage, namespace="virtual_table"):
    """A source was opened; `total` rows are there, None while they are being counted (another one follows then)."""

    coalesces = True

    def __init__(self, table: "VirtualTable", total: int | None) -> None:
        super().__init__(table)
        self.total = total


class RowsFailed(TableMessage, namespace="virtual_table"):
    """Rows could not be read; what was shown before stays."""

    coalesces = True

    def __init__(self, table: "VirtualTable", error: Exception) -> None:
        super().__init__(table)
        self.error = error
