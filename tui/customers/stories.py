"""A customer's events as lines: by day, newest first, all that one request caused folded into one story. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from store.days import local_date, parse_instant
from store.domain.customer_events import GROUPS, event_type
from store.queries.customer_activity import EventStub

DAY, LOOKED, STORY, EVENT = "day", "looked", "story", "event"


@dataclass(frozen=True, slots=True)
class Story:
    """What one request caused, the newest event first; an event without a request is a story of its own."""

    events: tuple[EventStub, ...]

    @property
    def id(self) -> str:
        """Its first event's id, which stays the same while events are added."""
        return self.events[-1].id

    @property
    def at(self) -> str:
        """The instant of its newest event (UTC text)."""
        return self.events[0].at

    @property
    def is_problem(self) -> bool:
        """Whether something in it went wrong."""
        return any(event_type(event.type).problem for event in self.events)

    @property
    def lead(self) -> EventStub:
        """The event that tells most: what went wrong, else by the weight of its group, the newest of these."""

        def weight(event: EventStub) -> tuple[bool, int]:
            known = event_type(event.type)
            return not known.problem, GROUPS.index(known.group)

        return min(self.events, key=weight)


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One line.

    Attributes:
        kind: a day's heading, the mark of the last look, a story, or an event of an opened story.
        day: of what stands below a heading; None where events carry no readable instant.
        story: the story of its line and of its events.
        event: the event of a line of one.
        count: stories of a day, for its heading.
        is_open: whether the story's events stand below it.
    """

    kind: str
    day: date | None = None
    story: Story | None = None
    event: EventStub | None = None
    count: int = 0
    is_open: bool = False

    @property
    def id(self) -> str:
        """Stays the same while others come and go."""
        if self.event is not None:
            return f"event {self.event.id}"
        return f"story {self.story.id}" if self.story is not None else f"{self.kind} {self.day}"

    @property
    def is_problem(self) -> bool:
        """Whether it tells of something that went wrong."""
        if self.event is not None:
            return event_type(self.event.type).problem
        return self.story is not None and self.story.is_problem


def without_noise(stubs: Iterable[EventStub]) -> list[EventStub]:
    """The events that a reader of the rest does not mind missing are left out."""
    return [stub for stub in stubs if not event_type(stub.type).noise]


def only_problems(stubs: Iterable[EventStub]) -> list[EventStub]:
    """What went wrong."""
    return [stub for stub in stubs if event_type(stub.type).problem]


def stories(stubs: Sequence[EventStub]) -> list[Story]:
    """Events, newest first, folded by the request that caused them; each story stands where its newest event does."""
    groups: dict[str, list[EventStub]] = {}
    for stub in stubs:
        groups.setdefault(f"g{stub.group_id}" if stub.group_id else f"e{stub.id}", []).append(stub)
    return [Story(tuple(events)) for events in groups.values()]


def feed_lines(
    told: Sequence[Story], opened: frozenset[str], zone: tzinfo, looked: str | None = None
) -> list[FeedLine]:
    """Stories under a heading per local day.

    Args:
        told: newest first.
        opened: ids of the stories whose events are shown below them.
        zone: the project's.
        looked: when the reader looked last (UTC text): a line stands between what came since and what did not.
    """
    days = [local_date(story.at, zone) if story.at else None for story in told]
    counts: dict[date | None, int] = {}
    for day in days:
        counts[day] = counts.get(day, 0) + 1
    lines: list[FeedLine] = []
    marked = looked is None or not told or told[0].at <= looked
    for index, (story, day) in enumerate(zip(told, days, strict=True)):
        if not marked and looked is not None and story.at <= looked:
            marked = True
            lines.append(FeedLine(LOOKED))
        if index == 0 or day != days[index - 1]:
            lines.append(FeedLine(DAY, day, count=counts[day]))
        is_open = story.id in opened and len(story.events) > 1
        lines.append(FeedLine(STORY, day, story, is_open=is_open))
        if is_open:
            lines += [FeedLine(EVENT, day, story, event) for event in story.events]
    return lines


def next_problem(lines: Sequence[FeedLine], cursor: int, step: int) -> int | None:
    """The index of the next line with a problem from the cursor on, one way or the other; None where there is none."""
    places = range(cursor + 1, len(lines)) if step > 0 else range(cursor - 1, -1, -1)
    return next((at for at in places if lines[at].is_problem), None)


def density(told: Sequence[Story], cells: int) -> list[int]:
    """How many stories lie in each of so many equal parts of the time they span, the newest part first."""
    dated = [ordinal for story in told if (ordinal := _seconds(story.at)) is not None]
    counts = [0] * max(0, cells)
    if not dated or cells <= 0:
        return counts
    newest, oldest = max(dated), min(dated)
    span = max(1, newest - oldest + 1)
    for at in dated:
        counts[min(cells - 1, (newest - at) * cells // span)] += 1
    return counts


def jump(lines: Sequence[FeedLine], cells: int, cursor: int, step: int) -> int | None:
    """The first line of the next busy part of the time, as `density` divides it; None where there is none.

    Args:
        lines: of the feed.
        cells: parts.
        cursor: where the reader is.
        step: 1 for older, -1 for newer.
    """
    places = [(at, _seconds(line.story.at)) for at, line in enumerate(lines) if line.kind == STORY and line.story]
    dated = [(at, seconds) for at, seconds in places if seconds is not None]
    if not dated or cells <= 0:
        return None
    newest, oldest = dated[0][1], dated[-1][1]
    span = max(1, newest - oldest + 1)
    parts = [(at, min(cells - 1, (newest - seconds) * cells // span)) for at, seconds in dated]
    here = next((part for at, part in reversed(parts) if at <= cursor), parts[0][1])
    others = [(at, part) for at, part in parts if (part > here if step > 0 else part < here)]
    if not others:
        return None
    wanted = others[0][1] if step > 0 else others[-1][1]
    return next(at for at, part in others if part == wanted)


def _seconds(at: str) -> int | None:
    """Seconds of an instant; None for an event without one."""
    return int(parse_instant(at).timestamp()) if at else None
