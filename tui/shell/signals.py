"""Signals that ask a program to stop: they end a command as ctrl+c does, and the app by its one way out."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from types import FrameType
from typing import Any, NoReturn, TypeVar

Answer = TypeVar("Answer")

_AGAIN = 0.05
"""Seconds until a signal that Python dropped is sent again."""
_ONE_ASKING = 1.0
"""Seconds within which signals ask once: a service manager and a lost line send several, people press ctrl+c twice."""
_STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Stopped(KeyboardInterrupt):
    """A signal asked the program to stop.

    Attributes:
        code: the exit code that says so: 128 and the signal's number.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.code = 128 + number


def stop_code(error: BaseException | None) -> int:
    """The exit code behind an interruption or what it caused: 130 for ctrl+c."""
    while error is not None:
        if isinstance(error, Stopped):
            return error.code
        error = error.__cause__ or error.__context__
    return 128 + signal.SIGINT


def is_interrupted(error: BaseException | None) -> bool:
    """Whether an interruption is behind an error: Python wraps one that comes while it makes a class.

    An error raised `from None` speaks for itself.
    """
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return error is not None


def stop_on_signals() -> None:
    """Let signals raise `KeyboardInterrupt` in the main thread, so that files are put away and locks let go."""
    for number in _heard():
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else _stop)
    sys.unraisablehook = _send_again


def leave(code: int) -> NoReturn:
    """End the process with an exit code, at once.

    A thread that does not end, such as a hanging name look-up, ends with it, and no late signal changes the code.
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(code)


def run_until_stopped(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Run a coroutine in a loop of its own; the first signal cancels it, so that it can put away what it has.

    Raises:
        Stopped: by a signal; a second one that comes a while later does not wait for the coroutine.
    """
    # Late, here and below: a command that makes no call needs no event loop, which takes longest to import.
    import asyncio

    first, asked = 0, 0.0

    async def watched() -> Answer:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()

        def stop(number: int) -> None:
            nonlocal first, asked
            if task is None or (first and loop.time() > asked + _ONE_ASKING):
                raise Stopped(first or number)
            if not first:
                first, asked = number, loop.time()
                task.cancel()

        with on_signals(stop):
            return await work

    try:
        return asyncio.run(watched())
    except asyncio.CancelledError:
        raise (Stopped(first) if first else KeyboardInterrupt) from None


@contextlib.contextmanager
def on_signals(hear: Callable[[int], None]) -> Iterator[None]:
    """While it lasts, signals call `hear` in the running event loop; afterwards they do what they did before."""
    import asyncio

    loop, before = asyncio.get_running_loop(), {}
    for number in _heard():
        # Outside the main thread, as in tests, and on Windows there is nothing to hear.
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            handler = signal.getsignal(number)
            loop.add_signal_handler(number, hear, number)
            before[number] = handler
    try:
        yield
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


def has_job_control() -> bool:
    """Whether a shell waits that brings this process back after a stop.

    Such a shell has put the process into a group of its own, whose leader it is. A script, `make`, or the command of
    `ssh -t` waits in the same group and does not notice a stop: the terminal would be frozen.
    """
    if not hasattr(os, "getsid"):
        return False
    me, parent = os.getpid(), os.getppid()
    try:
        return os.getpgrp() == me != os.getsid(0) and os.getsid(parent) == os.getsid(0)
    except OSError:
        return False


def _heard() -> list[int]:
    """Those that are not ignored, as `nohup` does."""
    return [number for number in _STOPPING if signal.getsignal(number) is not signal.SIG_IGN]


def _send_again(dropped: "sys.UnraisableHookArgs") -> None:
    """Python drops what is raised in a finalizer or a weak reference's callback: a stop dropped there comes again."""
    if not issubclass(dropped.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(dropped)
        return
    timer = threading.Timer(_AGAIN, os.kill, (os.getpid(), stop_code(dropped.exc_value) - 128))
    timer.daemon = True
    timer.start()


def _stop(number: int, _: FrameType | None) -> None:
    raise Stopped(number)
