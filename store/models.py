"""Plain answers shared by queries, commands and screens."""

from datetime import UTC
from enum import StrEnum

from msgspec import Struct

from store.times import instant_of
from store.words import NOT_STATED, NOT_SYNCED, REFUSED, clock, is_refusal


class Unit(StrEnum):
    """What an integer counts."""

    COUNT = "count"
    MINOR = "minor"
    """Minor units of the profile's currency."""
    POINTS = "points"
    PERMILLE = "permille"
    """Thousandths: 941 is 94.1 %."""


class Source(StrEnum):
    """Where a figure comes from; shown beside it."""

    SUMMARY = "summary"
    """`GET /v1/campaigns/{id}/summary`."""
    ROWS = "rows"
    """Counted from cached rows."""
    DOCUMENT = "document"
    """A member of the object itself."""
    EXPORT = "export"
    NONE = "none"


def oldest(*instants: str | None) -> str | None:
    """The earliest of some instants (UTC text) that are known; None when none is."""
    return min((instant for instant in instants if instant is not None), default=None)


class Figure(Struct, frozen=True):
    """One number with everything that makes it honest (design §6).

    Attributes:
        value: the exact integer; None when it is not known, which is not zero.
        unit: what it counts.
        source: where it comes from.
        as_of: when its source was last read (UTC text).
        complete: whether the source is known to be complete for the asked range.
        note: what is missing or what is shown instead, in words.
        previous: the same figure for the period before, when asked for.
        at_least: what is known of a sum that is not complete; `value` is None then. None when nothing is known.
    """

    value: int | None
    unit: Unit = Unit.COUNT
    source: Source = Source.NONE
    as_of: str | None = None
    complete: bool = False
    note: str = ""
    previous: int | None = None
    at_least: int | None = None

    @classmethod
    def counted(
        cls, found: int | None, unit: Unit = Unit.COUNT, source: Source = Source.NONE, as_of: str | None = None,
        complete: bool = False, note: str = "", previous: int | None = None,
    ) -> "Figure":  # fmt: skip
        """A count or sum over what is cached: exact where that is complete, else a lower bound.

        Nothing found in an incomplete list proves nothing: `at_least` is then None, not 0.
        """
        if complete:
            return cls(found, unit, source, as_of, True, note, previous)
        return cls(None, unit, source, as_of, False, note, previous, found or None)

    def __add__(self, other: "Figure") -> "Figure":
        """Two counts or sums of one unit as one: exact where both are, and as old as the older."""
        known = [one.known for one in (self, other) if one.known is not None]
        complete = self.complete and other.complete
        note = self.note or other.note
        as_of = oldest(self.as_of, other.as_of)
        return Figure.counted(sum(known) if known else None, self.unit, self.source, as_of, complete, note)

    @property
    def known(self) -> int | None:
        """What is known of it, exact or at least; None when nothing is."""
        return self.at_least if self.value is None else self.value

    @property
    def why(self) -> str:
        """The note; of an unknown figure never "", so that every dash has a reason."""
        if self.note or self.known is not None:
            return self.note
        return NOT_SYNCED if self.as_of is None else NOT_STATED


class Freshness(Struct, frozen=True):
    """How far a list can be trusted.

    Attributes:
        state: complete, partial, failed or unknown (never read); received for what comes by itself. Of the best
            reading: an attempt that failed later does not change it.
        as_of: when that reading was (UTC text).
        completed_at: when it was last complete.
        reason: why it is not complete.
        attempt_state: partial or failed, where a later attempt to read it ended so; None otherwise.
        attempted_at: when that attempt was (UTC text).
        attempt_reason: why it ended so.
        not_understood: records of it that are there but could not be understood.
    """

    state: str = "unknown"
    as_of: str | None = None
    completed_at: str | None = None
    reason: str | None = None
    attempt_state: str | None = None
    attempted_at: str | None = None
    attempt_reason: str | None = None
    not_understood: int = 0

    @property
    def complete(self) -> bool:
        """Whether it was complete at `as_of`."""
        return self.state == "complete"

    @property
    def mixed(self) -> bool:
        """Whether an attempt after `as_of` brought some of the newer rows and not all."""
        return self.attempt_state == "partial"

    @property
    def brief(self) -> str:
        """The reason in a few words, for beside a figure: of a failure's sentences what happened; "" without one."""
        return _in_brief(self.reason)

    @property
    def why(self) -> str:
        """Why a figure of its rows is not known, in a few words; never ""."""
        if self.as_of is None:
            return NOT_SYNCED
        return self.brief or self.attempt or (NOT_STATED if self.complete else "not all rows are synced")

    @property
    def is_refused(self) -> bool:
        """Whether the last attempt to read it was refused with this key (401 or 403)."""
        return is_refusal(self.attempt_reason if self.attempt_state else self.reason)

    @property
    def attempt(self) -> str:
        """What the later attempt came to, when, and of when the figures are; "" without one.

        Status, list, figure and header all say it in these words.
        """
        if not self.attempt_state:
            return ""
        ended = "read in part" if self.mixed else "not read again"
        what = REFUSED if self.is_refused else ended
        why = "" if self.is_refused else _in_brief(self.attempt_reason)
        at = f"{what} at {_moment(self.attempted_at)}{f' ({why})' if why else ''}" if self.attempted_at else what
        return f"{at}; figures are of {_moment(self.as_of)}" if self.as_of else at

    def known(self, found: int) -> int | None:
        """A count or sum of its rows; None where nothing was found in a list that was never complete."""
        return found if found or (self.completed_at is not None and not self.not_understood) else None


def _in_brief(reason: str | None) -> str:
    sentence = reason or ""
    if is_refusal(sentence):
        return REFUSED
    return sentence.partition(". ")[0].partition(": ")[0].rstrip(".") if sentence.endswith(".") else sentence


def _moment(instant: str | None) -> str:
    """UTC text of the cache as words: `23 Nov 2026 12:00 UTC`."""
    return clock(instant_of(instant), UTC) if instant else "an unknown time"
