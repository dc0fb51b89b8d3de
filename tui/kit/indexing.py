"""Bringing the search index up to date while the app goes on."""

from collections.abc import Callable
from functools import partial

from textual.app import App

from store.cache.search_index import build_index, index_states
from store.queries.question import current_question
from store.queries.reader import Reader
from store.queries.search import TAIL
from tui.kit.asking import ask

GROUP = "search index"
_WORTH_IT = TAIL // 2
"""Rows that wait before it is written: fewer are read with each search at no cost that is felt."""


def build_in_background(
    app: App[object], reader: Reader, built: Callable[[], None],
    failed: Callable[[Exception], None] = lambda _: None, *, worth: int = _WORTH_IT,
) -> None:  # fmt: skip
    """Build what is lacking, in small parts, until it is done, a sync begins or the app is left; once at a time.

    Where the cache cannot be written, searches go on without and say what they lack.

    Args:
        app: works for it, whichever screen stands.
        reader: of the cache.
        built: called when something was built.
        failed: given what kept it from being built.
        worth: how many rows must wait for it.
    """

    def tell(is_done: bool) -> None:
        if is_done:
            built()

    if not any(worker.group == GROUP and not worker.is_finished for worker in app.workers):
        ask(app, partial(_build, reader, worth), tell, group=GROUP, failed=failed)


def _build(reader: Reader, worth: int) -> bool:
    """Whether anything was lacking and is built now; in a thread."""
    if sum(state.pending for state in reader.ask(index_states).values()) <= worth:
        return False
    if (asked := current_question()) is not None:
        # While it held a state of the cache, what is written would pile up beside the file.
        asked.let_go()
    return build_index(reader.path, lambda: not reader.has_ended)
