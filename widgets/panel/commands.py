"""Keys of the widgets of this folder."""

from widgets.keys.command_table import Command, command_table

DRAWER = command_table(
    "Details",
    Command("drawer.close", "escape", "close", "close", "Close the details", shown=True),
    Command("drawer.down", "j", "scroll_down", "Down"),
    Command("drawer.up", "k", "scroll_up", "Up"),
)  # fmt: skip
