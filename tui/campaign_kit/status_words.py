"""A campaign's derived status as people see it: a sign, a word with its hint, and a role for its colour."""

from store.domain.status import Status, StatusKind
from widgets.text import glyphs

_LOOKS: dict[StatusKind, tuple[str, str]] = {
    StatusKind.ACTIVE: ("active", "status-active"),
    StatusKind.SCHEDULED: ("scheduled", "status-scheduled"),
    StatusKind.DRAFT: ("draft", "status-draft"),
    StatusKind.GENERATING: ("generating", "status-draft"),
    StatusKind.UPDATING: ("generating", "status-draft"),
    StatusKind.FAILED: ("failed", "status-alarm"),
    StatusKind.DISABLED: ("disabled", "status-off"),
    StatusKind.EXPIRED: ("expired", "status-ended"),
    StatusKind.DELETED: ("missing", "status-ended"),
    StatusKind.UNKNOWN: ("failed", "status-alarm"),
}
_DATED = (StatusKind.ACTIVE, StatusKind.SCHEDULED, StatusKind.EXPIRED)
"""Kinds that follow from the dates, whose hint says more than their word."""


def status_sign(kind: StatusKind) -> str:
    """One cell."""
    sign: str = getattr(glyphs.current(), _LOOKS[kind][0])
    return sign


def status_role(kind: StatusKind) -> str:
    """The theme's role."""
    return _LOOKS[kind][1]


def short_status(status: Status) -> str:
    """For a list: the hint where it says all (`ends in 3 d`), else the word; `!` where the end is before the start."""
    if status.ends_first:
        return f"! {status.kind.value if status.kind not in _DATED else 'ends first'}"
    if status.kind is StatusKind.ACTIVE and status.sub:
        return f"{status_sign(status.kind)} closed now"
    if status.hint and status.kind in _DATED:
        return f"{status_sign(status.kind)} {status.hint.removesuffix(' ago')}"
    return f"{status_sign(status.kind)} {status.kind.value}"


def long_status(status: Status) -> str:
    """For a header: sign, word, hint and what the word leaves out."""
    parts = [part for part in (status.kind.value.capitalize(), status.hint, status.sub) if part]
    if status.hint.startswith(status.kind.value):
        parts = [status.hint.capitalize(), *([status.sub] if status.sub else [])]
    if len(parts) > 1 and parts[-1] in parts[0].casefold().split():
        parts.pop()
    return f"{status_sign(status.kind)} {', '.join(dict.fromkeys(parts))}"
