"""Sums of received integers: exact, or unknown past 64 bits, and never an error."""

import sqlite3

import pytest

from store.cache.sums import exact_sum

MOST = 2**63 - 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], None),
        ([None], None),
        ([0], 0),
        ([1, None, 2], 3),
        ([-5_000] * 5, -25_000),
        ([MOST], MOST),
        ([MOST, MOST], None),
        ([MOST, 1], None),
        ([MOST, 1, -1], MOST),
        ([MOST, MOST, -MOST], MOST),
        ([-MOST, -1], -(2**63)),
        ([-MOST, -2], None),
        ([2**32 - 1, 1], 2**32),
        ([-(2**32), -1, 2**31], -(2**31) - 1),
    ],
)
def test_exact_sum(values: list[int | None], expected: int | None) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("create table amounts (value integer)")
    connection.executemany("insert into amounts values (?)", [(value,) for value in values])
    assert connection.execute(f"select {exact_sum('value')} from amounts").fetchone() == (expected,)
