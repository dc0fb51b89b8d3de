"""Rollbacks: what they give back, what they refuse."""

from typing import Any

import pytest

from tests.support.writing import Writer, writer


@pytest.fixture(scope="module")
def shop() -> Writer:
    """Shared: a test takes redemptions that no other has rolled back."""
    return writer()


def redemption(shop: Writer, member: str, *, order: bool = True) -> dict[str, Any]:
    """A young redemption that stands alone and was not undone, newest first."""
    return next(
        one for one in shop.all("/v1/redemptions")
        if one["object"] == "redemption" and one["result"] == "SUCCESS" and one.get("status") == "SUCCEEDED"
        and member in one and "redemption" not in one and "related_redemptions" not in one
        and (one["order"] is not None or not order) and one["date"] > "2026-09-01" and one.get("amount") != 0
    )  # fmt: skip


def stack(shop: Writer) -> dict[str, Any]:
    """The parent of a stack that was not undone."""
    return next(
        one for one in shop.all("/v1/redemptions")
        if one["related_object_type"] == "redemption" and one["object"] == "redemption" and one["date"] > "2026-09-01"
        and one["status"] == "SUCCEEDED"
    )  # fmt: skip


def totals(shop: Writer, campaign: str) -> dict[str, Any]:
    return shop.get(f"/v1/campaigns/{campaign}/summary", ("start_date", "2020-01-01"), ("end_date", "2027-01-01"))


def test_a_gift_card_gets_its_credit_back_and_the_order_is_canceled(shop: Writer) -> None:
    old = redemption(shop, "gift")
    code, before = f"/v1/vouchers/{old['voucher']['id']}", shop.get(f"/v1/vouchers/{old['voucher']['id']}")
    campaign = old["voucher"]["campaign_id"]
    counted = shop.world.truth.measures(campaign)
    shop.clock.advance(60)
    sent = {"reason": "Wrong basket", "metadata": {"ticket": 7}, "customer": {"id": old["customer_id"]}}
    undo = shop.write("POST", f"/v1/redemptions/{old['id']}/rollback", sent)
    assert (undo["object"], undo["redemption"], undo["result"]) == ("redemption_rollback", old["id"], "SUCCESS")
    assert (undo["amount"], undo["reason"], undo["metadata"]) == (-old["amount"], "Wrong basket", {"ticket": 7})
    assert undo["order"]["status"] == "CANCELED"
    assert shop.get(f"/v1/redemptions/{undo['id']}") == undo
    now = shop.get(f"/v1/redemptions/{old['id']}")
    assert now["status"] == "ROLLED_BACK"
    assert [one["id"] for one in now["related_redemptions"]["rollbacks"]] == [undo["id"]]
    after = shop.get(code)
    assert after["gift"]["balance"] == before["gift"]["balance"] + old["amount"]
    assert after["redemption"]["redeemed_quantity"] == before["redemption"]["redeemed_quantity"] - 1
    assert after["redemption"]["redeemed_amount"] == before["redemption"]["redeemed_amount"] - old["amount"]
    paid_back = shop.rows(f"{code}/transactions")[0]
    assert (paid_back["type"], paid_back["details"]["rollback"]["id"]) == ("CREDITS_REFUND", undo["id"])
    order = shop.get(f"/v1/orders/{old['order']['id']}")
    assert order["status"] == "CANCELED"
    assert order["updated_at"][:19] == after["updated_at"][:19] == f"{shop.clock.now():%Y-%m-%dT%H:%M:%S}"
    assert order["redemptions"][old["id"]]["rollback_id"] == undo["id"]
    sums = shop.world.truth.measures(campaign)
    changed = {name: sums[name] - counted.get(name, 0) for name in sums if sums[name] != counted.get(name, 0)}
    discount = old["order"]["total_discount_amount"]
    assert changed == {
        "rollbacks_succeeded": 1, "orders_rolledback_amount": old["order"]["amount"],
        "rolledback_discounted_amount": discount, "amount.CREDITS_REFUND": old["amount"], "count.CREDITS_REFUND": 1,
    }  # fmt: skip
    events = {one["type"] for one in shop.rows(f"/v1/customers/{old['customer_id']}/activity", ("limit", "100"))}
    assert {"customer.redemption.rollback.succeeded", "customer.order.canceled"} <= events


def test_a_reward_gives_its_points_back(shop: Writer) -> None:
    old = redemption(shop, "reward", order=False)
    code = f"/v1/vouchers/{old['voucher']['id']}"
    before = shop.get(code)
    undo = shop.write("POST", f"/v1/redemptions/{old['id']}/rollback")
    after = shop.get(code)
    assert undo["loyalty_card"]["points"] == -old["amount"]
    assert after["loyalty_card"]["balance"] == before["loyalty_card"]["balance"] + old["amount"]
    assert shop.rows(f"{code}/transactions")[0]["type"] == "POINTS_REFUND"
    path = f"/v1/loyalties/{after['campaign_id']}/members/{after['code']}/points-expiration"
    lying = sum(one["bucket"]["total_points"] for one in shop.rows(path, ("limit", "100")))
    assert lying == after["loyalty_card"]["balance"]


def test_a_repeated_rollback_is_refused_and_leaves_a_failed_row(shop: Writer) -> None:
    old = redemption(shop, "voucher")
    campaign = old["voucher"]["campaign_id"]
    path = f"/v1/redemptions/{old['id']}/rollback"
    shop.write("POST", path)
    counted = totals(shop, campaign)
    for again in (path, f"{path}s"):
        error = shop.write("POST", again, status=400)
        assert (error["key"], error["resource_type"]) == ("already_rolled_back", "redemption_rollback")
        failed = shop.get(f"/v1/redemptions/{error['resource_id']}")
        assert (failed["result"], failed["failure_code"]) == ("FAILURE", "already_rolled_back")
    assert totals(shop, campaign)["rollbacks_failed"] == counted["rollbacks_failed"] + 2
    assert totals(shop, campaign)["rollbacks_succeeded"] == counted["rollbacks_succeeded"]


def test_a_stack_is_undone_as_a_whole() -> None:
    shop = writer()
    parent = stack(shop)
    children = [shop.get(f"/v1/redemptions/{one['id']}") for one in parent["related_redemptions"]["redemptions"]]
    assert len(children) == 2
    assert shop.refusal("POST", f"/v1/redemptions/{parent['id']}/rollback") == (400, "invalid_redemption")
    for end in ("rollback", "rollbacks"):
        refused = shop.refusal("POST", f"/v1/redemptions/{children[0]['id']}/{end}")
        assert refused == (400, "invalid_redemption_parent")
    code = next(one["voucher"]["id"] for one in children if "voucher" in one)
    used = shop.get(f"/v1/vouchers/{code}")["redemption"]["redeemed_quantity"]
    tier = next(one["promotion_tier"]["id"] for one in children if "promotion_tier" in one)
    taken = shop.get(f"/v1/promotions/tiers/{tier}")["summary"]["redemptions"]["total_redeemed"]
    answer = shop.write("POST", f"/v1/redemptions/{parent['id']}/rollbacks", {"reason": "All of it"})
    assert answer["parent_rollback"]["redemption"] == parent["id"]
    assert [one["redemption"] for one in answer["rollbacks"]] == [one["id"] for one in children]
    assert answer["order"]["status"] == "CANCELED"
    for one in (parent, *children):
        assert shop.get(f"/v1/redemptions/{one['id']}")["status"] == "ROLLED_BACK"
    assert shop.get(f"/v1/vouchers/{code}")["redemption"]["redeemed_quantity"] == used - 1
    tiers = shop.get(f"/v1/promotions/tiers/{tier}")["summary"]["redemptions"]
    assert tiers["total_redeemed"] == taken - 1
    again = shop.refusal("POST", f"/v1/redemptions/{parent['id']}/rollbacks")
    assert again == (400, "already_rolled_back")


def test_a_single_one_goes_through_the_other_endpoint_too(shop: Writer) -> None:
    old = redemption(shop, "promotion_tier")
    answer = shop.write("POST", f"/v1/redemptions/{old['id']}/rollbacks")
    assert [one["redemption"] for one in answer["rollbacks"]] == [old["id"]]
    assert answer["order"]["id"] == old["order"]["id"]


def test_two_at_a_time_are_refused(shop: Writer) -> None:
    old = redemption(shop, "voucher")
    shop.habits.busy.add(old["id"])
    for end in ("rollback", "rollbacks"):
        assert shop.refusal("POST", f"/v1/redemptions/{old['id']}/{end}") == (400, "multiple_requests")
    shop.habits.busy.clear()
    shop.write("POST", f"/v1/redemptions/{old['id']}/rollback")


REFUSED: tuple[tuple[str, dict[str, Any], tuple[int, str]], ...] = (
    ("none", {}, (404, "not_found")),
    ("failed", {}, (400, "invalid_redemption")),
    ("undo", {}, (404, "not_found")),
    ("old", {}, (400, "invalid_rollback_params")),
    ("good", {"customer": {"id": "cust_none"}}, (404, "not_found")),
    ("good", {"customer": {"id": "{other}"}}, (400, "invalid_customer")),
    ("good", {"order": {"id": "ord_other"}}, (400, "invalid_order")),
    ("good", {"reason": 7}, (400, "invalid_payload")),
    ("good", {"metadata": []}, (400, "invalid_payload")),
)


def test_what_rollbacks_refuse_they_leave_as_it_was(shop: Writer) -> None:
    rows, good = shop.all("/v1/redemptions"), redemption(shop, "voucher")
    other = next(one["id"] for one in shop.all("/v1/customers") if one["id"] != good["customer_id"])
    made = [one for one in rows if one["object"] == "redemption"]
    kept = [one for one in made if one["result"] == "SUCCESS" and one.get("status") != "ROLLED_BACK"]
    keys = {
        "none": "r_none",
        "failed": next(one["id"] for one in made if one["result"] == "FAILURE"),
        "undo": next(one["id"] for one in rows if one["object"] == "redemption_rollback"),
        "old": next(one["id"] for one in kept if one["date"] < "2026-08"),
        "good": good["id"],
    }
    for which, body, refused in REFUSED:
        sent = {"customer": {"id": other}} if body == {"customer": {"id": "{other}"}} else body
        assert shop.refusal("POST", f"/v1/redemptions/{keys[which]}/rollback", sent) == refused, (which, body)
    assert shop.all("/v1/redemptions") == rows
