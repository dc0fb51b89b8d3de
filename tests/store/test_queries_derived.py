"""A cache filled by exports tells people what one filled by pages tells them."""

from pathlib import Path
from typing import Any

import pytest

from store.cache.database import connect_reader
from store.domain.discount import gift_text
from store.queries.campaigns import list_campaigns
from store.queries.reader import Reader
from store.queries.rows import RowList
from store.queries.views import CODES
from store.queries.wallets import wallet_totals
from store.sync.tasks import SyncRequest
from tests.store.syncing import ZONE, Project


@pytest.fixture(scope="module")
def paged(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("paged") / "cache.db")
    project.sync(SyncRequest(everything=True, via="pages"))
    return project


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("exported") / "cache.db")
    project.sync(SyncRequest(everything=True, via="exports"))
    return project


def codes(path: Path) -> dict[str, tuple[Any, Any, Any]]:
    connection = connect_reader(path)
    try:
        columns = ", ".join(CODES.columns[name] for name in ("id", "type", "amount", "publish_count"))
        return {row[0]: row[1:] for row in connection.execute(f"select {columns} from {CODES.source}")}
    finally:
        connection.close()


def test_what_was_loaded_and_published_is_worked_out(paged: Project, exported: Project) -> None:
    told, worked_out = codes(paged.path), codes(exported.path)
    gifts = {key for key, (kind, _, _) in told.items() if kind == "GIFT_VOUCHER"}
    assert len(gifts) > 20
    assert {key: told[key][1] for key in gifts} == {key: worked_out[key][1] for key in gifts}
    assert {key: row[2] for key, row in told.items()} == {key: row[2] for key, row in worked_out.items()}
    assert any(row[2] for row in told.values())


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
    assert all(row[1:] == (None, None) for row in codes(project.path).values() if row[0] == "GIFT_VOUCHER")


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
