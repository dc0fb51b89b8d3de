"""A code to be read out over the telephone, or scanned off the screen."""

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from store import words as fmt
from tui.kit.clipboard import copy_text
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices
from tui.vouchers.commands import READ_OUT
from tui.vouchers.large_letters import large_lines
from tui.vouchers.qr_code import DARK_CELL, qr_lines
from widgets.frame.offered_keys import KeyWords
from widgets.text import cell_width, escaped
from widgets.text.ink import LOOKS, Look
from widgets.text.lines import DataLines, Line, Span
from widgets.text.wrap import wrap_cells


class LargeCode(DataLines[str]):
    """A code in large letters, and how many characters it has."""

    DEFAULT_CSS = "LargeCode { height: 1fr; padding: 0 1; }"

    def fill(self, width: int, height: int | None) -> list[Line]:
        """The letters, or why they do not fit."""
        size = fmt.counted(len(self.data), "character")
        drawn = large_lines(self.data, width, (height or 0) - 1)
        if drawn is None:
            words = f"{size}: too many to be shown large in this window. y copies the code."
            return [((line, "warn"),) for line in wrap_cells(words, max(1, width))]
        return [((size, "muted"),), *(((line, "strong"),) for line in drawn)]


class QrCode(DataLines[str]):
    """A code as a QR code: black on white under each theme, which is what cameras read."""

    DEFAULT_CSS = "QrCode { height: 1fr; }"
    LOOKS: ClassVar[Mapping[str, Look]] = {
        **LOOKS, "text": Look("#000000", ground="#ffffff"), "strong": Look("#000000", ground="#000000")
    }  # fmt: skip

    def fill(self, width: int, height: int | None) -> list[Line]:
        """The QR code in the middle, or why there is none."""
        try:
            drawn = qr_lines(self.data, width, height or 0)
        except ValueError as error:
            return [((line, "warn"),) for line in wrap_cells(str(error), max(1, width))]
        left: Span = (" " * ((width - cell_width(drawn[0])) // 2), "muted")
        return [(left, *_spans(line)) for line in drawn]


def _spans(line: str) -> Line:
    """A line of the code; in ASCII the cells of dark modules are dark, whatever stands in them."""
    parts = line.replace(DARK_CELL, f"\0{DARK_CELL}\0").split("\0")
    return tuple((part, "strong" if part == DARK_CELL else "text") for part in parts if part)


class ReadOutScreen(AppScreen):
    """A code in large letters; the same key turns it into a QR code and back.

    Args:
        services: what the app is given.
        code: as customers type it.
        above: where the user came from, outermost first.
    """

    DEFAULT_CSS = """
    ReadOutScreen QrCode { display: none; }
    ReadOutScreen.-qr QrCode { display: block; }
    ReadOutScreen.-qr LargeCode { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = READ_OUT.bindings

    def __init__(self, services: AppServices, code: str, above: tuple[str, ...]) -> None:
        super().__init__(services)
        self._code, self._above = code, above

    def compose_body(self) -> ComposeResult:
        """Both, one of them shown."""
        yield LargeCode(self._code)
        yield QrCode(self._code)

    def crumbs(self) -> tuple[str, ...]:
        """Where the user is."""
        return (*self._above, "QR code" if self.has_class("-qr") else "Large")

    def on_mount(self) -> None:
        """Say where the user is."""
        self.refresh_top()

    def key_label(self, binding: Binding) -> KeyWords | None:
        """What `b` turns to."""
        if binding.id == "read_out.other" and self.has_class("-qr"):
            return KeyWords("large letters")
        return super().key_label(binding)

    def action_other(self) -> None:
        """Large letters or QR code."""
        self.toggle_class("-qr")
        self.refresh_top()
        self.refresh_bindings()

    def action_copy_code(self) -> None:
        """Copy the code."""
        copy_text(self.app, escaped(self._code, lines=False), "1 code")
