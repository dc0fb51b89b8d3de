"""Watching customers and noting when they were looked at, from any screen of the room."""

import sqlite3
from collections.abc import Callable

from store.cache.marks import note_look, unwatch, watch
from store.days import instant_text
from store.ref import CUSTOMER, Ref
from tui.kit.asking import ask
from tui.kit.error_words import words_of
from tui.kit.messages import CacheChanged
from tui.kit.screen import AppScreen
from widgets.text import plain


def _mark(
    screen: AppScreen, mark: Callable[[sqlite3.Connection], None], done: Callable[[], None], what: str,
    undone: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """Write a mark in a thread; say so where it cannot be kept."""
    services = screen.services

    def write() -> None:
        if services.write_mark is not None:
            services.write_mark(mark)

    def failed(error: Exception) -> None:
        screen.notify(plain(f"{what} {words_of(error)}"), severity="warning", markup=False)
        undone()

    ask(screen, write, lambda _: done(), group="mark", failed=failed, exclusive=False)


def toggle_watch(screen: AppScreen, customer_id: str, name: str, *, watched: bool) -> None:
    """Have every sync keep a customer up, or no longer."""
    thing, now = Ref(CUSTOMER, customer_id), instant_text(screen.services.now())

    def mark(connection: sqlite3.Connection) -> None:
        if watched:
            unwatch(connection, thing)
        else:
            watch(connection, thing, now)

    def done() -> None:
        words = "is no longer watched" if watched else "is watched: every sync reads what is new of their activity"
        screen.notify(plain(f"{name} {words}."), markup=False)
        screen.app.post_message(CacheChanged())

    _mark(screen, mark, done, "Not changed.")


def note_looked(screen: AppScreen, customer_id: str, after: Callable[[], None]) -> None:
    """Note that somebody looks at a customer now; what comes `after` may write to the cache, too."""
    thing, now = Ref(CUSTOMER, customer_id), instant_text(screen.services.now())

    def mark(connection: sqlite3.Connection) -> None:
        note_look(connection, thing, now)

    _mark(screen, mark, after, "When you looked is not kept.", after)
