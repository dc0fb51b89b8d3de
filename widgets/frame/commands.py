"""Keys of the widgets of this folder."""

from widgets.keys.command_table import Command, command_table

TAB_KEYS = "1234567890ABCD"
"""The keys of the tabs, in their order."""

COUNTS = command_table(
    "Counts above a list",
    Command("counts.next", "right,l", "move(1)", "next", "The next count"),
    Command("counts.before", "left,h", "move(-1)", "before", "The count before"),
    Command("counts.take", "enter", "take", "show", "Show these alone, or all again", shown=True),
)  # fmt: skip
