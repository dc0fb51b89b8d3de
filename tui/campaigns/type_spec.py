"""What a campaign type declares: its names and what its screen holds. A sixth type is one file in `types/`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from tui.campaign_kit.type_look import TypeLook

if TYPE_CHECKING:
    from tui.campaigns.context import CampaignContext
    from tui.kit.spec import Contents

CampaignContents: TypeAlias = "Contents[CampaignContext]"


class TypeSpec(TypeLook, frozen=True):
    """One campaign type: its look, and what is its own.

    Attributes:
        contents: makes what its campaigns' screen holds. Its imports stand inside it: a list of campaigns, which is
            the first thing on the screen, needs the look and none of the panels and tabs.
    """

    contents: Callable[[], CampaignContents]
