"""Commands of the search box."""

from widgets.keys.command_table import Command, command_table

FIND = command_table(
    "Find anything",
    Command("find.take", "enter", "take", "open", "Open what is marked", shown=True, priority=True),
    Command("find.down", "down,ctrl+n", "move(1)", "move", shown=True, priority=True, sign="up down"),
    Command("find.up", "up,ctrl+p", "move(-1)", "Up", priority=True),
    Command("find.page_down", "pagedown", "move(8)", "Further down", priority=True),
    Command("find.page_up", "pageup", "move(-8)", "Further up", priority=True),
    Command("find.reveal", "ctrl+o", "reveal", "reveal", "Show or mask customers' names and addresses", shown=True,
            priority=True),
    Command("find.close", "escape", "leave", "close", "Back to where you were", shown=True),
)  # fmt: skip
