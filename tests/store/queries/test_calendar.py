"""The campaign calendar of all demo campaigns against dates worked out the plain way."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from store.cache.database import connect_writer
from store.queries.calendar import Calendar, campaign_calendar, group_of, metadata_keys
from store.queries.reader import Reader
from store.sandbox.world import Sizes
from store.sync.request import PAGES_ONLY, SyncRequest
from store.words import DateSpan
from tests.support.records import campaign, put, read_whole
from tests.support.syncing import NOW, Project

SIZES = Sizes(customers=20, vouchers=300, redemptions=300, publications=100, accruals=20)
"""All of the demo's campaigns, with hardly any traffic."""
ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Warsaw", "Asia/Kolkata", "Pacific/Auckland", "America/St_Johns")]
SUMMER_ZONES = [ZoneInfo(name) for name in ("America/New_York", "Australia/Lord_Howe", "Pacific/Apia")]
SPANS = [
    DateSpan(date(2026, 10, 18), date(2027, 1, 9)),
    DateSpan(date(2026, 11, 23), date(2026, 11, 23)),
    DateSpan(date(2026, 3, 15), date(2026, 3, 31)),
    DateSpan(date(2025, 1, 1), date(2027, 12, 31)),
    DateSpan(date(2020, 2, 1), date(2020, 2, 29)),
    DateSpan(date(1, 1, 1), date(1, 1, 20)),
    DateSpan(date(9999, 12, 1), date(9999, 12, 31)),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("calendar") / "c.db", SIZES)
    assert project.sync(SyncRequest(via=PAGES_ONLY)).state == "complete"
    return project


@pytest.fixture(scope="module")
def documents(project: Project) -> list[dict[str, Any]]:
    """What the API sent, in its own words."""
    with closing(sqlite3.connect(project.path)) as connection:
        return [json.loads(text) for (text,) in connection.execute("select json from campaigns_raw")]


@pytest.fixture(scope="module")
def sent(documents: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in documents}


@pytest.fixture
def reader(project: Project) -> Iterator[Reader]:
    with closing(Reader(project.path, ZoneInfo("UTC"), project.clock)) as reader:
        yield reader


def moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def local(at: datetime, zone: ZoneInfo) -> datetime:
    try:
        return at.astimezone(zone)
    except OverflowError:
        return at


def days_of(document: dict[str, Any], zone: ZoneInfo) -> tuple[date | None, date | None]:
    """First and last day, the latter that of the last millisecond."""
    start, end = moment(document["start_date"]), moment(document["expiration_date"])
    last = None if end is None else local(end - timedelta(milliseconds=1), zone).date()
    return None if start is None else local(start, zone).date(), last


def meets(document: dict[str, Any], span: DateSpan, zone: ZoneInfo) -> bool:
    first, last = days_of(document, zone)
    return (first is None or first <= span.end) and (last is None or last >= span.start)


def is_admitted(document: dict[str, Any], at: datetime, zone: ZoneInfo) -> bool:
    """The demo's recurrences, word by word: weekdays, hours of weekdays, seven days of each month."""
    wall = at.astimezone(zone).replace(tzinfo=None)
    weekday = wall.isoweekday() % 7
    if days := document.get("validity_day_of_week"):
        return weekday in days
    if hours := document.get("validity_hours"):
        return any(
            weekday in one["days_of_week"] and one["start_time"] <= f"{wall:%H:%M}" < one["expiration_time"]
            for one in hours["daily"]
        )
    assert document["validity_timeframe"] == {"interval": "P1M", "duration": "P7D"}
    origin = datetime.fromisoformat(document["start_date"]).astimezone(zone).replace(tzinfo=None)
    begins = [origin.replace(year=year, month=month) for year in (2026, 2027) for month in range(1, 13)]
    return any(begin <= wall < begin + timedelta(days=7) for begin in begins)


def asked(reader: Reader, span: DateSpan, zone: ZoneInfo) -> Calendar:
    return reader.ask(campaign_calendar, span, NOW, zone)


@pytest.mark.parametrize("zone", [*ZONES, *SUMMER_ZONES], ids=str)
@pytest.mark.parametrize("span", SPANS, ids=str)
def test_every_demo_campaign_that_meets_the_range_is_there_with_its_days(
    reader: Reader, documents: list[dict[str, Any]], span: DateSpan, zone: ZoneInfo
) -> None:
    assert len(documents) >= 150
    found = asked(reader, span, zone)
    expected = {one["id"]: days_of(one, zone) for one in documents if meets(one, span, zone)}
    assert {one.id: (one.first_day, one.last_day) for one in found.campaigns} == expected
    starts = [one.starts or "" for one in found.campaigns]
    assert starts == sorted(starts)
    assert (found.as_of, found.complete) == ("2026-11-23T12:00:00.000Z", True)


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("first", [date(2026, 10, 20), date(2027, 2, 20)])
def test_windows_are_when_a_campaign_is_open_within_its_dates_and_the_range(
    reader: Reader, sent: dict[str, dict[str, Any]], zone: ZoneInfo, first: date
) -> None:
    span = DateSpan(first, first + timedelta(days=15))
    begin = datetime(first.year, first.month, first.day, tzinfo=zone).astimezone(UTC)
    end = (datetime(span.end.year, span.end.month, span.end.day, tzinfo=zone) + timedelta(days=1)).astimezone(UTC)
    campaigns = [one for one in asked(reader, span, zone).campaigns if one.recurring]
    assert len(campaigns) >= 3
    for one in campaigns:
        at = begin
        start, stop = moment(one.starts) or begin, moment(one.ends) or end
        while at < end:
            is_in = any(opens <= at < closes for opens, closes in one.windows.found)
            assert is_in == (start <= at < stop and is_admitted(sent[one.id], at, zone)), (one.name, at)
            at += timedelta(minutes=30)


def test_campaigns_without_recurrence_have_no_windows(reader: Reader, documents: list[dict[str, Any]]) -> None:
    limits = ("validity_timeframe", "validity_day_of_week", "validity_hours")
    recurring = {one["id"] for one in documents if any(one.get(name) for name in limits)}
    found = asked(reader, SPANS[3], ZONES[0]).campaigns
    assert {one.id for one in found if one.recurring} == recurring & {one.id for one in found}
    assert not any(one.windows.found for one in found if not one.recurring)


def test_promotions_have_their_tiers_in_order(reader: Reader, project: Project) -> None:
    found = {one.id: one.tiers for one in asked(reader, SPANS[3], ZONES[0]).campaigns if one.tiers}
    with closing(sqlite3.connect(project.path)) as connection:
        texts = [json.loads(text) for (text,) in connection.execute("select json from promotion_tiers_raw")]
    assert sum(map(len, found.values())) == len(texts) > 5
    for text in texts:
        tiers = found[text["campaign"]["id"]]
        tier = next(one for one in tiers if one.id == text["id"])
        assert (tier.name, tier.active) == (text["name"], text["active"])
        assert (moment(tier.starts), moment(tier.ends)) == (
            moment(text.get("start_date")),
            moment(text.get("expiration_date")),
        )


def test_groups(reader: Reader) -> None:
    found = asked(reader, SPANS[0], ZONES[0]).campaigns
    assert {group_of(one, "type") for one in found} == {one.campaign_type for one in found}
    assert {group_of(one, "status") for one in found} == {one.status.kind.value for one in found}
    assert {group_of(one, "category") for one in found} == {one.category for one in found}
    key = min(reader.ask(metadata_keys))
    values = {group_of(one, key) for one in found}
    assert values == {group_of(one, f"metadata.{key}") for one in found}
    assert len(values) > 1


def changed(project: Project, path: Path, **dates: str | None) -> Reader:
    """A copy of the cache in which each campaign has these dates."""
    with closing(sqlite3.connect(project.path)) as source, closing(sqlite3.connect(path)) as copy:
        source.backup(copy)
        for name, value in dates.items():
            copy.execute(f"update campaigns set {name} = ?", (value,))
            copy.execute(f"update campaigns_raw set json = json_set(json, '$.{name}', ?)", (value,))
        copy.commit()
    path.chmod(0o600)
    return Reader(path, ZoneInfo("UTC"), project.clock)


@pytest.mark.parametrize("name", ["start_date", "expiration_date"])
def test_dates_that_cannot_be_read_stand_apart_and_never_nowhere(project: Project, tmp_path: Path, name: str) -> None:
    with closing(changed(project, tmp_path / "odd.db", **{name: "soon (not a date)"})) as reader:
        for span in SPANS:
            found = asked(reader, span, ZONES[1])
            assert len(found.campaigns) >= 150
            assert all("soon (not a date)" in one.unreadable and not one.windows.found for one in found.campaigns)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-11-30T23:00:00.000Z", "2026-12-03T23:00:00.000Z", ("2026-12-01", "2026-12-03")),
        ("2026-11-30T22:59:59.999Z", "2026-12-03T23:00:00.001Z", ("2026-11-30", "2026-12-04")),
        ("2026-12-05T12:00:00.000Z", "2026-12-04T12:00:00.000Z", ("2026-12-05", "2026-12-04")),
        ("0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z", ("0001-01-01", "9999-12-31")),
    ],
)
def test_edges_in_the_project_zone(
    project: Project, tmp_path: Path, start: str, end: str, days: tuple[str, str]
) -> None:
    first, last = map(date.fromisoformat, days)
    with closing(changed(project, tmp_path / "edge.db", start_date=start, expiration_date=end)) as reader:

        def count(day: date) -> int:
            return len(asked(reader, DateSpan(day, day), ZONES[1]).campaigns)

        (example, *_) = asked(reader, DateSpan(first, first), ZONES[1]).campaigns
        assert (example.first_day, example.last_day) == (first, last)
        assert count(first) >= 150
        assert first > last or count(last) >= 150
        if first > date.min:
            assert count(first - timedelta(days=1)) == 0
        if last < date.max:
            assert count(max(first, last) + timedelta(days=1)) == 0


WARSAW = ZoneInfo("Europe/Warsaw")
NOVEMBER = DateSpan(date(2026, 11, 1), date(2026, 11, 30))
"""In Warsaw from 23:00 UTC on 31 October to 23:00 UTC on 30 November."""


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect_writer(tmp_path / "small.db")) as connection:
        yield connection


@pytest.mark.parametrize(
    ("start", "end", "meets"),
    [
        (None, None, True),
        ("2026-11-30T22:59:59.999Z", None, True),
        ("2026-11-30T23:00:00.000Z", None, False),
        (None, "2026-10-31T23:00:00.001Z", True),
        (None, "2026-10-31T23:00:00.000Z", False),
        ("2026-01-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z", True),
        # One that ends before it starts stands where it starts.
        ("2026-11-10T00:00:00.000Z", "2026-10-01T00:00:00.000Z", True),
        ("2026-10-31T23:00:00.000Z", "2026-10-01T00:00:00.000Z", True),
        ("2026-10-31T22:59:59.999Z", "2026-10-01T00:00:00.000Z", False),
    ],
)
def test_which_campaigns_meet_a_month(
    cache: sqlite3.Connection, start: str | None, end: str | None, meets: bool
) -> None:
    put(cache, "campaigns", campaign(start_date=start, expiration_date=end))
    assert bool(campaign_calendar(cache, NOVEMBER, NOW, WARSAW).campaigns) is meets


@pytest.mark.parametrize(
    ("start", "end", "windows"),
    [
        ("2026-11-09T12:00:00Z", "2026-11-16T12:00:00Z",
         ["11-09T12:00 11-09T23:00", "11-15T23:00 11-16T12:00"]),
        (None, "2026-11-03T00:00:00Z", ["11-01T23:00 11-02T23:00"]),
        ("2026-11-29T00:00:00Z", None, ["11-29T23:00 11-30T23:00"]),
        ("2026-11-10T00:00:00Z", "2026-11-02T00:00:00Z", []),
    ],
)  # fmt: skip
def test_windows_lie_within_the_dates_and_the_month(
    cache: sqlite3.Connection, start: str | None, end: str | None, windows: list[str]
) -> None:
    put(cache, "campaigns", campaign(start_date=start, expiration_date=end, validity_day_of_week=[1]))
    [found] = campaign_calendar(cache, NOVEMBER, NOW, WARSAW).campaigns
    assert [f"{opens:%m-%dT%H:%M} {closes:%m-%dT%H:%M}" for opens, closes in found.windows.found] == windows


def test_campaigns_are_in_order_of_start_and_those_without_dates_last(cache: sqlite3.Connection) -> None:
    def add(identity: str, start: str | None, end: str | None = None) -> None:
        put(cache, "campaigns", campaign(identity, identity, start_date=start, expiration_date=end))

    add("c_odd", "soon")
    add("c_late", "2026-11-20T00:00:00Z")
    add("c_long", "2026-11-02T00:00:00Z")
    add("c_short", "2026-11-02T00:00:00Z", "2026-11-05T00:00:00Z")
    add("c_open", None)
    found = campaign_calendar(cache, NOVEMBER, NOW, WARSAW).campaigns
    assert [one.id for one in found] == ["c_open", "c_short", "c_long", "c_late", "c_odd"]


@pytest.mark.parametrize(
    ("kinds", "read", "complete"),
    [
        (("DISCOUNT_COUPONS",), (), False),
        (("DISCOUNT_COUPONS",), ("campaigns",), True),
        (("PROMOTION",), ("campaigns",), False),
        (("PROMOTION", "DISCOUNT_COUPONS"), ("campaigns",), False),
        (("PROMOTION",), ("promotion_tiers",), False),
        (("PROMOTION", "DISCOUNT_COUPONS"), ("campaigns", "promotion_tiers"), True),
    ],
)
def test_promotions_are_whole_with_their_tiers(
    cache: sqlite3.Connection, kinds: tuple[str, ...], read: tuple[str, ...], complete: bool
) -> None:
    put(cache, "campaigns", *(campaign(f"camp_{kind}", kind=kind) for kind in kinds))
    read_whole(cache, *read)
    assert campaign_calendar(cache, NOVEMBER, NOW, WARSAW).complete is complete
