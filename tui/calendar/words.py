"""The calendar in words: the line above it, and what its signs mean."""

from collections.abc import Sequence

from store import words as fmt
from store.domain.status import StatusKind
from store.queries.calendar_counts import CalendarCounts
from store.queries.campaigns import LOW_SUCCESS
from tui.campaign_kit.status_words import status_sign
from widgets.text.lines import Role, Span
from widgets.timeline.signs import signs

CLASH = (
    "clashes with another campaign: the same type or category, in force at one time, and, where both have rules that"
    " are all cached, a product, collection or segment in common"
)
_CLOSED, _START, _SHORT = " closed now", " start within 7 days", " start in 7 d"
_SHOWN = (
    StatusKind.ACTIVE, StatusKind.SCHEDULED, StatusKind.DRAFT, StatusKind.GENERATING, StatusKind.DISABLED,
    StatusKind.EXPIRED, StatusKind.FAILED, StatusKind.DELETED,
)  # fmt: skip


def counts_spans(counts: CalendarCounts, *, short: bool = False) -> list[Span]:
    """Live now, soon, gaps and clashes, the numbers first; those of campaigns not all known are lower bounds."""
    ending = "ends" if counts.ending == 1 and not counts.starting else "end"
    parts: list[tuple[int, str, Role]] = [
        (counts.live, " live", "strong"),
        (counts.closed, _CLOSED, "text"),
        (counts.ending, f" {ending}", "strong"),
        (counts.starting, _START, "strong"),
    ]
    spans: list[Span] = []
    for number, words, role in parts:
        if words == _CLOSED and (short or not number):
            continue
        shown = fmt.count(number) if counts.complete else fmt.at_least(fmt.count(number))
        separator = "" if not spans else ", " if words in (_START, _CLOSED) else " · "
        spans += [(separator, "muted"), (shown, role), (_SHORT if short and words == _START else words, "muted")]
    spans += [(" · ", "muted"), *_gaps(counts), (" · ", "muted"), *_clashes(counts)]
    if counts.unknown:
        spans += [(" · ", "muted"), (fmt.count(counts.unknown), "bad"), (" unreadable", "muted")]
    return [span for span in spans if span[0]]


def _gaps(counts: CalendarCounts) -> list[Span]:
    if not counts.gaps:
        return [("no gap", "muted")]
    return [(fmt.count(len(counts.gaps)), "warn"), (" gap" if len(counts.gaps) == 1 else " gaps", "muted")]


def _clashes(counts: CalendarCounts) -> list[Span]:
    if not counts.clashes:
        return [("no clash", "muted")]
    return [(fmt.count(counts.clashes), "warn"), (" clash" if counts.clashes == 1 else " clashes", "muted")]


def legend(zone: str) -> Sequence[tuple[str, str]]:
    """Every sign and what it means; `zone` is the project's, by whose clock estimates are made."""
    marks = signs()
    solid, light, hatched = (marks.fills[fill] for fill in ("solid", "light", "hatched"))
    return (
        *((status_sign(kind), kind.value) for kind in _SHOWN),
        (" ".join(solid), "Running: the part that is over, and what is to come"),
        (" ".join(light), "The same of what does not run yet: scheduled, draft, being made"),
        (" ".join(hatched), "The same of what is off: disabled, failed, missing, or an inactive tier"),
        (f"{marks.before} {marks.after}", "Goes on before or after the days in sight"),
        (f"{marks.right_half} {marks.left_half}", "Begins or ends in the middle of a cell"),
        (marks.tail, "Has no end; or its codes end later, each by itself"),
        (f"{marks.estimate} {marks.closed}", f"Closed by weekdays, hours or intervals: an estimate, times of {zone}"),
        (f"{marks.here} {marks.today}", "Today"),
        (marks.weekend, "Saturday and Sunday"),
        ("2-9 +", "So many bars in one cell"),
        (marks.levels, "v: redemptions of a cell, from none to the busiest quarter in sight"),
        (marks.dot, f"v: a cell in which fewer than {LOW_SUCCESS // 10} % of the redemptions succeeded"),
        (marks.tick, "v: a sync saw the configuration changed"),
        (marks.clash, f"x: from one to the next {CLASH}"),
        ("<", "u: a campaign of the same weeks of last year, 364 days later"),
    )
