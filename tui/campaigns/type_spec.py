"""What a campaign type declares: its names and what its screen holds. A sixth type is one file in `types/`."""

from collections.abc import Callable
from dataclasses import dataclass

from tui.campaigns.context import CampaignContext
from tui.kit.spec import Contents


@dataclass(frozen=True, slots=True)
class TypeSpec:
    """One campaign type.

    Attributes:
        type: the API's `campaign_type`; "" for the generic one that takes every other.
        title: in a header ("Discount coupon").
        short: in a list ("Coupon").
        role: theme role for its colour ("type-coupon").
        glyph: one cell, told apart without colour.
        contents: makes what its campaigns' screen holds. Its imports stand inside it: a list of campaigns, which is
            the first thing on the screen, needs the words above and none of the panels and tabs.
    """

    type: str
    title: str
    short: str
    role: str
    glyph: str
    contents: Callable[[], Contents[CampaignContext]]
