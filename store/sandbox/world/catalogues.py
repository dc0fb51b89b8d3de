"""The small tables of a world: campaigns and their configuration as ready documents with columns."""

import sqlite3
from collections.abc import Callable, Mapping
from random import Random

from store.sandbox.routes_empty import EMPTY
from store.sandbox.table import Document
from store.sandbox.world import moments
from store.sandbox.world.campaign_documents import area_documents, campaign_document, category_documents, tier_document
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
from store.sandbox.world.sheet import DocumentSheet, Extract
from store.sandbox.world.showpieces import GIFTS
from store.sandbox.world.vocabulary import Words

Columns = Mapping[str, Extract]


def _member(name: str) -> Extract:
    return lambda document: document.get(name)


def _plain(*names: str) -> dict[str, Extract]:
    """Columns that are members of the document."""
    return {name: _member(name) for name in names}


_CAMPAIGN_COLUMNS: Columns = {
    **_plain(
        "name", "campaign_type", "type", "creation_status", "vouchers_generation_status", "active", "category",
        "category_id", "start_date", "expiration_date",
    ),
    "voucher_type": lambda document: document.get("voucher", {}).get("type"),
    "is_referral_code": lambda document: document.get("voucher", {}).get("is_referral_code", False),
}  # fmt: skip


def document_sheets(
    database: sqlite3.Connection,
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
    tables: dict[str, tuple[list[Document], Columns]] = {
        "campaigns": (
            [campaign_document(plan, categories, i, words) for i, plan in enumerate(plans)], _CAMPAIGN_COLUMNS
        ),
        "validation_rules": (rules, _plain("name", "context_type")),
        "validation_rules_assignments": (
            assignments, _plain("rule_id", "related_object_id", "related_object_type")
        ),
        "promotion_tiers": (
            tiers, _plain("name", "campaign_id", "active", "start_date", "expiration_date", "hierarchy")
        ),
        "promotion_stacks": (_stacks(plans), _plain("name", "campaign_id")),
        "categories": (categories, _plain("name", "hierarchy")),
        "loyalty_tiers": (_all(tier_documents, loyal), _plain("name", "campaign_id")),
        "earning_rules": (
            _all(earning_rule_documents, loyal),
            {"campaign_id": lambda rule: rule["source"]["object_id"], **_plain("active")},
        ),
        "rewards": ([reward for pair in loyal for reward in reward_documents(*pair, gift)], _plain("name", "type")),
        "reward_assignments": (
            _all(assignment_documents, loyal),
            {"campaign_id": lambda assignment: assignment["related_object_id"], **_plain("reward_id")},
        ),
        "segments": (segment_documents(present, words), _plain("name", "type")),
        "metadata_schemas": (metadata_schema_documents(present), _plain("related_object")),
        "async_actions": (traces.async_actions, _plain("type", "status", "operation_status")),
        "trash_bin": (traces.trash_bin, _plain("resource_type", "resource_id", "resource_name")),
        "api_log": (traces.api_log, _plain(*_LOG_COLUMNS)),
        "areas": (area_documents(present), _plain("name")),
        **{name: ([], _plain("name")) for name in EMPTY},
    }  # fmt: skip
    return {name: DocumentSheet(database, name, *content) for name, content in tables.items()}


_LOG_COLUMNS = (
    "status", "request_id", "channel", "method", "endpoint", "url", "user_email", "app_id", "client_app_id",
    "request_duration", "request_body", "response_body",
)  # fmt: skip


def _all(
    make: Callable[[CampaignPlan, Program], list[Document]], loyal: list[tuple[CampaignPlan, Program]]
) -> list[Document]:
    return [document for plan, program in loyal for document in make(plan, program)]


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
