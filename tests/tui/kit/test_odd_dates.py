"""An end before the start is flagged wherever dates stand."""

from datetime import UTC, datetime

import pytest

from store.domain.status import derive_status
from tests.support.syncing import NOW, ZONE
from tui.campaign_kit.status_words import long_status, short_status
from tui.kit.formatter import Formatter
from tui.kit.lists.details import date_fields
from tui.kit.lists.spec import ListRecord
from widgets.panel.panel import Field

SCENE = Formatter("EUR", ZONE, datetime(2026, 11, 23, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("fields", "short", "long"),
    [
        ({}, "! ends first", "Scheduled, starts in 27 d, ends before it starts"),
        ({"active": False}, "! disabled", "Disabled, starts in 27 d, scheduled · ends before it starts"),
        ({"creation_status": "DRAFT"}, "! draft", "Draft, ends before it starts"),
    ],
)
def test_a_campaign_that_ends_before_it_starts_is_flagged(fields: dict[str, object], short: str, long: str) -> None:
    dates = {"start_date": "2026-12-20T12:00:00Z", "expiration_date": "2026-12-10T12:00:00Z"}
    status = derive_status({**dates, **fields}, NOW, ZONE)
    assert short_status(status) == short
    assert long_status(status)[2:] == long


@pytest.mark.parametrize(
    ("start", "end", "flagged"),
    [
        ("2026-12-20T00:00:00.000Z", "2026-12-10T00:00:00.000Z", True),
        ("2026-12-20T00:00:00.000Z", "2026-12-20T00:00:00.000Z", False),
        ("2026-12-10T00:00:00.000Z", "2026-12-20T00:00:00.000Z", False),
        (None, "2026-12-20T00:00:00.000Z", False),
        ("not a date", "2026-12-20T00:00:00.000Z", False),
    ],
)
def test_a_code_or_tier_that_ends_before_it_starts_is_flagged_in_its_details(
    start: str | None, end: str, flagged: bool
) -> None:
    record = ListRecord({"id": "v_1", "start_date": start, "expiration_date": end}, SCENE)
    assert list(date_fields(record)) == ([Field("Dates", "ends before it starts", "warn")] if flagged else [])
