from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.status import StatusKind, derive_status
from store.times import text_of
from tests.support.json_values import JSON

WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def at(**span: float) -> str:
    return text_of(NOW + timedelta(**span))


STATUSES = [
    ({}, "active", "", ""),
    ({"active": None}, "active", "", ""),
    ({"active": False}, "disabled", "", ""),
    ({"active": "false"}, "disabled", "", ""),
    ({"active": False, "expiration_date": at(days=-40)}, "disabled", "expired 40 d ago", "expired"),
    ({"active": False, "start_date": at(days=9)}, "disabled", "starts in 9 d", "scheduled"),
    ({"expiration_date": at(days=3)}, "active", "ends in 3 d", ""),
    ({"expiration_date": at()}, "expired", "expired less than 1 min ago", ""),
    ({"expiration_date": at(days=-40)}, "expired", "expired 40 d ago", ""),
    ({"start_date": at(hours=5)}, "scheduled", "starts in 5 h", ""),
    ({"start_date": at(days=1)}, "scheduled", "starts tomorrow", ""),
    (
        {"start_date": at(days=1), "expiration_date": at(days=-1)},
        "expired",
        "expired yesterday",
        "ends before it starts",
    ),
    ({"start_date": at(days=9), "expiration_date": at(days=3)}, "scheduled", "starts in 9 d", "ends before it starts"),
    ({"start_date": at(days=9), "expiration_date": at(days=9)}, "scheduled", "starts in 9 d", ""),
    (
        {"active": False, "start_date": at(days=9), "expiration_date": at(days=3)},
        "disabled",
        "starts in 9 d",
        "scheduled · ends before it starts",
    ),
    ({"creation_status": "DRAFT", "active": False}, "draft", "", ""),
    ({"creation_status": "IN_PROGRESS"}, "generating", "", ""),
    ({"creation_status": "DONE", "vouchers_generation_status": "IN_PROGRESS"}, "generating", "", ""),
    ({"creation_status": "MODIFYING", "active": False}, "updating", "", ""),
    ({"creation_status": "DONE", "vouchers_generation_status": "FAILED"}, "failed", "", ""),
    ({"creation_status": "SOMETHING_NEW", "expiration_date": "soon"}, "unknown", "end soon (not a date)", ""),
    ({"expiration_date": "2026-02-30T00:00:00Z"}, "unknown", "end 2026-02-30T00:00:00Z (not a date)", ""),
    ({"expiration_date": "2026-11-05T23:59:60Z"}, "unknown", "end 2026-11-05T23:59:60Z (not a date)", ""),
    ({"expiration_date": "2026-11-05T24:00:00Z"}, "unknown", "end 2026-11-05T24:00:00Z (not a date)", ""),
    ({"expiration_date": "+010000-01-01T00:00:00Z"}, "unknown", "end +010000-01-01T00:00:00Z (not a date)", ""),
    ({"expiration_date": 20261105}, "unknown", "end 20261105 (not a date)", ""),
    ({"start_date": "soon"}, "unknown", "start soon (not a date)", ""),
    ({"start_date": "soon", "expiration_date": at(days=-40)}, "expired", "expired 40 d ago", ""),
    ({"start_date": at(days=1), "expiration_date": "late"}, "unknown", "end late (not a date)", ""),
    ({"active": False, "expiration_date": "late"}, "disabled", "end late (not a date)", "unknown"),
    ({"expiration_date": "9999-12-31T23:59:59.999Z"}, "active", "", ""),
    ({"start_date": "0001-01-01T00:00:00Z"}, "active", "", ""),
    ({"expiration_date": "", "start_date": " "}, "active", "", ""),
    ({"expiration_date": "2026-11-26"}, "active", "ends in 3 d", ""),
    ({"validity_day_of_week": [0]}, "active", "", "outside its days now"),
    (
        {"validity_hours": {"daily": [{"start_time": "08:00", "expiration_time": "10:00", "days_of_week": [1]}]}},
        "active",
        "",
        "outside its hours now",
    ),
]


@pytest.mark.parametrize(("campaign", "kind", "hint", "sub"), STATUSES)
def test_status_follows_the_documented_order(campaign: Mapping[str, Any], kind: str, hint: str, sub: str) -> None:
    status = derive_status(campaign, NOW, WARSAW)
    assert (status.kind, status.hint, status.sub) == (kind, hint, sub)


def test_missing_wins_over_everything() -> None:
    assert derive_status({"creation_status": "DRAFT"}, NOW, WARSAW, missing=True).kind is StatusKind.DELETED


def test_dates_are_carried_along() -> None:
    status = derive_status({"start_date": "2026-01-01", "expiration_date": at(days=1)}, NOW, WARSAW)
    assert status.starts_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert status.ends_at == NOW + timedelta(days=1)


INPUTS = ("creation_status", "vouchers_generation_status", "active", "start_date", "expiration_date")


@given(campaign=st.dictionaries(st.sampled_from([*INPUTS, "validity_hours", "validity_timeframe"]), JSON))
def test_any_document_has_a_status(campaign: dict[str, Any]) -> None:
    assert derive_status(campaign, NOW, WARSAW).kind in StatusKind
