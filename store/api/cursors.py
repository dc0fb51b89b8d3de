"""How each kind of list is walked: pure state machines that say what to ask next and when to stop.

A cursor never does I/O. `ask()` names the next query, `take()` digests its answer, `place` is what to store to go on
after it, and `unfinished` why the list ends early when it does not let itself be read to its end.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import msgspec

from store.api.places import AfterId, Place, UntilDate
from store.api.slices import decode_loosely
from store.times import shifted, utc_text

USELESS_CALLS = 2
"""Answers in a row that bring nothing new, after which a list is given up."""

Params = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ListedRow:
    """What paging needs of a record: its bytes, who it is, and its instant in the cache's form."""

    content: bytes
    identity: str
    time: str | None


@dataclass(frozen=True, slots=True)
class ListAnswer:
    """One answer of a list, as far as paging looks.

    Attributes:
        rows: in the order they came.
        total: the count the API gives, of what it pleases to count; None when it gives none.
        has_more: None when the answer does not say.
        more_after: where the API says to continue.
    """

    rows: tuple[ListedRow, ...]
    total: int | None = None
    has_more: bool | None = None
    more_after: str | None = None


class Cursor(Protocol):
    """One walk through one list."""

    def ask(self) -> Params | None:
        """The query for the next answer; None when the list is complete."""
        ...

    def take(self, answer: ListAnswer) -> list[bytes]:
        """Digest an answer; its records that were not delivered before, as far as remembered."""
        ...

    @property
    def place(self) -> Place | None:
        """What to give back to go on after the last answer; None for the beginning."""
        ...

    @property
    def anchor(self) -> str | None:
        """The instant from which on the list is asked for next, "" for its beginning; None where it is no instant."""
        ...

    @property
    def total(self) -> int | None:
        """How many records the API counts in the list; None while it states no number."""
        ...

    @property
    def unfinished(self) -> str | None:
        """Why the list ends here though there is more of it; None when it does not."""
        ...

    @property
    def numbered(self) -> bool:
        """Whether it walks the list by page number."""
        ...

    @property
    def capped(self) -> bool:
        """Whether nothing but the last page number the API serves ended it: the list's other end is not reached."""
        ...


@lru_cache
def _shape(time_field: str) -> msgspec.json.Decoder[Any]:
    members = [("identity", Any, None), ("time", Any, None)]
    names = {"identity": "id", "time": time_field}
    return msgspec.json.Decoder(msgspec.defstruct("Seen", members, rename=names))


def read_row(content: bytes, time_field: str) -> ListedRow:
    """What paging needs of one record; a record of any shape is taken, itself as its identity when it has no id."""
    identity, time = _read(content, time_field)
    own = identity if isinstance(identity, str) and identity else content.decode(errors="replace")
    return ListedRow(content, own, utc_text(time))


def _read(content: bytes, time_field: str) -> tuple[object, object]:
    try:
        seen = _shape(time_field).decode(content)
    except msgspec.ValidationError:
        return None, None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        loose = decode_loosely(content)
        return (loose.get("id"), loose.get(time_field)) if isinstance(loose, dict) else (None, None)
    return seen.identity, seen.time


class SeenRecords:
    """Tells new records from those remembered, and counts the answers in a row that brought none."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.useless = 0

    @property
    def given_up(self) -> bool:
        """Whether enough answers brought nothing."""
        return self.useless >= USELESS_CALLS

    def sift(self, rows: Iterable[ListedRow], *, counts: bool = True) -> list[bytes]:
        """The contents of the new rows, which are remembered from now on.

        Args:
            rows: one answer's.
            counts: whether an answer without news is a useless one.
        """
        fresh = []
        for row in rows:
            if row.identity not in self.known:
                self.known.add(row.identity)
                fresh.append(row.content)
        if fresh:
            self.useless = 0
        elif counts:
            self.useless += 1
        return fresh

    def only(self, rows: Iterable[ListedRow]) -> None:
        """Remember only these."""
        self.known = {row.identity for row in rows}


class OnceCursor:
    """A list in a single answer."""

    numbered = capped = False
    anchor: str | None = None

    def __init__(self) -> None:
        self._answer: ListAnswer | None = None
        self.total: int | None = None
        self.unfinished: str | None = None
        self.place: Place | None = None

    def ask(self) -> Params | None:
        """A bare query, once."""
        return () if self._answer is None else None

    def take(self, answer: ListAnswer) -> list[bytes]:
        """All of it; the API may still say that there is more."""
        self._answer = answer
        self.total, returned = answer.total, len(answer.rows)
        if answer.total is not None and answer.total > returned:
            self.unfinished = f"the API counts {answer.total:,} records, returned {returned:,} and offers no next page"
        elif answer.has_more:
            self.unfinished = "the API says there is more and offers no next page"
        return [row.content for row in answer.rows]


class _Chain:
    """What the cursors that continue from a place in the list share."""

    numbered = capped = False
    anchor: str | None = None

    def __init__(self, limit: int, *, from_start: bool) -> None:
        self._limit = limit
        self._from_start = from_start
        self._came = 0
        self._fresh = SeenRecords()
        self._done = False
        self.total: int | None = None
        self.unfinished: str | None = None

    def _stop(self, reason: str | None) -> None:
        self._done = True
        self.unfinished = reason

    def _sift(self, answer: ListAnswer) -> tuple[list[bytes], bool]:
        """The new records, and whether the list continues."""
        fresh = self._fresh.sift(answer.rows)
        self._came += len(fresh)
        self._fresh.only(answer.rows)
        if answer.has_more is None:
            # A short page proves nothing where the server may shorten all: the next answer brings news, or it does not.
            more = len(answer.rows) >= self._limit or bool(fresh)
        else:
            more = answer.has_more or self._counts_more(answer)
        if not more:
            self._stop(None)
        elif self._fresh.given_up:
            self._stop("the list brings the same records again")
        return fresh, not self._done

    def _counts_more(self, answer: ListAnswer) -> bool:
        """Whether a count contradicts an answer that says it is the last: its page was shortened unnoticed.

        A total may be of the page alone, so it can only speak for more; and only to who read from the beginning.
        """
        return self._from_start and bool(answer.rows) and answer.total is not None and answer.total > self._came


class IdCursor(_Chain):
    """`starting_after_id`: the answer, or else its last record, says where to continue. Its total is not trusted."""

    def __init__(self, limit: int, place: Place | None) -> None:
        self._place = place.id if isinstance(place, AfterId) else None
        super().__init__(limit, from_start=self._place is None)
        self._visited = {self._place}

    def ask(self) -> Params | None:
        """The next stretch after the place reached."""
        if self._done:
            return None
        after = () if self._place is None else (("starting_after_id", self._place),)
        return (("limit", str(self._limit)), *after)

    def take(self, answer: ListAnswer) -> list[bytes]:
        """Move to where the answer says, or stop when it says nothing, or a place already visited."""
        fresh, goes_on = self._sift(answer)
        last = answer.rows[-1].identity if answer.rows else None
        following = answer.more_after or last
        if goes_on and following is None:
            self._stop("the API says there is more but not where to continue")
        elif goes_on and following in self._visited:
            self._stop("the list's cursor repeats")
        self._place = following if goes_on else last or self._place
        self._visited.add(self._place)
        return fresh

    @property
    def place(self) -> AfterId:
        """The id reached."""
        return AfterId(self._place)


class EndDateCursor(_Chain):
    """`end_date`, from the newest back. Whether it is inclusive is not documented, so each step overlaps by 1 ms."""

    def __init__(self, limit: int, until: str | None, place: Place | None) -> None:
        self._until = (place.end_date if isinstance(place, UntilDate) else None) or until
        super().__init__(limit, from_start=self._until is None)

    def ask(self) -> Params | None:
        """The stretch that ends at the date reached."""
        if self._done:
            return None
        until = () if self._until is None else (("end_date", self._until),)
        return (("limit", str(self._limit)), *until)

    def take(self, answer: ListAnswer) -> list[bytes]:
        """Move the end back to the oldest record of the answer."""
        fresh, goes_on = self._sift(answer)
        last = next((row.time for row in reversed(answer.rows) if row.time), None)
        if not goes_on:
            return fresh
        following = None if last is None else shifted(last, 1)
        if following is None:
            self._stop("the records carry no date to continue from")
        elif self._until is not None and following >= self._until:
            self._stop("the list does not go further back: too many records of one instant, or its dates are ignored")
        self._until = following or self._until
        return fresh

    @property
    def place(self) -> UntilDate:
        """The date reached."""
        return UntilDate(self._until)
