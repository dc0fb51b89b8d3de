"""What a sync says about itself: live progress and one final report."""

from dataclasses import dataclass, field
from typing import Any

from store.cache.ledger import COMPLETE, FAILED, PARTIAL
from store.cache.page import Applied
from store.tally import count_seen
from store.words import counted

PAGES, EXPORTS = "pages", "exports"


def call_words(count: int) -> str:
    """A number of calls in words: `1 call`, `3,338 calls`."""
    return counted(count, "call")


@dataclass(slots=True)
class ResourceReport:
    """One resource's share of a run.

    Attributes:
        seen, added, changed: records returned; of these new and different.
        missing: records a full refresh no longer returned.
        not_understood: records kept raw because they have no usable id.
        calls: requests it took.
        via: pages, exports or both words.
        state: complete, partial or failed.
        reason: why it is not complete, or what was done differently from what was asked.
        excused: all that keeps it from being complete is that it was refused, and not every project has it, or that
            the run read only the portion it set itself: the run is judged without it.
    """

    seen: int = 0
    added: int = 0
    changed: int = 0
    missing: int = 0
    not_understood: int = 0
    calls: int = 0
    via: str = PAGES
    state: str = COMPLETE
    reason: str | None = None
    excused: bool = False

    def count(self, applied: Applied) -> None:
        """Add what a batch did."""
        self.seen += applied.seen
        count_seen(applied.seen)
        self.added += applied.added
        self.changed += applied.changed
        self.not_understood += applied.not_understood

    def worsen(self, state: str, reason: str, *, excused: bool = False) -> None:
        """Lower the state; the first reason is kept, later different ones are added."""
        self.excused = excused and (self.excused or self.state == COMPLETE)
        order = (COMPLETE, PARTIAL, FAILED)
        if self.state == COMPLETE or order.index(state) < order.index(self.state) == 2:
            self.state = state
        if self.reason is None:
            self.reason = reason
        elif reason not in self.reason:
            self.reason = f"{self.reason}; {reason}"

    def note(self, remark: str) -> None:
        """Say something that does not lower the state."""
        if self.reason is None:
            self.reason = remark
        elif remark not in self.reason:
            self.reason = f"{self.reason}; {remark}"

    def use(self, via: str) -> None:
        """Note which way rows came."""
        if self.via != via:
            self.via = via if self.seen == 0 else f"{PAGES}+{EXPORTS}"

    def as_json(self) -> dict[str, Any]:
        """The report's documented form."""
        return {
            "seen": self.seen,
            "added": self.added,
            "changed": self.changed,
            "missing": self.missing,
            "not_understood": self.not_understood,
            "calls": self.calls,
            "via": self.via,
            "state": self.state,
            "reason": self.reason,
        }


@dataclass(slots=True)
class Report:
    """One run.

    Attributes:
        run_id: names the run in the cache's `sync_runs` and journal.
        state: complete, partial or failed.
        calls: requests sent.
        seconds: how long it took.
        resources: by resource name.
        reason: what ended it early, in a sentence; or, in a run that came to its end, what should be known of it.
        error: the short name of what ended it: credentials, address, budget, retry or empty.
        ended: whether something ended it before all lists were asked for.
        cut_off: whether that came from outside: it was stopped by hand, or a fault in this program or the cache.
        remark: becomes the reason when nothing ended it.
        news: sentences on changes that the API came to an end with meanwhile; whoever runs the sync looks for them.
    """

    run_id: str
    state: str = COMPLETE
    calls: int = 0
    seconds: float = 0.0
    resources: dict[str, ResourceReport] = field(default_factory=dict)
    reason: str | None = None
    error: str = ""
    ended: bool = False
    cut_off: bool = False
    remark: str = ""
    news: list[str] = field(default_factory=list)

    def of(self, name: str) -> ResourceReport:
        """The report of one resource, made when first asked for."""
        return self.resources.setdefault(name, ResourceReport())

    def end(self, reason: str, error: str) -> None:
        """Note that no further list is asked for, why, and the short name of that."""
        self.reason, self.error, self.ended = reason, error, True

    def interrupt(self, reason: str = "") -> None:
        """Note that the run is left before its end; without a reason, because it was stopped from outside."""
        self.ended, self.cut_off = True, not reason
        self.reason = reason or "The run was stopped before its end. What was read is kept; the same command resumes."

    def conclude(self) -> None:
        """Derive the run's state from its resources and what ended it."""
        judged = [report for report in self.resources.values() if not report.excused]
        # A list that was not asked for, such as summaries without campaigns, is no success.
        states = {report.state for report in judged if report.state != COMPLETE or report.calls}
        if self.reason is None and states <= {COMPLETE}:
            self.state = COMPLETE
        elif COMPLETE in states or PARTIAL in states:
            self.state = PARTIAL
        else:
            self.state = FAILED
        portions = [
            f"{name}: {one.reason}" for name, one in self.resources.items() if one.excused and one.state == PARTIAL
        ]
        self.reason = self.reason or " ".join(filter(None, (self.remark, "; ".join(portions)))) or None

    def as_stored(self) -> dict[str, Any]:
        """The form in the cache's `sync_runs`: that of `sync --json`, and how the run ended."""
        return {**self.as_json(), "ended": self.ended, "cut_off": self.cut_off}

    def as_json(self) -> dict[str, Any]:
        """The documented JSON of `sync --json`."""
        return {
            "run_id": self.run_id,
            "state": self.state,
            "calls": self.calls,
            "seconds": round(self.seconds, 3),
            "reason": self.reason,
            "resources": {name: report.as_json() for name, report in self.resources.items()},
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a run, for a display.

    Attributes:
        resource: being read; empty between resources.
        scope: project or campaign:<id>.
        via: pages or exports.
        rows: records read of it so far.
        total: how many the API says there are; None when it does not say.
        calls: requests of the run so far.
        done, tasks: lists finished and to read in all.
        note: what it waits for, if it waits.
    """

    resource: str
    scope: str
    via: str
    rows: int
    total: int | None
    calls: int
    done: int
    tasks: int
    note: str = ""
