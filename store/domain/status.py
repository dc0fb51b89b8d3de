"""A campaign's status, derived: the API has none, and its word "active" means three things (API §5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from store.days import parse_instant
from store.domain.validity import is_open
from store.times import utc_text


class StatusKind(StrEnum):
    """First match wins, in this order."""

    DELETED = "Deleted"
    DRAFT = "Draft"
    GENERATING = "Generating"
    UPDATING = "Updating"
    FAILED = "Failed"
    DISABLED = "Disabled"
    EXPIRED = "Expired"
    SCHEDULED = "Scheduled"
    ACTIVE = "Active"


@dataclass(frozen=True, slots=True)
class Status:
    """What a campaign is doing now.

    Attributes:
        kind: the derived status.
        hint: time words ("ends in 3 d"); "" when there is nothing to say.
        sub: what qualifies it ("outside its hours", "also expired"); "" for nothing.
        starts_at, ends_at: instants in UTC, None for open ends.
    """

    kind: StatusKind
    hint: str = ""
    sub: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def _instant(value: Any) -> datetime | None:
    text = utc_text(value)
    return None if text is None else parse_instant(text)


def time_words(distance: timedelta) -> str:
    """A distance in the largest unit that says enough: `40 min`, `5 h`, `3 d`, `4 mo`, `2 y`."""
    minutes = int(distance.total_seconds() // 60)
    if minutes < 60:
        return f"{max(minutes, 1)} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    days = minutes // (24 * 60)
    if days < 100:
        return f"{days} d"
    return f"{days // 30} mo" if days < 730 else f"{days // 365} y"


def _generation(campaign: Mapping[str, Any]) -> StatusKind | None:
    words = {campaign.get("creation_status"), campaign.get("vouchers_generation_status")}
    if campaign.get("creation_status") == "DRAFT":
        return StatusKind.DRAFT
    if "IN_PROGRESS" in words:
        return StatusKind.GENERATING
    if "MODIFYING" in words:
        return StatusKind.UPDATING
    return StatusKind.FAILED if "FAILED" in words else None


def derive_status(campaign: Mapping[str, Any], now: datetime, tz: tzinfo, *, missing: bool = False) -> Status:
    """The status of a campaign, tier or voucher document at an instant.

    Args:
        campaign: the document as received.
        now: an aware instant.
        tz: the project's time zone, for hours and days of the week.
        missing: the API no longer returns it, or it lies in the bin.
    """
    starts, ends = _instant(campaign.get("start_date")), _instant(campaign.get("expiration_date"))
    expired, waiting = ends is not None and ends <= now, starts is not None and starts > now
    hint = _hint(starts, ends, now, tz)
    kind = StatusKind.DELETED if missing else _generation(campaign)
    sub = ""
    if kind is None:
        kind = StatusKind.EXPIRED if expired else StatusKind.SCHEDULED if waiting else StatusKind.ACTIVE
        if campaign.get("active") is False:
            sub = {StatusKind.EXPIRED: "also expired", StatusKind.SCHEDULED: "not started yet"}.get(kind, "")
            kind = StatusKind.DISABLED
        elif kind is StatusKind.ACTIVE and is_open(campaign, now, tz) is False:
            sub = "outside its hours now"
    if kind not in (StatusKind.ACTIVE, StatusKind.SCHEDULED, StatusKind.EXPIRED):
        hint = ""
    return Status(kind, hint, sub, starts, ends)


def _hint(starts: datetime | None, ends: datetime | None, now: datetime, tz: tzinfo) -> str:
    if ends is not None and ends <= now:
        return f"expired {time_words(now - ends)} ago"
    if starts is not None and starts > now:
        return f"starts {_when(starts, now, tz)}"
    return f"ends {_when(ends, now, tz)}" if ends is not None else ""


def _when(then: datetime, now: datetime, tz: tzinfo) -> str:
    tomorrow = (then.astimezone(tz).date() - now.astimezone(tz).date()).days == 1
    return "tomorrow" if tomorrow else f"in {time_words(then - now)}"
