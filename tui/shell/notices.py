"""Notices: a line each, none twice, never over a dialog."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, Literal, Self

from textual.notifications import Notification, Notifications
from textual.screen import Screen

from widgets.app_part import AppPart
from widgets.text import cell_fit, cell_width, glyphs

_REQUEST = re.compile(r"(.*) (Request id \S+)").fullmatch


def _one_line(words: str, width: int) -> str:
    """Words that are cut where they do not fit, with the request id that they end with kept whole."""
    if cell_width(words) <= width or (found := _REQUEST(words)) is None:
        return words
    end = glyphs.current().ellipsis
    return f"{cell_fit(found[1], width - cell_width(found[2]) - 1, ellipsis=end)} {found[2]}"


class _NoneTwice(Notifications):
    def add(self, notification: Notification) -> Self:
        for shown in [one for one in self if one.message == notification.message]:
            del self[shown]
        return super().add(notification)


class NoticesAfterDialogs(AppPart):
    """An app whose notices are one line each and wait while a dialog is open.

    `ToastHolder`s of dialogs are hidden by its CSS.
    """

    CSS = """
    ToastRack { dock: bottom; margin-bottom: 1; overflow: hidden; }
    Toast {
        width: auto; max-width: 100%; height: 1; margin: 0; padding: 0 1; border: none;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    Toast.-information { border: none; color: $text-success; }
    Toast.-warning { border: none; color: $text-warning; }
    Toast.-error { border: none; color: $text-error; }
    ModalScreen ToastHolder { display: none; }
    """
    _held_back: tuple[Callable[[], None], ...] = ()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._notifications = _NoneTwice()
        self._told_on: Screen[Any] | None = None

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: Literal["information", "warning", "error"] = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a notice in one line, or keep it until the dialog that is open is closed.

        One that says the same takes the place of the one before. The title stands before the words.
        """
        sign = glyphs.current().ok if severity == "information" else glyphs.current().failed
        words = _one_line(f"{sign} {f'{title}: ' if title else ''}{' '.join(message.split())}", self.size.width - 2)
        hint = f" {glyphs.current().dot} esc"
        words += hint if cell_width(words + hint) <= self.size.width - 2 else ""
        if self.screen_stack and self.screen.is_modal:
            again = partial(self.notify, message, title=title, severity=severity, timeout=timeout, markup=markup)
            self._held_back += (again,)
            return
        self._told_on = self.screen if self.screen_stack else None
        super().notify(words, severity=severity, timeout=timeout, markup=markup)

    def close_notices(self) -> bool:
        """Close the notices that can be seen; whether the last of them was told on this screen, so that this is all."""
        if self.screen.is_modal or not len(self._notifications):
            return False
        self.clear_notifications()
        return self._told_on is self.screen

    def show_held_back(self, screen: Screen[object]) -> None:
        """Show what was kept, now that another screen is on top."""
        if not screen.is_modal:
            held_back, self._held_back = self._held_back, ()
            for tell in held_back:
                tell()
