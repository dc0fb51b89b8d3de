"""The one way a screen or widget asks the cache: in a worker thread; then it shows the answer, or why there is none."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.widget import Widget
from textual.worker import Worker

from store.queries.question import Question
from tui.kit.error_words import words_of
from widgets.messages import FieldMessage

Answer = TypeVar("Answer")

UNREADABLE = "The cache cannot be read"
READ_AGAIN = "ctrl+r reads it again"
_THREADS = 4
"""That ask at once. Each has a connection of several megabytes, and a machine of many cores would have many."""


class LoadFailed(FieldMessage):
    """Something shown could not be read from the cache: the key that reads again is offered.

    Attributes:
        reason: the sentence the command line has for it.
    """

    reason: str


def limit_threads() -> None:
    """Let at most four threads of this event loop work at once."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS))


def ask(
    asker: DOMNode,
    question: Callable[[], Answer],
    show: Callable[[Answer], Any],
    *,
    group: str,
    failed: Callable[[Exception], Any] | None = None,
    where: Widget | None = None,
    exclusive: bool = True,
) -> None:
    """Put a question to the cache in a thread and hand the answer over in the event loop.

    All that the question reads is of one state of the cache. Its query stops when its asker goes or a newer one comes.

    Args:
        asker: whose worker it is; nothing is handed over once it is gone.
        question: asks, in a thread: it may block and may raise, and touches no widget.
        show: given the answer; may be a coroutine function.
        group: names the questions of which a newer one replaces the older.
        failed: given what went wrong, whatever it was; may be a coroutine function.
        where: a container to cover with the reason until an answer comes.
        exclusive: whether it does replace it.
    """

    async def answered(answer: Answer) -> None:
        if where is not None:
            uncover(where, group)
        await _call(show, answer)

    async def refused(error: Exception) -> None:
        asker.post_message(LoadFailed(words_of(error)))
        if where is not None:
            cover(where, words_of(error), group)
        if failed is not None:
            await _call(failed, error)

    asked = Question()

    def outcome() -> Callable[[], Awaitable[None]]:
        try:
            with asked:
                answer = question()
        except Exception as error:
            return partial(refused, error)
        return partial(answered, answer)

    async def work() -> None:
        try:
            tell = await asyncio.to_thread(outcome)
        except asyncio.CancelledError:
            asked.cancel()
            raise

        asker.call_later(_hand_over, asker, worker, tell)

    worker: Worker[None] = asker.run_worker(work, exclusive=exclusive, group=group, exit_on_error=False)


async def _hand_over(asker: DOMNode, worker: Worker[None], tell: Callable[[], Awaitable[None]]) -> None:
    # An app that closes takes its screens apart before it ends its own callbacks.
    if not worker.is_cancelled and asker.is_attached and asker.app.is_running:
        await tell()


async def _call(handler: Callable[[Any], Any], value: object) -> None:
    result = handler(value)
    if result is not None and hasattr(result, "__await__"):
        await result


def cover(container: Widget, why: str, key: str = "", title: str = UNREADABLE, action: str = READ_AGAIN) -> None:
    """Show over a container why there is nothing in it; what was shown for the same key is replaced."""
    # Late: most caches can be read.
    from tui.kit.failure_panel import FailurePanel
    from widgets.frame.states import Notice

    data = Notice("error", title, why, action)
    try:
        container.query_one(f"#{_id_of(key)}", FailurePanel).show(data)
    except NoMatches:
        container.mount(FailurePanel(data, id=_id_of(key)))


def uncover(container: Widget, key: str = "") -> None:
    """Take away what `cover` shows."""
    container.query(f"#{_id_of(key)}").remove()


def _id_of(key: str) -> str:
    return f"failure-{key.replace(' ', '-')}"
