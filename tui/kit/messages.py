"""What happened, reported to screens. Past tense; the newest of its kind replaces one not yet handled."""

from typing import TYPE_CHECKING

from msgspec import Struct
from textual.message import Message

from store.cache.files import FileMark
from store.ref import Ref
from widgets.messages import FieldMessage

if TYPE_CHECKING:
    from store.actions.action import Action, Values
    from store.sync.request import SyncRequest


class CacheFingerprint(Struct, frozen=True):
    """How the cache was found.

    Attributes:
        mark: changes whenever something was written.
        holder: another process that is syncing, in words; "" when there is none.
    """

    mark: FileMark = ()
    holder: str = ""


class SyncStatus(Struct, frozen=True):
    """The state of the app's own sync, and the result of the last one.

    Attributes:
        running: whether a run is under way.
        what: what it reads, in words ("routine", a thing's name).
        state: of the last run: complete, partial, failed, stopped or "" before the first.
        reason: why it is not complete, in a sentence.
        remaining, limit: calls left and allowed in the API's current period; None while unknown.
        calls: requests of the run.
        waiting: why nothing is sent just now; "" when it is.
        goes_on: when it will be, in seconds of the monotonic clock; None while nothing waits.
        unfinished: whether this run, or an earlier one since the app began, left something unread that was asked for.
    """

    running: bool = False
    what: str = ""
    state: str = ""
    reason: str = ""
    remaining: int | None = None
    limit: int | None = None
    calls: int = 0
    waiting: str = ""
    goes_on: float | None = None
    unfinished: bool = False


class SyncRequested(FieldMessage):
    """A screen wants something read from the API.

    Attributes:
        request: what.
        what: in words.
        quietly: no key was pressed for it: when it cannot be done, nothing is said.
    """

    request: "SyncRequest"
    what: str
    quietly: bool = False


class SyncProgressed(FieldMessage):
    """A page arrived, a wait began, or a run started or ended."""

    state: SyncStatus

    def can_replace(self, message: Message) -> bool:
        """Only the newest counts."""
        return isinstance(message, SyncProgressed)


class SyncFinished(FieldMessage):
    """A run ended; the reason says why it could not start or is not complete, and is "" when all is well.

    `news` are sentences on changes that the API came to an end with meanwhile.
    """

    reason: str
    news: tuple[str, ...] = ()


class Open(FieldMessage):
    """The user wants a thing opened, by the room of its kind.

    Attributes:
        ref: which.
        name: what it was called where it was chosen, personal data as it was shown there; "" where that is not known.
    """

    ref: Ref
    name: str = ""


class ActionRequested(FieldMessage):
    """The user wants something changed: its form or, where nothing is asked for, its confirmation is opened.

    Attributes:
        action: what is to be done.
        records: the ids or codes of the records, as `make_plan` takes them.
        values: of the action's fields, in the API's own units; those that are missing are asked for.
    """

    action: "Action"
    records: tuple[str, ...]
    values: "Values"


class TerminalLost(Message):
    """The terminal is gone: a closed window, a dropped connection."""


class CacheChanged(Message):
    """Rows in the cache changed: read again what is shown and keep the user's place."""

    def can_replace(self, message: Message) -> bool:
        """One is as good as many."""
        return isinstance(message, CacheChanged)
