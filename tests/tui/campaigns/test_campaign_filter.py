"""Filtering and sorting the campaign list."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from store.domain.status import Status, StatusKind
from store.models import Source
from store.queries.campaigns import CampaignRow
from tui.campaign_kit.filter import ENDING, FAILING, STARTED, CampaignFilter, parse_filter, true_of
from tui.campaigns.sorting import NUMBERS_FIRST_HIGH, CampaignIndex, CampaignSort, next_sort, sort_campaigns

TITLES = {"KIND_ONE": "Coupon", "KIND_TWO": "Gift card"}


def campaign(
    name: str = "Summer", kind: str = "KIND_ONE", status: StatusKind = StatusKind.ACTIVE, **changes: Any
) -> CampaignRow:
    values: dict[str, Any] = {
        "id": f"camp_{name}", "name": name, "campaign_type": kind, "status": Status(status), "category": "",
        "value_text": "", "start_date": None, "expiration_date": None, "vouchers_count": None, "redemptions": None,
        "publications": None, "success_permille": None, "spark": (None,) * 14, "source": Source.NONE, "as_of": None,
        "metadata": "", "missing_since": None, "received": "{}",
    }  # fmt: skip
    return CampaignRow(**(values | changes))


def names(campaigns: list[CampaignRow]) -> list[str]:
    return [one.name for one in campaigns]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", CampaignFilter()),
        ("Summer  SALE", CampaignFilter(words=("summer", "sale"))),
        ("type:coupon", CampaignFilter(types=frozenset({"KIND_ONE"}))),
        ("type:card", CampaignFilter(types=frozenset({"KIND_TWO"}))),
        ("type:kind", CampaignFilter(types=frozenset({"KIND_ONE", "KIND_TWO"}))),
        ("status:act,dra", CampaignFilter(statuses=frozenset({"active", "draft"}))),
        ("status:nonsense", CampaignFilter(unknown=("status:nonsense",))),
        ("type:", CampaignFilter()),
        ("https://x", CampaignFilter(words=("https://x",))),
    ],
)
def test_typed_filter(typed: str, expected: CampaignFilter) -> None:
    assert parse_filter(typed, TITLES) == expected


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("summer", ["Summer"]),
        ("camp_winter", ["Winter"]),
        ("SEASON", ["Winter"]),
        ("channel", ["Summer"]),
        ("summer winter", []),
        ("type:gift", ["Winter"]),
        ("status:draft", ["Winter"]),
        ("", ["Summer", "Winter"]),
    ],
)
def test_filter_looks_in_name_id_category_and_metadata(typed: str, found: list[str]) -> None:
    shelf = CampaignIndex(
        [
            campaign("Summer", metadata='{"channel":"app"}'),
            campaign("Winter", "KIND_TWO", StatusKind.DRAFT, category="Season"),
        ],
        TITLES,
    )
    assert names(shelf.select(parse_filter(typed, TITLES), CampaignSort("name"))) == found


def test_status_order_asks_first_what_runs_and_ends_soonest() -> None:
    soon, late = datetime(2026, 11, 21, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    rows = [
        campaign("expired", status=StatusKind.EXPIRED),
        campaign("draft", status=StatusKind.DRAFT),
        replace(campaign("late"), status=Status(StatusKind.ACTIVE, ends_at=late)),
        replace(campaign("soon"), status=Status(StatusKind.ACTIVE, ends_at=soon)),
        campaign("open"),
        campaign("failed", status=StatusKind.FAILED),
    ]
    ordered = sort_campaigns(rows, CampaignSort("status"), TITLES)
    assert names(ordered) == ["soon", "late", "open", "failed", "draft", "expired"]


@pytest.mark.parametrize("descending", [False, True])
def test_unknown_values_come_last_in_either_direction(descending: bool) -> None:
    rows = [campaign("a"), campaign("b", redemptions=3), campaign("c", redemptions=9)]
    ordered = names(sort_campaigns(rows, CampaignSort("redeemed", descending), TITLES))
    assert ordered[-1] == "a"
    assert ordered[:2] == (["c", "b"] if descending else ["b", "c"])


COLUMNS = (
    "name", "type", "status", "category", "value", "starts", "ends", "vouchers", "redeemed", "publications", "spark",
    "rate", "age",
)  # fmt: skip


@given(
    st.lists(st.tuples(st.text(max_size=4), st.sampled_from(list(StatusKind)), st.none() | st.integers(0, 9))),
    st.sampled_from(COLUMNS),
    st.booleans(),
)
def test_sorting_only_reorders(parts: list[tuple[str, StatusKind, int | None]], column: str, descending: bool) -> None:
    rows = [
        campaign(name, "KIND_X" if count else "KIND_ONE", status, redemptions=count, vouchers_count=count)
        for name, status, count in parts
    ]
    ordered = sort_campaigns(rows, CampaignSort(column, descending), TITLES)
    assert sorted(map(id, ordered)) == sorted(map(id, rows))
    assert names(sort_campaigns(ordered, CampaignSort(column, descending), TITLES)) == names(ordered)


def test_choosing_a_column_again_turns_the_order_round() -> None:
    for column in COLUMNS:
        first = next_sort(CampaignSort("other"), column)
        assert first == CampaignSort(column, column in NUMBERS_FIRST_HIGH)
        assert next_sort(first, column) == CampaignSort(column, not first.descending)


@pytest.mark.parametrize("typed", ["łódź", "ŁÓDŹ", normalize("NFD", "łódź"), "über", "type:coupon łódź"])
def test_capitals_and_forms_of_accents_are_one(typed: str) -> None:
    shelf = CampaignIndex([campaign("ŁÓDŹ ÜBER"), campaign("LODZ UBER")], TITLES)
    assert names(shelf.select(parse_filter(typed, TITLES), CampaignSort())) == ["ŁÓDŹ ÜBER"]


NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
_WEEK, _TICK = timedelta(days=7), timedelta(milliseconds=1)


@pytest.mark.parametrize(("kind", "starts", "ends", "true"), [
    (StatusKind.ACTIVE, NOW - _WEEK, NOW + _WEEK, {ENDING, STARTED}),
    (StatusKind.ACTIVE, NOW - _WEEK - _TICK, NOW + _WEEK, {ENDING}),
    (StatusKind.ACTIVE, NOW, NOW + _WEEK + _TICK, {STARTED}),
    (StatusKind.ACTIVE, None, None, set()),
    (StatusKind.SCHEDULED, NOW + _TICK, NOW + _WEEK, set()),
    (StatusKind.EXPIRED, NOW - _TICK, NOW, set()),
])  # fmt: skip
def test_what_starts_or_ends_within_a_week(
    kind: StatusKind, starts: datetime | None, ends: datetime | None, true: set[str]
) -> None:
    one = campaign(status=kind)
    one = replace(one, status=Status(kind, ends_at=ends, starts_at=starts))
    for moments in ({ENDING}, {STARTED}, {ENDING, STARTED}):
        assert (true_of([one], moments, NOW, frozenset()) == {one.id}) == (moments <= true)
    assert not true_of([one], {FAILING}, NOW, frozenset({"camp_other"}))
    assert true_of([one], {FAILING}, NOW, frozenset({one.id})) == {one.id}


@pytest.mark.parametrize(("succeeded", "refused", "failing"), [
    (6, 4, True), (7, 3, False), (0, 1, True), (0, 0, False), (None, 1, False), (1, None, False), (699, 301, True),
])  # fmt: skip
def test_a_campaign_fails_today_below_seventy_percent(
    succeeded: int | None, refused: int | None, failing: bool
) -> None:
    assert campaign(spark=(0,) * 13 + (succeeded,), refused_today=refused).is_failing is failing


def test_only_the_ids_that_moments_left_pass() -> None:
    assert CampaignFilter(only=frozenset({"camp_Summer"})).admits(campaign(), "")
    assert not CampaignFilter(only=frozenset()).admits(campaign(), "")
