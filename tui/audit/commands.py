"""Commands of the audit and of one attempt."""

from tui.kit.commands import hits
from widgets.keys.command_table import Command, command_table

AUDIT = command_table(
    "The audit",
    Command("audit.open", "enter", "open_row", "details", "Open the attempt; again: full screen", shown=True),
    Command("audit.undo", "u", "undo", "undo", "Take back what the attempt did, or the marked ones; it asks before",
            shown=True),
    Command("audit.filter", "slash", "filter", "filter", "Filter the attempts by typing", shown=True),
    Command("audit.narrow", "f", "narrow", "narrow", "Show one fate or one batch", shown=True),
    Command("audit.reveal", "v", "reveal", "reveal", "Show or mask customers' personal data", shown=True),
    Command("audit.export", "e", "export", "export", "Export the attempts that are shown", shown=True),
    Command("audit.copy_id", "y", "copy_id", "copy id", "Copy the id or code of the record"),
    Command("audit.copy", "Y", "copy_attempt", "copy", "Copy the attempt, for a ticket", shown=True),
    *hits("audit"),
    Command("audit.back", "escape", "step_back", "close", "Close the details, then clear the filter, then the marks",
            shown=True),
)  # fmt: skip

ATTEMPT = command_table(
    "One attempt",
    Command("attempt.reveal", "v", "reveal", "reveal", "Show or mask customers' personal data", shown=True),
    Command("attempt.copy", "Y", "copy_all", "copy all", "Copy the request, the answer and the record before and after",
            shown=True),
    Command("attempt.back", "escape", "app.back", "back", "Back to the audit", shown=True),
)  # fmt: skip

AUDIT_SCREEN = command_table(
    "The audit's screen",
    Command("audit_screen.back", "escape", "app.back", "back", "Back to where you were", shown=True),
)  # fmt: skip
