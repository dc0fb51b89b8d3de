"""Commands of the campaign calendar and of its list of what starts and ends."""

from widgets.keys.command_table import Command, command_table

CALENDAR = command_table(
    "Campaign calendar",
    Command("calendar.open", "enter", "open", "open", "Open the details; again: the campaign", shown=True),
    Command("calendar.soon", "t", "show_soon", "soon", "What starts and ends: past week, today, 7, 30, 90 days",
            shown=True),
    Command("calendar.activity", "v", "toggle_activity", "activity", "Show what happened inside the bars", shown=True),
    Command("calendar.group", "s", "choose_group", "group", "Group by type, category, status, metadata; or lanes",
            shown=True),
    Command("calendar.filter", "slash", "filter", "filter",
            "Filter by name, id, metadata, type:, status: or category:; the campaign list follows", shown=True),
    Command("calendar.narrow", "f", "narrow", "narrow", "Show one type, status or category", shown=True),
    Command("calendar.clashes", "x", "toggle_clashes", "clashes", "Mark where campaigns clash", shown=True),
    Command("calendar.last_year", "u", "toggle_last_year", "last year", "The same weeks of last year under these",
            shown=True),
    Command("calendar.colour", "c", "next_colour", "colour", "Colour by status, type or category"),
    Command("calendar.export", "e", "export", "export", "Export what is shown as CSV, iCalendar or text",
            shown=True),
    Command("calendar.clear", "escape", "clear", "close", "Close the details, then clear the filters", shown=True),
    Command("calendar.refresh", "r", "refresh_campaign", "refresh", "Read this campaign from the API"),
    Command("calendar.copy_id", "y", "copy_id", "copy id", "Copy the campaign's id"),
    Command("calendar.copy_markdown", "Y", "copy_markdown", "copy as Markdown", "Copy the details as Markdown"),
    Command("calendar.json", "J", "show_json", "JSON", "The campaign as the API sent it"),
    Command("calendar.history", "h", "show_history", "history", "The campaign as it was at an earlier sync"),
    Command("calendar.dashboard", "o", "open_dashboard", "dashboard", "Its address in the Voucherify dashboard"),
)  # fmt: skip

SOON = command_table(
    "What starts and ends",
    Command("soon.open", "enter", "open", "go there", "Show it on the calendar", shown=True),
    Command("soon.back", "escape,t", "app.back", "back", "Back to the calendar", shown=True),
)  # fmt: skip
