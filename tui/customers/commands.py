"""Commands of the customers' lists, of a customer and of their activity."""

from tui.kit.commands import subject_table
from widgets.keys.command_table import Command, command_table

PEOPLE = command_table(
    "Customers",
    Command("people.tabs", "full_stop", "choose_tab", "lists", "All customers, watched, recently viewed", shown=True),
    Command("people.previous_tab", "left_square_bracket", "step_tab(-1)", "list before", "The list before"),
    Command("people.next_tab", "right_square_bracket", "step_tab(1)", "list after", "The list after"),
    Command("people.watch", "w", "toggle_watch", "watch", "Keep the customer up by every sync, or no longer",
            shown=True),
    Command("people.back", "escape", "app.back", "back", "Back to where you were"),
)  # fmt: skip

CUSTOMER = subject_table(
    "Customer",
    "customer",
    Command("customer.open_code", "c", "open_code", "code", "Open the code that the row is about", shown=True),
    Command("customer.refresh", "r", "refresh_customer", "refresh", "Read the customer and what is new from the API",
            shown=True),
    Command("customer.watch", "w", "toggle_watch", "watch", "Keep the customer up by every sync, or no longer",
            shown=True),
    Command("customer.reveal", "v", "reveal", "reveal", "Show or mask personal data in the panels", shown=True),
    Command("customer.copy_id", "y", "copy_id", "copy id", "Copy the customer's id"),
    Command("customer.json", "J", "show_json", "JSON", "The customer as the API sent it", shown=True),
    Command("customer.history", "H", "show_history", "history", "What each reading saw changed"),
    Command("customer.dashboard", "o", "open_dashboard", "dashboard", "Its address in the Voucherify dashboard"),
)  # fmt: skip

FEED = command_table(
    "Customer's activity",
    Command("feed.open", "enter", "open_line", "open", "Open a story to its events, an event to its details",
            shown=True),
    Command("feed.filter", "slash", "filter", "filter", "Filter by id, code, order, name or any text of an event",
            shown=True),
    Command("feed.narrow", "f", "narrow", "narrow", "Show one campaign, type, category, channel or some days",
            shown=True),
    Command("feed.next_problem", "n", "problem(1)", "next problem", "To the next problem, further back", shown=True),
    Command("feed.previous_problem", "N", "problem(-1)", "problem before", "To the problem before"),
    Command("feed.noise", "z", "toggle_noise", "noise", "Show or hide messages and profile updates", shown=True),
    Command("feed.fold", "plus", "toggle_all", "unfold", "Open all stories, or close them", shown=True),
    Command("feed.older", "right_curly_bracket", "jump(1)", "older", "To the busy part before it, as the strip has it",
            shown=True, sign="} {"),
    Command("feed.newer", "left_curly_bracket", "jump(-1)", "newer", "To the busy part after it"),
    Command("feed.links", "o", "links", "links", "Open the campaign or the code of an event", shown=True),
    Command("feed.reveal", "v", "reveal", "reveal", "Show or mask personal data in payloads", shown=True),
    Command("feed.json", "J", "show_json", "JSON", "The event as the API sent it", shown=True),
    Command("feed.export", "e", "export", "export", "Export the events that are shown", shown=True),
    Command("feed.copy", "y", "copy", "copy", "Copy the event's id"),
    Command("feed.copy_row", "Y", "copy_row", "copy row", "Copy the line of the event or story"),
    Command("feed.back", "escape", "step_back", "close", "Close the details, then clear the filter", shown=True),
)  # fmt: skip
