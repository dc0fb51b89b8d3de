"""Keys of the widgets of this folder."""

from widgets.keys.command_table import Command, command_table

CHART = command_table(
    "Charts",
    Command("chart.table", "t", "toggle_table", "table", "Show the numbers instead of the plot", shown=True),
    Command("chart.export", "e", "export", "export", "Export the numbers of this chart", shown=True),
    Command("chart.previous", "left,h", "choose_series(-1)", "series before", "The series before, in the legend"),
    Command("chart.next", "right,l", "choose_series(1)", "next series", "The next series, in the legend"),
    Command("chart.toggle", "space", "toggle_series", "on/off", "Draw the chosen series, or draw it no longer",
            shown=True),
    Command("chart.scale", "s", "own_scale", "own scale", "Draw the chosen line to a scale of its own, on the right",
            shown=True),
    Command("chart.down", "down,j", "scroll_table(1)", "Down"),
    Command("chart.up", "up,k", "scroll_table(-1)", "Up"),
    Command("chart.page_down", "pagedown,ctrl+d", "scroll_table(8)", "Page down"),
    Command("chart.page_up", "pageup,ctrl+u", "scroll_table(-8)", "Page up"),
)  # fmt: skip
