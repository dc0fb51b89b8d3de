"""Commands of the campaign list and of a campaign."""

from tui.kit.commands import hits, subject_table
from widgets.keys.command_table import Command, command_table

LIST = command_table(
    "Campaign list",
    Command("list.open", "enter", "open", "open", "Open the campaign under the cursor", shown=True),
    Command("list.filter", "slash", "filter", "filter", "Filter by name, id, metadata, type:, status: or category:",
            shown=True),
    Command("list.narrow", "f", "narrow", "narrow", "Show one type, status or category", shown=True),
    Command("list.types", "T", "choose_types", "type", "Show one campaign type", shown=True),
    Command("list.statuses", "S", "choose_status", "status", "Show one status", shown=True),
    Command("list.ending", "E", "only('ends within 7 days')", "ending", "Show what ends within 7 days, or all again"),
    Command("list.started", "B", "only('started within 7 days')", "begun",
            "Show what started within the last 7 days, or all again"),
    Command("list.failing", "exclamation_mark", "only('failing today')", "failing",
            "Show where fewer than 70 % of today's redemptions succeeded, or all again"),
    Command("list.sort", "s", "choose_sort", "sort", "Sort by any column; press again to reverse", shown=True),
    Command("list.clear", "escape", "clear", "clear", "Clear filters, then marks", shown=True),
    Command("list.refresh", "r", "refresh_campaign", "refresh", "Read this campaign, or the marked ones, from the API",
            shown=True),
    Command("list.export", "e", "export", "export", "Export the campaigns that are shown", shown=True),
    Command("list.preview", "p", "toggle_preview", "preview", "Show or hide the campaign beside the list", shown=True),
    Command("list.copy_id", "y", "copy_id", "copy id", "Copy the id, or those of the marked", shown=True),
    Command("list.copy_markdown", "Y", "copy_markdown", "copy as Markdown",
            "Copy the campaign, or the marked, as Markdown"),
    *hits("list"),
    Command("list.json", "J", "show_json", "JSON", "The campaign as the API sent it", shown=True),
    Command("list.history", "H", "show_history", "history", "The campaign as it was at an earlier sync"),
    Command("list.dashboard", "o", "open_dashboard", "dashboard", "Its address in the Voucherify dashboard"),
)  # fmt: skip

CAMPAIGN = subject_table(
    "Campaign",
    "campaign",
    Command("campaign.open_code", "c", "open_code", "code", "Open the code that the row is about", shown=True),
    Command("campaign.refresh", "r", "refresh_campaign", "refresh", "Read this campaign from the API", shown=True),
    Command("campaign.copy_id", "y", "copy_id", "copy id", "Copy the campaign's id"),
    Command("campaign.copy_markdown", "Y", "copy_markdown", "copy as Markdown", "Copy its header as Markdown"),
    Command("campaign.json", "J", "show_json", "JSON", "The campaign as the API sent it", shown=True),
    Command("campaign.history", "H", "show_history", "history", "The campaign as it was at an earlier sync",
            shown=True),
    Command("campaign.dashboard", "o", "open_dashboard", "dashboard", "Its address in the Voucherify dashboard"),
)  # fmt: skip
