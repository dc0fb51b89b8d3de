"""Keys of the widgets of this folder."""

from widgets.keys.command_table import Command, command_table

TIMELINE = command_table(
    "Timeline",
    Command("timeline.left", "left", "step(-1)", "Cell back", "One cell back in time"),
    Command("timeline.right", "right", "step(1)", "Cell on", "One cell on in time"),
    Command("timeline.screen_left", "H", "screen(-1)", "Screen back", "One screen back"),
    Command("timeline.screen_right", "L", "screen(1)", "Screen on", "One screen on"),
    Command("timeline.week_right", "w", "week(1)", "Next week", "To the next week"),
    Command("timeline.week_left", "b", "week(-1)", "Week back", "To the week before"),
    Command("timeline.today", "T", "today", "today", "To today", shown=True),
    Command("timeline.zoom_in", "plus,equals_sign", "zoom(-1)", "zoom", "Less time in a cell", shown=True, sign="+ -"),
    Command("timeline.zoom_out", "minus", "zoom(1)", "zoom out", "More time in a cell"),
    Command("timeline.fit_all", "a", "fit_all", "fit all", "Show the whole of all bars", shown=True),
    Command("timeline.fit_bar", "z", "fit_bar", "fit this", "Show the whole of this bar"),
    Command("timeline.next", "n", "boundary(1)", "Next", "To the next start or end"),
    Command("timeline.previous", "p", "boundary(-1)", "Previous", "To the start or end before"),
)  # fmt: skip
