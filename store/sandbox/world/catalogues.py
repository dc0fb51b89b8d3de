"""The small tables of a world: campaigns and their configuration as ready documents with columns."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from store.sandbox.routes_empty import EMPTY
from store.sandbox.table import Document
from store.sandbox.world import moments
from store.sandbox.world.campaign_documents import (
    area_documents,
    campaign_document,
    category_documents,
    tier_document,
)
from store.sandbox.world.operations import Records, metadata_schema_documents, segment_documents
from store.sandbox.world.plans import CampaignPlan
from store.sandbox.world.programs import (
    Program,
    assignment_documents,
    earning_rule_documents,
    reward_documents,
    tier_documents,
)
from store.sandbox.world.rules import Usage, make_rules
from store.sandbox.world.sheet import DocumentSheet
from store.sandbox.world.showpieces import GIFTS
from store.sandbox.world.vocabulary import Words

_CAMPAIGN_COLUMNS = (
    "name", "campaign_type", "type", "creation_status", "vouchers_generation_status", "active", "category",
    "category_id", "validity_timeframe", "validity_day_of_week",
)  # fmt: skip


def document_sheets(
    seed: int,
    present: int,
    plans: list[CampaignPlan],
    programs: dict[str, Program],
    traces: Records,
    used: Mapping[str, Usage],
    words: Words,
) -> dict[str, DocumentSheet]:
    """Every small table by name; `present` in milliseconds."""
    categories = category_documents(present, words)
    rules, assignments = make_rules(Random(f"{seed}:rules"), present, plans, programs, used, words)
    tiers = [tier_document(plan, tier, i + 1, categories) for plan in plans for i, tier in enumerate(plan.tiers)]
    loyal = [(plan, programs[plan.id]) for plan in plans if plan.id in programs]
    gift = next((plan.id for plan in plans if plan.kind == GIFTS), None)
    return {
        "campaigns": _campaigns(plans, categories, words),
        "validation_rules": _sheet("validation_rules", rules, "name", "context_type"),
        "validation_rules_assignments": _sheet(
            "validation_rules_assignments", assignments, "rule_id", "related_object_id", "related_object_type"
        ),
        "promotion_tiers": _sheet(
            "promotion_tiers", tiers, "name", "campaign_id", "active", "start_date", "expiration_date", "hierarchy"
        ),
        "promotion_stacks": _sheet("promotion_stacks", _stacks(plans), "name", "campaign_id"),
        "categories": _sheet("categories", categories, "name", "hierarchy"),
        "loyalty_tiers": _sheet("loyalty_tiers", _all(tier_documents, loyal), "name", "campaign_id"),
        "earning_rules": DocumentSheet(
            "earning_rules",
            _all(earning_rule_documents, loyal),
            {"campaign_id": lambda rule: rule["source"]["object_id"], "active": lambda rule: rule["active"]},
        ),
        "rewards": _sheet(
            "rewards", [reward for pair in loyal for reward in reward_documents(*pair, gift)], "name", "type"
        ),
        "reward_assignments": DocumentSheet(
            "reward_assignments",
            _all(assignment_documents, loyal),
            {
                "campaign_id": lambda assignment: assignment["related_object_id"],
                "reward_id": lambda assignment: assignment["reward_id"],
            },
        ),
        "segments": _sheet("segments", segment_documents(present, words), "name", "type"),
        "metadata_schemas": _sheet("metadata_schemas", metadata_schema_documents(present), "related_object"),
        "async_actions": _sheet("async_actions", traces.async_actions, "type", "status", "operation_status"),
        "trash_bin": _sheet("trash_bin", traces.trash_bin, "resource_type", "resource_id", "resource_name"),
        "api_log": _sheet("api_log", traces.api_log, *_LOG_COLUMNS),
        "areas": _sheet("areas", area_documents(present), "name"),
        **{name: _sheet(name, [], "name") for name in EMPTY},
    }


_LOG_COLUMNS = (
    "status", "request_id", "channel", "method", "endpoint", "url", "user_email", "app_id", "client_app_id",
    "request_duration", "request_body", "response_body",
)  # fmt: skip


def _member(name: str) -> Callable[[Document], Any]:
    return lambda document: document.get(name)


def _sheet(name: str, documents: list[Document], *columns: str) -> DocumentSheet:
    return DocumentSheet(name, documents, {column: _member(column) for column in columns})


def _all(
    make: Callable[[CampaignPlan, Program], list[Document]], loyal: list[tuple[CampaignPlan, Program]]
) -> list[Document]:
    return [document for plan, program in loyal for document in make(plan, program)]


def _campaigns(plans: list[CampaignPlan], categories: list[Document], words: Words) -> DocumentSheet:
    def full(name: str) -> Callable[[Document], Any]:
        def get(document: Document) -> Any:
            value = document.get(name)
            return (
                value[:-1] + ".000Z" if isinstance(value, str) and len(value) == len("2026-01-01T00:00:00Z") else value
            )

        return get

    columns: dict[str, Callable[[Document], Any]] = {name: _member(name) for name in _CAMPAIGN_COLUMNS}
    columns["start_date"], columns["expiration_date"] = full("start_date"), full("expiration_date")
    columns["voucher_type"] = lambda document: document.get("voucher", {}).get("type")
    columns["is_referral_code"] = lambda document: document.get("voucher", {}).get("is_referral_code", False)
    documents = [campaign_document(plan, categories, i, words) for i, plan in enumerate(plans)]
    return DocumentSheet("campaigns", documents, columns)


def _stacks(plans: list[CampaignPlan]) -> list[Document]:
    return [
        {
            "id": f"stack_{plan.id[5:21]}",
            "name": f"Stack of {plan.name}",
            "tiers": {"ids": [tier.id for tier in plan.tiers], "hierarchy_mode": "MANUAL"},
            "created_at": moments.text(plan.created + moments.HOUR),
            "updated_at": None,
            "campaign_id": plan.id,
            "category_id": None,
            "categories": [],
            "object": "promotion_stack",
        }
        for plan in plans
        if len(plan.tiers) > 1
    ]
