"""Changes of configuration between two syncs, field by field, and in words."""

from dataclasses import dataclass
from datetime import date, tzinfo

from store.days import last_day, local_date, parse_instant
from store.json_text import stored
from store.times import utc_text
from store.words import clock, day

_DATES = {"/start_date": "start", "/expiration_date": "end"}
_BOOKKEEPING = frozenset(("/updated_at",))
"""Fields that only tell that something was changed."""


@dataclass(frozen=True, slots=True)
class FieldChanged:
    """One field of a journalled change: path, and JSON before and after (None where it was not there).

    The path is "" where an object appeared or is gone. A request tells what it set, but not what was there before:
    `before_known` says whether that is known.
    """

    path: str
    before: str | None
    after: str | None
    before_known: bool = True

    @property
    def is_bookkeeping(self) -> bool:
        """Whether it only shows that something else was changed."""
        return self.path in _BOOKKEEPING

    @property
    def text(self) -> str:
        """The field with its JSON before and after: `active: true → false`."""
        return f"{self.path.lstrip('/')}: {self.before or '–'} → {self.after or '–'}"


def object_words(resource: str) -> str:
    """One record of a resource: `Campaign`, `Promotion tier`, `Rule assignment`."""
    words = {"categories": "category", "validation_rules_assignments": "rule assignment"}
    return words.get(resource, resource.removesuffix("s")).replace("_", " ").capitalize()


def change_words(resource: str, change: FieldChanged, zone: tzinfo) -> str:
    """A change in a few words: `end moved from 1 to 4 Dec 2026`; outside text may stand in it.

    Args:
        resource: of the object that was changed.
        change: what differs.
        zone: the project's time zone; an end at midnight belongs to the day before.
    """
    if change.path == "":
        return f"{object_words(resource)} {'appeared' if change.before is None else 'is gone'}"
    side = _DATES.get(change.path)
    before, after = utc_text(stored(change.before)), utc_text(stored(change.after))
    known = all(text is not None or value in (None, "null") for text, value in
                ((before, change.before), (after, change.after)))  # fmt: skip
    if side is None or not known or before == after:
        return change.text
    return f"{side} {_moved(before, after, zone, is_end=side == 'end')}"


def _moved(before: str | None, after: str | None, zone: tzinfo, *, is_end: bool) -> str:
    old, new = (None if text is None else (last_day if is_end else local_date)(text, zone) for text in (before, after))
    if old is None:
        return f"set to {day(new)}"
    if new is None:
        return f"of {day(old)} removed"
    if old == new and before is not None and after is not None:
        times = [clock(parse_instant(text), zone, seconds=True, named=False) for text in (before, after)]
        return f"moved from {times[0]} to {times[1]}"
    return f"moved from {_short(old, new)} to {day(new)}"


def _short(old: date, new: date) -> str:
    """A day without what the next one says again: `1`, `28 Nov`, `28 Nov 2025`."""
    if (old.year, old.month) == (new.year, new.month):
        return str(old.day)
    return day(old, year=old.year != new.year)
