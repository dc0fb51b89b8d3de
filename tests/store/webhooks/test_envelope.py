"""What a delivery says of itself and what it is about, also when it says it strangely."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain import envelope
from store.domain.envelope import LONGEST_ID, MOST_RECORDS
from tests.support.deliveries import enveloped
from tests.support.json_values import JSON

RAW = {"campaign": {"id": "camp_9"}, "event": {"id": "ce_1", "type": "cart", "created_at": "2026-01-01T00:00:00Z"}}
"""A payload without envelope, which carries a custom event of its own."""


def test_an_envelope_is_read() -> None:
    document = enveloped()
    assert envelope.is_enveloped(document)
    assert envelope.identity(document) == "ev_1"
    assert envelope.event_type(document) == "campaign.updated"
    assert envelope.happened_at(document) == "2026-11-20T12:00:00Z"
    assert envelope.of_envelope("event", "group_id")(document) == "v-1f"
    assert envelope.records(document) == [("campaign", "camp_1"), ("entity", "camp_1")]


def test_a_raw_payload_has_neither_id_nor_type_but_records() -> None:
    assert not envelope.is_enveloped(RAW)
    assert envelope.identity(RAW) is None
    assert envelope.event_type(RAW) is None
    assert envelope.happened_at(RAW) is None
    assert envelope.happened_at(RAW | {"created_at": "2026-02-01"}) == "2026-02-01"
    assert envelope.records(RAW) == [("campaign", "camp_9"), ("event", "ce_1")]


def test_an_event_without_an_id_is_told_by_its_sendout() -> None:
    assert envelope.identity(enveloped(event={"type": "x"})) == "whs_1"
    assert envelope.identity(enveloped(event={"id": "e" * (LONGEST_ID + 1)})) == "whs_1"
    assert envelope.identity(enveloped(event={}, id=7)) is None


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("EVENTS.CAMPAIGN.UPDATED", "campaign.updated"),
        (" events.voucher.created ", "voucher.created"),
        ("campaign.vouchers.aded", "campaign.vouchers.aded"),
        ("something.nobody.documented", "something.nobody.documented"),
        ("EVENTS.", None),
        ("x" * (LONGEST_ID + 1), None),
    ],
)
def test_event_names(told: str, read: str | None) -> None:
    assert envelope.event_type(enveloped(told)) == read


def test_the_type_of_a_distribution_is_free_text() -> None:
    distribution = {"id": "distr_1", "object": "distribution", "target_url": "https://x.example"}
    document = enveloped("customer.order.paid", type="Thanks for [/b] buying", source=distribution)
    assert envelope.event_type(document) == "customer.order.paid"
    document["event"].pop("type")
    assert envelope.event_type(document) is None
    assert envelope.event_type(enveloped(type="CAMPAIGN.UPDATED", event={})) == "campaign.updated"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"campaign": {"id": "camp_2"}, "voucher": {"campaign_id": "camp_2"}}, ["camp_2"]),
        ({"campaign": None, "voucher": {"id": "v_1", "campaign_id": "camp_3"}}, ["camp_3"]),
        ({"promotion_tier": {"campaign": {"id": "camp_4"}}}, ["camp_4"]),
        ({"promotion_tier": {"campaign_id": "camp_4"}}, ["camp_4"]),
        ({"loyalty_tier_from": {"campaign_id": "camp_5"}, "loyalty_tier_to": {"campaign_id": "camp_5"}}, ["camp_5"]),
        ({"redemption": {"voucher": {"campaign_id": "camp_6"}}}, ["camp_6"]),
        ({"redemption": {"related_object_parent_id": "camp_6"}}, ["camp_6"]),
        ({"redemption_rollback": {"promotion_tier": {"campaign": {"id": "camp_7"}}}}, ["camp_7"]),
        ({"vouchers": [{"campaign_id": "camp_8"}, {"campaign_id": "camp_9"}, "code"]}, ["camp_8", "camp_9"]),
        ({"redemptions": [{"voucher": {"campaign_id": "camp_8"}}]}, ["camp_8"]),
        ({"assignment": {"related_object_type": "campaign", "related_object_id": "camp_1"}}, ["camp_1"]),
        ({"assignment": {"related_object_type": "voucher", "related_object_id": "v_1"}}, []),
        ({"campaign": {"id": "camp_1"}, "publication": {"voucher": {"campaign_id": "camp_2"}}}, ["camp_1", "camp_2"]),
        ({"customer": {"id": "cust_1", "referrals": {"campaigns": [{"campaign_id": "camp_1"}]}}}, []),
        ({"customer": {"id": "cust_1", "metadata": {"campaign_id": "camp_1"}}}, []),
        ({"campaign": "camp_1"}, []),
        ({"campaign": {"id": ""}}, []),
        ("camp_1", []),
    ],
)
def test_the_campaigns_a_delivery_is_about(data: Any, found: list[str]) -> None:
    assert envelope.campaigns(enveloped(data=data)) == found


@pytest.mark.parametrize(
    ("event", "data", "told"),
    [
        ("redemption.failed", {}, "FAILURE"),
        ("redemption.rollback.succeeded", {"redemption": {"result": "FAILURE"}}, "SUCCESS"),
        ("customer.rewarded", {"redemption": {"result": "FAILURE"}}, "FAILURE"),
        ("voucher.published", {"publication": {"result": "SUCCESS"}}, "SUCCESS"),
        ("customer.rewarded", {"redemption": {"result": "maybe"}}, None),
        ("campaign.updated", None, None),
    ],
)
def test_what_went_wrong(event: str, data: Any, told: str | None) -> None:
    assert envelope.outcome(enveloped(event, data)) == told


def test_records_are_bounded_whatever_is_sent() -> None:
    many = [{"id": f"v_{number}", "campaign_id": f"camp_{number}"} for number in range(5_000)]
    document = enveloped(data={"vouchers": many, **{f"member_{number}": {"id": "x"} for number in range(5_000)}})
    assert len(envelope.campaigns(document)) == MOST_RECORDS
    assert len(envelope.records(document)) == MOST_RECORDS
    assert envelope.records(enveloped(data={"k" * 999: {"id": "x"}}, entity="")) == []


_MEMBERS = ("id", "type", "data", "event", "source", "campaign", "voucher", "redemption", "vouchers", "assignment")


@given(JSON | st.dictionaries(st.sampled_from(_MEMBERS), JSON, max_size=6))
def test_no_document_is_too_odd(document: Any) -> None:
    for shape in (document, enveloped(data=document), enveloped(event=document), {"data": {}, "event": document}):
        for read in (envelope.identity, envelope.event_type, envelope.outcome, envelope.state):
            told: object = read(shape)
            assert told is None or (isinstance(told, str) and 0 < len(told) <= LONGEST_ID)
        envelope.happened_at(shape)
        assert all(isinstance(word, str) for pair in envelope.records(shape) for word in pair)
