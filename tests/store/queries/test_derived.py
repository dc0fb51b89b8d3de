"""A cache filled by exports tells people what one filled by pages tells them."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from store.cache.database import connect_reader
from store.domain.discount import gift_text
from store.queries.campaigns import list_campaigns
from store.queries.gaps import column_gaps
from store.queries.reader import Reader
from store.queries.rows import RowList
from store.queries.views import CODES
from store.queries.wallets import wallet_totals
from store.sync.request import SyncRequest
from tests.support.records import AT, put, read_whole
from tests.support.syncing import ZONE, Project


@pytest.fixture(scope="module")
def paged(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("paged") / "cache.db")
    project.copy_synced(SyncRequest(everything=True, via="pages"))
    return project


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("exported") / "cache.db")
    project.copy_synced(SyncRequest(everything=True, via="exports"))
    return project


LEFT_OUT = (
    "amount", "redeemed_amount", "publish_count", "pending_points", "next_expiration_date", "next_expiration_points",
    "category_id",
)  # fmt: skip
"""The columns of codes that their export does not carry."""


def codes(path: Path) -> dict[str, dict[str, Any]]:
    connection = connect_reader(path)
    try:
        names = ("id", "type", "worked_out", *LEFT_OUT)
        columns = ", ".join(CODES.columns[name] for name in names)
        rows = connection.execute(f"select {columns} from {CODES.source}")
        return {row[0]: dict(zip(names, row, strict=True)) for row in rows}
    finally:
        connection.close()


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_an_export_left_out_is_worked_out(paged: Project, exported: Project, name: str) -> None:
    told, worked_out = codes(paged.path), codes(exported.path)
    assert {key: row[name] for key, row in told.items()} == {key: row[name] for key, row in worked_out.items()}
    assert any(row[name] for row in told.values())
    marked = {row["type"] for row in worked_out.values() if name in row["worked_out"].split()}
    assert marked == {row["type"] for row in told.values() if row[name] is not None}
    assert not any(row["worked_out"] for row in told.values()), "pages tell everything"


def test_issued_credit_is_the_same(paged: Project, exported: Project) -> None:
    answers = []
    for project in (paged, exported):
        reader = Reader(project.path, ZONE, project.clock)
        connection = reader.connection
        gifts = [one.id for one in list_campaigns(connection, project.clock.now(), ZONE) if "GIFT" in one.campaign_type]
        answers.append({one: wallet_totals(connection, one, gift=True, zone=ZONE)["issued"].value for one in gifts})
        reader.close()
    assert answers[0] == answers[1]
    assert any(answers[0].values())


def test_before_the_other_list_is_whole_nothing_is_worked_out(tmp_path: Path) -> None:
    project = Project(tmp_path / "cache.db")
    project.sync(SyncRequest(everything=True, via="exports", only=frozenset({"campaigns", "vouchers"})))
    found = codes(project.path)
    assert {row[name] for row in found.values() for name in LEFT_OUT if name != "category_id"} == {None}
    of = Counter(row["type"] for row in found.values())
    cards, loyalty = of["GIFT_VOUCHER"] + of["LOYALTY_CARD"], of["LOYALTY_CARD"]
    connection = connect_reader(project.path)
    gaps = {(gap.column, gap.resource, gap.rows) for gap in column_gaps(connection, CODES, None)}
    assert [gap.rows for gap in column_gaps(connection, CODES, None, {"pending_points", "code"})] == [loyalty]
    connection.close()
    assert {gap for gap in gaps if gap[0] != "category_id"} == {
        ("amount", "transactions", cards), ("redeemed_amount", "transactions", cards),
        ("publish_count", "publications", len(found)), ("pending_points", "pending_points", loyalty),
        ("next_expiration_date", "points_expiration", loyalty),
        ("next_expiration_points", "points_expiration", loyalty),
    }  # fmt: skip


def test_a_whole_project_lacks_no_column_however_it_was_read(paged: Project, exported: Project) -> None:
    for project in (paged, exported):
        connection = connect_reader(project.path)
        assert column_gaps(connection, CODES, None) == []
        connection.close()


LIFE = (
    ("POINTS_ACCRUAL", 90), ("POINTS_REDEMPTION", -40), ("POINTS_REFUND", 15), ("POINTS_REMOVAL", -5),
    ("POINTS_EXPIRATION", -7), ("POINTS_TRANSFER_OUT", -3), ("POINTS_TRANSFER_IN", 10), ("POINTS_ADDITION", 20),
)  # fmt: skip


def test_points_ever_are_those_left_and_those_taken(tmp_path: Path) -> None:
    """It began with 100: 220 were given in all, 180 are left; a transaction without an amount leaves both open."""
    connection = Project(tmp_path / "c.db").connect()
    card = {"id": "v_1", "type": "LOYALTY_CARD", "campaign_id": "camp_1", "loyalty_card": {"balance": 180}}
    moved: list[dict[str, Any]] = [
        {"id": f"vtx_{index}", "campaign_id": "camp_1", "voucher_id": "v_1", "type": kind, "created_at": AT,
         "details": {"balance": {"points": points}}}
        for index, (kind, points) in enumerate(LIFE)
    ]  # fmt: skip
    put(connection, "vouchers", card)
    put(connection, "transactions", *moved)
    read_whole(connection, "transactions")
    query = f"select {CODES.columns['amount']}, {CODES.columns['redeemed_amount']} from {CODES.source}"
    assert connection.execute(query).fetchone() == (220, 25)
    put(connection, "transactions", {**moved[1], "details": {}})
    assert connection.execute(query).fetchone() == (None, None)
    connection.close()


BUCKETS = [
    # buckets: points, day, status; the next to expire: day, points
    ([(40, "2026-12-01", "ACTIVE"), (2, "2026-12-01", "ACTIVE"), (9, "2026-12-02", "ACTIVE")], "2026-12-01", 42),
    ([(40, "2026-11-01", "EXPIRED"), (9, "2026-12-02", "ACTIVE")], "2026-12-02", 9),
    ([(40, None, "ACTIVE")], None, None),
    ([], None, None),
]


@pytest.mark.parametrize(("told", "day", "points"), BUCKETS)
def test_the_next_expiration_is_the_first_active_day(
    tmp_path: Path, told: list[Any], day: str | None, points: int | None
) -> None:
    connection = Project(tmp_path / "c.db").connect()
    put(connection, "vouchers", {"id": "v_1", "type": "LOYALTY_CARD", "campaign_id": "camp_1"})
    buckets = [
        {"id": f"lopb_{index}", "campaign_id": "camp_1", "voucher_id": "v_1", "points": number, "expires_at": at,
         "status": status}
        for index, (number, at, status) in enumerate(told)
    ]  # fmt: skip
    put(connection, "points_expiration", *buckets)
    read_whole(connection, "points_expiration", scope="campaign:camp_1")
    names = ("next_expiration_date", "next_expiration_points")
    query = f"select {', '.join(CODES.columns[name] for name in names)} from {CODES.source}"
    found = connection.execute(query).fetchone()
    assert (found[0] and found[0][:10], found[1]) == (day, points)
    connection.close()


def test_a_list_can_be_sorted_by_what_is_worked_out(exported: Project) -> None:
    reader = Reader(exported.path, ZONE, exported.clock)
    rows = RowList(reader, CODES, sort="publish_count", descending=True)
    place = list(CODES.columns).index("publish_count")
    shown = [row[place] for row in rows.window(0, 50)]
    assert shown == sorted(shown, reverse=True)
    reader.close()


def test_a_gift_without_an_amount_says_nothing() -> None:
    assert gift_text({"balance": 500}) == ""
    assert gift_text({"amount": 0}) != ""
