"""The status of a campaign, derived: the API has none (API §5). One rule, once for documents and once for SQL."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from store.domain.validity import opening
from store.times import date_text, instant_of, is_endless, is_instant, text_of
from store.words import distance


class StatusKind(StrEnum):
    """What a campaign is doing; the first that applies, in this order."""

    DELETED = "deleted"
    DRAFT = "draft"
    GENERATING = "generating"
    UPDATING = "updating"
    FAILED = "failed"
    DISABLED = "disabled"
    EXPIRED = "expired"
    SCHEDULED = "scheduled"
    ACTIVE = "active"
    UNKNOWN = "unknown"
    """A date that decides cannot be read."""


class Status(Struct, frozen=True):
    """A derived status.

    Attributes:
        kind: the one word.
        hint: when that changes or changed: `ends in 3 d`, `starts tomorrow`, `expired 40 d ago`; "" when open ended.
        sub: what the word leaves out: `expired` or `scheduled` beside disabled, `outside its hours now` beside active,
            `ends before it starts` beside any.
        ends_at: the campaign's end, UTC, or None for open.
        starts_at: its start, UTC, or None for open.
    """

    kind: StatusKind
    hint: str = ""
    sub: str = ""
    ends_at: datetime | None = None
    starts_at: datetime | None = None

    @property
    def ends_first(self) -> bool:
        """Whether the end lies before the start, so that it is never in force."""
        return self.starts_at is not None and self.ends_at is not None and self.ends_at < self.starts_at


ENDS_FIRST = "ends before it starts"
_text_of_now = lru_cache(maxsize=8)(text_of)


def derive_status(campaign: Mapping[str, Any], now: datetime, tz: tzinfo, *, missing: bool = False) -> Status:
    """The status of a campaign at an instant.

    Only an explicit `false` disables. Dates are compared at the cache's precision of a millisecond.

    Args:
        campaign: as received (schema CampaignBase).
        now: the instant, aware.
        tz: the project's time zone, for "tomorrow" and for recurring hours.
        missing: it lies in the bin or a complete sweep no longer returned it.
    """
    start, end = date_text(campaign.get("start_date")), date_text(campaign.get("expiration_date"))
    starts_at, ends_at = _instant(start), None if is_endless(end) else _instant(end)
    dated = _dated_kind(start, end, _text_of_now(now))
    kind = _kind(campaign, dated, missing=missing)
    hint = sub = ""
    if kind in (StatusKind.DISABLED, dated):
        hint = _hint(dated, starts_at, ends_at, now, tz) or unreadable_dates(start, end)
    if kind is StatusKind.DISABLED:
        if dated is StatusKind.ACTIVE:
            hint = ""
        else:
            sub = dated.value
    elif kind is StatusKind.ACTIVE:
        sub = opening(campaign, now, tz).reason
    status = Status(kind, hint, sub, ends_at, starts_at)
    return replace(status, sub=" · ".join(part for part in (sub, ENDS_FIRST) if part)) if status.ends_first else status


def _kind(campaign: Mapping[str, Any], dated: StatusKind, *, missing: bool) -> StatusKind:
    creation, generation = campaign.get("creation_status"), campaign.get("vouchers_generation_status")
    if missing:
        return StatusKind.DELETED
    if creation == "DRAFT":
        return StatusKind.DRAFT
    if "IN_PROGRESS" in (creation, generation):
        return StatusKind.GENERATING
    if "MODIFYING" in (creation, generation):
        return StatusKind.UPDATING
    if "FAILED" in (creation, generation):
        return StatusKind.FAILED
    if _is_false(campaign.get("active")):
        return StatusKind.DISABLED
    return dated


def _instant(text: str | None) -> datetime | None:
    return instant_of(text) if text is not None and is_instant(text) else None


def unreadable_dates(start: str | None, end: str | None) -> str:
    """Which of two dates in the form of `date_text` cannot be read, as received; "" for none."""
    named = (("start", start), ("end", end))
    return ", ".join(f"{name} {text}" for name, text in named if text is not None and not is_instant(text))


def _is_false(value: Any) -> bool:
    """False, and the word for it, which CSV exports use."""
    return value is False or (isinstance(value, str) and value.strip().lower() == "false")


def _dated_kind(start: str | None, end: str | None, now: str) -> StatusKind:
    """What dates in the form of `date_text` make of a campaign; one that cannot be read decides nothing."""
    if end is not None and is_instant(end) and end <= now:
        return StatusKind.EXPIRED
    if any(text is not None and not is_instant(text) for text in (start, end)):
        return StatusKind.UNKNOWN
    if start is not None and start > now:
        return StatusKind.SCHEDULED
    return StatusKind.ACTIVE


def _hint(dated: StatusKind, starts_at: datetime | None, ends_at: datetime | None, now: datetime, tz: tzinfo) -> str:
    if dated is StatusKind.UNKNOWN:
        return ""
    if dated is StatusKind.SCHEDULED and starts_at is not None:
        return f"starts {distance(starts_at, now, tz)}"
    if ends_at is None:
        return ""
    verb = "expired" if dated is StatusKind.EXPIRED else "ends"
    return f"{verb} {distance(ends_at, now, tz)}"
