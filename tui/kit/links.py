"""The records that one leads to, numbered: a digit opens one, `enter` the marked one."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from store.ref import Ref
from tui.kit.commands import LINKS
from tui.kit.messages import Open
from tui.kit.record_view import RecordLink
from widgets.text import safe


def choose_link(asker: Widget, links: Sequence[RecordLink]) -> None:
    """Let the user pick what to open of what a record leads to; says so where that is nothing."""

    def taken(ref: Ref | None) -> None:
        if ref is not None:
            asker.post_message(Open(ref, next(link.words for link in links if link.ref == ref)))

    if links:
        asker.app.push_screen(LinksDialog(links), taken)
    else:
        asker.notify("This leads to nothing that could be opened.", markup=False)


class LinksDialog(ModalScreen[Ref | None]):
    """Pick a link; dismisses with what it leads to, or None on esc.

    Args:
        links: in the order to show.
    """

    DEFAULT_CSS = """
    LinksDialog { align: center middle; }
    LinksDialog > Vertical {
        width: 76; max-width: 100%; height: auto; max-height: 80%;
        background: $surface; border: round $border; padding: 0 1;
    }
    LinksDialog OptionList { text-wrap: nowrap; text-overflow: ellipsis; }
    LinksDialog OptionList, LinksDialog OptionList:focus {
        height: auto; max-height: 16; border: none; padding: 0; background: $surface; scrollbar-size: 1 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = LINKS.bindings

    def __init__(self, links: Sequence[RecordLink]) -> None:
        super().__init__()
        self._links = tuple(links)

    def compose(self) -> ComposeResult:
        """A list."""
        with Vertical() as box:
            box.border_title = "Links"
            yield OptionList(*(_option(at, link) for at, link in enumerate(self._links, 1)), compact=True)

    def on_mount(self) -> None:
        """Begin on the first."""
        self.query_one(OptionList).highlighted = 0
        self.query_one(OptionList).focus()

    def action_number_link(self, number: int) -> None:
        """Open one by its number."""
        if number <= len(self._links):
            self.dismiss(self._links[number - 1].ref)

    def action_leave(self) -> None:
        """Close without a choice."""
        self.dismiss(None)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._links[event.option_index].ref)


def _option(number: int, link: RecordLink) -> Option:
    sign = f"{number}" if number <= 9 else " "
    return Option(
        Content.assemble(
            Content.styled(f"{sign} ", "$text-muted"), Content.styled(f"{link.relation:<16} ", "$text-muted"),
            safe(link.words),
        )
    )  # fmt: skip
