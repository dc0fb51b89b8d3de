"""The promotion panel: what each tier gives, and where it applies."""

from collections.abc import Mapping
from typing import Any

from store.domain.discount import scope_text, tier_value_text
from store.domain.values import called
from store.queries.freshness import data_state
from store.queries.tiers import promotion_tiers
from tui.campaigns.context import CampaignContext
from tui.kit.figures import state_words
from widgets.panel.panel import Field, PanelData


def tier_documents(context: CampaignContext) -> list[Mapping[str, Any]]:
    """A campaign's tiers as received, by hierarchy; those inside the campaign when none are cached."""
    if found := promotion_tiers(context.reader.connection, context.subject.id):
        return found
    promotion = context.campaign.document.get("promotion")
    tiers = promotion.get("tiers") if isinstance(promotion, dict) else None
    return [tier for tier in tiers if isinstance(tier, dict)] if isinstance(tiers, list) else []


def redemption_values(context: CampaignContext) -> PanelData:
    """Each tier with its discount and the scope it applies to."""
    fields = []
    for tier in tier_documents(context):
        action = tier.get("action")
        discount = action.get("discount") if isinstance(action, dict) else None
        effect = discount.get("effect") if isinstance(discount, dict) else None
        name = called(tier) or "tier"
        off = "" if tier.get("active") is not False else " (disabled)"
        summary = tier.get("summary")
        redeemed = summary.get("redemptions", {}).get("total_redeemed") if isinstance(summary, dict) else None
        taken = f"{redeemed:,}" if isinstance(redeemed, int) else "not stated"
        lines = (
            f"{tier_value_text(tier, context.currency) or 'no value stated'}{off}",
            f"scope: {scope_text(effect) or 'not stated'} · redeemed net {taken}",
        )
        fields.append(Field(name, lines))
    state = data_state(context.reader.connection, "promotion_tiers")
    return PanelData(
        "Redemption values",
        tuple(fields),
        source_note=state_words(state, context.reader.now()),
        empty_note="This promotion has no tiers.",
    )
