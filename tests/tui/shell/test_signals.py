"""Signals that ask a command to stop."""

import signal
import subprocess
import sys

import pytest

from tui.cli import run
from tui.shell.signals import Stopped

DROPPED = """
import os, signal, sys, time, weakref
from tui.shell.signals import stop_code, stop_on_signals

class Thing: pass

stop_on_signals()
thing = Thing()
reference = weakref.ref(thing, lambda _: signal.raise_signal(int(sys.argv[1])))
try:
    del thing
    time.sleep(20)
except KeyboardInterrupt as stopped:
    os._exit(stop_code(stopped))
"""


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_python_drops_is_sent_again(number: signal.Signals) -> None:
    ended = subprocess.run([sys.executable, "-c", DROPPED, str(int(number))], capture_output=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (128 + number, b"")


INTERRUPTED = """
import signal, sys, weakref

class Interruption:
    def find_spec(self, name, *_):
        if name == "tui.cli":
            # Where Python drops what is raised.
            thing = Interruption()
            reference = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGINT))
            del thing

sys.meta_path.insert(0, Interruption())
from promoscope.__main__ import main
main()
"""


def test_ctrl_c_while_the_program_is_loaded_ends_it_without_a_word() -> None:
    ended = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, b"", b"")


@pytest.mark.parametrize(("signalled", "code"), [(KeyboardInterrupt(), 130), (Stopped(15), 143), (ValueError(), 1)])
def test_an_interruption_that_python_wraps_is_one(
    monkeypatch: pytest.MonkeyPatch, signalled: BaseException, code: int
) -> None:
    """Python 3.11 turns what is raised in `__set_name__` into a `RuntimeError`."""

    class Named:
        def __set_name__(self, owner: type, name: str) -> None:
            raise signalled

    def make_a_class(**_: object) -> None:
        try:
            type("Made", (), {"member": Named()})
        except BaseException as error:
            raise RuntimeError from error

    monkeypatch.setattr("tui.cli.verbs.group.main", make_a_class)
    assert run(["status"]) == code
