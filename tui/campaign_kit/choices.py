"""What campaigns can be narrowed to by picking: types, statuses, categories with their counts."""

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from store import words as fmt
from store.domain.status import StatusKind
from tui.campaign_kit.filter import CampaignFilter, Filterable, status_rank
from tui.campaign_kit.status_words import status_sign
from widgets.dialog.picker import PickerItem


def type_items(campaigns: Sequence[Filterable], titles: Mapping[str, str]) -> list[PickerItem]:
    """Every type with its number of campaigns; an id is `=` and the API's type, the first stands for all."""
    counts = Counter(one.campaign_type for one in campaigns)
    return [
        PickerItem("", "All types", fmt.count(counts.total())),
        *(
            PickerItem(f"={kind}", title, fmt.count(counts[kind]))
            for kind, title in sorted(titles.items(), key=lambda item: item[1])
        ),
    ]


def status_items(campaigns: Sequence[Filterable]) -> list[PickerItem]:
    """Every status with its number of campaigns; the first stands for any."""
    counts = Counter(one.status.kind for one in campaigns)
    return [
        PickerItem("", "Any status", fmt.count(counts.total())),
        *(
            PickerItem(kind.value, kind.value.capitalize(), fmt.count(counts[kind]), status_sign(kind))
            for kind in sorted(StatusKind, key=status_rank)
        ),
    ]


def narrowing_items(
    campaigns: Sequence[Filterable], titles: Mapping[str, str], moments: Mapping[str, int]
) -> list[PickerItem]:
    """Every moment, type, status and category there is with its number of campaigns; the first stands for no choice.

    An id is `moment=`, `type=`, `status=` or `category=` and what a filter keeps of it.
    """
    types = Counter(one.campaign_type for one in campaigns)
    statuses = Counter(one.status.kind for one in campaigns)
    categories = Counter(one.category for one in campaigns if one.category)
    return [
        PickerItem("", "All campaigns", fmt.count(len(campaigns))),
        *(PickerItem(f"moment={words}", words.capitalize(), fmt.count(number)) for words, number in moments.items()),
        *(
            PickerItem(f"type={kind}", f"Type {titles.get(kind, kind)}", fmt.count(types[kind]))
            for kind in sorted(types, key=lambda kind: titles.get(kind, kind).casefold())
        ),
        *(
            PickerItem(f"status={kind.value}", f"Status {kind.value}", fmt.count(statuses[kind]), status_sign(kind))
            for kind in sorted(statuses, key=status_rank)
        ),
        *(
            PickerItem(f"category={name}", f"Category {name}", fmt.count(categories[name]))
            for name in sorted(categories, key=str.casefold)
        ),
    ]


def narrowed(chosen: CampaignFilter, item: str) -> CampaignFilter:
    """The choice with one of `narrowing_items` in it; what it named of the same kind before is replaced."""
    kind, _, value = item.partition("=")
    if kind == "moment":
        return replace(chosen, moments=frozenset({value}))
    if kind == "type":
        return replace(chosen, types=frozenset({value}))
    if kind == "status":
        return replace(chosen, statuses=frozenset({value}))
    return replace(chosen, categories=frozenset({value})) if kind == "category" else CampaignFilter()
