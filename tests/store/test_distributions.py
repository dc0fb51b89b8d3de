"""What followed a distribution: redemptions made later by the customers it was sent to."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.queries.distributions import Credited, credited, distribution_overview
from tests.store.records import put, read_whole, redemption
from tests.store.syncing import Project


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


def test_a_generic_code_counts_for_the_customers_it_was_sent_to(cache: sqlite3.Connection) -> None:
    """One code for all: four redemptions, two of them by somebody a distribution reached, and later."""
    put(
        cache, "publications",
        sent("pub_1", "distr_a", "v_all", "cust_1"), sent("pub_2", "distr_a", "v_all", "cust_2"),
        sent("pub_3", "distr_b", "v_all", "cust_3"), sent("pub_4", None, "v_all", "cust_4"),
    )  # fmt: skip
    put(
        cache, "redemptions", used("r_1", "v_all", "cust_1"), used("r_2", "v_all", "cust_3", day=9),
        used("r_3", "v_all", "cust_4"), used("r_4", "v_all", "cust_9"), used("r_5", "v_all", "cust_1", day=10),
    )  # fmt: skip
    found = credited(cache, "camp_1")
    assert found == {"distr_a": Credited(2, 1, 2), "distr_b": Credited(1, 0, 0)}
    assert (found["distr_a"].rate_permille, found["distr_b"].rate_permille) == (500, 0)


def test_a_code_of_one_customer_counts_whoever_redeems_it(cache: sqlite3.Connection) -> None:
    put(
        cache, "publications", sent("pub_1", "distr_a", "v_1", "cust_1"), sent("pub_2", "distr_a", "v_2", "cust_2"),
        sent("pub_3", "distr_a", "v_3", "cust_3", result="FAILURE"),
    )  # fmt: skip
    put(
        cache, "redemptions", used("r_1", "v_1", None), used("r_2", "v_1", "cust_8"),
        used("r_3", "v_2", "cust_2", result="FAILURE"), used("rr_1", "v_1", "cust_1", object="redemption_rollback"),
        used("r_4", "v_3", "cust_3"),
    )  # fmt: skip
    assert credited(cache, "camp_1") == {"distr_a": Credited(2, 1, 2)}


def test_a_redemption_two_distributions_led_to_is_one_in_all(cache: sqlite3.Connection) -> None:
    put(
        cache,
        "publications",
        sent("pub_1", "distr_a", "v_1", "cust_1"),
        sent("pub_2", "distr_b", "v_1", "cust_1", day=11),
    )
    put(cache, "redemptions", used("r_1", "v_1", "cust_1"))
    assert credited(cache, "camp_1") == {"distr_a": Credited(1, 1, 1), "distr_b": Credited(1, 1, 1)}
    told = distribution_overview(cache, "camp_1")
    assert (told.redemptions, told.rate_permille) == (1, 1_000)


def test_unread_redemptions_leave_it_unknown(cache: sqlite3.Connection) -> None:
    put(cache, "publications", sent("pub_1", "distr_a", "v_1", "cust_1"))
    told = distribution_overview(cache, "camp_1")
    assert (told.redemptions, told.rate_permille) == (None, None)
    read_whole(cache, "redemptions")
    told = distribution_overview(cache, "camp_1")
    assert (told.redemptions, told.rate_permille) == (0, 0)
    assert Credited(0, 0, 0).rate_permille is None
    assert Credited(3, 2, 5).rate_permille == 667
