"""Balances, transfers, publications and rollbacks: values worked out from what was there before."""

import json
from typing import Any

import pytest

from tests.support.writing import Writer, writer


@pytest.fixture(scope="module")
def shop() -> Writer:
    """Shared: tests take cards of their own by `card`."""
    return writer()


BALANCE = "/v1/loyalties/members/{card}/balance"
TRANSFERS = "/v1/loyalties/{program}/members/{card}/transfers"


def card(shop: Writer, kind: str, least: int = 0) -> dict[str, Any]:
    """A card that holds enough, and that somebody holds; never the same twice."""
    part = {"GIFT_VOUCHER": "gift", "LOYALTY_CARD": "loyalty_card"}[kind]
    for one in shop.all("/v1/vouchers"):
        taken = one["metadata"].get("taken")
        if one["type"] == kind and not taken and one["holder_id"] and one[part]["balance"] >= least:
            shop.write("PUT", f"/v1/vouchers/{one['id']}", {"metadata": {"taken": True}})
            return shop.get(f"/v1/vouchers/{one['id']}")
    raise AssertionError(f"no {kind} with {least}")


def transactions(shop: Writer, voucher: dict[str, Any]) -> list[dict[str, Any]]:
    return shop.rows(f"/v1/vouchers/{voucher['id']}/transactions", ("limit", "100"))


def buckets(shop: Writer, voucher: dict[str, Any]) -> dict[str | None, int]:
    """Active points by day of expiry."""
    path = f"/v1/loyalties/{voucher['campaign_id']}/members/{voucher['code']}/points-expiration"
    found: dict[str | None, int] = {}
    for one in shop.rows(path, ("limit", "100")):
        found[one.get("expires_at")] = found.get(one.get("expires_at"), 0) + one["bucket"]["total_points"]
    return found


def activity(shop: Writer, customer: str) -> list[str]:
    return [one["type"] for one in shop.rows(f"/v1/customers/{customer}/activity", ("limit", "100"))]


def test_credit_is_added_and_taken(shop: Writer) -> None:
    gift = card(shop, "GIFT_VOUCHER", 300)
    path, held = f"/v1/vouchers/{gift['code']}", gift["gift"]["balance"]
    before = len(transactions(shop, gift))
    shop.clock.advance(60)
    answer = shop.write("POST", f"{path}/balance", {"amount": 1_500, "source_id": "t-1", "reason": "Sorry"})
    assert (answer["amount"], answer["balance"], answer["operation_type"]) == (1_500, held + 1_500, "MANUAL")
    answer = shop.write("POST", f"{path}/balance", {"amount": -200, "source_id": "t-2"})
    assert (answer["amount"], answer["balance"]) == (-200, held + 1_300)
    after = shop.get(path)
    assert after["gift"]["balance"] == held + 1_300
    assert after["gift"]["amount"] == gift["gift"]["amount"] + 1_500
    assert after["gift"]["subtracted_amount"] == gift["gift"]["subtracted_amount"] + 200
    assert after["updated_at"][:19] == f"{shop.clock.now():%Y-%m-%dT%H:%M:%S}"
    last, first = transactions(shop, gift)[:2]
    assert len(transactions(shop, gift)) == before + 2
    assert [(one["type"], one["source_id"], one["reason"]) for one in (first, last)] == [
        ("CREDITS_ADDITION", "t-1", "Sorry"), ("CREDITS_REMOVAL", "t-2", None),
    ]  # fmt: skip
    assert "customer.voucher.gift.balance_added" in activity(shop, gift["holder_id"])
    assert last["details"]["balance"]["amount"] == -200
    of_campaign = shop.rows(f"/v1/campaigns/{gift['campaign_id']}/transactions", ("limit", "1"))
    assert of_campaign[0]["id"] == last["id"]


def test_the_same_source_changes_a_balance_twice(shop: Writer) -> None:
    """No idempotency key exists: a repeated call is another change (API §7)."""
    gift = card(shop, "GIFT_VOUCHER")
    for _ in range(2):
        shop.write("POST", f"/v1/vouchers/{gift['code']}/balance", {"amount": 100, "source_id": "same"})
    found = [one for one in transactions(shop, gift) if one["source_id"] == "same"]
    assert [one["details"]["balance"]["balance"] for one in found] == [
        gift["gift"]["balance"] + 200, gift["gift"]["balance"] + 100,
    ]  # fmt: skip


def test_points_expire_as_asked_and_the_soonest_are_taken_first(shop: Writer) -> None:
    loyal = card(shop, "LOYALTY_CARD", 40)
    path, held, lying = f"/v1/loyalties/members/{loyal['code']}", loyal["loyalty_card"]["balance"], buckets(shop, loyal)
    assert sum(lying.values()) == held
    shop.write(
        "POST", f"{path}/balance", {"points": 7, "expiration_type": "CUSTOM_DATE", "expiration_date": "2026-12-01"}
    )
    shop.write("POST", f"{path}/balance", {"points": 11, "expiration_type": "NON_EXPIRING"})
    shop.write("POST", f"{path}/balance", {"points": 13})
    months = shop.get(f"/v1/loyalties/{loyal['campaign_id']}")["voucher"]["loyalty_card"]["expiration_rules"]
    assert months["period_value"] == 12
    # Twelve months from 20 November 2026, to the month's end.
    expected = {**lying, "2026-12-01": 7}
    for day, points in ((None, 11), ("2027-11-30", 13)):
        expected[day] = expected.get(day, 0) + points
    assert buckets(shop, loyal) == expected
    answer = shop.write("POST", f"{path}/balance", {"points": -9})
    assert (answer["points"], answer["balance"]) == (-9, held + 31 - 9)
    del expected["2026-12-01"]
    soonest = min(day for day in expected if day)
    expected[soonest] -= 2
    assert buckets(shop, loyal) == {day: points for day, points in expected.items() if points}
    assert shop.get(path)["loyalty_card"]["balance"] == held + 22
    events = activity(shop, loyal["holder_id"])
    assert events.count("customer.voucher.loyalty_card.points_added") >= 3


def test_points_move_between_cards(shop: Writer) -> None:
    one, two = card(shop, "LOYALTY_CARD", 20), card(shop, "LOYALTY_CARD", 20)
    path = f"/v1/loyalties/{two['campaign_id']}/members/{two['code']}/transfers"
    answer = shop.write("POST", path, [{"code": one["code"], "points": 15, "reason": "Family", "source_id": "move-1"}])
    assert answer["id"] == two["id"]
    assert answer["loyalty_card"]["balance"] == two["loyalty_card"]["balance"] + 15
    left = shop.get(f"/v1/vouchers/{one['code']}")["loyalty_card"]
    assert left["balance"] == one["loyalty_card"]["balance"] - 15
    assert left["subtracted_points"] == one["loyalty_card"]["subtracted_points"] + 15
    out, come = transactions(shop, one)[0], transactions(shop, two)[0]
    assert (out["type"], come["type"]) == ("POINTS_TRANSFER_OUT", "POINTS_TRANSFER_IN")
    assert (out["source_id"], come["source_id"], come["related_transaction_id"]) == ("move-1", "move-1", out["id"])
    assert come["details"]["source_voucher"]["id"] == one["id"]
    assert sum(buckets(shop, one).values()) == left["balance"]
    # The second of two parts fails, so neither is done.
    parts = [{"code": one["code"], "points": 1}, {"code": one["code"], "points": left["balance"]}]
    assert shop.refusal("POST", path, parts) == (400, "loyalty_card_points_exceeded")
    assert shop.get(f"/v1/vouchers/{one['code']}")["loyalty_card"]["balance"] == left["balance"]


@pytest.mark.parametrize(
    ("path", "body", "refused"),
    [
        ("/v1/vouchers/none/balance", {"amount": 1}, (404, "not_found")),
        ("/v1/vouchers/{gift}/balance", {}, (400, "invalid_payload")),
        ("/v1/vouchers/{gift}/balance", {"amount": "1"}, (400, "invalid_payload")),
        ("/v1/vouchers/{gift}/balance", {"amount": True}, (400, "invalid_payload")),
        ("/v1/vouchers/{gift}/balance", {"amount": 0}, (400, "invalid_amount")),
        ("/v1/vouchers/{gift}/balance", {"amount": -99_999_999}, (400, "gift_amount_exceeded")),
        ("/v1/vouchers/{coupon}/balance", {"amount": 1}, (400, "invalid_voucher")),
        ("/v1/vouchers/{unheld}/balance", {"amount": 1}, (400, "invalid_customer")),
        ("/v1/loyalties/members/{gift}/balance", {"points": 1}, (404, "not_found")),
        (BALANCE, {"points": -99_999}, (400, "loyalty_card_points_exceeded")),
        (BALANCE, {"points": 1, "expiration_type": "NEVER"}, (400, "invalid_payload")),
        (BALANCE, {"points": 1, "expiration_type": "CUSTOM_DATE"}, (400, "invalid_payload")),
        (
            BALANCE,
            {"points": 1, "expiration_type": "CUSTOM_DATE", "expiration_date": "soon"}, (400, "invalid_payload"),
        ),
        (
            BALANCE,
            {"points": 1, "expiration_type": "CUSTOM_DATE", "expiration_date": "2026-11-19"},
            (400, "invalid_expiration_date"),
        ),
        (TRANSFERS, {"code": "x"}, (400, "invalid_payload")),
        (TRANSFERS, [{"code": "x", "points": 1}], (404, "not_found")),
        (TRANSFERS, [{"code": "{card}", "points": 1}], (400, "invalid_amount")),
        ("/v1/loyalties/none/members/{card}/transfers", [{"code": "x", "points": 1}], (404, "not_found")),
    ],
)  # fmt: skip
def test_what_balances_refuse(shop: Writer, path: str, body: Any, refused: tuple[int, str]) -> None:
    rows = shop.all("/v1/vouchers")
    loyal = next(one for one in rows if one["type"] == "LOYALTY_CARD" and one["holder_id"])
    names = {
        "gift": next(one["code"] for one in rows if one["type"] == "GIFT_VOUCHER"),
        "coupon": next(one["code"] for one in rows if one["type"] == "DISCOUNT_VOUCHER"),
        "unheld": shop.write("POST", f"/v1/campaigns/{loyal['campaign_id']}/vouchers", {})["code"],
        "card": loyal["code"],
        "program": loyal["campaign_id"],
    }
    count = len(shop.world.tables["transactions"])
    sent = json.loads(json.dumps(body).replace("{card}", names["card"]))
    assert shop.refusal("POST", path.format(**names), sent) == refused
    assert len(shop.world.tables["transactions"]) == count


def test_a_code_is_published(shop: Writer) -> None:
    campaign = shop.campaign("GIFT_VOUCHERS")
    customer = shop.all("/v1/customers")[-1]
    new = shop.write("POST", f"/v1/campaigns/{campaign['id']}/vouchers", {})
    sent = {"voucher": new["code"], "customer": {"id": customer["id"]}, "source_id": "p-1", "metadata": {"by": "us"}}
    answer = shop.write("POST", "/v1/publications", sent)
    assert (answer["result"], answer["channel"], answer["source_id"]) == ("SUCCESS", "API", "p-1")
    assert (answer["voucher"]["id"], answer["voucher"]["holder_id"]) == (new["id"], customer["id"])
    listed = shop.rows("/v1/publications", ("customer", customer["id"]), ("order", "-created_at"))[0]
    assert (listed["id"], listed["metadata"]) == (answer["id"], {"by": "us"})
    assert shop.get(f"/v1/vouchers/{new['code']}")["publish"]["count"] == 1
    wallet = shop.rows(f"/v1/customers/{customer['id']}/redeemables", ("limit", "100"))
    assert new["id"] in {one["redeemable_id"] for one in wallet}
    assert "customer.publication.succeeded" in activity(shop, customer["id"])
    assert shop.refusal("POST", "/v1/publications", sent) == (400, "duplicate_source_id")
    stranger = {**sent, "source_id": "p-2", "customer": {"source_id": "stranger"}}
    assert shop.refusal("POST", "/v1/publications", stranger) == (400, "voucher_already_published")
    assert shop.get("/v1/customers/stranger", status=404)


def test_a_campaign_hands_out_what_is_free_and_once_is_once(shop: Writer) -> None:
    campaign = shop.campaign("GIFT_VOUCHERS")
    new = shop.write("POST", f"/v1/campaigns/{campaign['id']}/vouchers", {})["id"]
    sent = {"campaign": {"name": campaign["name"]}, "customer": {"source_id": "first-timer", "name": "Łucja"}}
    while (answer := shop.write("POST", "/v1/publications", sent))["voucher"]["id"] != new:
        assert answer["customer"]["source_id"] == "first-timer"
    assert shop.refusal("POST", "/v1/publications", sent) == (400, "no_voucher_suitable_for_publication")
    once = shop.send("/v1/publications", ("join_once", "true"), method="POST", body=sent)
    again = shop.rows("/v1/publications", ("customer", answer["customer_id"]), ("order", "created_at"))[0]
    assert json.loads(once.body)["id"] == again["id"]
    assert shop.get("/v1/customers/first-timer")["name"] == "Łucja"


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"customer": {"id": "{who}"}}, (400, "missing_vouchers")),
        ({"voucher": "none", "customer": {"id": "{who}"}}, (404, "not_found")),
        ({"campaign": {"name": "none"}, "customer": {"id": "{who}"}}, (404, "not_found")),
        ({"campaign": {"name": "{camp}", "count": 2}, "customer": {"id": "{who}"}}, (400, "invalid_payload")),
        ({"campaign": "{camp}", "customer": {"id": "cust_none"}}, (404, "not_found")),
        ({"campaign": "{camp}", "customer": {}}, (400, "invalid_payload")),
        ({"campaign": "{camp}"}, (400, "invalid_payload")),
    ],
)
def test_what_publications_refuse(shop: Writer, body: Any, refused: tuple[int, str]) -> None:
    count = len(shop.world.tables["publications"])
    text = json.dumps(body).replace("{who}", shop.all("/v1/customers")[0]["id"])
    sent = json.loads(text.replace("{camp}", shop.campaign("GIFT_VOUCHERS")["id"]))
    assert shop.refusal("POST", "/v1/publications", sent) == refused
    assert len(shop.world.tables["publications"]) == count
