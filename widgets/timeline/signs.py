"""The signs of a timeline, as Unicode and as ASCII; each is one cell wide."""

from dataclasses import dataclass

from widgets.text import glyphs


@dataclass(frozen=True, slots=True)
class TimelineSigns:
    """One set of signs.

    Attributes:
        right_half: a bar begins in the middle of this cell.
        full: an end that fills its cell.
        left_half: a bar ends in the middle of this cell.
        before: the bar begins before the window.
        after: the bar continues after the window.
        tail: continues without a known end, or fades out.
        closed: inside a bar, but outside its recurring windows.
        today: the line of the present.
        here: the present on the axis.
        weekend: empty cells of days off.
        clash: inside a bar, the first and the last cell of a clash with another.
        dot: inside a bar, something that went wrong that day.
        tick: inside a bar, something that was changed then.
        levels: inside a bar, from nothing to the most, five of them.
        estimate: at the beginning of a bar whose recurring windows are shown: they are worked out, not read.
        fills: elapsed and remaining inside of a bar, by `Fill`.
    """

    right_half: str
    full: str
    left_half: str
    before: str
    after: str
    tail: str
    closed: str
    today: str
    here: str
    weekend: str
    clash: str
    dot: str
    tick: str
    levels: str
    estimate: str
    fills: dict[str, tuple[str, str]]


UNICODE = TimelineSigns(
    right_half="▐",
    full="█",
    left_half="▌",
    before="◀",
    after="▶",
    tail="┄",
    closed="─",
    today="│",
    here="▼",
    weekend="·",
    clash="╳",
    dot="•",
    tick="◆",
    levels="▁▂▄▆█",
    estimate="≈",
    fills={"solid": ("▓", "▒"), "light": ("▒", "░"), "hatched": ("╱", "╲")},
)
ASCII = TimelineSigns(
    right_half="[",
    full="=",
    left_half="]",
    before="<",
    after=">",
    tail="~",
    closed="_",
    today="|",
    here="v",
    weekend=".",
    clash="X",
    dot="o",
    tick="^",
    levels="_-+*#",
    estimate="?",
    fills={"solid": ("=", "-"), "light": ("-", ":"), "hatched": ("/", "\\")},
)


def signs() -> TimelineSigns:
    """The set that goes with the signs of the app."""
    return ASCII if glyphs.current() is glyphs.ASCII else UNICODE
