"""Keys of the widgets of this folder."""

from widgets.keys.command_table import Command, command_table

HEAT = command_table(
    "Map of counts",
    Command("heat.right", "right,l", "step(1)", "later", "The next part of time"),
    Command("heat.left", "left,h", "step(-1)", "earlier", "The part of time before"),
    familiar=True,
)  # fmt: skip
