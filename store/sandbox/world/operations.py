"""What a project's staff leaves behind: background tasks, logged requests, the bin, segments, schemas."""

import json
from dataclasses import dataclass
from random import Random
from typing import Any

from store.sandbox.table import Document
from store.sandbox.world import moments
from store.sandbox.world.plans import CampaignPlan
from store.sandbox.world.terms import COUNTRIES
from store.sandbox.world.vocabulary import Words

_USERS = ("ada@example.com", "ops@example.com", "łukasz@example.com")


@dataclass(frozen=True, slots=True)
class DeletedObject:
    """A code or a campaign that is gone: instants as text, `amount` the initial value of a code."""

    at: str
    resource_type: str
    resource_id: str
    campaign_id: str | None
    voucher_type: str | None
    created_at: str | None
    amount: int = 0


def segment_documents(now: int, words: Words) -> list[Document]:
    """Schema Segment; the first is the one that rules name, the static one has no filter."""
    names: tuple[tuple[str, str, str, Document | None], ...] = (
        ("seg_3c1f9b7d20", "Club members", "passive", {"metadata.country": {"conditions": {"$is": ["PL"]}}}),
        ("seg_3c1f9b7d21", "Newsletter readers", "auto-update",
         {"metadata.newsletter": {"conditions": {"$is": [True]}}}),
        ("seg_3c1f9b7d22", f"Trade fair list{words.mark}", "static", None),
    )  # fmt: skip
    return [
        {
            "id": key,
            "name": name,
            "created_at": moments.text(now - (400 - i * 30) * moments.DAY),
            "updated_at": None,
            "type": kind,
            **({"filter": {"junction": "and", **wanted}} if wanted else {}),
            "object": "segment",
        }
        for i, (key, name, kind, wanted) in enumerate(names)
    ]


def metadata_schema_documents(now: int) -> list[Document]:
    """Schema MetadataSchema… for campaigns, vouchers and customers."""

    def field(kind: str, **more: Any) -> Document:
        return {"type": kind, "array": False, "optional": True, "objectType": None, **more}

    described = (
        ("campaign", {"team": field("string"), "budget_code": field("number"), "note": field("string")}),
        ("voucher", {"wave": field("number"), "język": field("string")}),
        ("customer", {"country": field("string", eq=sorted(COUNTRIES.values())), "newsletter": field("boolean")}),
    )
    return [
        {
            "id": f"ms_{i}5dHR6bJ2w",
            "related_object": related,
            "properties": properties,
            "allow_defined_only": i == 2,
            "created_at": moments.text(now - 420 * moments.DAY),
            "updated_at": moments.text(now - 90 * moments.DAY),
            "object": "metadata_schema",
        }
        for i, (related, properties) in enumerate(described)
    ]


@dataclass(slots=True)
class Records:
    """Async actions, logged requests, bin entries, and what was deleted."""

    async_actions: list[Document]
    api_log: list[Document]
    trash_bin: list[Document]
    deletions: list[DeletedObject]


def make_records(rng: Random, now: int, plans: list[CampaignPlan], words: Words) -> Records:
    """The traces of every campaign's making and changing."""
    records = Records([], [], [], [])
    for i, plan in enumerate(plans):
        user = _USERS[i % len(_USERS)]
        body = {"name": plan.name, "campaign_type": plan.kind, "metadata": plan.metadata}
        request = _log(rng, records, plan.created, user, "POST", "/v1/campaigns", body, _answer(plan))
        if plan.vouchers:
            path, answer = f"/v1/campaigns/{plan.id}/importCSV", {"async_action_id": f"aa_{i:016x}"}
            rows: Document = {"file": "codes.csv", "rows": plan.vouchers}
            request = _log(rng, records, plan.created + moments.MINUTE, user, "POST", path, rows, answer)
        _generation(rng, records, plan, i, request)
        if plan.updated is not None:
            change = {"metadata": {**plan.metadata, "reviewed": True}, "description": f"updated{words.mark}"}
            path = f"/v1/campaigns/{plan.id}"
            _log(rng, records, plan.updated, user, "PUT", path, change, _answer(plan))
        if not plan.idea.active:
            at = min(now - moments.HOUR, now - 12 * moments.DAY)
            _log(rng, records, at, user, "POST", f"/v1/campaigns/{plan.id}/disable", None, {})
        if plan.vouchers > 10 and i % 3 == 0:
            _delete_codes(rng, now, records, plan, words)
    _log(rng, records, now - 3 * moments.DAY, _USERS[0], "POST", "/v1/redemptions/rollback",
         {"reason": "Wrong basket. " * 20}, {"code": 400, "key": "already_rolled_back"}, status=400)  # fmt: skip
    _binned_campaigns(rng, now, records, words)
    for kept in (records.async_actions, records.api_log, records.trash_bin):
        kept.sort(key=lambda document: str(document["created_at"]))
    return records


def _answer(plan: CampaignPlan) -> Document:
    return {"id": plan.id, "name": plan.name, "object": "campaign"}


def _log(
    rng: Random, records: Records, at: int, user: str, method: str, path: str, request: Document | None,
    response: Document, *, status: int = 200,
) -> str:  # fmt: skip
    """Log one request; returns its id, which the background task it starts carries, too."""
    request_id = f"v-0{at:x}{len(records.api_log):05x}"
    by_key = rng.random() < 0.5
    records.api_log.append(
        {
            "id": f"log_{at:x}{len(records.api_log):05x}",
            "created_at": moments.text(at),
            "status": status,
            "request_id": request_id,
            "channel": "API" if by_key else "WEBSITE",
            "method": method,
            "endpoint": path.split("?", maxsplit=1)[0],
            "url": f"https://api.voucherify.io{path}",
            "user_email": None if by_key else user,
            "app_id": "8a824b12-0530-4ef4-9479-d9e9b9930176" if by_key else None,
            "client_app_id": None,
            "request_duration": 20 + at % 400,
            "request_body": None if request is None else json.dumps(request, ensure_ascii=False),
            "response_body": json.dumps(response, ensure_ascii=False),
        }
    )
    return request_id


def _generation(rng: Random, records: Records, plan: CampaignPlan, position: int, request_id: str) -> None:
    if not plan.vouchers and plan.idea.generation == "DONE":
        return
    state = {"FAILED": ("FAILED", "FAILED"), "IN_PROGRESS": ("IN_PROGRESS", "UNKNOWN")}
    status, outcome = state.get(plan.idea.generation, ("DONE", "SUCCESS"))
    if position % 13 == 5:
        outcome = "FAILED"
    records.async_actions.append(
        {
            "id": f"aa_{position:016x}",
            "type": ("CAMPAIGN.VOUCHERS_GENERATE", "CAMPAIGN.VOUCHERS_IMPORT_CSV")[position % 2],
            "status": status,
            "operation_status": outcome,
            "created_at": moments.text(plan.created + moments.SECOND),
            "updated_at": moments.text(plan.created + 40 * moments.SECOND),
            "request_id": request_id,
            "processing_time": 1_000 + plan.vouchers + (rng.getrandbits(20) >> 10),
            "progress": 42 if status == "IN_PROGRESS" else 100,
            "object": "async_action",
        }
    )


def _bin_entry(rng: Random, at: int, kind: str, key: str, name: str, parent: str | None) -> Document:
    return {
        "id": f"tbe_0{at // 1000:x}{rng.getrandbits(24):06x}",
        "created_at": moments.text(at),
        "deleted_by_user_id": None if rng.random() < 0.4 else "user_JjB45t4Rpl4t1n0oMRlj6trz",
        "resource_id": key,
        "resource_type": kind,
        "resource_name": name,
        "resource_parent_id": parent,
        "object": kind,
    }


def _delete_codes(rng: Random, now: int, records: Records, plan: CampaignPlan, words: Words) -> None:
    begin, end = plan.window(plan.created, now)
    for n in range(2 + plan.vouchers % 3):
        at = begin + int((max(begin + 1, end) - begin) * rng.random())
        at = min(at, now - 1)
        key = f"v_{rng.getrandbits(96):024x}"
        in_bin = n % 4 != 3
        if in_bin:
            records.trash_bin.append(_bin_entry(rng, at, "voucher", key, f"OLD-{n}{words.mark}", plan.id))
        created = moments.text(min(plan.created + moments.SECOND, at))
        records.deletions.append(
            DeletedObject(moments.text(at), "voucher", key, plan.id, plan.voucher_type, created, plan.initial_value)
        )


def _binned_campaigns(rng: Random, now: int, records: Records, words: Words) -> None:
    for i, name in enumerate(("Cancelled test campaign", f"Old promo{words.mark}", "Duplicate of Autumn Warm-Up")):
        at = now - (11 + 37 * i) * moments.DAY
        key = f"camp_{rng.getrandbits(96):024x}"
        records.trash_bin.append(_bin_entry(rng, at, "campaign", key, name, None))
        records.deletions.append(DeletedObject(moments.text(at), "campaign", key, None, None, None))
        answer: Document = {"async_action_id": f"aa_del{i:013x}"}
        request_id = _log(rng, records, at, _USERS[i], "DELETE", f"/v1/campaigns/{key}", None, answer, status=202)
        records.async_actions.append(
            {
                "id": f"aa_del{i:013x}",
                "type": "CAMPAIGN.VOUCHERS_DELETE",
                "status": "DONE",
                "operation_status": "SUCCESS",
                "created_at": moments.text(at),
                "updated_at": moments.text(at + 3 * moments.SECOND),
                "request_id": request_id,
                "processing_time": 2_900,
                "progress": 100,
                "object": "async_action",
            }
        )
