"""Keys of the widgets of this folder."""

from widgets.keys.command_table import Command, command_table

JSON = command_table(
    "JSON",
    Command("json.search", "slash", "search", "search", "Search keys and values", shown=True),
    Command("json.next", "n", "step(1)", "Next match"),
    Command("json.previous", "N", "step(-1)", "Previous match"),
    Command("json.copy", "y", "copy", "copy", "Copy the JSON under the cursor", shown=True),
    Command("json.find", "enter", "find", "find", "Go to the first match", shown=True),
    Command("json.leave", "escape", "leave_search", "leave", "Close the search line", shown=True),
)  # fmt: skip

JSON_LINES = command_table(
    "Lines of JSON",
    Command("json.fold", "space", "activate", "fold", "Fold or unfold", shown=True),
    Command("json.unfold_below", "plus", "unfold_below", "Unfold all below"),
    Command("json.fold_all", "minus", "fold_all", "Fold all"),
)  # fmt: skip
