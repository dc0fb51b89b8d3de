"""The signs of the visual language, as Unicode and as ASCII.

A sign is never alone: a word is beside it, so that a screen reader or a font without it loses nothing. The set
is chosen once, before the first paint::

    glyphs.use("ascii")
    glyphs.current().active        # "*"
"""

from typing import Literal, NamedTuple

SetName = Literal["unicode", "ascii"]


class Glyphs(NamedTuple):
    """One set of signs, each exactly one cell wide unless it says otherwise.

    Attributes:
        spark: eight levels from low to high, one string.
        spark_gap: stands for an unknown value in a spark.
        borders: corner and line characters as `┌┐└┘─│`, one string.
        tree: four prefixes of three cells: branch, last branch, line, nothing.
    """

    active: str
    scheduled: str
    draft: str
    disabled: str
    expired: str
    failed: str
    generating: str
    missing: str
    ok: str
    partial: str
    offline: str
    sync: str
    up: str
    down: str
    same: str
    sort_up: str
    sort_down: str
    cursor: str
    mark: str
    hidden: str
    less: str
    more: str
    crumb: str
    dot: str
    folded: str
    unfolded: str
    meter_full: str
    meter_empty: str
    bar: str
    placeholder: str
    unknown: str
    ellipsis: str
    arrow: str
    spark: str
    spark_gap: str
    borders: str
    tree: tuple[str, str, str, str]


_SIGNS: dict[str, tuple[str, str]] = {
    "active": ("●", "*"),
    "scheduled": ("○", "o"),
    "draft": ("◇", "d"),
    "disabled": ("✕", "x"),
    "expired": ("■", "#"),
    "failed": ("⚠", "!"),
    "generating": ("…", "~"),
    "missing": ("†", "+"),
    "ok": ("✓", "v"),
    "partial": ("◐", "%"),
    "offline": ("⌁", "@"),
    "sync": ("↻", "~"),
    "up": ("▲", "^"),
    "down": ("▼", "v"),
    "same": ("=", "="),
    "sort_up": ("▲", "^"),
    "sort_down": ("▼", "v"),
    "cursor": ("▌", ">"),
    "mark": ("✓", "v"),
    "hidden": ("›", ">"),
    "less": ("‹", "<"),
    "more": ("›", ">"),
    "crumb": ("›", ">"),
    "dot": ("·", "-"),
    "folded": ("▸", "+"),
    "unfolded": ("▾", "-"),
    "meter_full": ("▰", "#"),
    "meter_empty": ("▱", "."),
    "bar": ("█", "#"),
    "placeholder": ("·", "."),
    "unknown": ("–", "-"),
    "ellipsis": ("…", "~"),
    "arrow": ("→", ">"),
    "spark_gap": (" ", " "),
    "spark": ("▁▂▃▄▅▆▇█", "_.-:=+*#"),
    "borders": ("┌┐└┘─│", "++++-|"),
}
"""Every sign, as Unicode and as ASCII."""

UNICODE = Glyphs(**{name: pair[0] for name, pair in _SIGNS.items()}, tree=("├─ ", "└─ ", "│  ", "   "))
ASCII = Glyphs(**{name: pair[1] for name, pair in _SIGNS.items()}, tree=("|- ", "`- ", "|  ", "   "))

_SETS: dict[str, Glyphs] = {"unicode": UNICODE, "ascii": ASCII}
_current = UNICODE


def use(name: SetName) -> Glyphs:
    """Choose the set for this process and return it.

    Raises:
        KeyError: there is no set of that name.
    """
    global _current
    _current = _SETS[name]
    return _current


def current() -> Glyphs:
    """The set in use; Unicode until `use` says otherwise."""
    return _current
