"""What the campaign list can be narrowed to by picking: types and statuses with their counts, and a choice in words."""

from collections import Counter
from collections.abc import Mapping, Sequence

from store import words as fmt
from store.domain.status import StatusKind
from store.queries.campaigns import CampaignRow
from tui.campaigns.filter import CampaignFilter, status_rank
from tui.campaigns.status_words import status_sign
from widgets.dialog.picker import PickerItem


def type_items(campaigns: Sequence[CampaignRow], titles: Mapping[str, str]) -> list[PickerItem]:
    """Every type with its number of campaigns; an id is `=` and the API's type, the first stands for all."""
    counts = Counter(one.campaign_type for one in campaigns)
    return [
        PickerItem("", "All types", fmt.count(counts.total())),
        *(
            PickerItem(f"={kind}", title, fmt.count(counts[kind]))
            for kind, title in sorted(titles.items(), key=lambda item: item[1])
        ),
    ]


def status_items(campaigns: Sequence[CampaignRow]) -> list[PickerItem]:
    """Every status with its number of campaigns; the first stands for any."""
    counts = Counter(one.status.kind for one in campaigns)
    return [
        PickerItem("", "Any status", fmt.count(counts.total())),
        *(
            PickerItem(kind.value, kind.value.capitalize(), fmt.count(counts[kind]), status_sign(kind))
            for kind in sorted(StatusKind, key=status_rank)
        ),
    ]


def chosen_words(chosen: CampaignFilter, titles: Mapping[str, str]) -> list[str]:
    """What was picked, in the words it was picked by."""
    return [*sorted(titles.get(kind, kind) for kind in chosen.types), *sorted(chosen.statuses)]


def matching_words(shown: int, total: int) -> str:
    """How many campaigns match, of how many."""
    return f"{fmt.count(total)} match" if shown == total else f"{fmt.count(shown)} of {fmt.count(total)} match"
