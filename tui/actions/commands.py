"""Commands of the page of one action: its form, its confirmation, its result."""

from widgets.keys.command_table import Command, command_table

ACTION = command_table(
    "One action",
    Command("action.go", "enter,ctrl+s", "go", "check", "Check what is typed; then send it; then close", shown=True),
    Command("action.next", "down,tab", "step(1)", "next", "The next field or record", shown=True, sign="up down"),
    Command("action.previous", "up,shift+tab", "step(-1)", "previous", "The field or record before"),
    Command("action.resume", "r", "resume", "resume", "Try again what was not done; nothing is sent before you confirm",
            shown=True),
    Command("action.export", "e", "export", "export", "Export what became of each record", shown=True),
    Command("action.back", "escape,q", "step_back", "back", "Back to the form; stop between two records; close",
            shown=True),
)  # fmt: skip
