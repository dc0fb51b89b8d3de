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
    Command("explanation.links", "o", "links", "links", "Open what the explanation names", shown=True),
    Command("explanation.json", "J", "show_json", "JSON", "The explanation as JSON", shown=True),
    Command("explanation.copy", "y", "copy_id", "copy id", "Copy the id of what is explained", shown=True),
    Command("explanation.back", "escape", "step_back", "back", "Close the details, then back to where you were",
            shown=True),
)  # fmt: skip
