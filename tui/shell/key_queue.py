"""Keys in the order they were typed, each handed on only when all that the one before it set going has come to rest.

Textual hands every key at once to the widget that has the focus. Keys that arrive together, as over a slow line, then
reach the widget that the first of them is just about to leave: letters meant for a filter run as commands.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterator

from textual.app import App, ScreenStackError
from textual.dom import DOMNode
from textual.events import Key, Paste
from textual.message_pump import MessagePump

Typed = Key | Paste

MOST_ROUNDS = 50
"""Rounds of marks after one key at the most: an app that never comes to rest takes keys all the same."""
QUIET_ROUNDS = 2
"""Rounds without a message that mean rest: in one alone, a handler may have begun behind a mark."""
LOOK_AGAIN = 0.005
"""Seconds after which it is seen whether the workers that a key waits for are done."""


class KeyQueue:
    """Holds keys and pastes back until the one before has had its effects.

    At rest means: no message is waiting or being handled in the app, its screens and widgets, and no widget between
    the focus and the screen says by a true `is_loading` that its workers are still reading what the last key asked for.
    A question that nobody works on holds nothing back, so a failure cannot silence the keyboard.

    Args:
        app: whose keys.
        at_once: keys that never wait, so that the app can be left whatever hangs.
    """

    def __init__(self, app: App[None], at_once: frozenset[str]) -> None:
        self._app = app
        self._at_once = at_once
        self._held: deque[Typed] = deque()
        self._passing: Typed | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether every key that came was handed on and has had its effects."""
        return self._task is None or self._task.done()

    def end(self) -> None:
        """Drop what is held; called when the app closes."""
        self._held.clear()
        if self._task is not None:
            self._task.cancel()

    def lets_pass(self, event: Typed) -> bool:
        """Whether an event that came to the app is to be handled now; if not, it comes again in its turn."""
        if event is self._passing:
            self._passing = None
            return True
        if isinstance(event, Key) and event.key in self._at_once:
            return True
        self._held.append(event)
        if self.is_empty:
            self._task = asyncio.create_task(self._hand_on(), name="keys")
        return False

    async def _hand_on(self) -> None:
        # Without a screen the app is closing, and nobody is left to take a key.
        with contextlib.suppress(ScreenStackError):
            await self._rest()
            while self._held:
                self._passing = self._held.popleft()
                self._app.post_message(self._passing)
                await self._rest()

    async def _rest(self) -> None:
        await self._settle()
        while self._is_loading():
            await asyncio.sleep(LOOK_AGAIN)
            if not self._is_loading():
                await self._settle()

    async def _settle(self) -> None:
        quiet = 0
        for _ in range(MOST_ROUNDS):
            quiet = quiet + 1 if await self._is_quiet() else 0
            if quiet == QUIET_ROUNDS:
                return

    async def _is_quiet(self) -> bool:
        """Let a mark pass through the message queues; whether they were empty before and after."""
        waiting = self._with_messages()
        under_way, all_through = 0, asyncio.Event()

        def through() -> None:
            nonlocal under_way
            under_way -= 1
            if not under_way:
                all_through.set()

        for pump in dict.fromkeys([*self._chain(), *waiting]):
            # A closing one takes no mark; one that took it handles it before it closes.
            under_way += pump.call_later(through)
        if under_way:
            await all_through.wait()
        return not waiting and not self._with_messages()

    def _chain(self) -> list[DOMNode]:
        """Where a key passes: the focused widget and what it stands in, up to the app."""
        screen = self._app.screen
        return list((screen.focused or screen).ancestors_with_self)

    def _with_messages(self) -> list[MessagePump]:
        return [node for node in self._nodes() if node.message_queue_size]

    def _nodes(self) -> Iterator[MessagePump]:
        yield self._app
        for screen in self._app.screen_stack:
            yield from screen.walk_children(with_self=True)

    def _is_loading(self) -> bool:
        """Whether a worker of a widget that says `is_loading`, or of one within it, is at work."""
        loading = [node for node in self._chain() if getattr(node, "is_loading", False)]
        return any(
            not worker.is_finished and any(node in worker.node.ancestors_with_self for node in loading)
            for worker in self._app.workers
        )
