"""Tiers, earning rules, prices of rewards, waiting points, validation rules, many codes at once."""

import json
from typing import Any

import pytest

from store.wire import Request
from tests.support.sandbox_asking import KEYS
from tests.support.writing import Writer, writer

CSV = """--b\r
Content-Disposition: form-data; name="file"; filename="c.csv"\r
Content-Type: text/csv\r
\r
Code,Active,Gift Amount,Category,wave\r
CSV-1,true,700,,4\r
CSV-2,false,,,ł\r
CSV-3,maybe,,,\r
{known},true,,,\r
,true,,,\r
\r
--b--\r
"""


@pytest.fixture(scope="module")
def shop() -> Writer:
    """Shared: every test changes records of its own."""
    return writer()


def tiers(shop: Writer) -> list[dict[str, Any]]:
    campaign = shop.campaign("PROMOTION")["id"]
    found: list[dict[str, Any]] = shop.get(f"/v1/promotions/{campaign}/tiers")["tiers"]
    return found


def waiting(shop: Writer) -> tuple[dict[str, Any], str]:
    """Points that wait, and the path of what can be done to them."""
    points = shop.rows(f"/v1/loyalties/{shop.campaign('LOYALTY_PROGRAM')['id']}/pending-points")[0]
    return points, f"/v1/loyalties/members/{code_of(shop, points)}/pending-points/{points['id']}"


def code_of(shop: Writer, points: dict[str, Any]) -> str:
    code: str = shop.get(f"/v1/vouchers/{points['voucher_id']}")["code"]
    return code


def test_a_tier_is_changed_and_switched(shop: Writer) -> None:
    tier = tiers(shop)[0]
    path = f"/v1/promotions/tiers/{tier['id']}"
    sent = {"name": "New", "banner": "B!", "metadata": {"q": 1}, "start_date": "2026-12-01T00:00:00Z"}
    after = shop.write("PUT", path, sent)
    assert (after["name"], after["banner"], after["start_date"]) == ("New", "B!", "2026-12-01T00:00:00Z")
    assert after["metadata"] == {**tier["metadata"], "q": 1}
    assert (after["action"], after["hierarchy"]) == (tier["action"], tier["hierarchy"])
    for switch, active in (("disable", False), ("disable", False), ("enable", True)):
        assert shop.write("POST", f"{path}/{switch}")["active"] is active
        assert shop.get(path)["active"] is active
    assert tiers(shop)[0]["name"] == "New"


def test_a_tier_that_moves_lets_the_others_close_up(shop: Writer) -> None:
    names = [one["id"] for one in tiers(shop)]
    assert len(names) >= 3
    shop.write("PUT", f"/v1/promotions/tiers/{names[0]}", {"hierarchy": 3})
    ladder = tiers(shop)
    assert [one["id"] for one in ladder] == [names[1], names[2], names[0], *names[3:]]
    assert [one["hierarchy"] for one in ladder] == list(range(1, len(names) + 1))
    shop.write("PUT", f"/v1/promotions/tiers/{names[0]}", {"hierarchy": 1})
    assert [one["id"] for one in tiers(shop)] == names


def test_an_earning_rule_is_changed_and_switched(shop: Writer) -> None:
    program = shop.campaign("LOYALTY_PROGRAM")["id"]
    listed = f"/v1/loyalties/{program}/earning-rules"
    rule = shop.rows(listed)[0]
    path = f"{listed}/{rule['id']}"
    validation = shop.rows("/v1/validation-rules")[0]
    sent = {"source": {"banner": "Two for one"}, "active": False, "validation_rule_id": validation["id"],
            "loyalty": {"type": "FIXED", "points": 3}, "metadata": {"a": 1}}  # fmt: skip
    after = shop.write("PUT", path, sent)
    assert after["source"] == {**rule["source"], "banner": "Two for one"}
    assert (after["active"], after["loyalty"]) == (False, {"type": "FIXED", "points": 3})
    assert after["validation_rule_id"] == validation["id"]
    assert shop.get(f"/v1/validation-rules/{validation['id']}")["assignments_count"] == (
        validation["assignments_count"] + 1
    )
    assert shop.write("PUT", path, {"validation_rule_id": None})["validation_rule_id"] is None
    for switch, active in (("enable", True), ("enable", True), ("disable", False)):
        assert shop.write("POST", f"{path}/{switch}")["active"] is active
        assert shop.get(path)["active"] is active


def test_a_reward_costs_what_is_sent(shop: Writer) -> None:
    program = shop.campaign("LOYALTY_PROGRAM")["id"]
    one = shop.rows(f"/v1/loyalties/{program}/rewards")[0]
    for path, points in (
        (f"/v1/loyalties/{program}/rewards/{one['id']}", 33),
        (f"/v1/rewards/{one['reward_id']}/assignments/{one['id']}", 34),
    ):
        after = shop.write("PUT", path, {"parameters": {"loyalty": {"points": points}}})
        assert after["parameters"]["loyalty"] == {**one["parameters"]["loyalty"], "points": points}
        assert shop.get(f"/v1/loyalties/{program}/reward-assignments/{one['id']}") == after


def test_waiting_points_are_activated_once(shop: Writer) -> None:
    points, path = waiting(shop)
    card = shop.get(f"/v1/vouchers/{points['voucher_id']}")["loyalty_card"]
    answer = shop.write("POST", f"{path}/activate")
    assert (answer["points"], answer["balance"]) == (points["points"], card["balance"] + points["points"])
    after = shop.get(f"/v1/vouchers/{points['voucher_id']}")["loyalty_card"]
    assert after["balance"] == card["balance"] + points["points"]
    assert after["pending_points"] == card["pending_points"] - points["points"]
    made = shop.rows(f"/v1/vouchers/{points['voucher_id']}/transactions")[0]
    assert (made["type"], made["details"]["order"]["id"]) == ("PENDING_POINTS_ACTIVATION", points["order_id"])
    assert points["id"] not in shop.ids(f"/v1/loyalties/{points['campaign_id']}/pending-points", ("limit", "100"))
    events = [one["type"] for one in shop.rows(f"/v1/customers/{points['customer_id']}/activity", ("limit", "100"))]
    assert "customer.voucher.loyalty_card.pending_points.activated" in events
    assert "customer.voucher.loyalty_card.pending_points.added" in events
    for verb, done in (("activate", "activated"), ("cancel", "canceled"), ("balance", "updated")):
        error = shop.write("POST", f"{path}/{verb}", {"points": 1}, status=400)
        assert error["key"] == "invalid_pending_points_state"
        assert error["details"] == (
            f"Only pending points in 'PENDING' status can be {done}. Current status: 'ACTIVATED'."
        )


def test_waiting_points_are_adjusted_and_canceled(shop: Writer) -> None:
    points, path = waiting(shop)
    card = shop.get(f"/v1/vouchers/{points['voucher_id']}")["loyalty_card"]
    answer = shop.write("POST", f"{path}/balance", {"points": 5})
    assert (answer["points"], answer["total"]) == (5, card["pending_points"] + 5)
    answer = shop.write("POST", f"{path}/balance", {"points": -2})
    assert (answer["points"], answer["total"]) == (-2, card["pending_points"] + 3)
    assert shop.refusal("POST", f"{path}/balance", {"points": -points["points"] - 4}) == (400, "invalid_amount")
    assert shop.refusal("POST", f"{path}/balance", {"points": 0}) == (400, "invalid_amount")
    assert shop.send(f"{path}/cancel", method="POST").status == 204
    after = shop.get(f"/v1/vouchers/{points['voucher_id']}")["loyalty_card"]
    assert (after["balance"], after["pending_points"]) == (
        card["balance"], card["pending_points"] - points["points"],
    )  # fmt: skip
    assert shop.refusal("POST", f"{path}/cancel") == (400, "invalid_pending_points_state")
    events = [one["type"] for one in shop.rows(f"/v1/customers/{points['customer_id']}/activity", ("limit", "100"))]
    stem = "customer.voucher.loyalty_card.pending_points."
    assert {stem + "added", stem + "updated", stem + "canceled"} <= set(events)
    assert shop.world.truth.total(points["campaign_id"], "pending_points_canceled") == points["points"] + 3


def test_a_rule_is_assigned_once_and_taken_back(shop: Writer) -> None:
    rule = shop.rows("/v1/validation-rules")[1]
    voucher = shop.all("/v1/vouchers")[0]
    path = f"/v1/validation-rules/{rule['id']}"
    targets = {"voucher": voucher["id"], "campaign": shop.campaign("REFERRAL_PROGRAM")["id"],
               "promotion_tier": tiers(shop)[1]["id"]}  # fmt: skip
    made = []
    for kind, related in targets.items():
        sent = {"related_object_type": kind, "related_object_id": related}
        made.append(shop.write("POST", f"{path}/assignments", sent))
        error = shop.write("POST", f"{path}/assignments", sent, status=409)
        assert (error["key"], error["resource_id"]) == ("duplicate_found", made[-1]["id"])
    assert shop.get(path)["assignments_count"] == rule["assignments_count"] + 3
    held = shop.get(f"/v1/vouchers/{voucher['id']}")["validation_rules_assignments"]["data"]
    assert held == [made[0]]
    assert made[1] in shop.get(f"/v1/campaigns/{targets['campaign']}")["validation_rules_assignments"]["data"]
    for one in made:
        assert one in shop.rows("/v1/validation-rules-assignments", ("limit", "100"))
        assert shop.send(f"{path}/assignments/{one['id']}", method="DELETE").status == 204
        assert shop.refusal("DELETE", f"{path}/assignments/{one['id']}") == (404, "not_found")
    assert shop.get(path)["assignments_count"] == rule["assignments_count"]
    assert shop.get(f"/v1/vouchers/{voucher['id']}")["validation_rules_assignments"]["data"] == []


def test_a_rule_takes_name_and_conditions(shop: Writer) -> None:
    rule = shop.rows("/v1/validation-rules")[0]
    path = f"/v1/validation-rules/{rule['id']}"
    basket = {"name": "order.amount", "property": None, "conditions": {"$more_than": [7_000]}, "rules": {}}
    sent = {"name": "Larger", "rules": {"1": basket, "logic": "1"}, "error": {"message": "More!"}}
    after = shop.write("PUT", path, sent)
    assert {name: after[name] for name in sent} == sent
    assert (after["context_type"], after["applicable_to"]) == (rule["context_type"], rule["applicable_to"])
    nested = {"rules": {"1": {**basket, "rules": {"1": {"name": "order.items.metadata", "conditions": {}}}}}}
    assert shop.refusal("PUT", path, nested) == (400, "invalid_validation_rules")
    assert shop.get(path) == after


@pytest.mark.parametrize(
    ("method", "path", "body", "refused"),
    [
        ("PUT", "/v1/promotions/tiers/none", {}, (404, "not_found")),
        ("POST", "/v1/promotions/tiers/none/enable", None, (404, "not_found")),
        ("PUT", "/v1/promotions/tiers/{tier}", {"hierarchy": "1"}, (400, "invalid_payload")),
        ("PUT", "/v1/loyalties/{program}/earning-rules/none", {}, (404, "not_found")),
        ("POST", "/v1/loyalties/none/earning-rules/{earning}/enable", None, (404, "not_found")),
        ("PUT", "/v1/loyalties/{program}/earning-rules/{earning}", {"validation_rule_id": "x"}, (404, "not_found")),
        ("PUT", "/v1/loyalties/{program}/rewards/none", {}, (404, "not_found")),
        ("PUT", "/v1/loyalties/{program}/rewards/{reward}", {}, (400, "missing_param")),
        (
            "PUT", "/v1/loyalties/{program}/rewards/{reward}", {"parameters": {"loyalty": {"points": 0}}},
            (400, "invalid_amount"),
        ),
        ("PUT", "/v1/rewards/none/assignments/{reward}", {}, (404, "not_found")),
        ("POST", "/v1/loyalties/members/none/pending-points/lopp_1/activate", None, (404, "not_found")),
        ("POST", "/v1/loyalties/members/{card}/pending-points/lopp_1/cancel", None, (404, "not_found")),
        ("PUT", "/v1/validation-rules/none", {}, (404, "not_found")),
        ("PUT", "/v1/validation-rules/{rule}", {"rules": []}, (400, "invalid_payload")),
        ("POST", "/v1/validation-rules/none/assignments", {}, (404, "not_found")),
        ("POST", "/v1/validation-rules/{rule}/assignments", {}, (400, "invalid_payload")),
        (
            "POST", "/v1/validation-rules/{rule}/assignments",
            {"related_object_type": "campaign", "related_object_id": "x"}, (404, "not_found"),
        ),
        ("POST", "/v1/campaigns/none/vouchers", {}, (404, "not_found")),
        ("POST", "/v1/campaigns/{promotion}/vouchers", {}, (400, "invalid_campaign")),
        ("POST", "/v1/campaigns/{gifts}/import", [{"code": ""}], (400, "invalid_voucher")),
        ("POST", "/v1/campaigns/{gifts}/import", [{"code": "{known}"}], (400, "duplicate_key")),
        ("POST", "/v1/campaigns/{gifts}/import", {}, (400, "invalid_payload")),
        ("POST", "/v1/campaigns/{gifts}/importCSV", {}, (400, "invalid_payload")),
        ("POST", "/v1/vouchers/bulk/async", [], (400, "invalid_payload")),
        ("POST", "/v1/vouchers/metadata/async", {"codes": []}, (400, "invalid_payload")),
    ],
)  # fmt: skip
def test_what_they_refuse(shop: Writer, method: str, path: str, body: Any, refused: tuple[int, str]) -> None:
    program = shop.campaign("LOYALTY_PROGRAM")["id"]
    names = {
        "tier": tiers(shop)[0]["id"], "program": program, "gifts": shop.campaign("GIFT_VOUCHERS")["id"],
        "earning": shop.rows(f"/v1/loyalties/{program}/earning-rules")[0]["id"],
        "reward": shop.rows(f"/v1/loyalties/{program}/rewards")[0]["id"],
        "card": shop.rows(f"/v1/loyalties/{program}/members")[0]["code"],
        "rule": shop.rows("/v1/validation-rules")[0]["id"], "promotion": shop.campaign("PROMOTION")["id"],
        "known": shop.rows("/v1/vouchers")[0]["code"],
    }  # fmt: skip
    sent = json.loads(json.dumps(body).replace("{known}", names["known"]))
    count = len(shop.world.tables["async_actions"])
    assert shop.refusal(method, path.format(**names), sent) == refused
    assert len(shop.world.tables["async_actions"]) == count


def test_codes_are_added_one_at_once_and_many_later(shop: Writer) -> None:
    gifts = shop.campaign("GIFT_VOUCHERS")
    path, count = f"/v1/campaigns/{gifts['id']}", gifts["vouchers_count"]
    one = shop.write("POST", f"{path}/vouchers", {"metadata": {"a": 1}, "redemption": {"quantity": 9}})
    assert (one["metadata"], one["redemption"]["quantity"], one["updated_at"]) == ({"a": 1}, 9, None)
    assert shop.get(f"/v1/vouchers/{one['code']}") == one
    answer = shop.send(f"{path}/vouchers", ("vouchers_count", "5"), method="POST", body={"category_id": None})
    key = json.loads(answer.body)["async_action_id"]
    assert (answer.status, shop.get(path)["vouchers_count"]) == (202, count + 1)
    shop.settle()
    assert shop.get(path)["vouchers_count"] == count + 6
    action = shop.get(f"/v1/async-actions/{key}")
    assert (action["status"], action["operation_status"], action["result"]["done_count"]) == ("DONE", "SUCCESS", 5)


def test_the_first_points_of_a_new_card_lie_in_a_bucket(shop: Writer) -> None:
    program = shop.campaign("LOYALTY_PROGRAM")["id"]
    sent = [{"code": "CARD-1", "type": "LOYALTY_CARD", "loyalty_card": {"points": 60}}]
    shop.write("POST", f"/v1/campaigns/{program}/import", sent, status=202)
    shop.settle()
    card = shop.get("/v1/vouchers/CARD-1")["loyalty_card"]
    assert (card["balance"], card["next_expiration_points"]) == (60, 60)


def test_a_generation_that_fails_makes_no_codes(shop: Writer) -> None:
    gifts = shop.campaign("GIFT_VOUCHERS")
    shop.habits.failing = frozenset({"CAMPAIGN.VOUCHERS_GENERATE"})
    answer = shop.send(f"/v1/campaigns/{gifts['id']}/vouchers", ("vouchers_count", "2"), method="POST")
    shop.settle()
    action = shop.get(f"/v1/async-actions/{json.loads(answer.body)['async_action_id']}")
    shop.habits.failing = frozenset()
    assert (action["status"], action["operation_status"]) == ("DONE", "FAILED")
    assert shop.get(f"/v1/campaigns/{gifts['id']}")["vouchers_count"] == gifts["vouchers_count"]


def test_a_file_of_codes_is_taken_in_line_by_line(shop: Writer) -> None:
    gifts, known = shop.campaign("GIFT_VOUCHERS")["id"], shop.rows("/v1/vouchers")[0]["code"]
    headers = {**KEYS, "content-type": "multipart/form-data; boundary=b"}
    body = CSV.replace("{known}", known).encode()
    sent = shop.respond(Request("POST", f"/v1/campaigns/{gifts}/importCSV", (), headers, body))
    assert sent.status == 200
    shop.settle()
    result = shop.get(f"/v1/async-actions/{json.loads(sent.body)['async_action_id']}")["result"]
    assert (result["done_count"], result["failed_count"]) == (2, 3)
    assert {one["code"] for one in result["failed"]} == {"CSV-3", known, ""}
    first, second = (shop.get(f"/v1/vouchers/CSV-{number}") for number in (1, 2))
    assert (first["gift"]["balance"], first["active"], first["metadata"]) == (700, True, {"wave": "4"})
    assert (second["active"], second["metadata"]) == (False, {"wave": "ł"})
    assert shop.get("/v1/vouchers/CSV-3", status=404)
    assert shop.world.documents["api_log"].documents[-1]["request_body"] is None


def test_codes_of_a_list_are_taken_in(shop: Writer) -> None:
    gifts = shop.campaign("GIFT_VOUCHERS")["id"]
    shop.write("POST", f"/v1/campaigns/{gifts}/import", [{"code": "J-1", "gift": {"amount": 250}, "active": False}],
               status=202)  # fmt: skip
    shop.settle()
    made = shop.get("/v1/vouchers/J-1")
    assert (made["gift"]["balance"], made["active"]) == (250, False)


def test_metadata_in_bulk_names_what_failed(shop: Writer) -> None:
    one, two = shop.all("/v1/vouchers")[3:5]
    sent = [{"code": one["code"], "metadata": {"z": 1}}, {"code": "nobody", "metadata": {"z": 1}}]
    key = shop.write("POST", "/v1/vouchers/bulk/async", sent, status=202)["async_action_id"]
    both = {"codes": [one["code"], two["code"]], "metadata": {"y": [2]}}
    shop.write("POST", "/v1/vouchers/metadata/async", both, status=202)
    assert shop.get(f"/v1/vouchers/{one['id']}") == one
    shop.settle()
    assert shop.get(f"/v1/vouchers/{one['id']}")["metadata"] == {**one["metadata"], "z": 1, "y": [2]}
    assert shop.get(f"/v1/vouchers/{two['id']}")["metadata"] == {**two["metadata"], "y": [2]}
    result = shop.get(f"/v1/async-actions/{key}")["result"]
    assert (result["done_count"], result["failed_count"]) == (1, 1)
    assert [error["code"] for error in result["errors"]] == ["nobody"]
