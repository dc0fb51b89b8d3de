"""How short windows and pauses of a campaign are, whatever the clock shows while it is asked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from store.domain.status import Status, StatusKind
from store.domain.windows import Windows
from store.queries.calendar import CalendarCampaign
from tui.calendar.bars import BarStyle, campaign_bar

ZONE = ZoneInfo("Europe/Warsaw")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ENDLESS = CalendarCampaign(
    id="camp_1", name="Weekend", campaign_type="DISCOUNT_COUPONS", category="", status=Status(StatusKind.ACTIVE),
    draft=False, starts="2026-05-11T22:00:00.000Z", ends=None, first_day=None, last_day=None, unreadable="",
    recurring=True, windows=Windows(), tiers=(), rules=(), parts_complete=True, metadata={}, document={},
)  # fmt: skip


def grain(now: datetime, ends: str | None = None, **limits: Any) -> timedelta:
    one = replace(ENDLESS, ends=ends, document=limits)
    recurring = campaign_bar(one, BarStyle(ZONE, now)).recurring
    assert recurring is not None
    return recurring.grain


@pytest.mark.parametrize("hours", range(0, 7 * 24, 5))
def test_days_are_told_apart_at_any_hour_of_the_week(hours: int) -> None:
    now = datetime(2026, 11, 15, 23, 30, tzinfo=UTC) + hours * HOUR
    assert grain(now, validity_day_of_week=[0, 6]) >= DAY
    assert grain(now, validity_day_of_week=[3]) == DAY
    # From Monday to Friday, it pauses for two days.
    assert grain(now, validity_day_of_week=[1, 2, 3, 4, 5]) >= DAY
    hourly = {"daily": [{"start_time": "16:00", "expiration_time": "18:00", "days_of_week": [0, 1, 2, 3, 4, 5, 6]}]}
    assert grain(now, validity_hours=hourly) == 2 * HOUR


def test_what_its_end_cuts_is_no_window() -> None:
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    # Its last Saturday ends an hour after it began.
    assert grain(now, ends="2026-11-28T00:00:00.000Z", validity_day_of_week=[0, 6]) >= DAY
