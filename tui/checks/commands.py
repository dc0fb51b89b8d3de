"""Commands of the checks and of what one of them found."""

from widgets.keys.command_table import Command, command_table

CHECKS = command_table(
    "Checks of the data",
    Command("checks.open", "enter", "open", "findings", "What the check found", shown=True),
    Command("checks.run", "r", "run_checks", "run again", "Run all checks again", shown=True),
    Command("checks.copy_ticket", "Y", "copy_ticket", "copy", "Copy what it found, as a ticket's text", shown=True),
    Command("checks.export", "e", "export", "export", "Export all that was found as CSV", shown=True),
    Command("checks.back", "escape", "stop_or_back", "back", "Stop the checks, then back", shown=True),
)  # fmt: skip

FINDINGS = command_table(
    "What a check found",
    Command("findings.open", "enter", "open", "open", "Open the campaign, or the record of the evidence", shown=True),
    Command("findings.copy_ticket", "Y", "copy_ticket", "copy", "Copy the finding as a ticket's text", shown=True),
    Command("findings.copy_id", "y", "copy_id", "copy id", "Copy the id under the cursor"),
    Command("findings.export", "e", "export", "export", "Export these findings as CSV", shown=True),
    Command("findings.back", "escape", "app.back", "back", "Back to the checks", shown=True),
)  # fmt: skip
