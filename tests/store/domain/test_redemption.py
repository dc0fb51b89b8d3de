from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.redemption import AmountKind, RedemptionResult, redemption_facts
from tests.support.json_values import JSON, shaped

CHILD = {
    "id": "r_2",
    "object": "redemption",
    "redemption": "r_1",
    "result": "SUCCESS",
    "status": "SUCCEEDED",
    "voucher": {"id": "v_1", "campaign_id": "camp_1", "type": "DISCOUNT_VOUCHER"},
    "order": {
        "id": "ord_1", "amount": 10_000, "total_discount_amount": 3_000, "total_applied_discount_amount": 1_000,
    },
}  # fmt: skip


def facts(**members: Any) -> Any:
    return redemption_facts({**CHILD, **members})


def test_a_stack_child_counts_what_it_applied_itself() -> None:
    read = redemption_facts(CHILD)
    assert read.undone_id is None
    assert (read.discount, read.order_id, read.order_amount) == (1_000, "ord_1", 10_000)
    assert (read.amount, read.amount_kind) == (None, AmountKind.NONE)


def test_a_rollback_names_what_it_undoes_and_gives_back() -> None:
    read = facts(id="rr_1", object="redemption_rollback", amount=-500, voucher={"type": "GIFT_VOUCHER"})
    assert (read.is_rollback, read.undone_id) == (True, "r_1")
    assert (read.discount, read.amount, read.amount_kind) == (-1_000, -500, AmountKind.CREDITS)


def test_a_rollback_is_negative_whatever_sign_it_came_with() -> None:
    assert facts(object="redemption_rollback", amount=500).amount == -500


def test_a_failure_took_nothing() -> None:
    read = facts(result="FAILURE", status="FAILED", amount=700, failure_code="quantity_exceeded", failure_message="no")
    assert (read.result, read.amount, read.discount) == (RedemptionResult.FAILED, 0, 0)
    assert (read.failure_code, read.failure_message) == ("quantity_exceeded", "no")


RESULTS = [
    ({"result": "SUCCESS", "status": "ROLLED_BACK"}, RedemptionResult.ROLLED_BACK),
    ({"result": "SUCCESS"}, RedemptionResult.SUCCEEDED),
    ({"status": "SUCCEEDED"}, RedemptionResult.SUCCEEDED),
    ({"result": "FAILURE"}, RedemptionResult.FAILED),
    ({"status": "FAILED"}, RedemptionResult.FAILED),
    ({"result": "MAYBE"}, RedemptionResult.UNKNOWN),
    ({}, RedemptionResult.UNKNOWN),
]


@pytest.mark.parametrize(("row", "result"), RESULTS)
def test_result_and_status_together(row: dict[str, Any], result: RedemptionResult) -> None:
    assert redemption_facts(row).result is result


AMOUNTS = [
    ({"amount": 5, "voucher": {"type": "LOYALTY_CARD"}}, 5, AmountKind.POINTS),
    ({"amount": 5, "voucher": {"type": "GIFT_VOUCHER"}}, 5, AmountKind.CREDITS),
    ({"amount": 5, "reward": {"id": "rew_1"}}, 5, AmountKind.POINTS),
    ({"loyalty_card": {"points": 7}}, 7, AmountKind.POINTS),
    ({"gift": {"amount": 900}}, 900, AmountKind.CREDITS),
    ({"amount": 5}, 5, AmountKind.UNKNOWN),
    ({"amount": 5.5}, None, AmountKind.NONE),
]


@pytest.mark.parametrize(("row", "amount", "kind"), AMOUNTS)
def test_amounts_are_credits_or_points(row: dict[str, Any], amount: int | None, kind: AmountKind) -> None:
    read = redemption_facts(row)
    assert (read.amount, read.amount_kind) == (amount, kind)


ROWS = shaped(
    {
        "id": st.sampled_from(["r_1", "rr_1", "rf_1"]),
        "object": st.sampled_from(["redemption", "redemption_rollback"]),
        "redemption": st.sampled_from(["r_1", "r_2"]),
        "result": st.sampled_from(["SUCCESS", "FAILURE"]),
        "status": st.sampled_from(["SUCCEEDED", "FAILED", "ROLLED_BACK"]),
        "amount": st.integers(),
        "voucher": shaped({"type": st.sampled_from(["GIFT_VOUCHER", "LOYALTY_CARD"]), "campaign_id": st.just("c")}),
        "order": shaped({"total_applied_discount_amount": st.integers(), "applied_discount_amount": st.integers()}),
        "related_object_type": st.sampled_from(["voucher", "redemption", "promotion_tier"]),
    }
)


@given(row=ROWS | JSON)
def test_any_row_is_read(row: Any) -> None:
    read = redemption_facts(row)
    if read.is_rollback:
        assert (read.amount or 0) <= 0
        assert (read.discount or 0) <= 0
    assert (read.amount is None) == (read.amount_kind is AmountKind.NONE)
