"""Keys of the widgets of this folder."""

from widgets.keys.command_table import Command, command_table

FILTER = command_table(
    "Filter line",
    Command("filter.rows", "enter,down", "to_rows", "to the rows", "Leave the text and go to the rows", shown=True),
    Command("filter.clear", "escape", "clear_or_close", "leave", "Clear the text, then leave it", shown=True),
)  # fmt: skip

PICKER = command_table(
    "Choices",
    Command("picker.take", "enter", "take", "take", "Take what is marked", shown=True),
    Command("picker.close", "escape", "leave", "close", "Close without a choice", shown=True),
    Command("picker.down", "down,ctrl+n", "move(1)", "move", shown=True, priority=True, sign="up down"),
    Command("picker.up", "up,ctrl+p", "move(-1)", "Up", priority=True),
    Command("picker.page_down", "pagedown", "move(8)", "Further down", priority=True),
    Command("picker.page_up", "pageup", "move(-8)", "Further up", priority=True),
)  # fmt: skip

DATE_RANGE = command_table(
    "Choice of dates",
    Command("range.close", "escape", "dismiss_none", "close", shown=True),
    Command("range.take", "ctrl+s", "take_own", "take these dates", shown=True),
)  # fmt: skip

PROMPT = command_table(
    "One line to type",
    Command("prompt.take", "enter", "take", "take", "Take what is typed", shown=True),
    Command("prompt.close", "escape", "leave", "close", "Close without an answer", shown=True),
)  # fmt: skip

QUESTIONS = command_table(
    "Questions of an export",
    Command("questions.take", "enter", "take", "write", "Take the answers in brackets", shown=True),
    Command("questions.next", "space,right,l", "change(1)", "change", "The next answer", shown=True, sign="space"),
    Command("questions.previous", "left,h", "change(-1)", "change back", "The answer before"),
    Command("questions.close", "escape", "leave", "close", "Close without an export", shown=True),
)  # fmt: skip
