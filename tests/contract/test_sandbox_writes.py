"""Every call that writes: the request as published, the answer and a refusal against the published specification."""

import json
import re
from typing import Any

import pytest

from tests.contract.spec import Spec
from tests.support.writing import VIEWER, Writer, writer

SLIPS = {
    "/v1/loyalties/{campaignId}/members/{memberId}/transfers": r"\.active: True is not of type 'string', 'null'",
}
"""Where the specification's own examples break its schema in the same way."""

_RULE = "/v1/loyalties/{campaignId}/earning-rules/{earningRuleId}"
_POINTS = "/v1/loyalties/members/{memberId}/pending-points/{pendingPointsId}"
_PERIOD = {"start_date": "2026-01-01T00:00:00.000Z", "expiration_date": "2027-03-01T00:00:00Z"}
CALLS: tuple[tuple[str, str, Any], ...] = (
    ("POST", "/v1/campaigns/{campaignId}/enable", None),
    ("POST", "/v1/campaigns/{campaignId}/disable", None),
    ("PUT", "/v1/campaigns/{campaignId}", {"description": "New", **_PERIOD, "metadata": {"a": 1}}),
    ("POST", "/v1/vouchers/{code}/enable", None),
    ("POST", "/v1/vouchers/{code}/disable", None),
    ("PUT", "/v1/vouchers/{code}", {"additional_info": "x", **_PERIOD, "active": True, "metadata": {"a": 1}}),
    ("DELETE", "/v1/vouchers/{code}/sessions/{sessionKey}", None),
    ("POST", "/v1/vouchers/{code}/balance", {"amount": 100, "source_id": "s", "reason": "r"}),
    ("POST", "/v1/loyalties/members/{memberId}/balance", {"points": 5, "expiration_type": "NON_EXPIRING"}),
    ("POST", "/v1/loyalties/{campaignId}/members/{memberId}/balance", {"points": 5}),
    ("POST", "/v1/loyalties/{campaignId}/members/{memberId}/transfers",
     [{"code": "{other}", "points": 1, "source_id": "t"}]),
    ("POST", "/v1/publications", {"voucher": "{free}", "customer": {"id": "{customer}"}, "source_id": "p"}),
    ("POST", "/v1/redemptions/{redemptionId}/rollback", {"reason": "r", "metadata": {"a": 1}}),
    ("POST", "/v1/redemptions/{parentRedemptionId}/rollbacks", {"reason": "r"}),
    ("POST", "/v1/promotions/tiers/{promotionTierId}/enable", None),
    ("POST", "/v1/promotions/tiers/{promotionTierId}/disable", None),
    ("PUT", "/v1/promotions/tiers/{promotionTierId}", {"name": "N", "banner": "B", "hierarchy": 2, **_PERIOD}),
    ("PUT", _RULE, {"source": {"banner": "B"}, "active": True, **_PERIOD}),
    ("POST", f"{_RULE}/enable", None),
    ("POST", f"{_RULE}/disable", None),
    ("PUT", "/v1/loyalties/{campaignId}/rewards/{assignmentId}", {"parameters": {"loyalty": {"points": 3}}}),
    ("PUT", "/v1/rewards/{rewardId}/assignments/{assignmentId}", {"parameters": {"loyalty": {"points": 3}}}),
    ("POST", f"{_POINTS}/balance", {"points": 5}),
    ("POST", f"{_POINTS}/activate", None),
    ("POST", f"{_POINTS}/cancel", None),
    ("PUT", "/v1/validation-rules/{validationRuleId}", {"name": "New", "error": {"message": "No"}}),
    ("POST", "/v1/validation-rules/{validationRuleId}/assignments",
     {"related_object_type": "voucher", "related_object_id": "{voucher}"}),
    ("DELETE", "/v1/validation-rules/{validationRuleId}/assignments/{assignmentId}", None),
    ("POST", "/v1/campaigns/{campaignId}/vouchers", {"metadata": {"a": 1}}),
    ("POST", "/v1/campaigns/{campaignId}/import", [{"code": "J-1", "gift": {"amount": 100}, "type": "GIFT_VOUCHER"}]),
    ("POST", "/v1/vouchers/bulk/async", [{"code": "{voucher}", "metadata": {"a": 1}}]),
    ("POST", "/v1/vouchers/metadata/async", {"codes": ["{voucher}"], "metadata": {"a": 1}}),
)  # fmt: skip
FORMS = ("/v1/campaigns/{campaignId}/importCSV",)
"""Takes a file, whose test is the sandbox's own."""


@pytest.fixture(scope="module")
def shop() -> Writer:
    """Shared: every call of a kind finds records that it can change."""
    return writer()


@pytest.fixture(scope="module")
def known(shop: Writer) -> dict[str, str]:
    """A record for every name in a template or body."""
    program, gifts = shop.campaign("LOYALTY_PROGRAM")["id"], shop.campaign("GIFT_VOUCHERS")["id"]
    cards = shop.rows(f"/v1/loyalties/{program}/members", ("limit", "100"))
    held = [one["code"] for one in cards if one["holder_id"] and one["loyalty_card"]["balance"]]
    gift = shop.rows("/v1/vouchers", ("campaign_id", gifts))[0]["code"]
    reward = shop.rows(f"/v1/loyalties/{program}/rewards")[0]
    rule = shop.rows("/v1/validation-rules")[0]["id"]
    undone = [
        one["id"] for one in shop.rows("/v1/redemptions", ("limit", "100"))
        if one["object"] == "redemption" and one.get("status") == "SUCCEEDED" and "gift" in one
    ]  # fmt: skip
    return {
        "program": program, "gifts": gifts, "code": gift, "voucher": gift, "memberId": held[0], "other": held[1],
        "sessionKey": "ssn_1", "redemptionId": undone[0], "parentRedemptionId": undone[1],
        "promotionTierId": shop.get("/v1/promotions/tiers")["tiers"][0]["id"],
        "earningRuleId": shop.rows(f"/v1/loyalties/{program}/earning-rules")[0]["id"],
        "assignmentId": reward["id"], "rewardId": reward["reward_id"], "validationRuleId": rule,
        "customer": shop.rows("/v1/customers")[0]["id"],
    }  # fmt: skip


def names(shop: Writer, known: dict[str, str], template: str) -> dict[str, str]:
    """The records of one call; what a call uses up is taken anew."""
    found = {**known, "campaignId": known["program" if "loyalties" in template else "gifts"]}
    if "pending-points" in template:
        points = shop.rows(f"/v1/loyalties/{known['program']}/pending-points")[0]
        found |= {"pendingPointsId": points["id"], "memberId": shop.get(f"/v1/vouchers/{points['voucher_id']}")["code"]}
    if "validation-rules" in template and "assignmentId" in template:
        found["assignmentId"] = shop.rows(f"/v1/validation-rules/{known['validationRuleId']}/assignments")[0]["id"]
    if "publications" in template:
        found["free"] = shop.write("POST", f"/v1/campaigns/{known['gifts']}/vouchers", {})["code"]
    return found


def filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: values[match[1]], text)


def test_every_call_that_writes_is_here() -> None:
    declared = {(route.method, route.template) for route in writer().sandbox.routes if route.writes}
    assert declared == {(method, template) for method, template, _ in CALLS} | {("POST", path) for path in FORMS}


@pytest.mark.parametrize(("method", "template", "body"), CALLS, ids=[f"{method} {path}" for method, path, _ in CALLS])
def test_a_call_is_as_published(
    spec: Spec, shop: Writer, known: dict[str, str], method: str, template: str, body: Any
) -> None:
    named = names(shop, known, template)
    sent = body
    if body is not None:
        text = json.dumps(body)
        sent = json.loads(re.sub(r'"\{(\w+)\}"', lambda match: json.dumps(named[match[1]]), text))
        assert spec.validate_body(method, template, sent) == []
    response = shop.send(filled(template, named), method=method, body=sent)
    if response.status != 204:
        found = spec.validate(method, template, response.status, json.loads(response.body))
        assert [one for one in found if not re.fullmatch(SLIPS.get(template, "(?!)"), one)] == []
    assert response.status in {200, 202, 204}, response.body
    for headers, status in ((VIEWER, 403), ({}, 401)):
        refused = shop.send(filled(template, named), method=method, body=sent, headers=headers)
        assert refused.status == status
        assert spec.validate(method, template, status, json.loads(refused.body)) == []


def test_a_form_is_as_published(spec: Spec, shop: Writer, known: dict[str, str]) -> None:
    path = filled(FORMS[0], names(shop, known, FORMS[0]))
    refused = shop.write("POST", path, {}, status=400)
    assert spec.validate("POST", FORMS[0], 400, refused) == []


def test_background_tasks_are_as_published(spec: Spec, shop: Writer) -> None:
    shop.settle()
    actions = shop.get("/v1/async-actions", ("limit", "100"))
    assert spec.validate("GET", "/v1/async-actions", 200, actions) == []
    kinds = {one["type"] for one in actions["async_actions"] if one["status"] == "DONE" and "result" in one}
    assert {"CAMPAIGN.VOUCHERS_UPDATE", "CAMPAIGN.VOUCHERS_IMPORT", "VOUCHERS.BULK_UPDATE"} <= kinds


READ = (
    "/v1/campaigns/{campaignId}", "/v1/vouchers/{code}", "/v1/promotions/tiers/{promotionTierId}",
    "/v1/validation-rules/{validationRuleId}", "/v1/rewards/{rewardId}", _RULE, "/v1/vouchers", "/v1/redemptions",
    "/v1/publications", "/v1/orders",
)  # fmt: skip


def test_what_was_changed_reads_as_published(spec: Spec, shop: Writer, known: dict[str, str]) -> None:
    for template in READ:
        newest = () if "{" in template else (("order", "-created_at"), ("limit", "3"))
        answer = shop.get(filled(template, names(shop, known, template)), *newest)
        assert spec.validate("GET", template, 200, answer) == [], template
