"""Notices never cover a dialog."""

from collections.abc import Callable
from functools import partial
from typing import Literal

from textual.app import App
from textual.screen import Screen


class NoticesAfterDialogs(App[None]):
    """An app whose notices wait while a dialog is open; `ToastHolder`s of dialogs are hidden by its CSS."""

    _held_back: tuple[Callable[[], None], ...] = ()

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: Literal["information", "warning", "error"] = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a notice, or keep it until the dialog that is open is closed."""
        tell = partial(super().notify, message, title=title, severity=severity, timeout=timeout, markup=markup)
        if self.screen_stack and self.screen.is_modal:
            self._held_back += (tell,)
        else:
            tell()

    def show_held_back(self, screen: Screen[object]) -> None:
        """Show what was kept, now that another screen is on top."""
        if not screen.is_modal:
            held_back, self._held_back = self._held_back, ()
            for tell in held_back:
                tell()
