"""When one refusal speaks for all lists: by its kind, or because nothing has answered and it comes from everywhere."""

from store.api.errors import (
    ApiError,
    BudgetSpent,
    ConnectionLost,
    CredentialsRefused,
    Forbidden,
    NotUnderstood,
    RateLimited,
    RedirectRefused,
    ServerError,
    TimedOut,
)

FATAL_ERRORS = (BudgetSpent, CredentialsRefused, RateLimited, ConnectionLost, TimedOut)
"""After one of these, asking for the next list is useless or unkind."""

SETTLED_BY = 3
"""Different addresses that refuse alike, before any has answered, after which no other is asked."""
_HOST_WIDE = (RedirectRefused, NotUnderstood, ServerError)
_ENOUGH_HOST_WIDE = 2
"""The same for what does not depend on which list is asked for."""


class Refusals:
    """Watches the beginning of a run.

    Attributes:
        answered: whether a list could be read.
    """

    def __init__(self) -> None:
        self.answered = False
        self._kind: tuple[type[ApiError], int | None] | None = None
        self._paths: set[str] = set()

    def note_answer(self) -> None:
        """Something could be read: from now on every refusal is of one list alone."""
        self.answered = True

    def settle(self, refused: ApiError, path: str) -> str | None:
        """Count a refusal in.

        Returns:
            None while it may be of this list alone, or else what is wrong for all: `credentials` when the keys may
            not read, `retry` when the server may be itself again later, `address` when something else answers there.
        """
        kind = (type(refused), refused.status)
        if kind != self._kind:
            self._kind, self._paths = kind, set()
        self._paths.add(path)
        if self.answered or len(self._paths) < (_ENOUGH_HOST_WIDE if isinstance(refused, _HOST_WIDE) else SETTLED_BY):
            return None
        if isinstance(refused, Forbidden):
            return "credentials"
        return "retry" if refused.retryable else "address"
