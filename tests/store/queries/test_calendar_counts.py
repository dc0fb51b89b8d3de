"""The calendar's numbers, starts, ends, clashes and parts for all demo campaigns, worked out the plain way."""

import json
import re
import sqlite3
from collections.abc import Container, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from store.queries.budget import lifetime_totals, limit_uses, net
from store.queries.calendar import calendar_campaign, campaign_calendar
from store.queries.calendar_activity import calendar_activity
from store.queries.calendar_clashes import calendar_clashes
from store.queries.calendar_counts import Boundary, CalendarCounts, boundaries, counts_of
from store.queries.calendar_details import calendar_details
from store.queries.reader import Reader
from store.sandbox.world import Sizes
from store.sync.request import PAGES_ONLY, SyncRequest
from store.words import DateSpan
from tests.store.queries.test_calendar import is_admitted, local, moment
from tests.support.syncing import NOW, ZONE, Project

SIZES = Sizes(customers=20, vouchers=300, redemptions=300, publications=10, accruals=20)
LISTS = frozenset(
    {
        "campaigns", "promotion_tiers", "earning_rules", "validation_rules", "validation_rules_assignments", "segments",
        "redemptions",
    }
)  # fmt: skip
SPAN = DateSpan(date(2026, 10, 18), date(2027, 1, 9))
ZONES = [ZONE, ZoneInfo("Asia/Kolkata"), ZoneInfo("America/St_Johns"), ZoneInfo("Pacific/Apia")]
STEP = timedelta(minutes=30)
LIMITS = ("validity_timeframe", "validity_day_of_week", "validity_hours")
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("counts") / "c.db", SIZES)
    project.copy_synced(SyncRequest(everything=True, via=PAGES_ONLY, only=LISTS))
    return project


@pytest.fixture(scope="module")
def sent(project: Project) -> dict[str, list[dict[str, Any]]]:
    """What the API sent, by list."""
    tables = ("campaigns", "promotion_tiers", "earning_rules", "validation_rules", "validation_rules_assignments")
    with closing(sqlite3.connect(project.path)) as connection:
        return {
            name: [json.loads(text) for (text,) in connection.execute(f"select json from {name}_raw")]
            for name in tables
        }


@pytest.fixture
def reader(project: Project) -> Iterator[Reader]:
    with closing(Reader(project.path, ZONE, project.clock)) as reader:
        yield reader


def is_enabled(one: dict[str, Any]) -> bool:
    """Whether it is in force within its dates: the demo's switches and states of creation."""
    generated = one.get("vouchers_generation_status", "DONE")
    return one["active"] is not False and one["creation_status"] not in ("DRAFT", "FAILED") and generated != "FAILED"


def is_being_made(one: dict[str, Any]) -> bool:
    return {one["creation_status"], one.get("vouchers_generation_status")} & {"IN_PROGRESS", "MODIFYING"} != set()


def life(one: dict[str, Any]) -> tuple[datetime, datetime]:
    return moment(one.get("start_date")) or FIRST, moment(one.get("expiration_date")) or LAST


def is_recurring(one: dict[str, Any]) -> bool:
    return any(one.get(name) for name in LIMITS)


def is_live(one: dict[str, Any], at: datetime, zone: ZoneInfo) -> bool:
    start, end = life(one)
    return is_enabled(one) and start <= at < end and (not is_recurring(one) or is_admitted(one, at, zone))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def calendar_counts(
    connection: sqlite3.Connection, span: DateSpan, now: datetime, zone: tzinfo, ids: Container[str] | None = None
) -> CalendarCounts:
    """The counts of all campaigns, or of some, as the screen asks for them."""
    known = campaign_calendar(connection, DateSpan(date.min, date.max), now, zone, DateSpan(now.date(), now.date()))
    chosen = tuple(one for one in known.campaigns if ids is None or one.id in ids)
    return counts_of(connection, replace(known, campaigns=chosen), span, now, zone)[0]


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_live_starting_and_ending(reader: Reader, sent: dict[str, list[dict[str, Any]]], zone: ZoneInfo) -> None:
    week = timedelta(days=7)
    for days in (0, 5, 40, 200):
        now = NOW + timedelta(days=days, hours=7 * days)
        campaigns = [one for one in sent["campaigns"] if is_enabled(one) and not is_being_made(one)]
        running = [one for one in campaigns if life(one)[0] <= now < life(one)[1]]
        # The days shown change nothing.
        for span in (SPAN, DateSpan(date(2020, 1, 1), date(2020, 1, 2))):
            found = reader.ask(lambda c, s=span, n=now: calendar_counts(c, s, n, zone))
            live = [one for one in running if is_live(one, now, zone)]
            assert (found.live, found.closed) == (len(live), len(running) - len(live))
            assert found.starting == sum(now < life(one)[0] <= now + week for one in campaigns)
            assert found.ending == sum(life(one)[1] <= now + week for one in running)
            assert (found.unknown, found.complete) == (0, True)


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_gaps_are_the_days_on_which_nothing_is_ever_live(
    reader: Reader, sent: dict[str, list[dict[str, Any]]], zone: ZoneInfo
) -> None:
    random = Random(4)
    recurring = [one for one in sent["campaigns"] if is_recurring(one) and is_enabled(one)]
    dated = [one for one in sent["campaigns"] if not is_recurring(one) and life(one)[1] - life(one)[0] < timedelta(60)]
    seen = 0
    for _ in range(6):
        chosen = [random.choice(recurring), *random.sample(dated, 25)]
        ids = {one["id"] for one in chosen}
        now = NOW - timedelta(days=random.randrange(25))
        found = reader.ask(lambda c, n=now, i=ids: calendar_counts(c, SPAN, n, zone, i))
        expected = []
        for day in DateSpan(max(SPAN.start, now.astimezone(zone).date()), SPAN.end):
            begin, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
            times = [begin + STEP * step for step in range((end - begin) // STEP)]
            times += [life(one)[0] for one in chosen if begin <= life(one)[0] < end]
            if not any(is_live(one, at, zone) for one in chosen for at in times):
                expected.append(day)
        assert [day for gap in found.gaps for day in gap] == expected
        seen += len(expected)
    assert seen > 20


def named_targets(rule: dict[str, Any]) -> set[str]:
    """Ids of products and segments in the text of a demo rule, which names none that it is not about."""
    held = [rule["rules"], rule["bundle_rules"], rule["applicable_to"]["included"]]
    return set(re.findall(r'"((?:prod|seg|pc|sku)_[0-9a-z]+)"', json.dumps(held)))


def test_clashes_of_all_demo_campaigns(reader: Reader, sent: dict[str, list[dict[str, Any]]]) -> None:
    begin, end = midnight(SPAN.start, ZONE), midnight(SPAN.end + timedelta(days=1), ZONE)
    owner = {one["id"]: one["campaign"]["id"] for one in sent["promotion_tiers"]}
    owner |= {one["id"]: one["source"]["object_id"] for one in sent["earning_rules"]}
    targets: dict[str, set[str]] = {}
    rules = {one["id"]: one for one in sent["validation_rules"]}
    for entry in sent["validation_rules_assignments"]:
        campaign = owner.get(entry["related_object_id"], entry["related_object_id"])
        targets.setdefault(campaign, set()).update(named_targets(rules[entry["rule_id"]]))
    for rule in sent["earning_rules"]:
        if rule.get("validation_rule_id"):
            campaign = rule["source"]["object_id"]
            targets.setdefault(campaign, set()).update(named_targets(rules[rule["validation_rule_id"]]))
    campaigns = {one["id"]: one for one in sent["campaigns"] if is_enabled(one)}
    times = {
        key: {
            begin + STEP * step
            for step in range((end - begin) // STEP)
            if is_recurring(one) and is_live(one, begin + STEP * step, ZONE)
        }
        for key, one in campaigns.items()
    }

    def meet(first: str, second: str) -> bool:
        one, other = campaigns[first], campaigns[second]
        start, stop = max(begin, life(one)[0], life(other)[0]), min(end, life(one)[1], life(other)[1])
        held = [times[key] for key in (first, second) if is_recurring(campaigns[key])]
        return any(start <= at < stop for at in set.intersection(*held)) if held else start < stop

    expected = {}
    for first, second in combinations(campaigns, 2):
        one, other = campaigns[first], campaigns[second]
        names = [{entry["name"] for entry in one.get("categories") or ()} for one in (one, other)]
        if one["campaign_type"] != other["campaign_type"] and not names[0] & names[1]:
            continue
        both = first in targets and second in targets
        common = targets[first] & targets[second] if both else set()
        if (common or not both) and meet(first, second):
            expected[frozenset((first, second))] = (both, common)
    calendar = reader.ask(campaign_calendar, SPAN, NOW, ZONE)
    found = reader.ask(calendar_clashes, calendar, ZONE)
    kinds = ("product", "segment", "collection")
    assert {
        frozenset((one.first, one.second)): (one.rules_known, {it.id for it in one.shared if it.kind in kinds})
        for one in found
    } == expected
    # Windows that were worked out for other days change nothing.
    elsewhere = reader.ask(campaign_calendar, SPAN, NOW, ZONE, DateSpan(date(2020, 1, 1), date(2020, 1, 1)))
    assert reader.ask(calendar_clashes, elsewhere, ZONE) == found
    assert len(found) == len(expected) > 50
    assert any(both for both, _ in expected.values())
    assert all(one.windows.found and one.windows.complete for one in found)
    assert reader.ask(calendar_counts, SPAN, NOW, ZONE).clashes == len(expected)
    segments = {it.name for one in found for it in one.shared if it.kind == "segment"}
    assert segments
    assert not any(name.startswith("seg_") for name in segments)


def plain_boundaries(
    sent: dict[str, list[dict[str, Any]]], zone: ZoneInfo
) -> set[tuple[str, str, str, datetime, date]]:
    """(campaign, part, side, instant, day) of every date that decides."""
    found = set()
    parts = [(one["campaign"]["id"], one) for one in sent["promotion_tiers"]]
    parts += [(one["source"]["object_id"], one) for one in sent["earning_rules"]]
    campaigns = {one["id"]: one for one in sent["campaigns"]}
    for campaign, one in [*((one["id"], one) for one in sent["campaigns"]), *parts]:
        whole, part = campaigns[campaign], "" if one["id"] == campaign else one["id"]
        start, end = moment(one.get("start_date")), moment(one.get("expiration_date"))
        if start and (not part or (life(whole)[0] < start < life(whole)[1] and life(one)[0] < life(one)[1])):
            found.add((campaign, part, "starts", start, local(start, zone).date()))
        if end and (not part or (life(whole)[0] < end < life(whole)[1] and life(one)[0] < life(one)[1])):
            day = local(end - timedelta(milliseconds=1), zone).date()
            found.add((campaign, part, "ends", end, day))
    return found


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_what_starts_and_ends(reader: Reader, sent: dict[str, list[dict[str, Any]]], zone: ZoneInfo) -> None:
    seen, parts = 0, 0
    for days in (0, 11, -60, -200, -380):
        now = NOW + timedelta(days=days)
        today = now.astimezone(zone).date()
        found = reader.ask(lambda c, n=now: boundaries(c, n, zone))
        lists: list[tuple[tuple[Boundary, ...], int, int]] = [
            (found.past_week, -7, -1), (found.today, 0, 0), (found.next_7, 1, 7), (found.next_30, 8, 30),
            (found.next_90, 31, 90),
        ]  # fmt: skip
        plain = plain_boundaries(sent, zone)
        for some, first, last in lists:
            expected = {one for one in plain if first <= (one[4] - today).days <= last}
            told = [(one.ref.id, one.part.id if one.part else "", one.side, one.at, one.day) for one in some]
            assert set(told) == expected
            assert len(told) == len(expected)
            assert [one.at for one in some] == sorted(one.at for one in some)
            assert all(one.is_past == (one.at <= now) for one in some)
            seen += len(told)
            parts += sum(one.part is not None for one in some)
        assert (found.unknown, found.complete) == (0, True)
    assert seen > 50
    assert parts > 5


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_parts_are_in_force_where_their_campaign_is(
    reader: Reader, sent: dict[str, list[dict[str, Any]]], zone: ZoneInfo
) -> None:
    campaigns = {one["id"]: one for one in sent["campaigns"]}
    found = reader.ask(campaign_calendar, DateSpan(date(2025, 1, 1), date(2027, 12, 31)), NOW, zone).campaigns
    dated = {one["id"]: one for one in sent["earning_rules"] if one.get("start_date") or one.get("expiration_date")}
    shown = {rule.id: (one, rule) for one in found for rule in one.rules}
    assert shown.keys() == dated.keys()
    assert len(dated) >= 3
    documents = {**dated, **{one["id"]: one for one in sent["promotion_tiers"]}}
    for one in found:
        assert one.parts_complete
        for part in one.parts:
            own, whole = life(documents[part.id]), life(campaigns[one.id])
            start, end = max(own[0], whole[0]), min(own[1], whole[1])
            assert part.is_effective == (start < end)
            if part.is_effective:
                ends = moment(part.effective_start) or FIRST, moment(part.effective_end) or LAST
                assert ends == (start, end)
    banners = {one["id"]: one["source"]["banner"] for one in dated.values()}
    assert {key: rule.name for key, (_, rule) in shown.items()} == banners


def test_a_part_recurs_where_it_and_its_campaign_do(project: Project, tmp_path: Path) -> None:
    """A campaign of weekdays with a tier of hours: both must admit, from Friday 14:00 to 16:00 on the last of them."""
    path = tmp_path / "parts.db"
    hours = {"daily": [{"start_time": "14:00", "expiration_time": "16:00"}]}
    with closing(sqlite3.connect(project.path)) as source, closing(sqlite3.connect(path)) as copy:
        source.backup(copy)
        (tier, campaign) = copy.execute("select id, campaign_id from promotion_tiers limit 1").fetchone()
        for table, key in (("campaigns", campaign), ("promotion_tiers", tier)):
            copy.execute(f"update {table} set start_date = null, expiration_date = null where id = ?", (key,))
        copy.execute(
            "update campaigns_raw set json = json_set(json, '$.validity_day_of_week', json('[1, 5]')) where id = ?",
            (campaign,),
        )
        copy.execute(
            "update promotion_tiers_raw set json = json_set(json, '$.validity_hours', json(?)) where id = ?",
            (json.dumps(hours), tier),
        )
        copy.commit()
    path.chmod(0o600)
    with closing(Reader(path, ZONE, project.clock)) as reader:
        span = DateSpan(date(2026, 11, 23), date(2026, 11, 29))
        found = reader.ask(calendar_campaign, campaign, span, NOW, ZONE)
        assert found is not None
        part = next(one for one in found.tiers if one.id == tier)
        days = [(start.astimezone(ZONE), end.astimezone(ZONE)) for start, end in part.windows.found]
        assert [(f"{start:%a %H:%M}", f"{end:%a %H:%M}") for start, end in days] == [
            ("Mon 14:00", "Mon 16:00"),
            ("Fri 14:00", "Fri 16:00"),
        ]
        others = [one for one in found.tiers if one.id != tier]
        assert all(one.recurring and len(one.windows.found) == 2 for one in others)


def test_dates_that_cannot_be_read_are_counted_apart(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "odd.db"
    with closing(sqlite3.connect(project.path)) as source, closing(sqlite3.connect(path)) as copy:
        source.backup(copy)
        for name in ("expiration_date", "start_date"):
            copy.execute(f"update campaigns set {name} = 'soon (not a date)'")
            copy.execute(f"update campaigns_raw set json = json_set(json, '$.{name}', 'soon')")
        copy.execute("update promotion_tiers set start_date = 'soon (not a date)'")
        tiers = copy.execute("select count(*) from promotion_tiers").fetchone()[0]
        copy.commit()
    path.chmod(0o600)
    with closing(Reader(path, ZONE, project.clock)) as reader:
        found = reader.ask(calendar_counts, SPAN, NOW, ZONE)
        total = reader.connection.execute("select count(*) from campaigns").fetchone()[0]
        assert (found.live, found.closed, found.starting, found.ending, found.clashes) == (0, 0, 0, 0, 0)
        assert found.unknown == total
        assert sum(gap.days for gap in found.gaps) == (SPAN.end - NOW.astimezone(ZONE).date()).days + 1
        told = reader.ask(boundaries, NOW, ZONE)
        assert told.unknown == total + tiers
        assert not [*told.past_week, *told.today, *told.next_7, *told.next_30, *told.next_90]


@pytest.mark.parametrize("now", [datetime(1, 1, 1, 5, tzinfo=UTC), datetime(9999, 12, 31, 20, tzinfo=UTC)])
def test_the_ends_of_the_calendar(reader: Reader, now: datetime) -> None:
    for zone in ZONES:
        day = local(now, zone).date()
        found = reader.ask(lambda c, z=zone, d=day: calendar_counts(c, DateSpan(d, d), now, z))
        assert found.starting == 0
        told = reader.ask(lambda c, z=zone: boundaries(c, now, z))
        assert not [*told.past_week, *told.today, *told.next_7]


def test_details_are_those_of_the_lists_they_come_from(reader: Reader) -> None:
    calendar = reader.ask(campaign_calendar, SPAN, NOW, ZONE)
    limits, gives = 0, set[str]()
    for one in calendar.campaigns:
        found = reader.ask(calendar_details, one.id, SPAN, NOW, ZONE, "EUR")
        assert found is not None
        assert (found.calendar, found.row.id, found.row.status) == (one, one.id, one.status)
        gives.add(found.gives)
        assert found.limits == tuple(reader.ask(limit_uses, one.id, NOW, ZONE, "EUR"))
        totals = reader.ask(lifetime_totals, one.id)
        assert (found.totals, found.uses) == (totals, net(totals.redemptions, totals.redemptions_back))
        assert found.activity == reader.ask(calendar_activity, [one.id], SPAN, ZONE)[one.id]
        for pair, text in ((found.starts, one.starts), (found.ends, one.ends)):
            assert (pair is None) == (text is None)
            if pair is not None:
                assert pair.utc == pair.local.astimezone(UTC) == moment(text)
                assert (str(pair.local.tzinfo), pair.utc.tzinfo) == ("Europe/Warsaw", UTC)
        limits += len(found.limits)
    assert limits > 3
    assert any("€" in one for one in gives)
    assert any("%" in one for one in gives)
    assert reader.ask(calendar_details, "camp_none", SPAN, NOW, ZONE) is None
    outside = reader.ask(
        calendar_details, calendar.campaigns[0].id, DateSpan(date(2001, 1, 1), date(2001, 1, 9)), NOW, ZONE
    )
    assert outside is not None
    assert outside.calendar.starts == calendar.campaigns[0].starts
