"""Marks on rows: by their ids, so that they outlive sorting, filtering and scrolling."""

from widgets.table.row_reading import RowReader, ids_of
from widgets.table.rows import NamingSource, Row

MOST_MARKED = 1_000
"""Rows that `mark_all` marks at most."""


class MarkedRows(RowReader):
    """Part of a table that knows which rows are marked. Subclasses implement `marks_changed`."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._marks: dict[str, None] = {}
        self._is_marking = False

    @property
    def marks(self) -> tuple[str, ...]:
        """Ids of marked rows, in the order they were marked."""
        return tuple(self._marks)

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor; `None` when there is none or it has not arrived."""
        return self.blocks.row(self.cursor)

    def marks_changed(self, index: int | None = None) -> None:
        """The mark of a row changed, or where there is no index those of several."""
        raise NotImplementedError

    @property
    def is_loading(self) -> bool:
        """Whether the rows that are to be marked are still being read."""
        return self._is_marking or super().is_loading

    def clear_marks(self) -> None:
        """Unmark all."""
        if self._marks:
            self._marks.clear()
            self.marks_changed()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Rows are marked where there are any."""
        if action == "mark_all":
            return bool(self._marks) or (self.line_count() > 0 and isinstance(self.source, NamingSource))
        return self.line_count() > 0 if action == "mark" else super().check_action(action, parameters)

    def action_mark(self) -> None:
        """Mark or unmark the row under the cursor and go one down."""
        row = self.cursor_row
        if row is None:
            return
        if row.id in self._marks:
            del self._marks[row.id]
        else:
            self._marks[row.id] = None
        gutter_changed = len(self._marks) == (1 if row.id in self._marks else 0)
        self.marks_changed(None if gutter_changed else self.cursor)
        self.action_move(1)

    def action_mark_all(self) -> None:
        """Mark all rows that are shown; where some are marked, unmark all."""
        source = self.source
        if self._marks:
            self.clear_marks()
        elif isinstance(source, NamingSource):
            self._is_marking = True
            self.run_worker(self._mark_all_of(source), group="marks", exclusive=True)

    async def _mark_all_of(self, source: NamingSource) -> None:
        try:
            ids = await ids_of(source, MOST_MARKED + 1)
        except Exception as error:  # whatever it is, the screen words it
            self.reading_failed(error)
            return
        finally:
            self._is_marking = False
        self._marks = dict.fromkeys(ids[:MOST_MARKED])
        self.marks_changed()
        if len(ids) > MOST_MARKED:
            self.notify(f"The first {MOST_MARKED:,} rows are marked: no more can be at once.", markup=False)
