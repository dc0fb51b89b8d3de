"""Plain answers shared by queries, commands and screens."""

from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with everything that makes it honest (design §6).

    Attributes:
        value: the exact integer; None when it is not known, which is not zero.
        unit: what it counts.
        source: where it comes from.
        as_of: when its source was last read (UTC text).
        complete: whether the source is known to be whole for the asked range.
        note: what is missing or what is shown instead, in words.
        previous: the same figure for the period before, when asked for.
        at_least: what is known of a sum that is not whole; `value` is None then. None when nothing is known.
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
        """A count or sum over what is cached: exact where that is whole, else at least so much.

        Nothing found in what is not whole tells nothing: `at_least` is then None, not 0.
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


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far a list can be trusted.

    Attributes:
        state: complete, partial, failed or unknown (never read); received for what comes by itself. Of the best
            reading: an attempt that failed later does not change it.
        as_of: when that reading was (UTC text).
        completed_at: when it was last whole.
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
        """Whether it was whole at `as_of`."""
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
    def attempt(self) -> str:
        """What the later attempt came to, in a few words; "" without one."""
        return f"not read again since: {_in_brief(self.attempt_reason)}" if self.attempt_state else ""

    def known(self, found: int) -> int | None:
        """A count or sum of its rows: finding nothing in a list that was never whole tells nothing, so it is None."""
        return found if found or (self.completed_at is not None and not self.not_understood) else None


def _in_brief(reason: str | None) -> str:
    told = reason or ""
    return told.partition(". ")[0].partition(": ")[0].rstrip(".") if told.endswith(".") else told
