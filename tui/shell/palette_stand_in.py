"""A stand-in for Textual's command palette: the app has one of its own and never opens Textual's.

Textual imports its palette with the app, and with it text fields, lists and trees: a tenth of all that a start imports.
"""

import sys
from types import ModuleType

_REPLACED = "textual.command"


def leave_out_palette() -> None:
    """Keep Textual's palette from being imported; called before `textual.app` is, and without effect after that."""
    if "textual.app" in sys.modules:
        return
    stand_in = ModuleType(_REPLACED, "Stands for Textual's command palette, which this program does not use.")
    # Whatever is asked for is an empty class: Textual derives from some of them, and calls none.
    stand_in.__dict__["__getattr__"] = _empty_class
    sys.modules[_REPLACED] = stand_in


def _empty_class(name: str) -> type:
    if name.startswith("__"):
        raise AttributeError(name)
    return type(name, (), {"__module__": _REPLACED})
