"""A list to pick from by typing: tabs, filters, sorts, profiles."""

from collections.abc import Sequence
from typing import ClassVar

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from widgets.dialog.commands import PICKER
from widgets.frame.typed_line import TypedLine
from widgets.text import folded, plain, safe


class PickerItem(Struct, frozen=True):
    """One thing to pick.

    Attributes:
        id: what the dialog is dismissed with.
        title: outside text allowed.
        note: beside it, quiet; found by typing too.
        sign: one cell before it.
        against: why it cannot be picked, which is shown beside it; "" where it can be.
    """

    id: str
    title: str
    note: str = ""
    sign: str = ""
    against: str = ""


def matching(items: Sequence[PickerItem], typed: str) -> list[PickerItem]:
    """Items that hold every word typed, those whose title begins with it first; otherwise in the given order."""
    words = folded(plain(typed)).split()
    found = [item for item in items if all(word in _haystack(item) for word in words)]
    start = " ".join(words)
    return sorted(found, key=lambda item: not folded(plain(item.title)).startswith(start))


class Picker(ModalScreen[str | None]):
    """Pick one item; dismisses with its id, or `None` on esc.

    Use it so::

        chosen = await app.push_screen_wait(Picker([PickerItem("name", "Name")], title="Sort by", current="name"))

    Typing narrows the list, up and down move in it, `enter` takes.

    Args:
        items: in the order to show.
        title: in the border.
        current: id of the item to begin on.
        placeholder: what can be typed.
    """

    DEFAULT_CSS = """
    Picker { align: center middle; }
    Picker > Vertical {
        width: 56; max-width: 100%; height: auto; max-height: 80%;
        background: $surface; border: round $border; padding: 0 1;
    }
    Picker TypedLine, Picker TypedLine:focus { background: $surface; }
    Picker OptionList, Picker OptionList:focus {
        height: auto; max-height: 16; border: none; padding: 0; background: $surface; scrollbar-size: 1 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = PICKER.bindings
    NOTHING: ClassVar[str] = "nothing matches"

    def __init__(self, items: Sequence[PickerItem], *, title: str = "", current: str | None = None) -> None:
        super().__init__()
        self._items = tuple(items)
        self._title = title
        self._current = current
        self._shown: list[PickerItem] = list(items)

    def compose(self) -> ComposeResult:
        """A line and a list."""
        with Vertical() as box:
            box.border_title = safe(self._title)
            yield TypedLine("type to narrow")
            yield OptionList(*map(_option, self._items), compact=True)

    def on_mount(self) -> None:
        """Begin on the current item, ready to type."""
        places = (index for index, item in enumerate(self._items) if item.id == self._current)
        self._list.highlighted = next(places, 0) if self._items else None
        self._list.can_focus = False
        self.query_one(TypedLine).focus()

    def action_leave(self) -> None:
        """Close without a choice."""
        self.dismiss(None)

    def action_move(self, step: int) -> None:
        """Move in the list; single steps go around its ends."""
        if not self._shown:
            return
        at = (self._list.highlighted or 0) + step
        last = len(self._shown) - 1
        self._list.highlighted = at % (last + 1) if abs(step) == 1 else max(0, min(last, at))

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self._shown = matching(self._items, event.value)
        self._list.clear_options()
        if self._shown:
            self._list.add_options(map(_option, self._shown))
            self._list.highlighted = 0
        else:
            self._list.add_option(Option(Content(self.NOTHING), disabled=True))

    def action_take(self) -> None:
        """Close with the item that is marked."""
        at = self._list.highlighted
        if self._shown and at is not None and not self.against:
            self.dismiss(self._shown[at].id)

    @property
    def against(self) -> str:
        """Why what is marked cannot be picked; "" where it can be."""
        at = self._list.highlighted
        return self._shown[at].against if at is not None and at < len(self._shown) else ""

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.refresh_bindings()

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self._shown and not self._shown[event.option_index].against:
            self.dismiss(self._shown[event.option_index].id)

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)


def _option(item: PickerItem) -> Option:
    sign = Content(f"{item.sign} ") if item.sign else Content("")
    if item.against:
        words = Content.assemble(sign, safe(item.title), "  ", safe(item.against))
        return Option(words.stylize("$text-muted"))
    note = Content.styled(f"  {plain(item.note)}", "$text-muted") if item.note else Content("")
    return Option(Content.assemble(sign, safe(item.title), note))


def _haystack(item: PickerItem) -> str:
    return folded(f"{plain(item.title)} {plain(item.note)} {plain(item.against)}")
