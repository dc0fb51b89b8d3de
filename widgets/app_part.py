"""Base of a mixin of the app."""

from typing import TYPE_CHECKING

from textual.app import App
from textual.message_pump import MessagePump

if TYPE_CHECKING:
    AppPart = App[None]
else:
    # A class that derives from `App` makes Textual look through all of `App`'s methods once more.
    AppPart = MessagePump
