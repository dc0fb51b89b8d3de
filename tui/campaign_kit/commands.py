"""Commands of what several rooms show of campaigns and codes."""

from widgets.keys.command_table import Command, command_table

RULES = command_table(
    "Rules",
    Command("rules.json", "J", "toggle_json", "JSON", "Show or hide the rule as received", shown=True),
    Command("rules.next", "n", "next_rule(1)", "next rule", "Show the next rule's JSON", shown=True),
    Command("rules.previous", "N", "next_rule(-1)", "rule before"),
)  # fmt: skip
