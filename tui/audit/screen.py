"""The audit: what was tried from here, by whom, and what became of it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import ScreenResume

from tui.audit.body import AuditBody
from tui.audit.commands import AUDIT_SCREEN
from tui.kit.screen import AppScreen
from widgets.text import glyphs


class AuditScreen(AppScreen):
    """Attempts to change something, the newest first. They lie in a file beside the cache."""

    BINDINGS: ClassVar[list[BindingType]] = AUDIT_SCREEN.bindings
    COMMAND_TABLE = AUDIT_SCREEN

    def compose_body(self) -> ComposeResult:
        """The list."""
        yield AuditBody(self.services)

    def crumbs(self) -> tuple[str, ...]:
        """Where the user is."""
        return ("Audit",)

    def legend(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The signs of the fates."""
        signs = glyphs.current()
        return "The audit", (
            (signs.ok, "done"),
            (signs.failed, "refused by the API"),
            (signs.disabled, "not done"),
            (signs.unknown, "not known; the attempt says what to check"),
        )

    def on_mount(self) -> None:
        """Show where the user is."""
        self.refresh_top()
        self.query_one(AuditBody).focus()

    def on_screen_resume(self, _: ScreenResume) -> None:
        """What was done meanwhile is in the file."""
        self.cache_changed()

    def cache_changed(self) -> None:
        """Read the file again."""
        body = self.query(AuditBody)
        if body and body.first().is_mounted:
            body.first().read()
