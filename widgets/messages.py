"""Messages of widgets to their screens, in the past tense."""

from inspect import get_annotations
from typing import Any, ClassVar, dataclass_transform

from textual.message import Message
from textual.widget import Widget

_TAKEN = frozenset(dir(Message))


@dataclass_transform(eq_default=False)
class FieldMessage(Message):
    """A message whose annotated names are what it is made with, in their order, as those of a dataclass are.

    Nothing is compiled for it at import, which for a dataclass takes half a millisecond.

    Raises:
        TypeError: a field is missing, unknown or given twice; a class names one that every message has.
    """

    _fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        own = get_annotations(cls)
        if taken := sorted(own.keys() & _TAKEN):
            raise TypeError(f"{cls.__name__}: Textual's messages have {', '.join(taken)} already")
        cls._fields += tuple(name for name, kind in own.items() if getattr(kind, "__origin__", None) is not ClassVar)

    def __init__(self, *values: object, **named: object) -> None:
        super().__init__()
        given = dict(zip(self._fields, values, strict=False)) | named
        known = len(given) == len(values) + len(named) and given.keys() <= set(self._fields)
        if not known or any(name not in given and not hasattr(self, name) for name in self._fields):
            raise TypeError(f"{type(self).__name__} takes {', '.join(self._fields)}, not {values}, {named}")
        self.__dict__.update(given)


class WidgetMessage(FieldMessage):
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
