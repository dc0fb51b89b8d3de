"""The activity feed's entries in words, and which of them a filter leaves. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from store import words as fmt
from store.days import local_date, local_time, parse_instant
from store.folding import fold, holds
from store.models import oldest
from store.queries.activity import (
    API_CALL,
    BACKGROUND,
    BIN,
    CHANGE,
    KINDS,
    LIFE_CYCLE,
    WEBHOOK,
    Activity,
    ActivitySource,
)
from store.queries.freshness import data_state
from store.words import DateSpan
from tui.kit.change_words import entry_summary
from tui.kit.context import SubjectContext
from tui.kit.formatter import Formatter
from tui.kit.lists.narrowing import date_spans
from tui.kit.masking import masked_addresses
from widgets.dialog.picker import PickerItem
from widgets.panel.feed import FeedEntry
from widgets.panel.panel import Field
from widgets.text import glyphs
from widgets.text.lines import Role

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_SHORT = {
    CHANGE: "change journal", API_CALL: "API log", BACKGROUND: "background task", BIN: "bin", WEBHOOK: "webhook",
    LIFE_CYCLE: "dates",
}  # fmt: skip
KIND_WORDS = {
    CHANGE: "changes",
    API_CALL: "API calls",
    BACKGROUND: "background tasks",
    BIN: "deletions",
    WEBHOOK: "webhooks",
    LIFE_CYCLE: "own dates",
}
"""The kinds in the plural."""


def counted(kind: str, number: int) -> str:
    """`1 API call`, `3 API calls`."""
    words = KIND_WORDS.get(kind, kind)
    return fmt.counted(number, words.removesuffix("s"))


def entries_words(shown: int, total: int) -> str:
    """`1 entry`, `12 entries`, `3 of 12 entries`."""
    entries = fmt.counted(total, "entry", "entries")
    return entries if shown == total else f"{fmt.count(shown)} of {entries}"


@dataclass(frozen=True, slots=True)
class Traces:
    """How far a feed can be trusted.

    Attributes:
        source: what it is made of, how old the oldest of it is, and whether it is complete.
        missing: which traces are not complete, and why; "" when all are.
    """

    source: str = ""
    missing: str = ""


def read_traces(context: SubjectContext, sources: Iterable[ActivitySource]) -> Traces:
    """Ask how old and how complete the lists are that a feed is made of."""
    ask, whose = context.reader.ask, context.subject
    states = {source.name: ask(data_state, source.table, whose) for source in sources if source.table}
    read = {name: state for name, state in states.items() if state.as_of is not None}
    since = oldest(*(state.as_of for state in read.values()))
    missing = [
        f"{name} {fmt.NOT_SYNCED if state.as_of is None else state.reason or state.state}"
        for name, state in states.items()
        if not state.complete
    ]
    dot = f" {glyphs.current().dot} "
    age = fmt.age(parse_instant(since), context.reader.now()) if since else fmt.NOT_SYNCED
    completeness = "not complete" if missing else "complete"
    return Traces(dot.join([", ".join(read), age, completeness] if read else [age]), "; ".join(missing))


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """What a user wants to see of a feed.

    Attributes:
        text: looked for in titles, details, ids and payloads; case is folded.
        kind: one of `KINDS`; "" for all.
        days: local days; None for all.
        days_label: their name.
        failed: only what went wrong.
    """

    text: str = ""
    kind: str = ""
    days: DateSpan | None = None
    days_label: str = ""
    failed: bool = False

    @property
    def words(self) -> str:
        """What is in force, in words; "" for everything."""
        parts = [f"“{self.text.strip()}”" if self.text.strip() else "", self.kind, "failed" if self.failed else ""]
        parts.append(self.days_label if self.days is not None else "")
        return f" {glyphs.current().dot} ".join(part for part in parts if part)


def matching(entries: Iterable[Activity], wanted: ActivityFilter, scene: Formatter) -> list[Activity]:
    """The entries a filter leaves, in their order."""
    needle = fold(wanted.text.strip())
    found = []
    for entry in entries:
        if wanted.kind and entry.kind != wanted.kind:
            continue
        if wanted.failed and not entry.failed:
            continue
        if wanted.days is not None and not _within(entry, wanted.days, scene):
            continue
        if needle and not _holds(entry, needle):
            continue
        found.append(entry)
    return found


def _within(entry: Activity, days: DateSpan, scene: Formatter) -> bool:
    if not entry.at:
        return False
    return days.start <= local_date(entry.at, scene.zone) <= days.end


def _holds(entry: Activity, needle: str) -> bool:
    texts = (entry.title, entry.detail, entry.record_id, *(payload for _, payload in entry.payloads))
    changed = (part for change in entry.changes for part in (change.path, change.before or "", change.after or ""))
    return any(holds(text, needle) for text in (*texts, *changed))


def kind_counts(entries: Iterable[Activity]) -> list[tuple[str, int]]:
    """How many entries each kind has, in the order of `KINDS`; kinds without entries are left out."""
    counts = Counter(entry.kind for entry in entries)
    return [(kind, counts[kind]) for kind in KINDS if counts[kind]]


def narrowings(
    entries: Sequence[Activity], wanted: ActivityFilter, context: SubjectContext
) -> list[tuple[PickerItem, ActivityFilter]]:
    """Every way to narrow a feed, and the filter each leads to."""
    found: list[tuple[PickerItem, ActivityFilter]] = []

    def add(identity: str, title: str, note: str, then: ActivityFilter) -> None:
        sign = glyphs.current().active if then == wanted else " "
        found.append((PickerItem(identity, title, note, sign), then))

    add("kind:", "Kind: any", fmt.count(len(entries)), replace(wanted, kind="", failed=False))
    for kind, number in kind_counts(entries):
        add(f"kind:{kind}", f"Kind: {KIND_WORDS.get(kind, kind)}", fmt.count(number), replace(wanted, kind=kind))
    failures = sum(1 for entry in entries if entry.failed)
    add("failed", "Only what failed", fmt.count(failures), replace(wanted, failed=True))
    for index, (label, note, span) in enumerate(date_spans(context)):
        words = "" if span is None else note or label
        add(f"date:{index}", f"Date: {label}", note, replace(wanted, days=span, days_label=words))
    return found


def feed_entries(entries: Sequence[Activity], scene: Formatter) -> list[FeedEntry]:
    """Entries as the feed draws them: by local day, the clock in the project's zone, the trace they come from."""
    signs = glyphs.current()
    marks: dict[str, tuple[str, Role]] = {
        CHANGE: (signs.sync, "accent"),
        API_CALL: (signs.arrow, "second"),
        BACKGROUND: (signs.generating, "muted"),
        BIN: (signs.missing, "warn"),
        WEBHOOK: (signs.down, "second"),
        LIFE_CYCLE: (signs.scheduled, "muted"),
    }
    found = []
    for entry in entries:
        local = local_time(parse_instant(entry.at), scene.zone) if entry.at else None
        glyph, role = marks.get(entry.kind, (signs.dot, "muted"))
        found.append(
            FeedEntry(
                id=entry.id,
                day=local.date() if local else None,
                time_text=f"{local:%H:%M}" if local else "",
                glyph=signs.failed if entry.failed else glyph,
                title=entry.title,
                source=_SHORT.get(entry.kind, entry.kind),
                detail=detail_words(entry, scene),
                role="bad" if entry.failed else role,
            )
        )
    return found


def detail_words(entry: Activity, scene: Formatter) -> str:
    """What an entry changed, or what its request set, and what else it tells, in one line."""
    if entry.kind == LIFE_CYCLE:
        return ""
    parts = (entry_summary(entry, scene), _told(entry.detail, scene))
    return f" {glyphs.current().dot} ".join(part for part in parts if part)


def _told(text: str, scene: Formatter) -> str:
    """An entry's own words, addresses masked until revealed."""
    return local_times(text if scene.reveal else masked_addresses(text), scene)


def local_times(text: str, scene: Formatter) -> str:
    """A sentence with its UTC instants as clock times of the project's zone."""
    return _INSTANT.sub(lambda match: scene.when(match[0]), text)


def facts(entry: Activity, scene: Formatter) -> tuple[Field, ...]:
    """What an entry says, for its details."""
    fields = [
        Field("What", entry.title, "bad" if entry.failed else "strong"),
        Field("At", scene.when(entry.at, named=True) or "not stated"),
        Field("Detail", _told(entry.detail, scene)),
        Field("Known from", local_times(entry.source, scene)),
        Field("Object", f"{entry.resource.replace('_', ' ')} {entry.record_id}"),
    ]
    return tuple(field for field in fields if field.value)
