"""What went wrong, in the one sentence that commands and screens have for it. Needs no screen."""

import os

DEBUG = "PROMOSCOPE_DEBUG"
"""The environment variable that adds the traceback to a command's sentence."""
_LONGEST = 300


def words_of(error: Exception) -> str:
    """The sentence for people behind any error."""
    # Late: `--help` and a healthy command never need these.
    import sqlite3

    from store.api.errors import ApiError
    from store.cache.errors import CacheError, reading_failed
    from store.config_errors import ConfigError

    if isinstance(error, ApiError):
        return masked(error.sentence)
    if isinstance(error, sqlite3.DatabaseError):
        error = reading_failed(error)
    return str(error) if isinstance(error, ConfigError | CacheError) else _unexpected(error)


def _unexpected(error: Exception) -> str:
    said = " ".join(str(error).split())
    said = said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
    what = type(error).__name__ + (f": {said}" if said else "")
    sentence = f"promoscope met an unexpected error ({what}). What was read before is kept."
    return masked(f"{sentence} {DEBUG}=1 shows where it happened; please report that.")


def masked(text: str) -> str:
    """The text without keys."""
    from store.redact import redact

    return redact(text, (os.environ.get("VOUCHERIFY_APP_TOKEN", ""), os.environ.get("VOUCHERIFY_WEBHOOK_SECRET", "")))


def traceback_of(error: BaseException) -> list[str]:
    """Where an error happened, line by line, without the values of variables, keys and control characters."""
    import traceback

    from widgets.text import plain_lines

    found = traceback.TracebackException.from_exception(error, capture_locals=False)
    return plain_lines(masked("".join(found.format()).rstrip()))
