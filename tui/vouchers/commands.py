"""Commands of a code's screen, and of the one it is read out from."""

from tui.kit.commands import subject_table
from widgets.keys.command_table import Command, command_table

VOUCHER = subject_table(
    "Code",
    "voucher",
    Command("voucher.read_out", "b", "read_out", "big", "The code in large letters and as a QR code", shown=True),
    Command("voucher.links", "o", "open_link", "links", "Open its campaign or the customer who holds it", shown=True),
    Command("voucher.refresh", "r", "refresh_code", "refresh", "Read the code and its lists from the API", shown=True),
    Command("voucher.reveal", "v", "reveal", "reveal", "Show or mask the customer's name and address", shown=True),
    Command("voucher.copy", "y", "copy_code", "copy code", "Copy the code"),
    Command("voucher.markdown", "Y", "copy_markdown", "copy as Markdown", "Copy what its first tab says as Markdown"),
    Command("voucher.history", "H", "show_history", "history", "What each sync saw changed of it", shown=True),
    Command("voucher.json", "J", "show_json", "JSON", "The code as the API sent it", shown=True),
)  # fmt: skip

READ_OUT = command_table(
    "Code, read out",
    Command("read_out.other", "b", "other", "QR code", "Large letters or QR code", shown=True),
    Command("read_out.copy", "y", "copy_code", "copy code", "Copy the code", shown=True),
    Command("read_out.back", "escape", "app.back", "back", "Back to where you were", shown=True),
)  # fmt: skip
