"""Keys of the widgets of this folder."""

from widgets.keys.command_table import Command, command_table

LINES = command_table(
    "Any list",
    Command("lines.down", "down,j", "move(1)", "Down"),
    Command("lines.up", "up,k", "move(-1)", "Up"),
    Command("lines.half_down", "ctrl+d", "move_page(0.5)", "Half a page down"),
    Command("lines.half_up", "ctrl+u", "move_page(-0.5)", "Half a page up"),
    Command("lines.page_down", "pagedown,ctrl+f", "move_page(1)", "Page down"),
    Command("lines.page_up", "pageup,ctrl+b", "move_page(-1)", "Page up"),
    Command("lines.first", "g,home", "move_to(0)", "First"),
    Command("lines.last", "G,end", "move_to(-1)", "Last"),
    Command("lines.open", "enter", "activate", "Open"),
    familiar=True,
)  # fmt: skip

TABLE = command_table(
    "Any table",
    Command("table.columns_right", "right,l", "shift_columns(1)", "More columns"),
    Command("table.columns_left", "left,h", "shift_columns(-1)", "Columns back"),
    Command("table.mark", "space", "mark", "mark", "Mark the row, or unmark it"),
    Command("table.mark_all", "asterisk", "mark_all", "mark all", "Mark all rows that are shown, or unmark all"),
)  # fmt: skip
