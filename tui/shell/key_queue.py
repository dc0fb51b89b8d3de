"""Keys in the order they were typed, each handed on only when all that the one before it set going has come to rest.

Textual hands every key at once to the widget that has the focus. Keys that arrive together, as over a slow line, then
reach the widget that the first of them is just about to leave: letters meant for a filter run as commands.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterable

from textual._context import message_hook
from textual.app import App, ScreenStackError
from textual.dom import DOMNode
from textual.events import Callback, Key, Paste
from textual.message import Message
from textual.message_pump import MessagePump
from textual.worker import Worker

Typed = Key | Paste

MOST_ROUNDS = 50
"""Rounds of marks after one key at the most: an app that never comes to rest takes keys all the same."""


class KeyQueue:
    """Holds keys and pastes back until the one before has had its effects.

    At rest means: no message is waiting or being handled in the app, its screens and widgets, and no widget between
    the focus and the screen says by a true `is_loading` that its workers are still reading what the last key asked for.
    A question without a worker holds nothing back, so a failure cannot silence the keyboard.

    Args:
        app: whose keys. `begin` must be called before its first screen.
        at_once: keys that never wait, so that the app can be left whatever hangs.
    """

    def __init__(self, app: App[None], at_once: frozenset[str]) -> None:
        self._app = app
        self._at_once = at_once
        self._held: deque[Typed] = deque()
        self._passing: Typed | None = None
        self._task: asyncio.Task[None] | None = None
        self._handled = 0
        self._rested_after = -1
        self._mark: Callable[[], None] | None = None
        self._ends: dict[Worker[object], asyncio.Task[None]] = {}

    @property
    def is_empty(self) -> bool:
        """Whether every key that came was handed on and has had its effects."""
        return self._task is None or self._task.done()

    def begin(self) -> None:
        """Watch the app's messages; called in its task, whose context all of its widgets inherit."""
        earlier: Callable[[Message], None] | None = message_hook.get(None)

        def count(message: Message) -> None:
            if not isinstance(message, Callback) or message.callback is not self._mark:
                self._handled += 1
            if earlier is not None:
                earlier(message)

        message_hook.set(count)

    def forget(self) -> None:
        """Drop the waiting keys: they were typed before their user saw what they would act on now."""
        self._held.clear()

    def end(self) -> None:
        """Drop the waiting keys; called when the app closes."""
        self.forget()
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
        # Without a screen the app is closing, and nothing is left to take a key.
        with contextlib.suppress(ScreenStackError):
            # A key that is all that came since the last rest has nothing to wait for.
            if self._handled != self._rested_after + 1 or self._busy() or self._awaited():
                await self._rest()
            while self._held:
                self._passing = self._held.popleft()
                self._app.post_message(self._passing)
                await self._pass_through([self._app])
                await self._rest()

    async def _rest(self) -> None:
        while True:
            self._rested_after = -1
            for _ in range(MOST_ROUNDS):
                if await self._nothing_happened():
                    self._rested_after = self._handled
                    break
            ends = self._awaited()
            if not ends:
                return
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)

    async def _nothing_happened(self) -> bool:
        """Let a mark pass through the message queues; whether it met nothing on its way and left nothing behind.

        As long as messages wait somewhere, they alone are waited for; the way of a key is asked once none does.
        """
        busy, handled = self._busy(), self._handled
        await self._pass_through(busy or self._chain())
        return not busy and self._handled == handled and not self._busy()

    async def _pass_through(self, pumps: Iterable[MessagePump]) -> None:
        """Wait until all that waits in some queues now was handled."""
        under_way, all_through = 0, asyncio.Event()

        def through() -> None:
            nonlocal under_way
            under_way -= 1
            if not under_way:
                all_through.set()

        self._mark = through
        for pump in pumps:
            # A closing one takes no mark; one that took it handles it before it closes.
            under_way += pump.post_message(Callback(through))
        if under_way:
            await all_through.wait()

    def _busy(self) -> list[MessagePump]:
        """What has messages waiting: the app, its screens and widgets, which a key asks for several times."""
        nodes: list[DOMNode] = [self._app, *self._app.screen_stack]
        for node in nodes:
            if not isinstance(node, App):
                nodes += node.children
        return [node for node in nodes if node.message_queue_size]

    def _chain(self) -> list[DOMNode]:
        """Where a key passes: the focused widget and its ancestors, up to the app."""
        screen = self._app.screen
        return list((screen.focused or screen).ancestors_with_self)

    def _awaited(self) -> list[asyncio.Task[None]]:
        """Tasks that end when a worker of a widget that is is_loading, or of one within it, ends."""
        asked = [node for node in self._chain() if getattr(node, "is_loading", False)]
        working = [
            worker
            for worker in self._app.workers
            if not worker.is_finished and any(node in worker.node.ancestors_with_self for node in asked)
        ]
        self._ends = {worker: self._ends.get(worker) or asyncio.create_task(_end_of(worker)) for worker in working}
        return list(self._ends.values())


async def _end_of(worker: Worker[object]) -> None:
    # Its caller reports how it ended.
    with contextlib.suppress(Exception):
        await worker.wait()
