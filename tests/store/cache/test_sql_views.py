"""The views for people with sqlite3: the derived status as the app derives it, redemptions and rollbacks apart."""

import itertools
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlite_utils

from store.cache.schema import migrate
from store.cache.sql_views import SQL_VIEWS
from store.domain.status import derive_status
from store.times import date_text

PAST, FUTURE, BAD = "2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z", "soon"


@pytest.fixture(scope="module")
def cache() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    migrate(sqlite_utils.Database(connection))
    return connection


def test_the_status_is_the_one_the_app_derives(cache: sqlite3.Connection) -> None:
    """Every combination of what decides, against `derive_status` over the document."""
    states = (None, "DRAFT", "DONE", "IN_PROGRESS", "MODIFYING", "FAILED")
    dates = (None, PAST, FUTURE, BAD)
    worlds = list(itertools.product(states, states[1:], (None, True, False), dates, dates, (None, PAST)))
    rows, expected = [], {}
    for number, (creation, generation, active, start, end, missing) in enumerate(worlds):
        document = {
            "creation_status": creation, "vouchers_generation_status": generation, "active": active,
            "start_date": start, "expiration_date": end,
        }  # fmt: skip
        status = derive_status(document, datetime.now(UTC), UTC, missing=missing is not None)
        expected[f"c{number}"] = status.kind.value
        rows.append((f"c{number}", creation, generation, active, date_text(start), date_text(end), missing))
    cache.executemany(
        "insert into campaigns (id, creation_status, vouchers_generation_status, active, start_date, expiration_date,"
        " missing_since) values (?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    assert dict(cache.execute("select id, status from v_campaigns")) == expected
    assert len(set(expected.values())) == 10


def test_redemptions_and_rollbacks_are_apart(cache: sqlite3.Connection) -> None:
    cache.execute("insert into campaigns (id, name) values ('camp', 'Summer')")
    cache.executemany(
        "insert into redemptions (id, object, created_at, campaign_id, campaign, result, status, rolled_back_by,"
        " undone_redemption_id, voucher_code, amount) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            ("r1", "redemption", PAST, "camp", "old name", "SUCCESS", "SUCCEEDED", None, None, "A", 500),
            ("r2", "redemption", PAST, "camp", None, "SUCCESS", "SUCCEEDED", "rr2", None, "B", 700),
            ("r3", "redemption", PAST, "gone", "Gone", "FAILURE", "FAILED", None, None, "C", None),
            ("r4", None, PAST, None, None, None, "NEWER", None, None, None, None),
            ("rr2", "redemption_rollback", FUTURE, None, None, "SUCCESS", None, None, "r2", None, -700),
            ("rr9", "redemption_rollback", FUTURE, None, None, "FAILURE", None, None, "never read", None, None),
        ],
    )
    found = cache.execute("select id, campaign, outcome from v_redemptions order by id").fetchall()
    assert found == [
        ("r1", "Summer", "succeeded"), ("r2", "Summer", "rolled back"), ("r3", "Gone", "failed"), ("r4", None, "newer"),
    ]  # fmt: skip
    query = "select id, redemption_id, redeemed_at, campaign, voucher_code, result, amount from v_rollbacks order by id"
    assert cache.execute(query).fetchall() == [
        ("rr2", "r2", PAST, "Summer", "B", "SUCCESS", -700),
        ("rr9", "never read", None, None, None, "FAILURE", None),
    ]


def test_datasette_is_told_of_columns_that_exist(cache: sqlite3.Connection) -> None:
    """The file describes tables and views of this schema, and each view whole."""
    path = Path(__file__).parents[3] / "docs" / "datasette.yml"
    named: dict[str, set[str]] = {}
    table = part = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        indent, text = len(line) - len(line.lstrip()), line.strip()
        if indent == 6 and text.endswith(":"):
            table = text[:-1]
            named[table] = set()
        elif indent == 8:
            part = text.partition(":")[0]
            if part in ("sort", "sort_desc", "label_column"):
                named[table].add(text.partition(": ")[2])
        elif indent == 10 and part in ("columns", "units"):
            named[table].add(text.partition(":")[0])
    assert set(named) >= set(SQL_VIEWS)
    for name, columns in named.items():
        there = {row[1] for row in cache.execute(f'pragma table_info("{name}")')}
        assert there, name
        assert columns <= there, (name, columns - there)
