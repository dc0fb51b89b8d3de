"""`POST /v1/validations` of the sandbox: refusals by codes that earn them, and malformed bodies."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from store.api.actions import check_request
from store.api.errors import MethodRefused
from tests.contract.spec import Spec, require_spec
from tests.support.sandbox_asking import NOW, Asker, ask_tiny

PATH = "/v1/validations"


@pytest.fixture(scope="module")
def asker() -> Asker:
    return ask_tiny()


@pytest.fixture(scope="module")
def spec() -> Spec:
    return require_spec()


def code_of(asker: Asker, campaign: str, **wanted: Any) -> dict[str, Any]:
    """The first code of a campaign whose document has some members."""
    table = asker.sandbox.table("vouchers")
    for row in table.having("campaign", campaign):
        document = table.document_of(row.id) or {}
        uses = document["redemption"]
        fresh = uses["quantity"] is None or uses["redeemed_quantity"] < uses["quantity"]
        if all(
            {**document, "fresh": fresh, "is_held": document["holder_id"] is not None}.get(name) == value
            for name, value in wanted.items()
        ):
            return document
    raise AssertionError(f"no such code in {campaign}")


def validate(asker: Asker, code: str, **body: Any) -> dict[str, Any]:
    return asker.post(PATH, {"redeemables": [{"object": "voucher", "id": code}], **body})


def key(answer: dict[str, Any]) -> str:
    return str(answer["redeemables"][0]["result"].get("error", {}).get("key", ""))


def test_a_code_that_applies_says_what_it_would_take_off(asker: Asker, spec: Spec) -> None:
    code = code_of(asker, "Last Call", active=True, fresh=True)["code"]
    answer = validate(asker, code, order={"amount": 12_000}, tracking_id="track_1")
    assert spec.validate("POST", PATH, 200, answer) == []
    assert (answer["valid"], answer["tracking_id"]) == (True, "track_1")
    (one,) = answer["redeemables"]
    assert one["status"] == "APPLICABLE"
    assert one["order"]["total_amount"] == 11_000, "ten off"


def test_each_refusal_has_its_key(asker: Asker, spec: Spec) -> None:
    found = {
        "nobody knows it": "not_found",
        code_of(asker, "Last Call", active=False)["code"]: "voucher_disabled",
        code_of(asker, "Last Call", active=True, fresh=False)["code"]: "quantity_exceeded",
        code_of(asker, "Winter Preview", active=True)["code"]: "voucher_not_active",
        code_of(asker, "Bring a Friend", active=True, holder_id=None)["code"]: "not_published",
    }
    for code, wanted in found.items():
        answer = validate(asker, code)
        assert (answer["valid"], key(answer)) == (False, wanted)
        assert answer["inapplicable_redeemables"] == answer["redeemables"]
        assert spec.validate("POST", PATH, 200, answer) == []


def test_a_rule_refuses_with_its_own_message(asker: Asker) -> None:
    code = code_of(asker, "Autumn Warm-Up", active=True, fresh=True)["code"]
    who = {"id": asker.column("customers", "id")[-1]}
    small = validate(asker, code, order={"amount": 2_499}, customer=who)
    assert key(small) == "order_rules_violated"
    assert small["redeemables"][0]["result"]["details"]["message"] == "This offer has reached its limit."
    assert validate(asker, code, order={"amount": 2_500}, customer=who)["valid"]
    assert key(validate(asker, code, customer=who)) == "missing_order"
    assert key(validate(asker, code, order={"amount": 2_500})) == "missing_customer"


def test_a_referrer_cannot_use_their_own_code(asker: Asker) -> None:
    code = code_of(asker, "Bring a Friend", active=True, is_held=True)
    other = next(one for one in asker.column("customers", "id") if one != code["holder_id"])
    assert key(validate(asker, code["code"], customer={"id": code["holder_id"]})) == "referrer_not_permitted_to_redeem"
    assert validate(asker, code["code"], customer={"id": other})["valid"]


@pytest.mark.parametrize(
    "body",
    [
        {}, {"redeemables": []}, {"redeemables": [{"object": "promotion_tier", "id": "promo_1"}]},
        {"redeemables": [{"object": "voucher", "id": 7}]}, {"redeemables": "x"}, {"redeemables": ["x"]},
        {"redeemables": [{"object": "voucher", "id": "x"}], "order": [1]},
        {"redeemables": [{"object": "voucher", "id": "x"}], "order": {"amount": "1"}},
        {"redeemables": [{"object": "voucher", "id": "x"}], "order": {"amount": -1}},
        {"redeemables": [{"object": "voucher", "id": "x"}], "order": {"items": ["x"]}},
        {"redeemables": [{"object": "voucher", "id": "x"}], "order": {"items": [{"price": None}]}},
        {"redeemables": [{"object": "voucher", "id": "x"}], "customer": {"metadata": 7}},
        {"redeemables": [{"object": "voucher", "id": "x", "gift": {"credits": "x"}}]},
        {"redeemables": [{"object": "voucher", "id": "x", "gift": 5}]},
    ],
)  # fmt: skip
def test_a_malformed_body_is_refused(asker: Asker, body: dict[str, Any]) -> None:
    assert asker.post(PATH, body, status=400)["key"] == "invalid_payload"


def test_the_client_of_the_app_still_cannot_send_it() -> None:
    with pytest.raises(MethodRefused):
        check_request("POST", PATH)


def test_a_credit_that_is_more_than_the_balance_is_refused(asker: Asker) -> None:
    card = next(
        document
        for row in asker.sandbox.table("vouchers").having("campaign", "Gift Cards")
        if (document := asker.sandbox.table("vouchers").document_of(row.id)) and row.active
        and document["gift"]["balance"] > 0
    )  # fmt: skip
    balance = card["gift"]["balance"]
    people = asker.sandbox.table("customers")
    person = next(row for row in people.rows() if row.country == "Poland")
    ends = datetime.fromisoformat(card["expiration_date"]) if card["expiration_date"] else NOW + timedelta(days=1)
    assert ends > NOW
    for credit, wanted in ((balance, ""), (balance + 1, "gift_amount_exceeded")):
        redeemable = {"object": "voucher", "id": card["code"], "gift": {"credits": credit}}
        order = {"amount": 90_000, "metadata": {"store": "main"}}
        answer = asker.post(PATH, {"redeemables": [redeemable], "customer": {"id": person.id}, "order": order})
        assert key(answer) == wanted
