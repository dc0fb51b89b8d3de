"""Insights: each finds its planted fault at its boundary, and nothing is found in a sound world."""

import sqlite3
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from store.days import instant_text
from store.queries.campaigns import list_campaigns
from store.queries.insights.insight import Insight, Insights
from store.queries.insights.registry import INSIGHTS, InsightContext, find_insights
from store.ref import Ref
from tests.support.limits_cache import condition, set_rule
from tests.support.records import Document, campaign, put, read_whole, redemption
from tests.support.syncing import ZONE

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)  # a Friday, 13:00 in Warsaw
FRIDAYS = [datetime(2026, 11, day, tzinfo=UTC) for day in (20, 13, 6)] + [datetime(2026, 10, 30, tzinfo=UTC)]
LISTS = (
    "campaigns", "redemptions", "publications", "vouchers", "pending_points", "points_expiration", "validation_rules",
    "validation_rules_assignments",
)  # fmt: skip
MOMENT = timedelta(milliseconds=1)


def find(cache: sqlite3.Connection, now: datetime = NOW, *, read: datetime | None = None) -> Insights:
    """What is found once all lists were read, by default just now."""
    read_whole(cache, *LISTS, at=instant_text(read or now))
    return find_insights(InsightContext(cache, tuple(list_campaigns(cache, now, ZONE)), now, ZONE, "EUR"))


def kinds(cache: sqlite3.Connection, now: datetime = NOW, **more: Any) -> list[str]:
    return [one.kind for one in find(cache, now, **more).found]


def only(cache: sqlite3.Connection, now: datetime = NOW) -> Insight:
    [found] = find(cache, now).found
    return found


def at(when: datetime) -> str:
    return instant_text(when)


def some(number: int, when: datetime, *, refused: bool = False, campaign_id: str = "camp_1") -> list[Document]:
    """So many attempts within a minute of an instant."""
    more = {"result": "FAILURE", "status": "FAILED", "failure_code": "order_rules_violated"} if refused else {}
    of = {"voucher": {"id": "v_1", "code": "CODE", "campaign": "Autumn", "campaign_id": campaign_id}}
    return [
        redemption(f"{'rf' if refused else 'r'}_{when:%m%d%H%M}_{campaign_id}_{place}", date=at(when), **of, **more)
        for place in range(number)
    ]


def code(number: int, **more: Any) -> Document:
    known = {"publish": {"count": 0}, "redemption": {"quantity": 1, "redeemed_quantity": 0}}
    return {"id": f"v_{number}", "code": f"C{number}", "campaign_id": "camp_1", "active": True, **known, **more}


def published(number: int, when: datetime, voucher: str = "v_given") -> Document:
    return {
        "id": f"pub_{number}", "created_at": at(when), "result": "SUCCESS",
        "voucher": {"id": voucher, "campaign_id": "camp_1"},
    }  # fmt: skip


def usual(hour: int, number: int, *, refused: bool = False) -> list[Document]:
    """So many on each of the four Fridays before, at an hour in UTC."""
    return [one for day in FRIDAYS for one in some(number, day.replace(hour=hour), refused=refused)]


def test_every_insight_is_declared_once() -> None:
    assert len({one.id for one in INSIGHTS}) == len(INSIGHTS) == 11
    assert all(one.title for one in INSIGHTS)


def test_a_sound_world_is_silent(cache: sqlite3.Connection) -> None:
    week = timedelta(days=7)
    put(
        cache, "campaigns",
        campaign(type="STATIC", vouchers_count=200, active=True, expiration_date=at(NOW + week + MOMENT)),
        campaign("camp_2", "Later", active=True, start_date=at(NOW + timedelta(days=2))),
        campaign("camp_3", "Points", "LOYALTY_PROGRAM", active=True, type="AUTO_UPDATE", vouchers_count=50),
        campaign("camp_4", "Off", active=False, expiration_date=at(NOW + timedelta(days=1))),
    )  # fmt: skip
    put(cache, "redemptions", *usual(9, 20), *usual(9, 3, refused=True))
    today = NOW.replace(hour=9)
    put(cache, "redemptions", *some(21, today), *some(4, today, refused=True))
    put(cache, "vouchers", *(code(number) for number in range(200)))
    put(cache, "publications", *(published(number, NOW - timedelta(days=2)) for number in range(14)))
    put(cache, "points_expiration", {
        "id": "b_1", "campaign_id": "camp_3", "voucher_id": "v_9", "points": 40, "status": "ACTIVE",
        "expires_at": "2026-12-05",
    })  # fmt: skip
    put(cache, "pending_points", {"id": "p_1", "campaign_id": "camp_3", "points": 5, "activates_at": "2026-11-27"})
    set_rule(cache, condition("campaign.redemptions.count", 1_000))
    run(cache, "complete", NOW)
    assert find(cache) == Insights((), ())


@pytest.mark.parametrize(
    ("until", "told"),
    [
        (timedelta(0), False), (MOMENT, True), (timedelta(days=7), True), (timedelta(days=7) + MOMENT, False),
    ],
)  # fmt: skip
def test_ends_within_seven_days_to_the_instant(cache: sqlite3.Connection, until: timedelta, told: bool) -> None:
    put(cache, "campaigns", campaign(active=True, expiration_date=at(NOW + until)))
    assert kinds(cache) == (["ends"] if told else [])


def test_an_end_says_what_stops_with_it(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign(active=True, expiration_date=at(NOW + timedelta(hours=3))))
    days = (NOW - timedelta(days=day) for day in (0, 1, 7, 8))
    put(cache, "redemptions", *(one for day in days for one in some(5, day)))
    found = only(cache)
    assert (found.about, found.name, found.at_stake) == (Ref.campaign("camp_1"), "Autumn", 10)
    assert found.says == "ends in 3 h"
    assert found.evidence == "10 redemptions in the 7 days before · ends 27 Nov 2026 16:00 Europe/Warsaw"


@pytest.mark.parametrize(
    ("now", "start", "told"),
    [
        (NOW, "2026-11-27T22:59:59.999Z", False),
        (NOW, "2026-11-27T23:00:00.000Z", True),
        (NOW, "2026-11-28T22:59:59.999Z", True),
        (NOW, "2026-11-28T23:00:00.000Z", False),
        # Tomorrow has 25 hours in Warsaw.
        (datetime(2026, 10, 24, 12, tzinfo=UTC), "2026-10-24T22:00:00.000Z", True),
        (datetime(2026, 10, 24, 12, tzinfo=UTC), "2026-10-25T22:59:59.999Z", True),
        (datetime(2026, 10, 24, 12, tzinfo=UTC), "2026-10-25T23:00:00.000Z", False),
    ],
)
def test_tomorrow_is_a_day_of_the_project(cache: sqlite3.Connection, now: datetime, start: str, told: bool) -> None:
    put(cache, "campaigns", campaign(active=True, start_date=start, vouchers_count=3))
    assert kinds(cache, now) == (["starts"] if told else [])


def test_generation_that_failed(cache: sqlite3.Connection) -> None:
    put(
        cache, "campaigns", campaign(active=True, creation_status="DONE", vouchers_generation_status="FAILED"),
        campaign("camp_2", active=True, creation_status="DONE", vouchers_generation_status="DONE"),
    )  # fmt: skip
    found = only(cache)
    assert (found.kind, found.about) == ("generation", Ref.campaign("camp_1"))
    assert (found.says, found.evidence) == ("codes were not generated", "creation DONE · codes FAILED")


def stock(cache: sqlite3.Connection, free: int, **more: Any) -> None:
    """Codes of which so many are free; two a day were published on the seven full days before today."""
    put(cache, "campaigns", campaign(type="STATIC", vouchers_count=100, active=True, **more))
    put(cache, "vouchers", *(code(number) for number in range(free)))
    taken: list[Document] = [
        code(900, publish={"count": 1}), code(901, holder_id="cust_1"), code(902, active=False),
        code(903, redemption={"quantity": 1, "redeemed_quantity": 1}),
        # An export tells neither publications nor uses: the other lists do.
        {"id": "v_904", "code": "C904", "campaign_id": "camp_1", "active": True},
        {"id": "v_905", "code": "C905", "campaign_id": "camp_1", "active": True},
    ]  # fmt: skip
    put(cache, "vouchers", *taken)
    put(cache, "redemptions", redemption("r_905", date=at(NOW - timedelta(days=30)), voucher={
        "id": "v_905", "campaign_id": "camp_1"}))  # fmt: skip
    days = [NOW - timedelta(days=day) for day in range(1, 8)]
    put(cache, "publications", *(published(2 * place + half, day) for place, day in enumerate(days) for half in (0, 1)))
    # Today, and more than seven days ago, do not count.
    others = [published(50, NOW - timedelta(hours=1), "v_904"), published(51, NOW - timedelta(days=8))]
    put(cache, "publications", *others)


@pytest.mark.parametrize(("free", "told"), [(0, "no codes left"), (1, "1 code left, out on ~ 27 Nov"),
                                            (28, "28 codes left, out on ~ 11 Dec"), (29, "")])  # fmt: skip
def test_codes_run_out_at_the_rate_of_the_week(cache: sqlite3.Connection, free: int, told: str) -> None:
    stock(cache, free)
    assert [one.says for one in find(cache).found] == ([told] if told else [])


def test_codes_outlast_a_campaign_that_ends_before(cache: sqlite3.Connection) -> None:
    stock(cache, 28, expiration_date="2026-12-10T12:00:00.000Z")
    assert kinds(cache) == []


def test_codes_that_are_made_as_they_are_needed_do_not_run_out(cache: sqlite3.Connection) -> None:
    stock(cache, 1)
    put(cache, "campaigns", campaign(type="AUTO_UPDATE", vouchers_count=100, active=True))
    assert kinds(cache) == []


@pytest.mark.parametrize(("used", "told"), [(80, True), (79, False)])
def test_uses_of_one_code_run_out(cache: sqlite3.Connection, used: int, told: bool) -> None:
    put(cache, "campaigns", campaign(type="STATIC", vouchers_count=1, active=True))
    put(cache, "vouchers", code(1, redemption={"quantity": 100, "redeemed_quantity": used}))
    put(cache, "redemptions", *some(10, NOW - timedelta(days=3)))
    found = find(cache).found
    assert [one.says for one in found] == (["20 uses left, out on ~ 11 Dec"] if told else [])


def test_codes_that_are_not_cached_are_not_judged(cache: sqlite3.Connection) -> None:
    stock(cache, 1)
    cache.execute("delete from sync_states")
    read_whole(cache, "campaigns", "redemptions", "publications", at=at(NOW))
    context = InsightContext(cache, tuple(list_campaigns(cache, NOW, ZONE)), NOW, ZONE)
    assert find_insights(context) == Insights((), ("codes of 1 campaign",))
    cache.execute("drop index vouchers_free")
    assert find(cache).not_judged == ("codes of 1 campaign",)


@pytest.mark.parametrize(
    ("used", "says"),
    [
        (17, ""), (18, "limit near, 2 redemptions left of 20 redemptions"), (20, "limit reached: 20 redemptions"),
        (21, "limit passed by 1 redemption: 20 redemptions"),
    ],
)  # fmt: skip
def test_a_limit_is_near_from_a_tenth_on(cache: sqlite3.Connection, used: int, says: str) -> None:
    put(cache, "campaigns", campaign(active=True))
    set_rule(cache, condition("campaign.redemptions.count", 20))
    put(cache, "redemptions", *some(used, NOW - timedelta(days=2)))
    found = find(cache).found
    assert [one.says for one in found] == ([says] if says else [])
    assert [one.evidence for one in found] == ([f"{used} redemptions used · rule Cap"] if says else [])


@pytest.mark.parametrize(
    ("usual_refused", "today", "says"),
    [
        (2, 9, ""), (2, 10, "refusals 5.0x a usual Friday until 13:00"),
        (4, 12, ""), (4, 13, "refusals 3.3x a usual Friday until 13:00"),
        (0, 10, "refusals usually none on a Friday until 13:00"),
    ],
)  # fmt: skip
def test_refusals_against_the_same_weekday_up_to_the_same_time(
    cache: sqlite3.Connection, usual_refused: int, today: int, says: str
) -> None:
    put(cache, "campaigns", campaign(active=True))
    put(cache, "redemptions", *usual(9, 20), *usual(9, usual_refused, refused=True))
    # Later on those days there were many more, and on other days, too.
    put(cache, "redemptions", *usual(13, 50, refused=True), *some(70, NOW - timedelta(days=1), refused=True))
    put(cache, "redemptions", *some(20, NOW.replace(hour=9)), *some(today, NOW.replace(hour=9), refused=True))
    found = find(cache).found
    assert [one.says for one in found] == ([says] if says else [])
    for one in found:
        assert one.evidence == f"{today} of {20 + today} attempts · {today} order_rules_violated"
        assert one.at_stake == today - usual_refused
        assert f"Earlier: {', '.join([str(usual_refused)] * 4)}." in one.judged


def test_more_of_everything_is_no_failure(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign(active=True))
    put(cache, "redemptions", *usual(9, 10), *usual(9, 2, refused=True))
    put(cache, "redemptions", *some(60, NOW.replace(hour=9)), *some(12, NOW.replace(hour=9), refused=True))
    assert kinds(cache) == []


def test_the_same_time_is_that_of_the_wall_over_a_change_of_the_clocks(cache: sqlite3.Connection) -> None:
    now = datetime(2026, 10, 26, 11, 0, tzinfo=UTC)  # a Monday, 12:00 in Warsaw; a week before 12:00 was 10:00 UTC
    put(cache, "campaigns", campaign(active=True))
    for week in range(1, 5):
        day = now - timedelta(weeks=week)
        put(cache, "redemptions", *some(12, day.replace(hour=9)), *some(30, day.replace(hour=10, minute=30)))
        put(cache, "redemptions", *some(12, day.replace(hour=10), refused=True))
    put(cache, "redemptions", *some(12, now.replace(hour=9)), *some(12, now.replace(hour=10), refused=True))
    # At 10:00 UTC it was noon already: none of the earlier refusals was until then.
    assert only(cache, now).says == "refusals usually none on a Monday until 12:00"


@pytest.mark.parametrize(
    ("by_then", "today", "says"),
    [
        (20, 2, "only 2 redemptions on Friday until 13:00"), (20, 3, ""),
        (10, 0, "no redemptions on Friday until 13:00"), (9, 0, ""),
    ],
)  # fmt: skip
def test_silence_against_the_same_weekday(cache: sqlite3.Connection, by_then: int, today: int, says: str) -> None:
    put(cache, "campaigns", campaign(active=True))
    put(cache, "redemptions", *usual(9, by_then), *usual(14, 40), *some(today, NOW.replace(hour=8)))
    found = find(cache).found
    assert [one.says for one in found] == ([says] if says else [])
    assert [one.at_stake for one in found] == ([by_then - today] if says else [])


@pytest.mark.parametrize(
    ("more", "read"),
    [
        ({"created_at": "2026-11-18T08:00:00.000Z"}, NOW), ({"start_date": "2026-11-20T09:00:00.000Z"}, NOW),
        ({}, NOW - timedelta(hours=13, minutes=1)), ({"active": False}, NOW),
    ],
)  # fmt: skip
def test_silence_is_not_judged_without_a_past_or_a_reading_of_today(
    cache: sqlite3.Connection, more: dict[str, Any], read: datetime
) -> None:
    put(cache, "campaigns", campaign(**{"active": True, **more}))
    put(cache, "redemptions", *usual(9, 20))
    assert kinds(cache, read=read) == []


def test_what_was_not_read_today_is_not_judged_by_today(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign(active=True), campaign("camp_2", active=True))
    assert find(cache, read=NOW - timedelta(hours=13, minutes=1)).not_judged == ("today's redemptions of 2 campaigns",)
    assert find(cache, read=NOW - timedelta(hours=13)).not_judged == ()


def bucket(expires: str, points: object = 40, status: str = "ACTIVE", number: int = 1) -> Document:
    return {
        "id": f"b_{number}", "campaign_id": "camp_1", "voucher_id": f"v_{number}", "points": points, "status": status,
        "expires_at": expires,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("expires", "told"), [("2026-11-26", False), ("2026-11-27", True), ("2026-12-04", True), ("2026-12-05", False)]
)
def test_points_expire_today_or_within_seven_days(cache: sqlite3.Connection, expires: str, told: bool) -> None:
    put(cache, "campaigns", campaign(kind="LOYALTY_PROGRAM", active=True))
    put(
        cache, "points_expiration", bucket(expires), bucket(expires, 9, "EXPIRED", 2), bucket("2026-12-31", 7, number=3)
    )
    found = find(cache).found
    first = date.fromisoformat(expires)
    says = f"40 points expire within 7 days, first on {first.day} {first:%b}"
    assert [(one.says, one.evidence) for one in found] == ([(says, "1 card · expiration buckets")] if told else [])


def test_points_of_a_bucket_without_a_number_are_at_least(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign(kind="LOYALTY_PROGRAM", active=True))
    put(cache, "points_expiration", bucket("2026-11-30"), bucket("2026-12-01", "many", number=2))
    assert only(cache).says == "≥ 40 points expire within 7 days, first on 30 Nov"


@pytest.mark.parametrize(("activates", "told"), [("2026-11-26", True), ("2026-11-27", False)])
def test_pending_points_are_overdue_the_day_after(cache: sqlite3.Connection, activates: str, told: bool) -> None:
    put(cache, "campaigns", campaign(kind="LOYALTY_PROGRAM", active=True))
    put(cache, "pending_points", {"id": "p_1", "campaign_id": "camp_1", "points": 5, "activates_at": activates})
    found = find(cache).found
    assert [one.says for one in found] == (["5 points pending past their day"] if told else [])


@pytest.mark.parametrize(("age", "told"), [(timedelta(hours=24), False), (timedelta(hours=24) + MOMENT, True)])
def test_data_is_old_after_a_day(cache: sqlite3.Connection, age: timedelta, told: bool) -> None:
    put(cache, "campaigns", campaign(active=True))
    found = find(cache, read=NOW - age).found
    assert [one.kind for one in found] == (["stale"] if told else [])
    if told:
        assert found[0].about is None
        assert found[0].evidence == "campaigns read 24 h ago · redemptions of 1 of 1 active campaign older than a day"


def run(cache: sqlite3.Connection, state: str, when: datetime, report: str = "{}", *, ended: bool = True) -> None:
    values = (at(when), at(when), at(when) if ended else None, state, report)
    cache.execute(
        "insert into sync_runs (id, started_at, finished_at, state, calls, report) values (?, ?, ?, ?, 3, ?)", values
    )


@pytest.mark.parametrize(
    ("states", "says"),
    [
        (["failed", "complete"], ""), (["complete", "failed"], "The last sync failed"), (["partial", "partial"], ""),
        (["complete", "partial", "partial", "partial"], "The last 3 syncs failed or ended early"),
        (["partial", "partial", "complete", "partial"], ""),
    ],
)  # fmt: skip
def test_syncs_that_fail(cache: sqlite3.Connection, states: list[str], says: str) -> None:
    put(cache, "campaigns", campaign(active=True))
    for place, state in enumerate(states):
        run(cache, state, NOW - timedelta(hours=9 - place), '{"reason": "No keys."}')
    run(cache, "running", NOW, ended=False)
    found = find(cache).found
    assert [one.says for one in found] == ([says] if says else [])
    assert all(one.about is None and one.evidence.endswith("ago · No keys.") for one in found)


def test_what_costs_most_comes_first(cache: sqlite3.Connection) -> None:
    soon: dict[str, Any] = {"active": True, "expiration_date": at(NOW + timedelta(days=2))}
    put(
        cache, "campaigns", campaign(**soon), campaign("camp_2", "Busy", **soon),
        campaign("camp_3", "Broken", creation_status="FAILED"),
        campaign("camp_4", "Next", active=True, start_date=at(NOW + timedelta(days=1))),
    )  # fmt: skip
    put(cache, "redemptions", *some(3, NOW - timedelta(days=1)))
    put(cache, "redemptions", *some(8, NOW - timedelta(days=1), campaign_id="camp_2"))
    found = find(cache).found
    assert [(one.kind, one.name) for one in found] == [
        ("generation", "Broken"), ("ends", "Busy"), ("ends", "Autumn"), ("starts", "Next"),
    ]  # fmt: skip
