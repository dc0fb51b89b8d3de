"""What ended a command, in a sentence and an exit code."""

import os
from typing import TYPE_CHECKING

from tui.cli.exits import CRASHED, CREDENTIALS, PARTIAL, RETRY, USAGE, Failure
from tui.cli.streams import AnswerLost
from tui.kit.error_words import DEBUG, words_of

if TYPE_CHECKING:
    from store.api.errors import ApiError


def explain(error: Exception) -> tuple[str, int]:
    """The sentence for people and the exit code for scripts behind any error."""
    if isinstance(error, Failure):
        return error.message, error.code
    if isinstance(error, AnswerLost):
        return f"The answer could not be written: {error}. Nothing else was changed by that.", PARTIAL
    return words_of(error), _code_of(error)


def code_of(error: "ApiError") -> int:
    """What an error of the API that ends a command means to a script, as the end of a sync does."""
    from store.api.errors import BudgetSpent, ConnectionLost, CredentialsRefused, Forbidden

    if isinstance(error, CredentialsRefused | Forbidden):
        return CREDENTIALS
    if isinstance(error, BudgetSpent):
        return PARTIAL
    # What answers otherwise, and will again, is not the API.
    return RETRY if error.retryable or isinstance(error, ConnectionLost) else USAGE


def _code_of(error: Exception) -> int:
    # Late: `--help` and a healthy command never need these.
    import sqlite3

    from store.api.errors import ApiError
    from store.cache.errors import CacheError, CacheLocked, reading_failed
    from store.config_errors import ConfigError, KeysUnusable

    if isinstance(error, ApiError):
        return code_of(error)
    if isinstance(error, ConfigError):
        return CREDENTIALS if isinstance(error, KeysUnusable) else USAGE
    if isinstance(error, sqlite3.DatabaseError):
        error = reading_failed(error)
    if isinstance(error, CacheError):
        return RETRY if isinstance(error, CacheLocked) else USAGE
    return CRASHED


def wants_traceback(error: Exception) -> bool:
    """Whether to show where an error happened: only when asked, and not for what is no fault."""
    return bool(os.environ.get(DEBUG)) and not isinstance(error, Failure)
