"""Commands of what any subject uses: lists, activity, records, history, panels, JSON."""

from widgets.frame.commands import TAB_KEYS
from widgets.keys.command_table import Command, CommandTable, command_table


def subject_table(title: str, kind: str, *own: Command) -> CommandTable:
    """The commands of a screen about one thing: those that `SubjectScreen` has by itself, and the screen's own."""
    return command_table(
        title,
        Command(f"{kind}.range", "d", "choose_range", "range", "Choose the dates, the comparison and the bucket",
                shown=True),
        Command(f"{kind}.tabs", "full_stop", "choose_tab", "tabs", "Pick a tab by typing", shown=True),
        Command(f"{kind}.previous_tab", "left_square_bracket", "step_tab(-1)", "tab before", "The tab before"),
        Command(f"{kind}.next_tab", "right_square_bracket", "step_tab(1)", "tab after", "The tab after"),
        *(Command(f"{kind}.tab_{at}", key, f"number_tab({at})", f"tab {at}", f"Tab {at}")
          for at, key in enumerate(TAB_KEYS, 1)),
        *own,
        Command(f"{kind}.back", "escape", "app.back", "back", "Back to where you were", shown=True),
    )  # fmt: skip


def hits(kind: str) -> tuple[Command, Command]:
    """To the next hit of a filter and the one before: a list shows hits alone, so these are its rows."""
    return (
        Command(f"{kind}.next_hit", "n", "hit(1)", "next hit", "To the next hit of the filter"),
        Command(f"{kind}.previous_hit", "N", "hit(-1)", "hit before", "To the hit before"),
    )


ROWS = command_table(
    "Lists of rows",
    Command("rows.open", "enter", "open_row", "details", "Open the details; again: full screen", shown=True),
    Command("rows.filter", "slash", "filter", "filter", "Filter the rows by typing", shown=True),
    Command("rows.narrow", "f", "narrow", "narrow", "Narrow by status, result, category, metadata or date", shown=True),
    Command("rows.sort", "s", "sort", "sort", "Sort by any column; press again to reverse", shown=True),
    Command("rows.reveal", "v", "reveal", "reveal", "Show or mask customers' personal data", shown=True),
    Command("rows.export", "e", "export", "export", "Export the rows that are shown", shown=True),
    Command("rows.json", "J", "show_json", "JSON", "The record as the API sent it", shown=True),
    Command("rows.copy", "y", "copy", "copy", "Copy the code or id of the row", shown=True),
    Command("rows.markdown", "Y", "copy_details", "copy row", "Copy the row; with the details open, these as Markdown"),
    *hits("rows"),
    Command("rows.back", "escape", "step_back", "close", "Close the details, then clear the filter, then the marks",
            shown=True),
)  # fmt: skip

ACTIVITY = command_table(
    "Activity",
    Command("activity.open", "enter", "open_entry", "details", "Open the details; again: full screen", shown=True),
    Command("activity.filter", "slash", "filter", "filter", "Filter by typing", shown=True),
    Command("activity.narrow", "f", "narrow", "narrow", "Show one kind, failures or some days", shown=True),
    Command("activity.diff", "d", "difference", "difference", "What changed against the state before", shown=True),
    Command("activity.reveal", "v", "reveal", "reveal", "Show or mask personal data in payloads", shown=True),
    Command("activity.json", "J", "show_json", "JSON", "The entry's document as it came", shown=True),
    Command("activity.export", "e", "export", "export", "Export the entries that are shown", shown=True),
    Command("activity.copy_row", "Y", "copy_row", "copy row", "Copy the entry's line"),
    *hits("activity"),
    Command("activity.back", "escape", "step_back", "close", "Close the details, then clear the filter", shown=True),
)  # fmt: skip

RECORD = command_table(
    "One record",
    Command("record.json", "J", "toggle_json", "JSON", "Between the details and the record as received", shown=True),
    Command("record.history", "H", "show_history", "history", "What each sync saw changed of it", shown=True),
    Command("record.links", "o", "links", "links", "The records it leads to; a digit opens one", shown=True),
    Command("record.reveal", "v", "reveal", "reveal", "Show or mask customers' personal data", shown=True),
    Command("record.markdown", "Y", "copy_details", "copy as Markdown", "Copy the details", shown=True),
    Command("record.back", "escape", "app.back", "back", "Back to where you were", shown=True),
)  # fmt: skip

LINKS = command_table(
    "Links of a record",
    *(Command(f"links.link_{at}", str(at), f"number_link({at})", f"link {at}", f"Link {at}") for at in range(1, 10)),
    Command("links.close", "escape,o", "leave", "close", "Close without a choice", shown=True),
)  # fmt: skip

HISTORY = command_table(
    "As it was",
    Command("history.back", "escape,H", "app.back", "back", shown=True),
    Command("history.json", "J", "toggle_json", "JSON", "The full document as it was", shown=True),
    Command("history.reveal", "v", "reveal", "reveal", "Show or mask personal data", shown=True),
    Command("history.copy", "Y", "copy_then", "copy", "Copy the document as it was", shown=True),
)  # fmt: skip

PARTS = command_table(
    "Panels",
    Command("parts.down", "j", "scroll_lines(1)", "Down"),
    Command("parts.up", "k", "scroll_lines(-1)", "Up"),
    Command("parts.further_down", "ctrl+d", "scroll_lines(10)", "Further down"),
    Command("parts.further_up", "ctrl+u", "scroll_lines(-10)", "Further up"),
    Command("parts.page_down", "ctrl+f", "scroll_pages(1)", "Page down"),
    Command("parts.page_up", "ctrl+b", "scroll_pages(-1)", "Page up"),
    Command("parts.first", "g", "scroll_home", "First"),
    Command("parts.last", "G", "scroll_end", "Last"),
    Command("parts.t", "t", "first_chart('toggle_table')", "table", "The topmost visible chart as numbers",
            shown=True),
    Command("parts.export", "e", "first_chart('export')", "export", "Export the topmost visible chart", shown=True),
)  # fmt: skip

ANALYTICS = command_table(
    "Analytics",
    Command("analytics.reveal", "v", "reveal", "reveal", "Show or mask customers' names", shown=True),
)  # fmt: skip

JSON_SCREEN = command_table(
    "JSON of a record",
    Command("json.back", "escape,J", "app.back", "back", shown=True),
    Command("json.history", "H", "show_history", "history", "What each sync saw changed of it", shown=True),
    Command("json.copy_all", "Y", "copy_all", "copy all", "Copy the full document", shown=True),
)  # fmt: skip
