"""Commands of an explanation and of the failures."""

from widgets.keys.command_table import Command, command_table

EXPLANATION = command_table(
    "Explanation",
    Command("explanation.open", "enter", "open_evidence", "details", "All that is known of one condition", shown=True),
    Command("explanation.paste", "Y", "copy_paragraph", "copy for ticket", "Copy the paragraph for a ticket",
            shown=True),
    Command("explanation.customer", "c", "assume_customer", "customer", "Try it as this customer", shown=True),
    Command("explanation.order", "a", "assume_order", "amount", "Try it with an order of this amount", shown=True),
    Command("explanation.time", "t", "assume_time", "time", "Try it at this time", shown=True),
    Command("explanation.reveal", "v", "reveal", "reveal", "Show or mask customers' addresses", shown=True),
    Command("explanation.links", "o", "links", "links", "Open what the explanation names", shown=True),
    Command("explanation.history", "H", "show_history", "history", "What syncs saw changed of what it is about",
            shown=True),
    Command("explanation.json", "J", "show_json", "JSON", "The explanation as JSON", shown=True),
    Command("explanation.copy", "y", "copy_id", "copy id", "Copy the id of what is explained", shown=True),
    Command("explanation.back", "escape", "step_back", "back", "Close the details, then back to where you were",
            shown=True),
)  # fmt: skip

FAILURES = command_table(
    "Failures",
    Command("failures.open", "enter", "open_cell", "rows", "The refusals behind the cell", shown=True),
    Command("failures.row", "a", "open_row", "all of the row", "The refusals behind the whole row", shown=True),
    Command("failures.by", "b", "next_form", "by", "By failure code, campaign, channel or customer", shown=True),
    Command("failures.range", "d", "choose_window", "range", "24 hours, 7, 30 or 90 days, 12 months", shown=True),
    Command("failures.only", "f", "narrow", "only this", "Count the refusals of this row alone", shown=True),
    Command("failures.untold", "M", "open_untold", "no message", "The refusals that came without a message",
            shown=True),
    Command("failures.reveal", "v", "reveal", "reveal", "Show or mask customers' names", shown=True),
    Command("failures.back", "escape", "step_back", "back", "Count all again, then back to where you were",
            shown=True),
)  # fmt: skip

REFUSALS = command_table(
    "Refusals",
    Command("refusals.code", "c", "open_code", "code", "Open the code of the row", shown=True),
    Command("refusals.back", "escape", "app.back", "back", "Back to the map", shown=True),
)  # fmt: skip
