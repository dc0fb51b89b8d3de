"""Commands of home."""

from widgets.keys.command_table import Command, command_table

HOME = command_table(
    "Home",
    Command("home.open", "enter", "open", "open", "Open what the line is about", shown=True),
    Command("home.range", "d", "choose_window", "range", "Choose the window: 24 hours to 12 months", shown=True),
    Command("home.next_range", "w", "next_window", "longer", "The next longer window; after the longest the shortest",
            shown=True),
    Command("home.details", "p", "toggle_details", "details", "Evidence of the line, and how it is judged", shown=True),
    Command("home.refresh", "r", "refresh", "refresh", "Read the line's campaign from the API; without one, sync",
            shown=True),
    Command("home.copy_id", "y", "copy_id", "copy id", "Copy the campaign's id"),
    Command("home.copy_row", "Y", "copy_row", "copy row", "Copy the line under the cursor, its parts parted by tabs"),
    Command("home.json", "J", "show_json", "JSON", "The campaign as the API sent it"),
    Command("home.history", "H", "show_history", "history", "The campaign as it was at an earlier sync"),
    Command("home.dashboard", "o", "open_dashboard", "dashboard", "Its address in the Voucherify dashboard"),
    Command("home.close", "escape", "close", "close", "Close the details", shown=True),
)  # fmt: skip
