"""The next opening by hand: clock changes, half-hour zones, hours over midnight, intervals, several documents."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.next_opening import next_opening
from store.domain.validity import opening
from store.times import instant_of, text_of
from tests.support.json_values import JSON

UTC_ZONE, WARSAW, KOLKATA = ZoneInfo("UTC"), ZoneInfo("Europe/Warsaw"), ZoneInfo("Asia/Kolkata")


def hours(start: str, end: str, *days: int) -> dict[str, Any]:
    entry = {"start_time": start, "expiration_time": end, "days_of_week": list(days)}
    return {"validity_hours": {"daily": [entry]}}


WEEKEND: dict[str, Any] = {"validity_day_of_week": [0, 6]}
WEEKLY: dict[str, Any] = {
    "start_date": "2026-11-02T00:00:00Z", "validity_timeframe": {"interval": "P7D", "duration": "P2D"},
}  # fmt: skip
NIGHT = hours("02:30", "02:45")


@pytest.mark.parametrize(
    ("documents", "after", "zone", "expected"),
    [
        ([{}], "2026-11-28T05:00", UTC_ZONE, "2026-11-28T05:00"),
        # Wednesday noon: Saturday begins at 23:00 UTC of Friday in Warsaw
        ([WEEKEND], "2026-11-25T12:00", WARSAW, "2026-11-27T23:00"),
        ([WEEKEND], "2026-11-28T12:00", WARSAW, "2026-11-28T12:00"),
        # the clock jumps from 02:00 to 03:00 on Sunday 29 March: half past two comes again on Monday
        ([NIGHT], "2026-03-29T00:00", WARSAW, "2026-03-30T00:30"),
        # and shows 02:30 twice on Sunday 25 October
        ([NIGHT], "2026-10-25T00:00", WARSAW, "2026-10-25T00:30"),
        ([NIGHT], "2026-10-25T00:50", WARSAW, "2026-10-25T01:30"),
        ([NIGHT], "2026-10-25T01:50", WARSAW, "2026-10-26T01:30"),
        # 10:30 by a clock that is five and a half hours ahead
        ([hours("09:00", "10:00")], "2026-11-28T05:00", KOLKATA, "2026-11-29T03:30"),
        # Friday from 22:00 into Saturday
        ([hours("22:00", "02:00", 5)], "2026-11-28T00:30", UTC_ZONE, "2026-11-28T00:30"),
        ([hours("22:00", "02:00", 5)], "2026-11-28T02:00", UTC_ZONE, "2026-12-04T22:00"),
        # an end that is left out is the end of the day
        ([hours("18:00", "", 1)], "2026-11-28T12:00", UTC_ZONE, "2026-11-30T18:00"),
        # two days each week from Monday 2 November on
        ([WEEKLY], "2026-11-26T12:00", UTC_ZONE, "2026-11-30T00:00"),
        ([WEEKLY], "2026-10-01T12:00", UTC_ZONE, "2026-11-02T00:00"),
        # Monday or Tuesday of the interval, in the hours of the other
        ([WEEKLY, hours("20:00", "21:00", 2)], "2026-11-26T12:00", UTC_ZONE, "2026-12-01T20:00"),
        ([{"validity_day_of_week": [6]}, {"validity_day_of_week": [0]}], "2026-11-26T12:00", UTC_ZONE, None),
        ([hours("nine", "ten")], "2026-11-26T12:00", UTC_ZONE, None),
        ([{"validity_timeframe": {"interval": "P7D", "duration": "P2D"}}], "2026-11-26T12:00", UTC_ZONE, None),
        ([WEEKEND], "9999-12-31T12:00", UTC_ZONE, None),
    ],
)
def test_the_next_opening(documents: list[Any], after: str, zone: ZoneInfo, expected: str | None) -> None:
    found = next_opening(documents, instant_of(f"{after}:00.000Z"), zone)
    assert (found and text_of(found)) == (expected and f"{expected}:00.000Z")


DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "validity_day_of_week": st.lists(st.integers(0, 6), max_size=3) | JSON,
        "validity_hours": st.sampled_from(
            [hours(a, b)["validity_hours"] for a, b in (("08:00", "08:15"), ("23:00", "01:30"))]
        )
        | JSON,
    },
)


@given(DOCUMENTS, st.datetimes(datetime(2026, 3, 27), datetime(2026, 3, 31)))
def test_it_is_open_then_and_never_before(document: Any, after: datetime) -> None:
    begin = after.replace(second=0, microsecond=0, tzinfo=UTC)
    found = next_opening([document], begin, WARSAW)
    if found is None:
        assert opening(document, begin, WARSAW).open is not True
        return
    assert opening(document, found, WARSAW).open
    minutes = int((found - begin).total_seconds() // 60)
    for minute in range(0, minutes, 7):
        assert not opening(document, datetime.fromtimestamp(begin.timestamp() + 60 * minute, UTC), WARSAW).open
