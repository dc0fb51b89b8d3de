"""What came of a distribution: redemptions of the codes that it alone published."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.queries.distributions import Answered, answered, distribution_overview
from tests.support.records import put, read_whole, redemption
from tests.support.syncing import Project


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = Project(tmp_path / "c.db").connect()
    yield connection
    connection.close()


def sent(
    identity: str, distribution: str | None, voucher: str, customer: str | None, day: int = 10, **more: Any
) -> dict[str, Any]:
    return {
        "id": identity, "created_at": f"2026-11-{day:02}T09:00:00.000Z", "customer_id": customer, "result": "SUCCESS",
        "metadata": {"distribution_id": distribution}, "vouchers_id": [voucher],
        "voucher": {"id": voucher, "campaign_id": "camp_1"}, **more,
    }  # fmt: skip


def used(identity: str, voucher: str, customer: str | None, day: int = 12, **more: Any) -> dict[str, Any]:
    code = {"id": voucher, "campaign_id": "camp_1"}
    return redemption(identity, voucher=code, customer_id=customer, date=f"2026-11-{day:02}T09:00:00.000Z", **more)


def test_each_distribution_has_the_redemptions_of_its_own_codes(cache: sqlite3.Connection) -> None:
    """Of codes published once: whoever redeems them, and however often; refusals and rollbacks are no redemptions."""
    put(
        cache, "publications", sent("pub_1", "distr_a", "v_1", "cust_1"), sent("pub_2", "distr_a", "v_2", "cust_2"),
        sent("pub_3", "distr_a", "v_3", "cust_3", result="FAILURE"), sent("pub_4", "distr_b", "v_4", "cust_4"),
        sent("pub_5", None, "v_5", "cust_5"), sent("pub_6", "distr_a", "v_6", "cust_6"),
    )  # fmt: skip
    put(
        cache, "redemptions", used("r_1", "v_1", None), used("r_2", "v_1", "cust_8"),
        used("r_3", "v_2", "cust_2", result="FAILURE"), used("rr_1", "v_1", "cust_1", object="redemption_rollback"),
        used("r_4", "v_3", "cust_3"), used("r_5", "v_5", "cust_5"),
    )  # fmt: skip
    found = answered(cache, "camp_1")
    assert found == {"distr_a": Answered(3, 1, 2), "distr_b": Answered(1, 0, 0)}
    assert (found["distr_a"].rate_permille, found["distr_b"].rate_permille) == (333, 0)
    read_whole(cache, "redemptions")
    told = distribution_overview(cache, "camp_1")
    assert (told.redemptions, told.rate_permille) == (2, 250), "one of four codes"


def test_a_code_for_all_tells_of_no_distribution(cache: sqlite3.Connection) -> None:
    codes = [("pub_1", "distr_a", "cust_1"), ("pub_2", "distr_a", "cust_2"), ("pub_3", "distr_b", "cust_3")]
    put(cache, "publications", *(sent(identity, owner, "v_all", who) for identity, owner, who in codes))
    put(cache, "redemptions", used("r_1", "v_all", "cust_1"), used("r_2", "v_all", "cust_3"))
    read_whole(cache, "redemptions")
    assert answered(cache, "camp_1") == {}
    told = distribution_overview(cache, "camp_1")
    assert (told.redemptions, told.unattributed, told.rate_permille) == (0, 2, None)


def test_unread_redemptions_leave_the_rate_unknown(cache: sqlite3.Connection) -> None:
    put(cache, "publications", sent("pub_1", "distr_a", "v_1", "cust_1"))
    assert distribution_overview(cache, "camp_1").rate_permille is None
    read_whole(cache, "redemptions")
    assert distribution_overview(cache, "camp_1").rate_permille == 0
    assert Answered().rate_permille is None
    assert Answered(3, 2, 5).rate_permille == 667
