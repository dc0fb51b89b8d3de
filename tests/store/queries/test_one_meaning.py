"""One word, one meaning: what is published, what a distribution redeemed, what a reward redemption is."""

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from store.cache.database import connect_writer
from store.clock import ManualClock
from store.queries.breakdowns import publication_shares
from store.queries.distributions import distribution_overview
from store.queries.reader import Reader
from store.queries.rows import RowList
from store.queries.views import DISTRIBUTIONS, REWARD_REDEMPTIONS
from store.ref import Ref
from store.words import DateSpan
from tests.support.records import AT, Document, campaign, put, read_whole, redemption, rollback
from tests.support.syncing import NOW, ZONE


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect_writer(tmp_path / "c.db")
    put(connection, "campaigns", campaign())
    read_whole(connection, "redemptions", "publications")
    yield connection
    connection.close()


def publication(identity: str, code: str, distribution: str | None, customer: str, **more: Any) -> Document:
    found = {"source_type": "distribution", "distribution_id": distribution} if distribution else {}
    return {
        "id": identity, "object": "publication", "created_at": AT, "result": "SUCCESS", "channel": "Automation",
        "customer_id": customer, "metadata": found,
        "voucher": {"id": f"v_{code}", "code": code, "campaign": "Autumn", "campaign_id": "camp_1"}, **more,
    }  # fmt: skip


def of_code(identity: str, code: str, **more: Any) -> Document:
    held = {"id": f"v_{code}", "code": code, "campaign": "Autumn", "campaign_id": "camp_1"}
    return redemption(identity, voucher=held, **more)


def rows(cache: sqlite3.Connection, tmp_path: Path, view: Any) -> list[dict[str, Any]]:
    reader = Reader(tmp_path / "c.db", ZONE, ManualClock(NOW))
    found = RowList(reader, view, Ref.campaign("camp_1")).window(0, 100)
    reader.close()
    return [dict(zip(view.columns, row, strict=True)) for row in found]


def test_one_code_published_many_times_belongs_to_no_distribution(cache: sqlite3.Connection) -> None:
    put(
        cache,
        "publications",
        *(publication(f"p_{n}", "ALL", "dis_1" if n < 3 else None, f"cust_{n}") for n in range(5)),
        publication("p_own", "OWN", "dis_1", "cust_9"),
        publication("p_other", "OTHER", None, "cust_9"),
    )
    put(
        cache,
        "redemptions",
        *(of_code(f"r_{n}", "ALL") for n in range(4)),
        of_code("r_own", "OWN"),
        of_code("r_own_failed", "OWN", result="FAILURE"),
        rollback("rr_own", "r_own", voucher={"id": "v_OWN", "campaign_id": "camp_1"}),
        of_code("r_other", "OTHER"),
        of_code("r_unpublished", "NEVER"),
    )
    found = distribution_overview(cache, "camp_1")
    assert (found.distributed, found.redemptions, found.unattributed) == (4, 1, 4)


def test_a_refused_attempt_does_not_publish_a_code_twice(cache: sqlite3.Connection) -> None:
    put(
        cache,
        "publications",
        publication("p_1", "OWN", "dis_1", "cust_1", result="FAILURE"),
        publication("p_2", "OWN", "dis_1", "cust_1"),
    )
    put(cache, "redemptions", of_code("r_1", "OWN"))
    found = distribution_overview(cache, "camp_1")
    assert (found.redemptions, found.unattributed) == (1, 0)


def test_published_means_succeeded_everywhere(cache: sqlite3.Connection, tmp_path: Path) -> None:
    put(
        cache,
        "publications",
        publication("p_1", "A", "dis_1", "cust_1"),
        publication("p_2", "B", "dis_1", "cust_2"),
        publication("p_3", "C", "dis_1", "cust_3", result="FAILURE"),
        publication("p_4", "D", None, "cust_4", result="FAILURE", channel="API"),
    )
    found = distribution_overview(cache, "camp_1")
    assert (found.publications, found.distributed, found.customers) == (2, 2, 2)
    assert found.by_channel == (("Automation", 2),)
    day = DateSpan(date(2026, 11, 20), date(2026, 11, 20))
    assert [(one.key, one.count) for one in publication_shares(cache, "camp_1", day, ZONE)] == [("Automation", 2)]
    totals = dict(cache.execute("select metric, value from campaign_totals where campaign_id = 'camp_1'").fetchall())
    assert totals["publications_succeeded"] == 2
    [listed] = rows(cache, tmp_path, DISTRIBUTIONS)
    assert (listed["publications"], listed["customers"]) == (2, 2)


def test_a_rollback_is_no_reward_redemption(cache: sqlite3.Connection, tmp_path: Path) -> None:
    reward = {"id": "rew_1", "type": "MATERIAL"}
    put(
        cache,
        "redemptions",
        redemption("r_1", reward=reward),
        redemption("r_2", reward=reward),
        rollback("rr_2", "r_2", reward=reward),
        redemption("r_3", reward=reward, result="FAILURE"),
        redemption("r_4"),
    )
    assert sorted(row["id"] for row in rows(cache, tmp_path, REWARD_REDEMPTIONS)) == ["r_1", "r_2", "r_3"]
