"""What changes a project: keys, the log, misfortune, campaigns and codes."""

import json
from collections import Counter

import pytest

from tests.support.faults import Fault, FaultRule, Faults
from tests.support.sandbox_asking import KEYS
from tests.support.writing import VIEWER, SomebodyElse, Writer, request_of, writer


@pytest.fixture(scope="module")
def shop() -> Writer:
    """Shared: every test changes records of its own."""
    return writer()


def test_a_viewer_reads_and_exports_and_changes_nothing(shop: Writer) -> None:
    key = shop.all("/v1/campaigns")[-1]["id"]
    before = shop.get(f"/v1/campaigns/{key}")
    assert shop.send("/v1/campaigns", headers=VIEWER).status == 200
    assert shop.send("/v1/exports", method="POST", headers=VIEWER, body={"exported_object": "order"}).status == 200
    routes = [route for route in shop.sandbox.routes if route.writes]
    assert routes
    for route in routes:
        path = route.template.replace("{campaignId}", key)
        answer = shop.send(path, method=route.method, headers=VIEWER, body={})
        error = json.loads(answer.body)
        assert (answer.status, error["key"]) == (403, "missing_required_permission"), route.template
    assert shop.get(f"/v1/campaigns/{key}") == before


def test_a_plan_without_the_feature_is_refused_and_changes_nothing() -> None:
    shop = writer(unpaid=frozenset({"/v1/campaigns/{campaignId}/disable"}))
    key = next(one["id"] for one in shop.all("/v1/campaigns") if one["active"])
    assert shop.refusal("POST", f"/v1/campaigns/{key}/disable") == (402, "missing_required_feature")
    assert shop.get(f"/v1/campaigns/{key}")["active"] is True


def test_calls_that_write_are_logged_with_their_answer(shop: Writer) -> None:
    key = shop.campaign("DISCOUNT_COUPONS")["id"]
    shop.write("POST", f"/v1/campaigns/{key}/disable")
    error = shop.write("POST", "/v1/campaigns/none/disable", status=404)
    good, bad = shop.world.documents["api_log"].documents[-2:]
    assert (good["method"], good["endpoint"], good["status"]) == ("POST", f"/v1/campaigns/{key}/disable", 200)
    assert (good["request_body"], good["response_body"], good["app_id"]) == (None, "{}", "demo")
    assert (bad["status"], bad["request_id"]) == (404, error["request_id"])
    assert "demo-token" not in json.dumps([good, bad])


def test_an_answer_may_get_lost_after_the_change() -> None:
    shop = writer()
    path = f"/v1/vouchers/{shop.all('/v1/vouchers')[0]['id']}"
    faults = Faults(FaultRule(Fault.UNANSWERED, method="POST", nth={1}))
    respond = faults.wrap(shop.respond)
    with pytest.raises(TimeoutError):
        respond(request_of("POST", f"{path}/disable"))
    assert shop.get(path)["active"] is False


def test_somebody_else_may_be_faster() -> None:
    shop = writer()
    voucher = next(one for one in shop.all("/v1/vouchers") if one["active"])
    path = f"/v1/vouchers/{voucher['id']}"
    theirs = request_of("POST", f"{path}/disable")
    respond = SomebodyElse(shop.respond, theirs, ("GET", voucher["id"]), nth=2).respond
    read = [json.loads(respond(request_of("GET", path)).body)["active"] for _ in range(3)]
    assert read == [True, False, False]


def test_a_campaign_is_switched_off_and_on_as_often_as_wanted(shop: Writer) -> None:
    path = f"/v1/campaigns/{shop.campaign('GIFT_VOUCHERS')['id']}"
    for switch, active in (("disable", False), ("disable", False), ("enable", True)):
        shop.clock.advance(60)
        assert shop.write("POST", f"{path}/{switch}") == {}
        campaign = shop.get(path)
        assert campaign["active"] is active
        assert campaign["updated_at"][:19] == f"{shop.clock.now():%Y-%m-%dT%H:%M:%S}"
    changed = [one for one in shop.rows("/v1/campaigns", ("order", "-updated_at")) if one.get("updated_at")]
    assert changed[0]["id"] == campaign["id"]


def test_a_campaign_takes_what_is_sent_and_keeps_the_rest(shop: Writer) -> None:
    path = f"/v1/campaigns/{shop.campaign('REFERRAL_PROGRAM')['id']}"
    before = shop.write("PUT", path, {"metadata": {"a": 1, "b": 2}})
    category = shop.get("/v1/categories")["data"][3]
    sent = {
        "description": "New", "expiration_date": "2027-05-01T00:00:00Z", "category_id": category["id"], "nonsense": 1,
        "metadata": {"a": 7}, "unset_metadata_fields": ["b"], "name": "skipped silently",
    }  # fmt: skip
    after = shop.write("PUT", path, sent)
    changed = {"description", "expiration_date", "category_id", "category", "categories", "metadata", "updated_at"}
    assert {name for name in after if after[name] != before.get(name)} <= changed
    assert after["metadata"] == {**{k: v for k, v in before["metadata"].items() if k != "b"}, "a": 7}
    assert (after["description"], after["category"]) == ("New", category["name"])
    assert after["expiration_date"] == "2027-05-01T00:00:00Z"
    assert shop.get(path) == after
    assert shop.write("PUT", path, {"expiration_date": None})["expiration_date"] is None


def test_codes_that_nobody_has_follow_their_campaign_later() -> None:
    shop = writer()
    redeemed = {row["voucher"]["id"] for row in shop.all("/v1/redemptions") if row.get("voucher")}
    published = {code for row in shop.all("/v1/publications") for code in row["vouchers_id"]}
    taken = redeemed | published
    codes = [
        one for one in shop.all("/v1/vouchers") if not shop.get(f"/v1/campaigns/{one['campaign_id']}")["protected"]
    ]
    free = [one for one in codes if one["holder_id"] is None and one["id"] not in taken]
    key = next(one["campaign_id"] for one in free if any(
        other["campaign_id"] == one["campaign_id"] and other["id"] in taken for other in codes
    ))  # fmt: skip
    late = {one["id"] for one in free if one["campaign_id"] == key}
    shop.write("PUT", f"/v1/campaigns/{key}", {"expiration_date": "2031-01-01T00:00:00Z"})
    action = shop.get("/v1/async-actions")["async_actions"][0]
    states = []
    for _ in range(3):
        now = shop.get(f"/v1/async-actions/{action['id']}")
        states.append((now["status"], now["operation_status"]))
        shop.clock.advance(1.5)
    assert states == [("ENQUEUED", "UNKNOWN"), ("IN_PROGRESS", "UNKNOWN"), ("DONE", "SUCCESS")]
    changed = {one["id"] for one in shop.all("/v1/vouchers") if one["expiration_date"] == "2031-01-01T00:00:00Z"}
    assert changed == late
    assert shop.get(f"/v1/async-actions/{action['id']}")["result"]["done_count"] == len(late)


def test_a_background_task_that_is_done_may_have_failed() -> None:
    shop = writer(failing=frozenset({"CAMPAIGN.VOUCHERS_UPDATE"}))
    key = shop.campaign("DISCOUNT_COUPONS")["id"]
    shop.write("PUT", f"/v1/campaigns/{key}", {"start_date": "2026-01-01T00:00:00Z"})
    shop.settle()
    action = shop.get("/v1/async-actions")["async_actions"][0]
    assert (action["type"], action["status"]) == ("CAMPAIGN.VOUCHERS_UPDATE", "DONE")
    assert action["operation_status"] == "FAILED"
    starts = {one["start_date"] for one in shop.all("/v1/vouchers") if one["campaign_id"] == key}
    assert "2026-01-01T00:00:00Z" not in starts


@pytest.mark.parametrize(
    ("method", "path", "body", "refused"),
    [
        ("POST", "/v1/campaigns/none/enable", None, (404, "not_found")),
        ("PUT", "/v1/campaigns/none", {}, (404, "not_found")),
        ("PUT", "/v1/campaigns/{protected}", {"description": "x"}, (400, "resource_protected")),
        ("PUT", "/v1/campaigns/{free}", {"description": 7}, (400, "invalid_payload")),
        ("PUT", "/v1/campaigns/{free}", {"start_date": "soon"}, (400, "invalid_payload")),
        ("PUT", "/v1/campaigns/{free}", {"join_once": "yes"}, (400, "invalid_payload")),
        ("PUT", "/v1/campaigns/{free}", {"metadata": []}, (400, "invalid_payload")),
        ("PUT", "/v1/campaigns/{free}", {"unset_metadata_fields": "a"}, (400, "invalid_payload")),
        ("PUT", "/v1/campaigns/{free}", {"category_id": "cat_none"}, (404, "not_found")),
        ("PUT", "/v1/campaigns/{free}", [], (400, "invalid_payload")),
        ("POST", "/v1/vouchers/none/enable", None, (404, "not_found")),
        ("POST", "/v1/vouchers/none/disable", None, (404, "not_found")),
        ("PUT", "/v1/vouchers/{code}", {"active": "no"}, (400, "invalid_payload")),
        ("PUT", "/v1/vouchers/{code}", {"discount": {"type": "UNIT"}}, (400, "invalid_voucher")),
        ("DELETE", "/v1/vouchers/none/sessions/ssn_1", None, (404, "not_found")),
    ],
)
def test_what_campaigns_and_codes_refuse(
    shop: Writer, method: str, path: str, body: object, refused: tuple[int, str]
) -> None:
    campaigns = shop.all("/v1/campaigns")
    names = {
        "protected": next(one["id"] for one in campaigns if one["protected"]),
        "free": next(one["id"] for one in campaigns if not one["protected"]),
        "code": next(one["id"] for one in shop.all("/v1/vouchers") if one["type"] == "DISCOUNT_VOUCHER"),
    }
    assert shop.refusal(method, path.format(**names), body) == refused
    assert shop.all("/v1/campaigns") == campaigns


def test_a_campaign_beyond_the_keys_reach_is_forbidden(shop: Writer) -> None:
    key = shop.campaign("LOYALTY_PROGRAM")["id"]
    shop.habits.inaccessible = frozenset({key})
    try:
        assert shop.refusal("PUT", f"/v1/campaigns/{key}", {"description": "x"}) == (403, "forbidden")
        assert shop.refusal("POST", f"/v1/campaigns/{key}/disable") == (403, "forbidden")
    finally:
        shop.habits.inaccessible = frozenset()
    assert shop.get(f"/v1/campaigns/{key}")["active"] is True


def test_a_code_is_changed_in_every_later_answer(shop: Writer) -> None:
    voucher = next(one for one in shop.all("/v1/vouchers") if one["type"] == "DISCOUNT_VOUCHER" and one["active"])
    path = f"/v1/vouchers/{voucher['code']}"
    category = shop.get("/v1/categories")["data"][0]
    sent = {"active": False, "additional_info": "x", "metadata": {"wave": 9}, "category": category["name"],
            "start_date": "2026-12-01T00:00:00+01:00"}  # fmt: skip
    shop.clock.advance(60)
    after = shop.write("PUT", path, sent)
    assert (after["active"], after["additional_info"]) == (False, "x")
    assert after["metadata"] == {**voucher["metadata"], "wave": 9}
    assert after["start_date"] == "2026-11-30T23:00:00Z"
    assert after["categories"] == [category]
    assert after["updated_at"][:19] == f"{shop.clock.now():%Y-%m-%dT%H:%M:%S}"
    assert shop.get(path) == after
    assert after in shop.all("/v1/vouchers")
    assert after in shop.rows("/v1/vouchers", ("filters[metadata.wave][conditions][$is][0]", "9"))
    job = shop.post("/v1/exports", {"exported_object": "voucher", "parameters": {"fields": ["id", "active"]}})
    shop.settle()
    url = shop.get(f"/v1/exports/{job['id']}")["result"]["url"]
    file = shop.send(f"/v1/exports/{job['id']}", ("token", url.partition("token=")[2]), headers={}).body.decode()
    assert f"{voucher['id']},false" in file.splitlines()
    for switch, active in (("enable", True), ("enable", True), ("disable", False)):
        assert shop.write("POST", f"{path}/{switch}")["active"] is active
        assert shop.get(path)["active"] is active


def test_a_session_is_let_go(shop: Writer) -> None:
    code = shop.all("/v1/vouchers")[0]["code"]
    response = shop.send(f"/v1/vouchers/{code}/sessions/ssn_1", method="DELETE", headers=KEYS)
    assert (response.status, response.body) == (204, b"")


def test_the_activity_tells_a_change_once_whether_it_was_read_before_or_not() -> None:
    """What is told bit by bit is what is told at once, and no event is told twice or takes another's id."""
    shops = (writer(), writer())
    asked = shops[0]
    rows = [one for one in asked.all("/v1/redemptions") if one.get("status") == "SUCCEEDED" and one["customer_id"]]
    keys = [one["id"] for one in rows if "redemption" not in one and "related_redemptions" not in one][:3]
    vouchers = zip(*(asked.column("vouchers", name) for name in ("code", "type", "holder_id")), strict=True)
    cards = [code for code, kind, holder in vouchers if kind == "LOYALTY_CARD" and holder]
    before = asked.column("customer_activity", "id")
    for shop in shops:
        for key in keys:
            shop.write("POST", f"/v1/redemptions/{key}/rollback")
        shop.clock.advance(0.25)
        for card, points in zip(cards, (900, 1), strict=False):
            shop.write("POST", f"/v1/loyalties/members/{card}/balance", {"points": points})
    after = asked.column("customer_activity", "id")
    assert after[: len(before)] == before
    assert len(set(after)) == len(after) > len(before) + 6
    told = [
        Counter(zip(*(shop.column("customer_activity", name) for name in ("created_at", "type", "customer_id")),
                    strict=True))
        for shop in shops
    ]  # fmt: skip
    assert not told[1] - told[0]
    # What a canceled order would have gone through later is told only by whoever read it before.
    lost = {kind for _, kind, _ in told[0] - told[1]}
    assert lost <= {"customer.order.updated", "customer.order.processing", "customer.order.fulfilled"}
