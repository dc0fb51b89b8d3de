"""Messages of widgets to their screens, in the past tense."""

from dataclasses import dataclass
from typing import ClassVar

from textual.message import Message
from textual.widget import Widget


@dataclass(eq=False)
class WidgetMessage(Message):
    """Base of the messages of a widget.

    Attributes:
        widget: the sender.
        coalesces: of a burst from one widget only the last matters; what was chosen or failed is never dropped.
    """

    widget: Widget

    coalesces: ClassVar[bool] = False

    @property
    def control(self) -> Widget:
        """The sender, for `@on` selectors."""
        return self.widget

    def can_replace(self, message: Message) -> bool:
        """Whether the one not yet handled may go for this one."""
        return self.coalesces and type(message) is type(self) and message.control is self.control
