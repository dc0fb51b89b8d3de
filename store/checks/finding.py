"""The form of a check and of what it finds: one finding for each thing, with examples and the exact number of cases."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from functools import cached_property

from store.checks.coverage import Coverage, ListNeed, coverage
from store.days import WeekStart
from store.ref import Ref

PROJECT = Ref("project", "")
"""What codes of no campaign, customers and configuration are found under; it is no thing to open."""


class State(StrEnum):
    """What a check came to.

    Findings may come from lists that are not complete: what is there is proof enough, and `lacks` says what is not.
    """

    SOUND = "sound"
    FINDINGS = "findings"
    PARTIAL = "partial"
    """Nothing was found in what is cached, and not all of it is."""
    NOT_CHECKED = "not_checked"
    """Nothing that it needs was ever read."""


class Severity(StrEnum):
    """How bad a finding of a check is."""

    ERROR = "error"
    """Money, points or secrets are at stake, or shoppers are refused."""
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Case:
    """One record that contradicts itself or another. All texts but ids may hold outside text.

    Attributes:
        thing: what it is found under: a campaign, mostly.
        ref: the record that shows it, to open.
        called: what people know the record by: a code, a name; never personal data.
        words: the evidence, in words; never a secret nor personal data.
        since: UTC text of when it came to be; None where that is not known.
        key: tells cases of one record apart, the same in every run; "" where a record has one case at most.
    """

    thing: Ref
    ref: Ref
    called: str
    words: str
    since: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """All cases of one check under one thing.

    Attributes:
        thing: a campaign, or `PROJECT`.
        called: its name; "" for the project.
        what: how many of what, in words.
        since: UTC text of the first case; None where that is not known of any.
        count: of cases, exact.
        examples: the first of them.
    """

    thing: Ref
    called: str
    what: str
    since: str | None
    count: int
    examples: tuple[Case, ...]

    @property
    def opens(self) -> Ref:
        """What to look at: the record itself where there is but one."""
        return self.examples[0].ref if self.count == 1 or self.thing == PROJECT else self.thing


class Asked:
    """What a check is given, and where it says what it could not look at.

    Args:
        connection: a reader.
        now: what "now" is.
        zone: the project's time zone.
        currency: ISO 4217 code of the profile, for amounts in words.
        week_start: the weekday weeks begin with.
        needs: the lists of the check.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        now: datetime,
        zone: tzinfo,
        currency: str | None = None,
        week_start: WeekStart = WeekStart.MONDAY,
        needs: tuple[ListNeed, ...] = (),
    ) -> None:
        self.connection = connection
        self.now = now
        self.zone = zone
        self.currency = currency
        self.week_start = week_start
        self.lacks: list[str] = []
        self._needs = needs

    @cached_property
    def coverages(self) -> tuple[Coverage, ...]:
        """How far the lists of the check are complete."""
        return tuple(coverage(self.connection, need) for need in self._needs)

    def covered(self, resource: str) -> Coverage:
        """How far one of them is."""
        return next(one for one in self.coverages if one.resource == resource)

    def under(self, campaign_id: str | None) -> Ref:
        """What a record of a campaign, or of none, is found under."""
        return PROJECT if campaign_id is None else Ref.campaign(campaign_id)


@dataclass(frozen=True, slots=True)
class Check:
    """One check of the cached data.

    Attributes:
        name: as the command line knows it.
        title: in a few words.
        means: what a finding means, in a sentence.
        advice: what to do, in a sentence.
        noun: what its cases are, in the singular.
        says: what is wrong with them; follows the noun.
        severity: of its findings.
        needs: lists without which nothing found is no proof.
        find: yields its cases, in any order; reads only what is needed, and never concludes from an incomplete list.
    """

    name: str
    title: str
    means: str
    advice: str
    noun: str
    says: str
    severity: Severity
    needs: tuple[ListNeed, ...]
    find: Callable[[Asked], Iterator[Case]]


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """What one check came to.

    Attributes:
        check: which.
        state: in a word.
        findings: those with most cases first.
        lacks: why it is not checked wholly, in words; "" where it is.
        as_of: UTC text of the oldest reading it rests on; None where there is none.
        silenced: cases that the baseline knows.
    """

    check: Check
    state: State
    findings: tuple[Finding, ...] = ()
    lacks: str = ""
    as_of: str | None = None
    silenced: int = 0

    @property
    def cases(self) -> int:
        """Cases of all findings."""
        return sum(one.count for one in self.findings)
