"""Limits against what was used: net of rollbacks, in the running day, week or month, the tightest first."""

import sqlite3
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as given_values
from hypothesis import settings
from hypothesis import strategies as st

from store.cache.ledger import Ledger, SyncCheckpoint
from store.days import WeekStart
from store.domain.limit_names import LimitPeriod
from store.domain.periods import stretch_of
from store.queries.budget import (
    LimitUse,
    limit_uses,
    tightest,
    used_between,
)
from tests.support.limits_cache import READ, condition, fill, made, set_rule
from tests.support.records import campaign, order, put, read_whole, rollback

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)  # a Friday
WARSAW = ZoneInfo("Europe/Warsaw")


def uses(cache: sqlite3.Connection, *, week: WeekStart = WeekStart.MONDAY) -> list[LimitUse]:
    return limit_uses(cache, "camp_1", NOW, WARSAW, "EUR", week)


def use(cache: sqlite3.Connection) -> LimitUse:
    [found] = uses(cache)
    return found


THREE = tuple(made(f"r_{place}", "2026-11-27T08:00:00.000Z") for place in range(3))

BOUNDARIES = [
    ("$less_than_or_equal", 4, 1),
    ("$less_than_or_equal", 3, 0),
    ("$less_than_or_equal", 2, -1),
    ("$less_than", 5, 1),
    ("$less_than", 4, 0),
    ("$less_than", 3, -1),
    ("$is", 3, 0),
]


@pytest.mark.parametrize(("operator", "value", "left"), BOUNDARIES)
@pytest.mark.parametrize("name", ["campaign.redemptions.count", "campaign.redemptions.count.daily"])
def test_a_limit_reached_and_passed_by_one(
    cache: sqlite3.Connection, name: str, operator: str, value: int, left: int
) -> None:
    fill(cache, *THREE)
    set_rule(cache, condition(name, value, operator))
    found = use(cache)
    assert (found.used.value, found.left, found.left_is_most) == (3, left, False)


def test_three_limits_on_money_count_three_different_things(cache: sqlite3.Connection) -> None:
    fill(
        cache,
        made("r_1", "2026-11-20T08:00:00.000Z", order=order("o_1", 10_000, 1_500)),
        made("r_2", "2026-11-21T08:00:00.000Z", order=order("o_2", 5_000, 500)),
        made("r_3", "2026-11-22T08:00:00.000Z", order=order("o_3", 2_000, 200)),
        rollback("rr_3", "r_3", date="2026-11-23T08:00:00.000Z", order=order("o_3", 2_000, 200)),
    )
    put(cache, "transactions", *(
        {"id": f"t_{place}", "type": kind, "campaign_id": "camp_1", "voucher_id": "v_1", "created_at": READ,
         "details": {"balance": {"amount": amount, "type": "gift_voucher"}}}
        for place, (kind, amount) in enumerate((("CREDITS_REDEMPTION", -700), ("CREDITS_REFUND", 100)))
    ))  # fmt: skip
    read_whole(cache, "transactions", at=READ)
    set_rule(
        cache,
        condition("campaign.orders.amount", 100_000),
        condition("campaign.orders.amount_discounted", 10_000),
        condition("redemption.gift.amount", 1_000),
    )
    found = {one.limit.text("EUR"): (one.used.value, one.left) for one in uses(cache)}
    assert found == {
        "€1,000.00 of orders": (15_000, 85_000),
        "€100.00 of discount": (2_000, 8_000),
        "€10.00 of gift amount": (600, 400),
    }


def test_what_was_rolled_back_is_not_used(cache: sqlite3.Connection) -> None:
    morning = "2026-11-27T08:00:00.000Z"
    fill(
        cache,
        made("r_stands", morning),
        made("r_undone", morning),
        made("r_told_undone", morning, status="ROLLED_BACK"),
        made("r_failed", morning, result="FAILURE", status="FAILED"),
        made("r_yesterday", "2026-11-26T08:00:00.000Z"),
        rollback("rr_1", "r_undone", date=morning),
        rollback("rr_2", "r_told_undone", date=morning),
        rollback("rr_3", "r_yesterday", date=morning),
        rollback("rr_4", "r_stands", date=morning, result="FAILURE", status="FAILED"),
    )
    set_rule(cache, condition("campaign.redemptions.count.daily", 10), condition("campaign.redemptions.count", 10))
    life, day = sorted(uses(cache), key=lambda one: one.limit.counts.period is not LimitPeriod.LIFE)
    assert day.used.value == 1, "a redemption of today stands; the rollback of yesterday's gives today nothing back"
    assert life.used.value == 1


# Clocks

KATHMANDU, KOLKATA, SYDNEY = ZoneInfo("Asia/Kathmandu"), ZoneInfo("Asia/Kolkata"), ZoneInfo("Australia/Sydney")
CAIRO, NEW_YORK = ZoneInfo("Africa/Cairo"), ZoneInfo("America/New_York")

STRETCHES = [
    # Warsaw is an hour ahead of UTC in winter.
    (LimitPeriod.DAY, date(2026, 11, 27), WARSAW, WeekStart.MONDAY, "2026-11-26T23:00", "2026-11-27T23:00"),
    # 25 and 23 hours long: the clock goes back on 25 October and forward on 28 March.
    (LimitPeriod.DAY, date(2026, 10, 25), WARSAW, WeekStart.MONDAY, "2026-10-24T22:00", "2026-10-25T23:00"),
    (LimitPeriod.DAY, date(2027, 3, 28), WARSAW, WeekStart.MONDAY, "2027-03-27T23:00", "2027-03-28T22:00"),
    # Cairo's clock goes from 00:00 to 01:00 on 24 April 2026: the day begins with its first instant.
    (LimitPeriod.DAY, date(2026, 4, 24), CAIRO, WeekStart.MONDAY, "2026-04-23T22:00", "2026-04-24T21:00"),
    # Half and quarter hours.
    (LimitPeriod.DAY, date(2026, 11, 27), KOLKATA, WeekStart.MONDAY, "2026-11-26T18:30", "2026-11-27T18:30"),
    (LimitPeriod.DAY, date(2026, 11, 27), KATHMANDU, WeekStart.MONDAY, "2026-11-26T18:15", "2026-11-27T18:15"),
    # 27 November 2026 is a Friday.
    (LimitPeriod.WEEK, date(2026, 11, 27), WARSAW, WeekStart.MONDAY, "2026-11-22T23:00", "2026-11-29T23:00"),
    (LimitPeriod.WEEK, date(2026, 11, 27), WARSAW, WeekStart.SATURDAY, "2026-11-20T23:00", "2026-11-27T23:00"),
    (LimitPeriod.WEEK, date(2026, 11, 27), WARSAW, WeekStart.SUNDAY, "2026-11-21T23:00", "2026-11-28T23:00"),
    (LimitPeriod.WEEK, date(2026, 11, 28), WARSAW, WeekStart.SATURDAY, "2026-11-27T23:00", "2026-12-04T23:00"),
    (LimitPeriod.WEEK, date(2026, 11, 29), WARSAW, WeekStart.SUNDAY, "2026-11-28T23:00", "2026-12-05T23:00"),
    (LimitPeriod.WEEK, date(2026, 11, 30), WARSAW, WeekStart.MONDAY, "2026-11-29T23:00", "2026-12-06T23:00"),
    # A week that holds the change of the clock.
    (LimitPeriod.WEEK, date(2026, 10, 25), WARSAW, WeekStart.MONDAY, "2026-10-18T22:00", "2026-10-25T23:00"),
    # Months: the last day, a leap February, the end of the year, one that holds the change of the clock.
    (LimitPeriod.MONTH, date(2026, 11, 30), WARSAW, WeekStart.MONDAY, "2026-10-31T23:00", "2026-11-30T23:00"),
    (LimitPeriod.MONTH, date(2028, 2, 29), WARSAW, WeekStart.MONDAY, "2028-01-31T23:00", "2028-02-29T23:00"),
    (LimitPeriod.MONTH, date(2026, 12, 31), NEW_YORK, WeekStart.MONDAY, "2026-12-01T05:00", "2027-01-01T05:00"),
    (LimitPeriod.MONTH, date(2026, 10, 1), SYDNEY, WeekStart.MONDAY, "2026-09-30T14:00", "2026-10-31T13:00"),
]


@pytest.mark.parametrize(("period", "today", "zone", "week", "begins", "resets"), STRETCHES)
def test_when_a_period_begins_and_resets(
    period: LimitPeriod, today: date, zone: ZoneInfo, week: WeekStart, begins: str, resets: str
) -> None:
    found = stretch_of(period, today, zone, week)
    assert (found.begins, found.resets) == (f"{begins}:00.000Z", f"{resets}:00.000Z")


DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
ZONES = st.sampled_from([WARSAW, KOLKATA, KATHMANDU, SYDNEY, NEW_YORK, CAIRO, ZoneInfo("UTC")])
FIRST = {WeekStart.MONDAY: "Mon", WeekStart.SATURDAY: "Sat", WeekStart.SUNDAY: "Sun"}


def naive_key(moment: datetime, period: LimitPeriod, week: WeekStart) -> tuple[int, ...]:
    """Which day, week or month a local time lies in, worked out by stepping back to the week's first day."""
    day = moment.date()
    if period is LimitPeriod.MONTH:
        return (day.year, day.month)
    while period is LimitPeriod.WEEK and f"{day:%a}" != FIRST[week]:
        day -= timedelta(days=1)
    return (day.year, day.month, day.day)


@settings(max_examples=25)
@given_values(
    today=DAYS,
    zone=ZONES,
    week=st.sampled_from(WeekStart),
    period=st.sampled_from([LimitPeriod.DAY, LimitPeriod.WEEK, LimitPeriod.MONTH]),
    minutes=st.lists(st.integers(-60 * 24 * 40, 60 * 24 * 40), max_size=12),
)
def test_used_in_a_period_is_what_a_naive_count_finds(
    tmp_path_factory: pytest.TempPathFactory,
    today: date,
    zone: ZoneInfo,
    week: WeekStart,
    period: LimitPeriod,
    minutes: list[int],
) -> None:
    now = datetime(today.year, today.month, today.day, 15, tzinfo=zone)
    moments = [now.astimezone(UTC) + timedelta(minutes=offset) for offset in minutes]
    wanted = naive_key(now, period, week)
    expected = sum(naive_key(moment.astimezone(zone), period, week) == wanted for moment in moments)
    stretch = stretch_of(period, today, zone, week)
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "create table redemptions (campaign_id, created_at, result, object, status, rolled_back_by, voucher_id)"
    )
    connection.executemany(
        "insert into redemptions values ('camp_1', ?, 'SUCCESS', 'redemption', 'SUCCEEDED', null, 'v_1')",
        [(f"{moment:%Y-%m-%dT%H:%M:%S}.000Z",) for moment in moments],
    )
    assert used_between(connection, "camp_1", stretch.begins, stretch.resets) == expected
    connection.close()


def test_clocks_count_the_running_day_week_and_month(cache: sqlite3.Connection) -> None:
    fill(
        cache,
        made("r_today_first", "2026-11-26T23:00:00.000Z"),  # midnight in Warsaw
        made("r_today", "2026-11-27T10:00:00.000Z"),
        made("r_yesterday_last", "2026-11-26T22:59:59.999Z"),
        made("r_monday", "2026-11-22T23:00:00.000Z"),
        made("r_sunday", "2026-11-22T22:59:59.999Z"),
        made("r_first_of_month", "2026-10-31T23:00:00.000Z"),
        made("r_october", "2026-10-31T22:59:59.999Z"),
    )
    set_rule(
        cache,
        condition("campaign.redemptions.count.daily", 10),
        condition("campaign.redemptions.count.weekly", 20),
        condition("campaign.redemptions.count.monthly", 30),
        condition("campaign.redemptions.count", 40),
    )
    found = {one.limit.counts.period: (one.used.value, one.left, one.resets) for one in uses(cache)}
    assert found == {
        LimitPeriod.DAY: (2, 8, "2026-11-27T23:00:00.000Z"),
        LimitPeriod.WEEK: (4, 16, "2026-11-29T23:00:00.000Z"),
        LimitPeriod.MONTH: (6, 24, "2026-11-30T23:00:00.000Z"),
        LimitPeriod.LIFE: (7, 33, None),
    }
    sunday = {one.limit.counts.period: one.used.value for one in uses(cache, week=WeekStart.SUNDAY)}
    assert sunday[LimitPeriod.WEEK] == 5


def test_a_clock_is_unknown_when_nothing_was_read_since_it_began(cache: sqlite3.Connection) -> None:
    fill(cache, made("r_1", "2026-11-26T10:00:00.000Z"), read_at="2026-11-26T22:59:59.999Z")
    set_rule(
        cache, condition("campaign.redemptions.count.daily", 10), condition("campaign.redemptions.count.weekly", 10)
    )
    found = {one.limit.counts.period: one for one in uses(cache)}
    assert (found[LimitPeriod.DAY].left, found[LimitPeriod.DAY].note) == (None, "redemptions are not synced today")
    assert found[LimitPeriod.WEEK].left == 9


def test_half_read_rows_make_used_at_least_and_left_at_most(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign())
    put(cache, "redemptions", *THREE)
    Ledger(cache).write_state(SyncCheckpoint("redemptions", "project", "partial", READ, None, reason="cut off"))
    set_rule(cache, condition("campaign.redemptions.count.daily", 2), condition("campaign.redemptions.count", 100))
    day, life = sorted(uses(cache), key=lambda one: one.limit.counts.period is LimitPeriod.LIFE)
    for found, left in ((day, -1), (life, 97)):
        assert (found.used.value, found.used.at_least, found.left) == (None, 3, left)
        assert found.left_is_most
        assert found.note.startswith("cut off")


def test_without_any_row_nothing_is_told(cache: sqlite3.Connection) -> None:
    put(cache, "campaigns", campaign())
    set_rule(cache, condition("campaign.redemptions.count.daily", 2), condition("campaign.redemptions.count", 100))
    assert [(one.used.known, one.left) for one in uses(cache)] == [(None, None), (None, None)]
    assert tightest(uses(cache)) is None


# Whose count it is


def test_limits_per_customer_have_no_single_rest(cache: sqlite3.Connection) -> None:
    fill(cache, *THREE)
    set_rule(
        cache,
        condition("redemption.count.per_customer", 1),
        condition("redemption.count.per_customer.daily", 1),
        condition("campaign.redemptions.customers_count.weekly", 1),
    )
    assert {(one.left, one.note) for one in uses(cache)} == {(None, "each customer has a count of their own")}
    assert tightest(uses(cache)) is None


def test_a_limit_on_each_code_says_that_all_codes_are_counted_together(cache: sqlite3.Connection) -> None:
    fill(cache, *THREE, codes=5)
    set_rule(cache, condition("redemption.count.daily", 10))
    assert (use(cache).left, use(cache).note) == (7, "all its codes together")
    put(cache, "campaigns", campaign(vouchers_count=1))
    assert (use(cache).left, use(cache).note) == (7, "")


def test_a_rule_on_a_tier_or_code_counts_its_own_redemptions(cache: sqlite3.Connection) -> None:
    tier = {"id": "promo_1", "campaign": {"id": "camp_1", "name": "Autumn"}}
    morning = "2026-11-27T08:00:00.000Z"
    fill(cache, *THREE, made("r_tier", morning, voucher=None, promotion_tier=tier))
    put(cache, "promotion_tiers", {"id": "promo_1", "name": "Big cart", "campaign": {"id": "camp_1"}})
    put(cache, "vouchers", {"id": "v_1", "code": "CODE", "campaign_id": "camp_1"})
    set_rule(cache, condition("redemption.count.daily", 10), target=("promotion_tier", "promo_1"))
    set_rule(cache, condition("redemption.count.daily", 10), target=("voucher", "v_1"), identity="val_2")
    found = {one.part: one.used.value for one in uses(cache)}
    assert found == {"tier Big cart": 1, "code CODE": 3}


def test_limits_that_are_not_computed_say_so(cache: sqlite3.Connection) -> None:
    fill(cache, *THREE)
    item = {"object": "product", "source_id": "mug", "product_campaign_quantity_limit": 100}
    set_rule(cache, condition("campaign.redemptions.per_store", 5), applicable_to={"included": [item], "excluded": []})
    assert [(one.limit.text("EUR"), one.left) for one in uses(cache)] == [
        ("campaign redemptions per store ≤ 5", None),
        ("100 discounted units in the campaign, product mug", None),
    ]
    assert tightest(uses(cache)) is None


def test_only_assigned_rules_count(cache: sqlite3.Connection) -> None:
    fill(cache, *THREE)
    set_rule(cache, condition("campaign.redemptions.count", 5), target=("campaign", "camp_2"))
    assert uses(cache) == []


# The tightest

TIGHTEST = [
    # 3 used of each; orders of 300.00 and a discount of 30.00 used.
    ("a passed one before all", {"campaign.redemptions.count": 2, "campaign.orders.amount_discounted": 3_001}, 2),
    ("the smallest share of all", {"campaign.redemptions.count": 10, "campaign.orders.amount": 31_000}, 31_000),
    ("least left on one thing", {"campaign.redemptions.count": 1_000, "campaign.redemptions.count.daily": 5}, 5),
    ("three at once", {"campaign.redemptions.count": 6, "campaign.orders.amount": 90_000,
                       "campaign.orders.amount_discounted": 3_500}, 3_500),
    ("a reached one", {"campaign.redemptions.count": 3, "campaign.orders.amount_discounted": 3_001}, 3),
    ("none allowed", {"campaign.redemptions.count": 0, "campaign.orders.amount_discounted": 3_000}, 0),
]  # fmt: skip


@pytest.mark.parametrize(("why", "limits", "highest"), TIGHTEST)
def test_the_tightest_limit(cache: sqlite3.Connection, why: str, limits: dict[str, int], highest: int) -> None:
    morning = "2026-11-27T08:00:00.000Z"
    fill(cache, *(made(f"r_{n}", morning, order=order(f"o_{n}", 10_000, 1_000)) for n in range(3)))
    set_rule(cache, *(condition(name, value) for name, value in limits.items()))
    found = tightest(uses(cache))
    assert found is not None
    assert found.limit.highest == highest, why
    assert uses(cache)[0] == found


def test_a_limit_that_need_not_hold_is_never_the_tightest(cache: sqlite3.Connection) -> None:
    fill(cache, *THREE)
    rules = {"1": condition("campaign.redemptions.count", 1), "2": condition("order.amount", 5), "logic": "1 or 2"}
    set_rule(cache)
    put(cache, "validation_rules", {"id": "val_1", "name": "Cap", "rules": rules})
    assert use(cache).left == -2
    assert tightest(uses(cache)) is None


def test_a_list_read_at_the_first_instant_of_the_day_tells_the_day(cache: sqlite3.Connection) -> None:
    fill(cache, read_at="2026-11-26T23:00:00.000Z")
    set_rule(cache, condition("campaign.redemptions.count.daily", 10))
    assert (use(cache).used.value, use(cache).left) == (0, 10)


@pytest.mark.parametrize(("codes", "lines"), [(20, 20), (21, 1)])
def test_many_codes_with_a_count_each_are_told_by_their_number(
    cache: sqlite3.Connection, codes: int, lines: int
) -> None:
    fill(cache, *THREE)
    put(cache, "vouchers", *({"id": f"v_{n}", "code": f"C{n}", "campaign_id": "camp_1"} for n in range(codes)))
    for place in range(codes):
        set_rule(cache, condition("redemption.count.daily", 10), target=("voucher", f"v_{place}"))
    found = uses(cache)
    assert len(found) == lines
    if lines == 1:
        assert (found[0].part, found[0].left, found[0].note) == (
            "21 parts",
            None,
            "each of them has a count of its own",
        )


def test_a_limit_of_an_earning_rule_is_not_counted(cache: sqlite3.Connection) -> None:
    fill(cache, *THREE)
    put(cache, "earning_rules", {"id": "ern_1", "source": {"banner": "Points", "object_id": "camp_1"}})
    set_rule(cache, condition("redemption.count.daily", 10), target=("earning_rule", "ern_1"))
    assert (use(cache).part, use(cache).left) == ("earning rule Points", None)
    assert use(cache).note.startswith("not counted")


def test_an_order_without_a_usable_amount_makes_a_money_limit_at_most(cache: sqlite3.Connection) -> None:
    odd = {"id": "o_2", "amount": 10**25, "object": "order"}
    fill(cache, made("r_1", READ, order=order("o_1", 10_000, 0)), made("r_2", READ, order=odd))
    set_rule(cache, condition("campaign.orders.amount", 50_000))
    found = use(cache)
    assert (found.used.value, found.used.at_least, found.left, found.left_is_most) == (None, 10_000, 40_000, True)
    assert found.note == "1 order without a usable amount"
