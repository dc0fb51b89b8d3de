"""Private parts of Textual that the app needs, each in one module. An upgrade that takes one away fails here."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from textual._compositor import Compositor
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.dom import DOMNode
from textual.drivers.linux_driver import LinuxDriver
from textual.drivers.web_driver import WebDriver
from textual.events import Key
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget

import tui
import widgets
from tests.support.paths import ROOT
from tui.shell.app import PromoscopeApp
from tui.shell.steady_driver import SteadyDriver

NEEDED = {
    "tui.kit.screen": {"_compositor"},
    "tui.shell.app": {"_driver", "_exit", "_fatal_error", "_handle_exception"},
    "tui.shell.key_queue": {"textual._context"},
    "tui.shell.notices": {"_notifications"},
    "tui.shell.steady_driver": {"_file", "_writer_thread", "textual._xterm_parser"},
    "tui.shell.web_driver": {"_write"},
    "widgets.frame.compositor": {"_get_renders", "textual._compositor"},
}
"""By module. What it is for stands in the tests below."""


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the screens, imported."""
    for package in (tui, widgets):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            assert module.__file__ is not None
            yield found.name, Path(module.__file__)


@cache
def names_given_by(base: type) -> frozenset[str]:
    """Private names that a class defines: methods, and what is kept in `self` or the class."""
    given = r"^\s+(?:async )?def (_[a-z]\w*)|self\.(_[a-z]\w*)(?:: [^=\n]+)? = |^    (_[a-z]\w*)(?:: [^=\n]+)? ="
    found = re.findall(given, inspect.getsource(base), re.MULTILINE)
    return frozenset(name for names in found for name in names if name)


def names_of_textual(kind: type) -> set[str]:
    """Private names that a class of ours inherits from Textual."""
    # A part of the app is none by itself; what it uses is the whole one's.
    whole = App.__mro__ if issubclass(kind, MessagePump) and not issubclass(kind, DOMNode) else ()
    bases = {base for base in (*kind.__mro__, *whole) if base.__module__.startswith("textual.")}
    return {name for base in bases for name in names_given_by(base)}


def private_names(name: str, path: Path) -> Iterator[str]:
    """What a module has of Textual's private parts: imports, and names its classes use, replace or hide."""
    module = importlib.import_module(name)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and "textual" in (node.module or "") and "._" in (node.module or ""):
            yield str(node.module)
        if isinstance(node, ast.ClassDef) and isinstance(kind := vars(module).get(node.name), type):
            own = {one.name for one in ast.walk(node) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
            used = {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
            yield from (own | used) & names_of_textual(kind)


def test_private_parts_are_used_where_they_are_needed_and_nowhere_else() -> None:
    found = {name: set(private_names(name, path)) for name, path in modules()}
    assert {name: used for name, used in found.items() if used} == NEEDED


def test_no_other_object_is_reached_into() -> None:
    """The linter refuses `other._name`; nobody may ask it to look away."""
    for package in ("tui", "widgets"):
        for path in (ROOT / package).rglob("*.py"):
            assert "SLF001" not in path.read_text(encoding="utf-8"), path


def test_every_message_is_told_to_a_hook() -> None:
    """`tui.shell.key_queue` sees by it whether a key has had its effects; without it keys come out of turn."""
    from textual._context import message_hook

    assert message_hook.name == "message_hook"
    assert "message_hook" in inspect.getsource(MessagePump)


def test_a_crash_is_shown_by_a_method_that_can_be_replaced() -> None:
    """`tui.shell.app` shows a crash without the values of variables, which hold keys and people's addresses."""
    assert list(inspect.signature(App._fatal_error).parameters) == ["self"]
    assert "_fatal_error()" in inspect.getsource(App._handle_exception)
    assert PromoscopeApp._fatal_error is not App._fatal_error


def test_whatever_is_raised_comes_by_one_method_and_an_app_knows_that_it_is_left() -> None:
    """`tui.shell.app` takes no widget that comes too late for a crash."""
    assert list(inspect.signature(App._handle_exception).parameters) == ["self", "error"]
    assert "self._exit = True" in inspect.getsource(App.exit)
    assert "app._exit" in inspect.getsource(vars(MessagePump)["is_attached"].fget)
    assert "is_attached" in inspect.getsource(Widget.mount)


def test_a_screen_has_a_compositor_that_can_be_replaced() -> None:
    """`widgets.frame.compositor` asks fewer widgets for their lines, from front to back."""
    assert "self._compositor = Compositor()" in inspect.getsource(Screen.__init__)
    assert "self._get_renders(crop)" in inspect.getsource(Compositor)
    assert "painting front to back" in inspect.getsource(Compositor)


def test_the_driver_writes_to_a_file_that_can_be_replaced() -> None:
    """`tui.shell.steady_driver` loses words to a lost terminal; the thread that writes takes the file at the start."""
    assert "self._file" in inspect.getsource(LinuxDriver.start_application_mode)
    assert "self._file = " in inspect.getsource(LinuxDriver.__init__)


def test_the_driver_for_browsers_writes_by_one_function() -> None:
    """`tui.shell.web_driver` loses what a server that is gone no longer takes."""
    assert "self._write = " in inspect.getsource(WebDriver.__init__)
    assert "self._write(" in inspect.getsource(WebDriver.write)


def test_notices_are_kept_in_a_collection_that_can_be_replaced() -> None:
    """`tui.shell.notices` lets none stand twice in it, and asks whether there are any."""
    assert "self._notifications = Notifications()" in inspect.getsource(App.__init__)
    assert "self._notifications.add(" in inspect.getsource(App._on_notify)


def test_the_driver_reads_keys_in_a_thread_that_can_be_replaced() -> None:
    """`tui.shell.steady_driver` reads keys itself, to notice that the terminal is gone; Textual's parser reads them."""
    parser = XTermParser()
    [event] = [*parser.feed("a"), *parser.tick()]
    assert isinstance(event, Key)
    assert event.key == "a"
    assert "run_input_thread" in inspect.getsource(LinuxDriver)
    assert SteadyDriver.run_input_thread is not LinuxDriver.run_input_thread


@pytest.mark.parametrize("number", ["SIGTSTP", "SIGCONT"])
def test_the_driver_sets_signals_before_ours_do(number: str) -> None:
    """`tui.shell.steady_driver` sets its own after Textual's, which take the terminal without asking whose it is."""
    assert f"signal.signal(signal.{number}" in inspect.getsource(LinuxDriver.__init__)
