"""Textual's app, imported without what this program does not use, or not at its start: a sixth of its code.

- Textual's command palette, with text fields, lists and trees: the app has a palette of its own.
- `platformdirs`, which Textual asks for the downloads directory when a file is delivered.
- asyncio's own TLS: the API's client brings another one.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any, cast


def import_textual() -> None:
    """Import Textual's app lightly; without effect where it is imported already."""
    if "textual.app" in sys.modules:
        return
    with _standing_in({"ssl": None}):
        import_module("asyncio")
    palette = _module("textual.command", lambda name: type(name, (), {"__module__": "textual.command"}))
    directories = _module("platformdirs", lambda name: _late("platformdirs", name))
    with _standing_in({"textual.command": palette, "platformdirs": directories}):
        import_module("textual.app")


@contextmanager
def _standing_in(modules: Mapping[str, ModuleType | None]) -> Iterator[None]:
    """Have modules, or the lack of one, in place of those not imported yet; imports after it get the real ones."""
    replaced = {name: module for name, module in modules.items() if name not in sys.modules}
    # A name that is `None` there cannot be imported.
    known = cast("dict[str, ModuleType | None]", sys.modules)
    known.update(replaced)
    try:
        yield
    finally:
        for name in replaced:
            del known[name]


def _module(name: str, give: Callable[[str], Any]) -> ModuleType:
    """A module that has whatever it is asked for."""

    def attribute(asked: str) -> Any:
        if asked.startswith("__"):
            raise AttributeError(asked)
        return give(asked)

    module = ModuleType(name)
    module.__dict__["__getattr__"] = attribute
    return module


def _late(module: str, name: str) -> Callable[..., Any]:
    """A function that imports the real one when it is called."""

    def call(*values: Any, **named: Any) -> Any:
        return getattr(import_module(module), name)(*values, **named)

    return call
