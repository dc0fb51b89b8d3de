"""What happened inside the calendar's bars against a plain count over the cached rows, for all demo campaigns."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from store.domain.changes import FieldChanged, change_words
from store.models import Source
from store.queries.calendar import campaign_calendar
from store.queries.calendar_activity import DayCounts, calendar_activity
from store.queries.calendar_last_year import same_weeks_last_year, year_later
from store.queries.reader import Reader
from store.queries.series import daily_series
from store.sandbox.world import Sizes
from store.sync.request import PAGES_ONLY, SyncRequest
from store.words import DateSpan
from tests.support.syncing import NOW, ZONE, Project

SIZES = Sizes(customers=40, vouchers=800, redemptions=1_500, publications=50, accruals=20)
LISTS = frozenset({"campaigns", "redemptions", "promotion_tiers"})
METRICS = ("redemptions_succeeded", "redemptions_failed")
SPANS = [
    DateSpan(date(2026, 10, 18), date(2027, 1, 9)),
    DateSpan(date(2026, 11, 22), date(2026, 11, 25)),
    DateSpan(date(2025, 1, 1), date(2026, 11, 1)),
    DateSpan(date(2026, 11, 28), date(2026, 12, 31)),
    DateSpan(date(9999, 12, 1), date(9999, 12, 31)),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """All of the demo's campaigns and their redemptions."""
    project = Project(tmp_path_factory.mktemp("activity") / "c.db", SIZES)
    project.copy_synced(SyncRequest(everything=True, via=PAGES_ONLY, only=LISTS))
    return project


@pytest.fixture
def reader(project: Project) -> Iterator[Reader]:
    with closing(Reader(project.path, ZONE, project.clock)) as reader:
        yield reader


def campaign_ids(reader: Reader) -> list[str]:
    return [identity for (identity,) in reader.connection.execute("select id from campaigns")]


def counted_plainly(project: Project) -> dict[tuple[str, bool], Counter[date]]:
    """Redemptions by campaign, whether they succeeded, and local day, out of the rows themselves."""
    found: dict[tuple[str, bool], Counter[date]] = {}
    with closing(sqlite3.connect(project.path)) as connection:
        texts = [json.loads(text) for (text,) in connection.execute("select json from redemptions_raw")]
        rows = connection.execute("select id, campaign_id, created_at from redemptions where campaign_id is not null")
        owners = {identity: (campaign, at) for identity, campaign, at in rows}
    for text in texts:
        if text["object"] == "redemption_rollback" or text["id"] not in owners:
            continue
        campaign, at = owners[text["id"]]
        day = datetime.fromisoformat(at).astimezone(ZONE).date()
        found.setdefault((campaign, text["result"] == "SUCCESS"), Counter())[day] += 1
    return found


def made_after(reader: Reader, day: date, rows: dict[tuple[str, bool], Counter[date]]) -> set[str]:
    """The campaigns that were made, and first redeemed, after a day."""
    made = reader.connection.execute("select id, created_at from campaigns")
    return {
        identity
        for identity, at in made
        if datetime.fromisoformat(at).astimezone(ZONE).date() > day
        and not any(used <= day for succeeded in (True, False) for used in rows.get((identity, succeeded), ()))
    }


@pytest.mark.parametrize("span", SPANS, ids=str)
def test_days_are_those_of_a_plain_count(project: Project, reader: Reader, span: DateSpan) -> None:
    ids, rows = campaign_ids(reader), counted_plainly(project)
    assert len(ids) >= 150
    found = reader.ask(calendar_activity, ids, span, ZONE)
    assert list(found) == ids
    read_on = NOW.astimezone(ZONE).date()
    made_later = made_after(reader, span.end, rows)
    for identity, activity in found.items():
        for succeeded, counts in ((True, activity.redemptions), (False, activity.refusals)):
            plain = rows.get((identity, succeeded), Counter())
            expected = {day: count for day, count in plain.items() if span.start <= day <= span.end}
            assert counts.counts == expected
            unknown = [day for one in counts.unknown for day in one]
            later = max(span.start, read_on + timedelta(days=1))
            assert unknown == (list(DateSpan(later, span.end)) if later <= span.end else [])
            source = Source.DOCUMENT if identity in made_later else Source.ROWS
            assert (counts.figure.source, counts.figure.complete) == (source, span.start <= read_on)
            assert counts.figure.value == (sum(expected.values()) if span.start <= read_on else None)
    assert span.start > read_on or sum(len(one.redemptions.counts) for one in found.values()) > 1


def as_dense(counts: DayCounts, span: DateSpan) -> tuple[int | None, ...]:
    unknown = {day for one in counts.unknown for day in one}
    return tuple(None if day in unknown else counts.counts.get(day, 0) for day in span)


STATES = {
    "whole": "select 1",
    "read in part after it was whole": "update sync_states set state = 'partial', reason = 'stopped',"
    " as_of = '2026-11-10T23:30:00.000Z' where resource = 'redemptions'",
    "never whole": "update sync_states set state = 'partial', completed_at = null where resource = 'redemptions'",
    "a later attempt ended early": "update sync_states set attempt_state = 'partial', attempt_reason = 'stopped',"
    " as_of = '2026-11-10T23:30:00.000Z', attempted_at = '2026-11-22T00:00:00.000Z' where resource = 'redemptions'",
    "never read": "delete from sync_states where resource = 'redemptions'",
    "told by summaries": "update sync_states set state = 'partial', completed_at = null where resource = 'redemptions';"
    " insert into campaign_summaries (campaign_id, start_date, end_date, closed, json) select id, '2026-11-20',"
    " '2026-11-20', 1,"
    ' \'{"redemptions_succeeded": 3, "redemptions_failed": 0}\' from campaigns;'
    " insert into daily (campaign_id, day, metric, source, value) select id, '2026-11-20', 'redemptions_succeeded',"
    " 'summary', 3 from campaigns",
    "some redemptions not understood": "insert into unreadable (resource, id, campaign_id, reason, json)"
    " select 'redemptions', 'r_' || id, id, 'NaN', '{' from campaigns where rowid % 2",
}


@pytest.mark.parametrize("state", STATES)
def test_the_same_as_the_dashboards_whatever_was_read(project: Project, tmp_path: Path, state: str) -> None:
    path = tmp_path / "state.db"
    with closing(sqlite3.connect(project.path)) as source, closing(sqlite3.connect(path)) as copy:
        source.backup(copy)
        copy.executescript(STATES[state])
        copy.commit()
    path.chmod(0o600)
    with closing(Reader(path, ZONE, project.clock)) as reader:
        ids = campaign_ids(reader)
        for span in SPANS[:2]:
            found = reader.ask(calendar_activity, ids, span, ZONE)
            for identity in ids:
                series = reader.ask(lambda c, i=identity, s=span: daily_series(c, i, METRICS, s, zone=ZONE))
                for metric, counts in zip(
                    METRICS, (found[identity].redemptions, found[identity].refusals), strict=True
                ):
                    assert as_dense(counts, span) == series[metric].values
                    assert counts.figure == series[metric].figure()
            if state in ("never read", "never whole"):
                assert not any(one.redemptions.figure.complete for one in found.values())


def test_days_counted_in_another_zone_say_so(reader: Reader) -> None:
    ids = campaign_ids(reader)[:3]
    for zone in (ZONE, ZoneInfo("Asia/Tokyo")):
        for one in reader.ask(calendar_activity, ids, SPANS[0], zone).values():
            assert ("days of Europe/Warsaw" in one.redemptions.figure.note) == (zone is not ZONE)


def test_changes_of_configuration(tmp_path: Path) -> None:
    project = Project(tmp_path / "c.db")
    request = SyncRequest(only=frozenset({"campaigns", "validation_rules", "validation_rules_assignments"}))
    project.sync(request)
    campaign, other = sorted(project.ids("campaigns"))[:2]
    project.world.edit_campaign(campaign, expiration_date="2026-11-30T23:00:00Z")
    project.clock.advance(86_400)
    project.sync(request)
    project.world.edit_campaign(campaign, expiration_date="2026-12-04T23:00:00.000Z", active=False)
    project.clock.advance(86_400)
    project.sync(request)
    span = DateSpan(date(2026, 11, 20), date(2026, 11, 30))
    with closing(Reader(project.path, ZONE, project.clock)) as reader:
        found = reader.ask(calendar_activity, [campaign, other], span, ZONE)
        early = reader.ask(calendar_activity, [campaign], DateSpan(date(2026, 11, 20), date(2026, 11, 24)), ZONE)
        assert found[other].changes == ()
        changes = found[campaign].changes
        assert [(one.at, one.since, one.change.path) for one in changes[1:]] == [
            (NOW + timedelta(days=2), NOW + timedelta(days=1), "/active"),
            (NOW + timedelta(days=2), NOW + timedelta(days=1), "/expiration_date"),
        ] or [one.change.path for one in changes[1:]] == ["/expiration_date", "/active"]
        last = next(
            one for one in changes if one.change.path == "/expiration_date" and one.at > NOW + timedelta(days=1)
        )
        assert change_words(last.resource, last.change, ZONE) == "end moved from 30 Nov to 4 Dec 2026"
        assert early[campaign].changes == changes[:1]


WORDS = [
    ("/expiration_date", '"2026-12-01T23:00:00.000Z"', '"2026-12-04T23:00:00Z"', "end moved from 1 to 4 Dec 2026"),
    ("/expiration_date", '"2026-12-31T23:00:00Z"', '"2027-01-05T12:00Z"', "end moved from 31 Dec 2026 to 5 Jan 2027"),
    ("/start_date", '"2026-11-30T23:00:00Z"', '"2026-11-02T12:00:00Z"', "start moved from 1 Dec to 2 Nov 2026"),
    ("/start_date", '"2026-11-30T23:00:00Z"', '"2026-12-01T10:00:00Z"',
     "start moved from 1 Dec 2026 00:00:00 to 1 Dec 2026 11:00:00"),
    ("/expiration_date", "null", '"2026-12-04T23:00:00Z"', "end set to 4 Dec 2026"),
    ("/expiration_date", '"2026-12-04T23:00:00Z"', None, "end of 4 Dec 2026 removed"),
    ("/expiration_date", '"soon"', '"2026-12-04T23:00:00Z"', 'expiration_date: "soon" → "2026-12-04T23:00:00Z"'),
    ("/active", "true", "false", "active: true → false"),
    ("", None, "{}", "Promotion tier appeared"),
    ("", "{}", None, "Promotion tier is gone"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "before", "after", "words"), WORDS)
def test_changes_in_words(path: str, before: str | None, after: str | None, words: str) -> None:
    assert change_words("promotion_tiers", FieldChanged(path, before, after), ZONE) == words


def test_last_years_weeks_stand_under_this_years(project: Project, reader: Reader) -> None:
    span = DateSpan(date(2026, 10, 18), date(2027, 1, 9))
    before = DateSpan(date(2025, 10, 19), date(2026, 1, 10))
    found = reader.ask(same_weeks_last_year, span, NOW, ZONE)
    assert found is not None
    assert (found.span, found.calendar.span) == (before, span)
    assert [day.weekday() for day in before] == [day.weekday() for day in span]
    then = {one.id: one for one in reader.ask(campaign_calendar, before, NOW, ZONE).campaigns}
    assert len(then) > 10
    assert {one.id for one in found.calendar.campaigns} == then.keys() == found.activity.keys()
    days = timedelta(days=364)
    for one in found.calendar.campaigns:
        old = then[one.id]
        assert (one.first_day, one.last_day) == (
            old.first_day and old.first_day + days, old.last_day and old.last_day + days
        )  # fmt: skip
        for moved, text in ((one.starts, old.starts), (one.ends, old.ends)):
            assert (moved is None) == (text is None)
            if moved and text:
                assert wall(moved) == wall(text) + days
        assert len(one.windows.found) == len(old.windows.found)
    rows, total = counted_plainly(project), 0
    for identity, activity in found.activity.items():
        plain = rows.get((identity, True), Counter())
        expected = {day + days: count for day, count in plain.items() if before.start <= day <= before.end}
        assert activity.redemptions.counts == expected
        total += sum(expected.values())
    assert total > 10


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(ZONE).replace(tzinfo=None)


def test_there_is_no_last_year_before_the_first(reader: Reader) -> None:
    assert reader.ask(same_weeks_last_year, DateSpan(date(1, 12, 1), date(1, 12, 31)), NOW, ZONE) is None
    assert reader.ask(same_weeks_last_year, DateSpan(date(2, 1, 1), date(2, 1, 31)), NOW, ZONE) is not None
    assert year_later(datetime(9999, 6, 1, tzinfo=UTC), ZONE) == datetime.max.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "instant", "later"),
    [
        ("Europe/Warsaw", "2025-10-26T22:30:00", "2026-10-25T22:30:00"),
        ("Australia/Lord_Howe", "2025-04-06T00:15:00", "2026-04-05T00:15:00"),
        ("America/St_Johns", "2025-03-09T12:00:00", "2026-03-08T12:00:00"),
        ("Asia/Kolkata", "2025-11-01T00:00:00", "2026-10-31T00:00:00"),
    ],
)
def test_a_year_later_the_clock_shows_the_same(zone: str, instant: str, later: str) -> None:
    there = ZoneInfo(zone)
    moved = year_later(datetime.fromisoformat(instant).replace(tzinfo=there), there)
    assert moved.astimezone(there).replace(tzinfo=None) == datetime.fromisoformat(later)
