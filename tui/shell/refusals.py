"""Asking why something was refused, from wherever it is shown."""

from store.ref import FAILURES, Ref
from tui.kit.explaining import explained_at
from tui.kit.messages import Open
from tui.shell.notices import NoticesAfterDialogs


class AsksWhy(NoticesAfterDialogs):
    """Part of the app: the keys that explain what is at hand and that show what was refused."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """`x` works on what was refused or can be tried; `F` everywhere but there."""
        if action == "explain":
            return self._about() is not None
        if action == "show_failures":
            return not (self.screen_stack and getattr(self.screen, "IS_FAILURES", False))
        return super().check_action(action, parameters)

    def _about(self) -> Ref | None:
        return explained_at(self.screen) if self.screen_stack else None

    def action_explain(self) -> None:
        """Explain what is at hand."""
        about = self._about()
        if about is not None:
            self.post_message(Open(about.explanation))

    def action_show_failures(self) -> None:
        """Show what was refused."""
        self.post_message(Open(Ref(FAILURES, "")))
