"""Selections and pages against the plainest possible model of them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.sandbox.conditions import FieldCondition, check_of, comparable, instant
from store.sandbox.paging import PageStyle, PagingKind, take_page
from store.sandbox.query import Query
from store.sandbox.selection import Selection, dig
from tests.support.sandbox_asking import table_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TIMES = [f"2026-11-0{day}T10:00:0{second}.000Z" for day in (1, 2) for second in (0, 1)] + ["2026-11-02T10:00:01Z"]

rows = st.lists(
    st.fixed_dictionaries(
        {
            "created_at": st.sampled_from(TIMES),
            "updated_at": st.sampled_from([None, *TIMES]),
            "name": st.sampled_from([None, "a", "b", "A", "%/ ", "true"]),
            "active": st.booleans(),
            "count": st.sampled_from([None, 0, 5, 12]),
        }
    ),
    min_size=1,
    max_size=30,
).map(lambda found: [{"id": f"x_{i:02d}", **row} for i, row in enumerate(found)])
conditions = st.one_of(
    st.builds(
        FieldCondition,
        st.sampled_from(["created_at", "updated_at"]),
        st.sampled_from(["after", "before", "since", "until"]),
        st.sampled_from(TIMES).map(lambda time: (instant(time),)),
    ),
    st.builds(
        FieldCondition,
        st.just("name"),
        st.sampled_from(["is", "in", "is_not", "not_in", "contains", "not_contain", "starts_with", "ends_with"]),
        st.lists(st.sampled_from(["a", "b", "%/ ", "TRUE", "true"]), min_size=1, max_size=2).map(tuple),
    ),
    st.builds(
        FieldCondition, st.just("active"), st.sampled_from(["is", "is_not"]), st.sampled_from([("true",), ("FALSE",)])
    ),
    st.builds(FieldCondition, st.sampled_from(["name", "count"]), st.sampled_from(["has_value", "is_unknown"])),
    st.builds(
        FieldCondition,
        st.just("count"),
        st.sampled_from(["more_than", "less_than", "more_than_equal", "less_than_equal"]),
        st.sampled_from([("5",), ("12",)]),
    ),
)


def naive(found: list[dict[str, Any]], selection: Selection, column: str) -> list[str]:
    def passes(row: dict[str, Any], condition: FieldCondition) -> bool:
        return check_of(condition)(comparable(condition.column, row[condition.column]))

    kept = [row for row in found if all(passes(row, one) for one in selection.required)]
    if selection.group:
        join = any if selection.any_of else all
        kept = [row for row in kept if join(passes(row, one) for one in selection.group)]

    def key(row: dict[str, Any]) -> tuple[bool, str, str]:
        value = comparable(column, row[column])
        return value is None, value or "", row["id"]

    return [row["id"] for row in sorted(kept, key=key)]


@given(rows, st.lists(conditions, max_size=3), st.lists(conditions, max_size=3), st.booleans(), st.data())
def test_a_selection_is_what_a_scan_would_find(
    found: list[dict[str, Any]],
    required: list[FieldCondition],
    group: list[FieldCondition],
    any_of: bool,
    data: st.DataObject,
) -> None:
    column = data.draw(st.sampled_from(["created_at", "updated_at", "id", "name"]))
    table = table_of("things", found)
    selection = Selection(tuple(required), tuple(group), any_of)
    ids, wanted = table.column("id"), naive(found, selection, column)
    assert [ids[row] for row in table.select(selection, column)] == wanted
    assert [ids[row] for row in table.select(selection, column, descending=True)] == wanted[::-1]
    assert table.count(selection) == len(wanted)


@given(
    rows,
    st.sampled_from(["created_at", "-created_at", "updated_at", "-updated_at"]),
    st.sampled_from([PagingKind.PAGE, PagingKind.ID_CURSOR]),
    st.integers(1, 7),
    st.lists(conditions, max_size=1),
)
def test_walking_a_list_brings_every_row_once_in_order(
    found: list[dict[str, Any]], order: str, paging: PagingKind, limit: int, required: list[FieldCondition]
) -> None:
    table = table_of("things", found)
    style, selection = PageStyle(paging), Selection(tuple(required))
    seen: list[str] = []
    for page in range(1, 40):
        position = ("page", str(page)) if paging is PagingKind.PAGE else ("starting_after_id", seen[-1] if seen else "")
        query = Query((("limit", str(limit)), ("order", order), position), NOW)
        part = take_page(query, style, table, selection, 99)
        assert len(part.rows) <= limit
        seen += [table.value(row, "id") for row in part.rows]
        if not part.more:
            break
    wanted = naive(found, selection, order.removeprefix("-"))
    assert seen == (wanted[::-1] if order.startswith("-") else wanted)


def test_a_change_of_the_table_is_seen_at_once() -> None:
    table = table_of("things", [{"id": "a", "created_at": TIMES[0], "name": "x"}])
    wanted = Selection((FieldCondition("name", "is", ("y",)),))
    assert (table.select(wanted, "created_at"), table.count(wanted)) == ([], 0)
    table.replace("a", name="y")
    assert (table.select(wanted, "created_at"), table.count(wanted)) == ([0], 1)
    assert table.number(("name",), "y") == 0


def test_an_id_cursor_survives_the_end_of_its_record() -> None:
    table = table_of("things", [{"id": name, "created_at": TIMES[0]} for name in ("a", "c", "d")])
    style = PageStyle(PagingKind.ID_CURSOR, orders=(("id", "id"),))
    for order, left in (("id", ["c", "d"]), ("-id", ["a"])):
        query = Query((("order", order), ("starting_after_id", "b")), NOW)
        part = take_page(query, style, table, Selection(), 99)
        assert [table.value(row, "id") for row in part.rows] == left


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a", 1),
        ("b.c", 2),
        ("b.d.e", 3),
        ("d.e", 4),
        ("f.g.h", 5),
        ("b.x", None),
        ("a.b", None),
    ],
)
def test_a_path_reaches_into_a_document_whose_keys_hold_dots(path: str, found: int | None) -> None:
    document = {"a": 1, "b": {"c": 2, "d.e": 3}, "d.e": 4, "f": {"g.h": 5}}
    assert dig(document, path) == found


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2026-11-20T12:00:00.000Z", "2026-11-20T12:00:00.000Z"),
        ("2026-11-20T12:00:01Z", "2026-11-20T12:00:01.000Z"),
        ("2024-03-22T17:48:25.910974+00:00", "2024-03-22T17:48:25.910Z"),
        ("2024-03-22T18:48:18.57+01:00", "2024-03-22T17:48:18.570Z"),
        ("2026-11-20", "2026-11-20T00:00:00.000Z"),
    ],
)
def test_every_spelling_of_an_instant_compares(text: str, same: str) -> None:
    assert instant(text) == same
