"""Above a customer's activity: how many events, how far back they are known, and a strip of when they happened."""

from collections.abc import Sequence
from dataclasses import dataclass

from store import words as fmt
from store.queries.customer_activity import Reach
from tui.customers.stories import Story, density
from tui.kit.figures import state_words
from tui.kit.formatter import Formatter
from widgets.text import glyphs
from widgets.text.lines import DataLines, Line, Span, end_lines
from widgets.text.sparks import sparkline
from widgets.text.wrap import wrap_cells

_STRIP = 60


@dataclass(frozen=True, slots=True)
class FeedHeadData:
    """What the head says.

    Attributes:
        counts: events and stories shown, of how many held.
        narrowed: filters in force, in words.
        source: age of the last reading and the clock's zone.
        whole: whether all events are held.
        note: how far back the events are known, where there may be older ones.
        strip: how many stories lie in each part of the time, the newest first.
        newest, oldest: local days of the strip's ends.
    """

    counts: str
    narrowed: str = ""
    source: str = ""
    whole: bool = True
    note: str = ""
    strip: tuple[int, ...] = ()
    newest: str = ""
    oldest: str = ""

    @classmethod
    def of(
        cls, told: Sequence[Story], events: int, reach: Reach | None, narrowed: str, scene: Formatter
    ) -> "FeedHeadData":
        """The head of some stories with so many events."""
        if reach is None:
            return cls("Reading…")
        dot = f" {glyphs.current().dot} "
        held = fmt.counted(reach.held, "event")
        counts = held if events == reach.held else f"{fmt.count(events)} of {held}"
        counts += f" in {fmt.counted(len(told), 'story', 'stories')}" if told else ""
        source = state_words(reach.state, scene.now) + dot + fmt.zone_name(scene.zone)
        return cls(
            counts if reach.whole or not reach.held else fmt.at_least(counts), narrowed, source, reach.whole,
            reach_words(reach, scene), tuple(density(told, _STRIP)),
            scene.day(told[0].at) if told else "", scene.day(told[-1].at) if told else "",
        )  # fmt: skip


def reach_words(reach: Reach, scene: Formatter) -> str:
    """How far back the events are known; "" where all are."""
    if reach.whole or reach.state.as_of is None:
        return reach.state.attempt
    since = f"All events since {scene.when(reach.back_to)} are here" if reach.back_to else "Not all events are here"
    return f"{since}; older ones may exist, r reads on. {reach.state.attempt}".strip()


class FeedHead(DataLines[FeedHeadData]):
    """The head of a feed."""

    DEFAULT_CSS = """
    FeedHead { height: auto; padding: 0 1; }
    """

    def draw(self, width: int) -> list[Line]:
        """Counts and source, the note, the strip between its days."""
        data = self.data
        left: list[Span] = [(data.counts, "strong")]
        if data.narrowed:
            left.append((f"  {data.narrowed}", "accent"))
        right: Line = ((data.source, "source" if data.whole else "warn"),) if data.source else ()
        lines = end_lines(left, right, width)
        lines += [((part, "warn"),) for part in wrap_cells(data.note, max(1, width)) if data.note]
        if data.strip and data.newest != data.oldest:
            spark = sparkline([value or None for value in data.strip], max(8, width - 30))
            lines.append(((f"{data.newest} ", "muted"), (spark, "accent"), (f" {data.oldest}", "muted")))
        return lines
