"""A text field of one line: still, plain, and `enter` belongs to its container."""

from textual.widgets import Input


class TypedLine(Input):
    """One line to type in. Its cursor does not blink, which a slow line would pay for, and it has no border.

    `enter` is passed to the container, which binds it and labels what it does there.

    Args:
        placeholder: what can be typed, shown while the line is empty.
    """

    DEFAULT_CSS = """
    TypedLine, TypedLine:focus { height: 1; border: none; padding: 0; background: transparent; }
    """

    MOST = 1_000
    """Characters taken: a file pasted by mistake is no filter."""

    def __init__(self, placeholder: str = "") -> None:
        super().__init__(placeholder=placeholder, max_length=self.MOST, select_on_focus=False)
        self.cursor_blink = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """All but submitting."""
        return action != "submit" and super().check_action(action, parameters)
