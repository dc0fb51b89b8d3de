"""Every documented webhook body through its envelope into the cache and on to the activity of its campaign."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.cache.database import connect_writer
from store.cache.deliveries import Delivery, Kept, keep_deliveries
from store.clock import ManualClock
from store.domain.signature import sign
from store.queries.activity import CAMPAIGN_SOURCES, WEBHOOK, Activity, read_activity
from store.webhooks.intake import DeliveryVerdict, Intake
from tests.contract.events import EventSample, event_samples
from tests.contract.spec import Spec
from tests.support.deliveries import SECRET, body, enveloped
from tests.support.syncing import NOW

RECEIVED = "2026-11-20T12:00:02.000Z"
OF_NO_CAMPAIGN = {
    "redemption.failed",
    "customer.created",
    "customer.updated",
    "customer.deleted",
    "customer.segment.entered",
    "customer.segment.left",
    "customer.order.created",
    "customer.order.paid",
    "customer.order.updated",
    "customer.order.canceled",
    "customer.custom_event",
    "bus_val_rule.created",
    "bus_val_rule.updated",
    "bus_val_rule.deleted",
}
"""Events whose documented bodies name no campaign."""


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect_writer(tmp_path / "cache.db")
    yield connection
    connection.close()


def deliveries() -> list[tuple[EventSample, dict[str, Any]]]:
    """Each sample as the webhook would carry it, the event named as the specification does."""
    return [
        (sample, enveloped(sample.name, sample.document, number=number, entity=f"entity_{number}"))
        for number, sample in enumerate(event_samples())
    ]


def named_campaign(sample: EventSample) -> str | None:
    campaign = sample.document.get("campaign") or {}
    voucher = sample.document.get("voucher") or {}
    return campaign.get("id") or voucher.get("campaign_id")


def feed(cache: sqlite3.Connection, campaign: str) -> dict[str, Activity]:
    return {one.record_id: one for one in read_activity(cache, CAMPAIGN_SOURCES, campaign, NOW) if one.kind == WEBHOOK}


def test_every_body_is_signed_received_and_found_with_its_campaign(spec: Spec, cache: sqlite3.Connection) -> None:
    def keep(batch: Any) -> list[Kept]:
        return keep_deliveries(cache, batch)

    intake = Intake(keep, ManualClock(NOW), secret=SECRET)
    found = []
    for sample, document in deliveries():
        raw = json.dumps(document, indent=2, ensure_ascii=False).encode()
        outcome = intake.take(raw, sign(raw, SECRET))
        assert outcome.verdict is DeliveryVerdict.KEPT, sample
        assert outcome.kept is not None
        found.append((sample, raw, outcome.kept))
    intake.close()
    assert len({kept.id for _, _, kept in found}) == 72
    for sample, raw, kept in found:
        name = sample.name.lower().removeprefix("events.")
        campaign = named_campaign(sample)
        assert kept.type == name
        assert kept.campaign_ids[:1] == ((campaign,) if campaign else ())
        assert (campaign is None) == (name in OF_NO_CAMPAIGN), name
        if campaign:
            entry = feed(cache, campaign)[kept.id]
            assert (entry.title, entry.at) == (name, "2026-11-20T12:00:00.000Z")
            assert entry.failed == name.endswith(".failed")
            assert "signature verified" in entry.source
            assert dict(entry.payloads)["delivery"] == raw.decode()


def test_the_records_in_a_body_lead_back_to_its_delivery(spec: Spec, cache: sqlite3.Connection) -> None:
    for sample, document in deliveries():
        (kept,) = keep_deliveries(cache, [Delivery(body(document), RECEIVED)])
        rows = cache.execute("select member, record_id from webhook_records where delivery_id = ?", (kept.id,))
        told = set(rows.fetchall())
        for member, value in sample.document.items():
            if isinstance(value, dict) and isinstance(value.get("id"), str):
                assert (member, value["id"]) in told, sample
        assert ("entity", kept.entity_id) in told
        customer = (sample.document.get("customer") or {}).get("id")
        query = "select customer_id from webhook_deliveries where id = ?"
        assert cache.execute(query, (kept.id,)).fetchone() == (customer,)


def test_every_body_without_its_envelope_is_about_the_same_campaign(spec: Spec, cache: sqlite3.Connection) -> None:
    seen: set[bytes] = set()
    for sample in event_samples():
        raw = Delivery(body(sample.document), RECEIVED)
        (kept,) = keep_deliveries(cache, [raw])
        # Two of the documented events have one and the same body: without envelopes nothing tells them apart.
        assert (kept.id[:5], kept.type, kept.new) == ("body_", None, raw.body not in seen)
        seen.add(raw.body)
        campaign = named_campaign(sample)
        assert kept.campaign_ids[:1] == ((campaign,) if campaign else ())
        if campaign:
            assert kept.id in feed(cache, campaign)
        assert keep_deliveries(cache, [raw])[0].new is False


def test_what_only_webhooks_tell_is_where_it_is_looked_for(spec: Spec, cache: sqlite3.Connection) -> None:
    states = {}
    for _, document in deliveries():
        (kept,) = keep_deliveries(cache, [Delivery(body(document), RECEIVED)])
        row = cache.execute("select state from webhook_deliveries where id = ?", (kept.id,)).fetchone()
        if row[0]:
            states[kept.type] = row[0]
    assert states == {
        "customer.reward_redemptions.created": "PENDING",
        "customer.reward_redemptions.pending": "PENDING",
        "customer.reward_redemptions.completed": "COMPLETED",
        "distribution.manual_distribution_schedule": "TO SEND",
    }
