"""The base of what is one part of an app in a class of its own."""

from typing import TYPE_CHECKING

from textual.app import App
from textual.message_pump import MessagePump

if TYPE_CHECKING:
    AppPart = App[None]
else:
    # An app's class looks through all that Textual's has, once for each class: a part need not.
    AppPart = MessagePump
