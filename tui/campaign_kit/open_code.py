"""From a row of any list to the code it is about, wherever rooms show such lists."""

from textual.binding import Binding

from store.ref import VOUCHER, Ref
from tui.kit.asking import ask
from tui.kit.formatter import Formatter
from tui.kit.lists.query import find_record
from tui.kit.lists.tab import RowsTab
from tui.kit.messages import Open
from tui.kit.screen import AppScreen
from widgets.frame.offered_keys import KeyWords

_CODES = "vouchers"
_TELLING = ("voucher_id", "voucher_code", "code")
"""Columns that name the code a row is about, the surest first."""


class OpensCodes(AppScreen):
    """A screen with lists of codes, or of rows that name one. A subclass binds `open_code` to a key."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A code can be opened from a row that names it."""
        if action == "open_code":
            rows = self._rows()
            return rows is not None and rows.table.cursor_row is not None and _tells_codes(rows)
        return super().check_action(action, parameters)

    def key_label(self, binding: Binding) -> KeyWords | None:
        """Beside enter, which opens the row's details, it keeps its place."""
        if binding.action == "open_code":
            return KeyWords(binding.description, urgent=True)
        return super().key_label(binding)

    def _rows(self) -> RowsTab | None:
        """The list that has the keys."""
        focused = self.focused
        found = () if focused is None else focused.ancestors_with_self
        return next((one for one in found if isinstance(one, RowsTab)), None)

    def action_open_code(self) -> None:
        """Open the code of the row under the cursor."""
        rows = self._rows()
        row = rows.table.cursor_row if rows is not None else None
        if rows is None or row is None:
            return
        spec, context, row_id = rows.spec, rows.context, row.id

        def read() -> tuple[str, str]:
            record = find_record(spec, context, Formatter.of(context), row_id)
            names = [] if record is None else [str(record[name]) for name in _TELLING if record[name]]
            if spec.view.name == _CODES:
                names.insert(0, row_id)
            return (names[0], names[-1]) if names else ("", "")

        def show(found: tuple[str, str]) -> None:
            if found[0]:
                self.post_message(Open(Ref(VOUCHER, found[0]), found[1]))
            else:
                self.notify("This row names no code.", severity="warning", markup=False)

        ask(self, read, show, group="code")


def _tells_codes(rows: RowsTab) -> bool:
    return not rows.spec.view.columns.keys().isdisjoint(_TELLING)
