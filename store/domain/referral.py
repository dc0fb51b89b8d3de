"""Referral programs in words: what converts a referral and what the referee gets.

Source: schema ReferralProgram; API §4.4. The referrer's tiers and rewards have no public endpoint.
"""

from collections.abc import Mapping
from typing import Any

from store.domain.discount import configured_value_text
from store.domain.money import money_text, points_text
from store.domain.values import called, inside, joined, members, shown, word


def conversion_text(campaign: Any) -> str:
    """What turns an invited person into a referral, as a sentence; says so when the campaign does not state it."""
    program = members(inside(campaign, "referral_program"))
    kind = word(program.get("conversion_event_type"))
    if kind == "redemption":
        return "A referral counts when the invited person redeems the code."
    if kind == "custom_event":
        event = called(program.get("custom_event"))
        return f"A referral counts when the event {event or 'of the program (not named)'} happens."
    return f"A referral counts on {kind}." if kind else "The conversion event is not stated."


def referee_reward_text(campaign: Any, currency: str | None = None) -> str:
    """What the invited person gets: what the code itself gives, and points or credit of another campaign.

    Args:
        campaign: as received (schema Campaign, referral).
        currency: ISO 4217 code of the profile, or None for bare numbers.
    """
    reward = members(inside(campaign, "referral_program", "referee_reward"))
    parts = (configured_value_text(campaign, currency), _reward_text(reward, currency))
    return joined(parts) or "nothing stated"


def _reward_text(reward: Mapping[str, Any], currency: str | None) -> str:
    """Points or credit on a card of another campaign; empty when there is no such reward."""
    if not reward:
        return ""
    kind = word(reward.get("type"))
    given = {
        "LOYALTY_CARD": f"{points_text(reward.get('amount'))} on a loyalty card",
        "GIFT_VOUCHER": f"{money_text(reward.get('amount'), currency)} on a gift card",
    }.get(kind) or f"{kind or 'reward'} {shown(reward.get('amount'))}"
    source = called(reward.get("related_object_parent"))
    return f"{given} of {source}" if source else given
