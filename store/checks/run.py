"""Running a check: how far its lists are complete, its cases by what they are found under, and which are known."""

import hashlib
import sqlite3
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from store.checks.finding import PROJECT, Asked, Case, Check, CheckAnswer, Finding, State
from store.days import WeekStart
from store.models import oldest
from store.ref import CAMPAIGN, Ref
from store.words import counted

MOST_EXAMPLES = 5


def fingerprint(check: Check, case: Case) -> str:
    """What names a case in every run: its check, record and key, never a value that may grow."""
    parts = (check.name, case.ref.kind, case.ref.id, case.key)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(slots=True)
class _Group:
    """Cases found under one thing so far."""

    count: int = 0
    since: str | None = None
    examples: list[Case] = field(default_factory=list)

    def add(self, case: Case) -> None:
        """Take in one more."""
        self.count += 1
        self.since = oldest(self.since, case.since)
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(case)


def run_check(
    connection: sqlite3.Connection,
    check: Check,
    now: datetime,
    zone: tzinfo,
    currency: str | None = None,
    week_start: WeekStart = WeekStart.MONDAY,
    *,
    known: AbstractSet[str] = frozenset(),
    seen: set[str] | None = None,
) -> CheckAnswer:
    """Run one check over what is cached.

    Args:
        connection: of a `Reader`.
        check: which.
        now: for running days and months.
        zone: of the project.
        currency: ISO 4217 code of the profile.
        week_start: the weekday weeks begin with.
        known: fingerprints of cases that are not to be told again.
        seen: takes the fingerprints of all cases, known ones included.

    Raises:
        CacheError: the cache cannot be read.
    """
    asked = Asked(connection, now, zone, currency, week_start, check.needs)
    as_of = oldest(*(one.as_of for one in asked.coverages))
    if all(one.as_of is None for one in asked.coverages):
        return CheckAnswer(check, State.NOT_CHECKED, lacks=_lacks(asked))
    groups: dict[Ref, _Group] = {}
    silenced = 0
    for case in check.find(asked):
        name = fingerprint(check, case) if known or seen is not None else ""
        if seen is not None:
            seen.add(name)
        if known and name in known:
            silenced += 1
        else:
            groups.setdefault(case.thing, _Group()).add(case)
    names = _names(connection, groups)
    findings = [
        Finding(thing, names.get(thing, ""), f"{counted(one.count, check.noun)} {check.says}", one.since, one.count,
                tuple(one.examples))
        for thing, one in groups.items()
    ]  # fmt: skip
    findings.sort(key=lambda one: (-one.count, one.called, one.thing.id))
    lacks = _lacks(asked)
    state = State.FINDINGS if findings else State.PARTIAL if lacks else State.SOUND
    return CheckAnswer(check, state, tuple(findings), lacks, as_of, silenced)


def _lacks(asked: Asked) -> str:
    """All that keeps the check from being whole."""
    return "; ".join(dict.fromkeys([*(one.lacks for one in asked.coverages if one.lacks), *asked.lacks]))


def _names(connection: sqlite3.Connection, groups: dict[Ref, _Group]) -> dict[Ref, str]:
    found = {}
    for thing in groups:
        if thing == PROJECT or thing.kind != CAMPAIGN:
            continue
        row = connection.execute("select coalesce(name, id) from campaigns where id = ?", (thing.id,)).fetchone()
        found[thing] = thing.id if row is None else row[0]
    return found
