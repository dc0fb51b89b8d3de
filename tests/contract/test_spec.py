"""The specification reader itself: what it finds, and that it can say no."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.contract import spec as spec_module
from tests.contract.schemas import to_json_schema
from tests.contract.spec import Spec, require_spec

CONTRADICTIONS = {
    "/v1/redemptions": r"\.redemptions\[1\]\.reward: 'reward' is a required property",
    "/v1/redemptions/{redemptionId}": r"\.reward: 'reward' is a required property",
    "/v1/campaigns/{campaignId}/summary": r"\.campaign\.voucher: 'code_config' is a required property",
    "/v1/rewards": r"\.data\[4\]\.(stock|redeemed): '\d' is not of type 'integer', 'null'",
    "/v1/loyalties/{campaignId}/reward-assignments/{assignmentId}/reward": (
        r"\.(stock|redeemed): '\d' is not of type 'integer', 'null'"
    ),
    "/v1/validation-rules": r"\.data\[\d\]\.applicable_to\.\w+\[\d\]: 'effect' is a required property",
    "/v1/exports": r"\.exports\[2\]\.parameters\.order: '' is not one of .*",
    "/v1/exports/{exportId}": r"\.parameters\.order: '' is not one of .*",
    "/v1/metadata-schemas": r"\.: 'data' is a required property",
    "/v1/publications/create": r"\.channel: 'myown' is not one of .*",
    "/v1/locations": r"\.data\[\d\]\.shape\..*",
    "/v1/locations/{locationId}": r"\.shape\..*",
    "/v1/templates/campaigns": r"\.data_ref: .*|\.: 'campaign_template' is a required property",
}
"""Where examples of the specification break their own schema, and how (API §11.16)."""


def accepts(node: dict[str, Any], value: Any) -> bool:
    return Draft202012Validator(to_json_schema(node, "")).is_valid(value)


@pytest.mark.parametrize(
    ("node", "good", "bad"),
    [
        ({"type": "string"}, ["a"], [None, 1]),
        ({"type": "string", "nullable": True}, ["a", None], [1]),
        ({"type": "string", "enum": ["a"], "nullable": True}, ["a", None], ["b"]),
        ({"allOf": [{"type": "object"}], "nullable": True}, [{}, None], [1]),
        ({"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, [{"a": 1, "b": 1}], [{}, None]),
        ({"properties": {"x": {"allOf": [{"type": "object"}]}}}, [{"x": None}, {"x": {}}], [{"x": 1}]),
        ({"properties": {"nullable": {"type": "string"}}}, [{"nullable": "a"}], [{"nullable": None}]),
        ({"minimum": 1, "exclusiveMinimum": True}, [2], [1]),
        ({"minimum": 1, "exclusiveMinimum": False}, [1], [0]),
        ({"type": "object", "additionalProperties": False}, [{}], [{"a": 1}]),
        ({"type": "array", "items": {"type": "integer", "nullable": True}}, [[1, None]], [["a"]]),
    ],
)
def test_schema_objects_keep_their_meaning(node: dict[str, Any], good: list[Any], bad: list[Any]) -> None:
    assert all(accepts(node, value) for value in good)
    assert not any(accepts(node, value) for value in bad)


@given(st.sampled_from(["string", "integer", "object", "array", "boolean"]), st.none() | st.booleans() | st.text())
def test_nullable_adds_null_and_nothing_else(kind: str, value: Any) -> None:
    plain, widened = {"type": kind}, {"type": kind, "nullable": True}
    assert accepts(widened, value) == (value is None or accepts(plain, value))


def test_routes_are_found_in_the_main_file_and_by_tag(spec: Spec) -> None:
    sources = {(route.method, route.path): route.source for route in spec.routes()}
    assert sources["GET", "/v1/campaigns"] == "voucherify-openapi.json"
    assert sources["GET", "/v1/segments"] == "segments.json"
    assert len(sources) == len(spec.routes())


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/v1/campaigns", "/v1/campaigns"),
        ("/v1/campaigns/camp_1/summary", "/v1/campaigns/{campaignId}/summary"),
        ("/v1/promotions/tiers", "/v1/promotions/tiers"),
        ("/v1/promotions/camp_1/tiers", "/v1/promotions/{campaignId}/tiers"),
        ("/v1/vouchers/a%2Fb", "/v1/vouchers/{code}"),
    ],
)
def test_a_path_finds_its_template(spec: Spec, path: str, template: str) -> None:
    route = spec.match("GET", path)
    assert route is not None
    assert route.path == template
    assert spec.match("GET", path + "/nowhere/at/all") is None


def test_a_violation_is_told_where_it_is(spec: Spec) -> None:
    voucher = {"id": 7, "object": "voucher", "code": "A", "discount": {"type": "AMOUNT", "amount_off": "much"}}
    document = {"object": "list", "data_ref": "vouchers", "vouchers": [voucher], "total": 1}
    violations = spec.validate("GET", "/v1/vouchers", 200, document)
    assert ".vouchers[0].id: 7 is not of type 'string', 'null'" in violations
    assert any(line.startswith(".vouchers[0].discount.amount_off:") for line in violations)


def test_an_undocumented_error_status_is_judged_as_an_error(spec: Spec) -> None:
    body = {"code": 401, "key": "unauthorized", "message": "Unauthorized", "request_id": "v-1"}
    assert spec.validate("GET", "/v1/campaigns", 401, body) == []
    assert spec.validate("GET", "/v1/campaigns", 401, {**body, "code": "401"})


def test_an_unknown_route_is_not_judged(spec: Spec) -> None:
    with pytest.raises(KeyError):
        spec.validate("GET", "/v1/nothing", 200, {})


def test_a_request_body_is_judged(spec: Spec) -> None:
    body = {"exported_object": "voucher", "parameters": {"fields": ["code", "id"], "campaign_id": "camp_1"}}
    assert spec.validate_body("POST", "/v1/exports", body) == []
    assert spec.validate_body("POST", "/v1/exports", {"exported_object": "weather"})


def test_examples_are_as_published_but_for_known_contradictions(spec: Spec) -> None:
    paths = [route.path for route in spec.routes() if route.method == "GET" and route.path.startswith("/v1/")]
    judged = 0
    for path in paths:
        for example in spec.examples("GET", path, "200"):
            if not isinstance(example.document, str):
                judged += 1
                unknown = [
                    line
                    for line in spec.validate("GET", path, 200, example.document)
                    if not re.fullmatch(CONTRADICTIONS.get(path, "(?!)"), line)
                ]
                assert not unknown, str(example)
    assert judged > 100


def test_documents_are_plain_json(spec: Spec) -> None:
    assert all(json.dumps(example.document) for example in spec.examples("GET", "/v1/vouchers/{code}"))
    assert len(spec.examples("GET", "/v1/vouchers/{code}", "200")) >= 8


def test_without_the_specification_tests_are_skipped_but_not_in_ci(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("PROMOSCOPE_OPENAPI", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="PROMOSCOPE_OPENAPI"):
        require_spec()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="PROMOSCOPE_OPENAPI"):
        require_spec()
    assert spec_module.folder() == tmp_path
