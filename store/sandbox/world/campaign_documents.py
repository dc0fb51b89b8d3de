"""Campaigns and promotion tiers as the API sends them (schemas Campaign, PromotionTier)."""

from typing import Any

from store.sandbox.table import Document
from store.sandbox.world import moments
from store.sandbox.world.plans import CampaignPlan, TierPlan
from store.sandbox.world.showpieces import GIFTS, LOYALTY, PROMOTIONS, REFERRALS
from store.sandbox.world.vocabulary import Words

VALIDITY = ("validity_timeframe", "validity_day_of_week", "validity_hours")


def category_documents(now: int, words: Words) -> list[Document]:
    """Schema Category."""
    return [
        {
            "id": f"cat_{i:02d}5dee3cdb5ec0c",
            "name": name,
            "hierarchy": i,
            "created_at": moments.text(now - (440 - i) * moments.DAY),
            "updated_at": moments.text(now - 100 * moments.DAY) if i == 5 else None,
            "object": "category",
        }
        for i, name in enumerate(words.categories)
    ]


def campaign_document(plan: CampaignPlan, categories: list[Document], position: int, words: Words) -> Document:
    """A campaign without its counts, tiers and assignments, which are derived when it is shown."""
    idea = plan.idea
    category = None if plan.category is None else categories[plan.category]
    document: Document = {
        "id": plan.id,
        "name": plan.name,
        "description": None
        if position % 4
        else f"Planned by the {plan.metadata['team']} team\nfor the season{words.mark}",
        "campaign_type": plan.kind,
        "type": idea.type,
        "auto_join": plan.kind == LOYALTY and position % 2 == 0,
        "join_once": plan.kind != GIFTS,
        "use_voucher_metadata_schema": position % 3 == 0,
        "start_date": moments.wire(moments.optional_text(plan.start)),
        "expiration_date": moments.wire(moments.optional_text(plan.end)),
        "active": idea.active,
        "metadata": plan.metadata,
        "created_at": moments.text(plan.created),
        "category": category["name"] if category else None,
        "category_id": category["id"] if category else None,
        "categories": [category] if category else [],
        "creation_status": idea.status,
        "vouchers_generation_status": idea.generation,
        "readonly": False,
        "protected": position % 19 == 0,
        "object": "campaign",
        **idea.extras,
    }
    if plan.updated is not None:
        document["updated_at"] = moments.text(plan.updated)
    if plan.kind != PROMOTIONS:
        document["voucher"] = _voucher(plan)
    if plan.kind == LOYALTY and plan.idea.benefit.get("expiration_rules"):
        document["loyalty_tiers_expiration"] = {
            "qualification_type": "BALANCE",
            "start_date": {"type": "IMMEDIATE"},
            "expiration_date": {"type": "END_OF_NEXT_PERIOD", "rounding": {"type": "QUARTER", "strategy": "END"}},
        }
    if position % 5 in (0, 2):
        document["access_settings_assignments"] = _access(plan, position)
    return document


def _voucher(plan: CampaignPlan) -> Document:
    idea = plan.idea
    part = {GIFTS: "gift", LOYALTY: "loyalty_card"}.get(plan.kind, "discount")
    return {
        "type": plan.voucher_type,
        part: idea.benefit,
        "redemption": {"quantity": idea.quantity},
        "code_config": {
            "length": 8,
            "charset": "ABCDEFGHJKLMNPQRSTUVWXYZ23456789",
            "pattern": "####-########",
            **({"initial_count": 1} if idea.type == "STANDALONE" else {}),
        },
        "is_referral_code": plan.kind == REFERRALS,
    }


def area_documents(now: int) -> list[Document]:
    """The areas that access settings name; their schema is not documented."""
    return [
        {
            "id": f"ar_0ef7a0c1b2d3e4f{i}",
            "name": name,
            "created_at": moments.text(now - (435 - i) * moments.DAY),
            "updated_at": None,
            "object": "area",
        }
        for i, name in enumerate(("Poland", "Germany and Austria"))
    ]


def _access(plan: CampaignPlan, position: int) -> Document:
    assignments = [
        {
            "id": f"arca_{position:04d}{i}b7c9d2",
            "area_id": f"ar_0ef7a0c1b2d3e4f{i}",
            "all_stores": i == 0,
            "area_store_id": None if i == 0 else f"ars_0ef7a0c1b2d3e5{position:02d}",
            "created_at": moments.text(plan.created + 5 * moments.MINUTE),
            "object": "area_store_campaign_assignment",
        }
        for i in range(1 + position % 2)
    ]
    return {"object": "list", "data_ref": "data", "data": assignments, "total": len(assignments)}


def tier_document(plan: CampaignPlan, tier: TierPlan, hierarchy: int, categories: list[Document]) -> Document:
    """A promotion tier without its summary and assignments, which are derived when it is shown."""
    document: Document = {
        "id": tier.id,
        "created_at": moments.text(plan.created + hierarchy * moments.MINUTE),
        "updated_at": moments.text(plan.updated) if plan.updated and hierarchy == 1 else None,
        "name": tier.idea.name,
        "banner": f"{tier.idea.name}!",
        "action": {"discount": tier.idea.discount},
        "metadata": {"step": hierarchy},
        "hierarchy": hierarchy,
        "campaign_id": plan.id,
        "active": tier.idea.active,
        "object": "promotion_tier",
        "category_id": None,
        "categories": categories[:1] if hierarchy == 1 else [],
    }
    if tier.start is not None:
        document["start_date"] = moments.wire(moments.text(tier.start))
    if tier.end is not None:
        document["expiration_date"] = moments.wire(moments.text(tier.end))
    return document


def assignments_list(assignments: list[Document]) -> Document:
    """The list object a campaign, voucher or tier carries its rule assignments in."""
    return {"object": "list", "data_ref": "data", "data": assignments, "total": len(assignments)}


def campaign_of_tier(campaign: Document) -> Document:
    """The part of a campaign that a tier repeats."""
    kept: dict[str, Any] = {
        key: campaign[key] for key in ("id", "start_date", "expiration_date", "active", "category_id", "object")
    }
    kept.update({key: campaign[key] for key in VALIDITY if key in campaign})
    return kept
