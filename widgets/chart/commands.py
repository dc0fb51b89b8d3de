"""Keys of the widgets of this folder."""

from widgets.keys.command_table import Command, command_table

CHART = command_table(
    "Charts",
    Command("chart.table", "t", "toggle_table", "table", "Show the numbers instead of the plot", shown=True),
    Command("chart.export", "e", "export", "export", "Export the numbers of this chart", shown=True),
    Command("chart.down", "down,j", "scroll_table(1)", "Down"),
    Command("chart.up", "up,k", "scroll_table(-1)", "Up"),
    Command("chart.page_down", "pagedown,ctrl+d", "scroll_table(8)", "Page down"),
    Command("chart.page_up", "pageup,ctrl+u", "scroll_table(-8)", "Page up"),
)  # fmt: skip
