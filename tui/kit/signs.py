"""What every sign of the visual language means, for the help."""

from tui.kit.masking import HIDDEN
from widgets.text import glyphs

MEANINGS = {
    "active": "active, in force now",
    "scheduled": "scheduled, starts later",
    "draft": "draft",
    "disabled": "disabled; failed or refused",
    "expired": "ended, used up",
    "failed": "a problem, look at it",
    "generating": "being made or read; a text that is cut",
    "missing": "no longer returned by the API",
    "ok": "succeeded, complete; marked",
    "partial": "not complete",
    "offline": "offline, read from the cache",
    "sync": "a sync runs, or the data is old",
    "up": "more than before; sorted ascending",
    "down": "less than before; sorted descending",
    "same": "the same as before",
    "cursor": "the cursor",
    "less": "more to the left",
    "more": "more to the right; a step deeper",
    "folded": "folded, enter or space opens it",
    "unfolded": "unfolded",
    "meter_full": "used of a limit",
    "meter_empty": "left of a limit",
    "spark": "a course, low to high; a gap is unknown",
    "unknown": "not known; never zero",
    "arrow": "became, leads to",
}
"""By the sign's name."""
SAME_AS = {
    "sort_up": "up",
    "sort_down": "down",
    "mark": "ok",
    "hidden": "more",
    "crumb": "more",
    "ellipsis": "generating",
}
"""Signs that look like others, whose row tells of both."""
DRAWING = frozenset({"bar", "placeholder", "dot", "spark_gap", "borders", "tree"})
"""What draws lines and fills, and means nothing by itself."""


def signs_legend() -> tuple[str, tuple[tuple[str, str], ...]]:
    """A heading, and each sign in use with its meaning."""
    signs = glyphs.current()
    rows = tuple((getattr(signs, name), words) for name, words in MEANINGS.items())
    more = "at least: some rows of the sum are missing"
    return "Signs", (*rows, ("≥", more), (HIDDEN, "personal data, masked"), ("?", "not read yet"))
