"""The campaigns of the list in order: pure, over rows already in memory."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from msgspec import Struct

from store.queries.campaigns import CampaignRow
from tui.campaign_kit.filter import CampaignFilter, haystack, status_key


class CampaignSort(Struct, frozen=True):
    """A column's id and a direction."""

    column: str = "status"
    descending: bool = False

    def direction_of(self, column: str) -> str:
        """Which way a column is sorted, in a word; "" for the others."""
        if column != self.column:
            return ""
        return "descending" if self.descending else "ascending"


@dataclass
class CampaignIndex:
    """Every campaign, with its folded text once a filter is typed, so that typing filters without delay.

    Attributes:
        campaigns: as the query gave them.
        type_titles: API type to the words people use for it, for sorting and `type:` tokens.
    """

    campaigns: Sequence[CampaignRow] = ()
    type_titles: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._folded: dict[str, str] = {}

    def select(self, wanted: CampaignFilter, sort: CampaignSort) -> list[CampaignRow]:
        """The campaigns that pass, sorted; unknown values come last in either direction."""
        # Only a typed filter needs the folded text.
        if wanted.words and not self._folded:
            self._folded = {one.id: haystack(one, one.value_text, one.metadata) for one in self.campaigns}
        passing = [one for one in self.campaigns if wanted.admits(one, self._folded.get(one.id, ""))]
        return sort_campaigns(passing, sort, self.type_titles)


_PLAIN_KEYS: Mapping[str, Callable[[CampaignRow], Any]] = {
    "name": lambda one: one.name.casefold(),
    "status": status_key,
    "category": lambda one: one.category.casefold() or None,
    "value": lambda one: one.value_text.casefold() or None,
    "starts": lambda one: one.start_date,
    "ends": lambda one: one.expiration_date,
    "vouchers": lambda one: one.vouchers_count,
    "redeemed": lambda one: one.redemptions,
    "publications": lambda one: one.publications,
    "spark": lambda one: (
        sum(value for value in one.spark if value is not None)
        if any(value is not None for value in one.spark)
        else None
    ),
    "rate": lambda one: one.success_permille,
    "age": lambda one: one.as_of,
}

NUMBERS_FIRST_HIGH = frozenset({"vouchers", "redeemed", "publications", "spark", "rate", "age"})
"""Columns that people want from the largest downwards when they first sort by them."""


def sort_campaigns(
    campaigns: Iterable[CampaignRow], sort: CampaignSort, type_titles: Mapping[str, str]
) -> list[CampaignRow]:
    """The campaigns in order; equal ones by name and id, unknown values last in either direction."""
    ordered = sorted(campaigns, key=lambda one: (one.name.casefold(), one.id))
    key = _PLAIN_KEYS.get(sort.column)
    if key is None:
        titles = {one.campaign_type: type_titles.get(one.campaign_type, one.campaign_type) for one in ordered}
        return sorted(ordered, key=lambda one: titles[one.campaign_type].casefold(), reverse=sort.descending)
    keyed = [(key(one), one) for one in ordered]
    known = sorted((pair for pair in keyed if pair[0] is not None), key=itemgetter(0), reverse=sort.descending)
    return [one for _, one in known] + [one for found, one in keyed if found is None]


def next_sort(current: CampaignSort, column: str) -> CampaignSort:
    """What choosing a column does: sort by it, or turn the direction round when it is sorted by already."""
    if current.column == column:
        return CampaignSort(column, not current.descending)
    return CampaignSort(column, column in NUMBERS_FIRST_HIGH)
