"""The quick way from a document to its row comes to what the careful one does, or leaves the document to it."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.cache.columns import TableSpec
from store.cache.record_shape import fast_reader
from store.cache.registry import TABLES

READERS = {
    name: (spec, fast) for name, spec in TABLES.items() if (fast := fast_reader(spec)) is not None
}  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**65), 2**65), st.sampled_from([0, 2**63 - 1, -(2**63), 2**63, 5.0, 0.5]),
    st.text(max_size=3),
    st.sampled_from(["", "7", "redemption", "redemption_rollback", "2026-11-20T12:00:00Z", "2026-02-30T00:00:00Z"]),
    st.lists(st.fixed_dictionaries({"name": st.text(max_size=2)}), max_size=2),
    st.dictionaries(st.sampled_from(["id", "name", "points"]), st.integers(0, 5), max_size=2),
)  # fmt: skip


def paths_of(spec: TableSpec) -> list[list[str]]:
    return [path for column in spec.columns if not column.local for path in column.split_paths()]


@st.composite
def documents(draw: st.DrawFn, spec: TableSpec) -> dict[str, Any]:
    document: dict[str, Any] = {"id": draw(st.sampled_from(["a", "a", "", 5, None]))}
    for path in draw(st.lists(st.sampled_from(paths_of(spec)), max_size=12)):
        holder: Any = document
        for name in path[:-1]:
            holder = holder.setdefault(name, {}) if isinstance(holder, dict) else None
        if isinstance(holder, dict):
            holder[path[-1]] = draw(LEAVES)
    return document


@pytest.mark.parametrize("name", sorted(READERS))
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_any_document_gives_the_row_that_reading_it_member_by_member_gives(name: str, data: st.DataObject) -> None:
    spec, fast = READERS[name]
    document = data.draw(documents(spec))
    raw = msgspec.json.encode(document)
    try:
        row = fast(raw)
    except msgspec.DecodeError:
        return
    assert row == spec.reader()(msgspec.json.decode(raw))


def test_a_documented_record_goes_the_quick_way_also_where_members_are_null_or_stand_twice() -> None:
    _, fast = READERS["vouchers"]
    row = fast(
        b'{"id":"v_0","gift":{"amount":9},"code":"A","gift":null,"redemption":{"quantity":5},"id":"v_1","x":[1,{"y":2}],'
        b'"loyalty_card":{"points":7,"next_expiration_date":"2026-11-20"},"active":true,"categories":[{"name":"C"}]}'
    )
    found = dict(zip(READERS["vouchers"][0].column_names, row, strict=True))
    assert {name: value for name, value in found.items() if value is not None} == {
        "id": "v_1", "code": "A", "category": "C", "active": 1, "redemption_quantity": 5, "amount": 7,
        "next_expiration_date": "2026-11-20T00:00:00.000Z",
    }  # fmt: skip


def test_the_lists_that_grow_long_have_the_quick_way() -> None:
    assert {"vouchers", "redemptions", "publications", "transactions", "customers"} <= READERS.keys()


@pytest.mark.parametrize(
    "raw",
    [b'{"id":""}', b'{"code":"A"}', b'{"id":5}', b'{"id":"v","active":"true"}', b'{"id":"v","redemption":[]}', b"[]",
     b'{"id":"v","gift":{"amount":9223372036854775808}}', b'{"id":"v","code":"\\ud83d"}', b'{"id":"v",}'],
)  # fmt: skip
def test_what_is_not_as_documented_is_left_to_a_closer_look(raw: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        READERS["vouchers"][1](raw)
