"""Which campaigns the list shows and in what order: pure, over rows already in memory."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from store.domain.status import StatusKind
from store.folding import fold
from store.queries.campaigns import CampaignRow


@dataclass(frozen=True, slots=True)
class CampaignFilter:
    """What is wanted.

    Attributes:
        words: each must stand in name, id, category, value or metadata, case folded.
        types: API types; empty for all.
        statuses: status kinds by value; empty for all.
        unknown: tokens such as `status:foo` that mean nothing, as typed.
    """

    words: tuple[str, ...] = ()
    types: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()

    def admits(self, campaign: CampaignRow, haystack: str) -> bool:
        """Whether a campaign passes; `haystack` is its folded text."""
        if self.types and campaign.campaign_type not in self.types:
            return False
        if self.statuses and campaign.status.kind.value not in self.statuses:
            return False
        return all(word in haystack for word in self.words)


@dataclass(frozen=True, slots=True)
class CampaignSort:
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
    """Every campaign with its folded text, so that typing filters without delay.

    Attributes:
        campaigns: as the query gave them.
        type_titles: API type to the words people use for it, for sorting and `type:` tokens.
    """

    campaigns: Sequence[CampaignRow] = ()
    type_titles: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._folded = {campaign.id: haystack(campaign) for campaign in self.campaigns}

    def select(self, wanted: CampaignFilter, sort: CampaignSort) -> list[CampaignRow]:
        """The campaigns that pass, sorted; unknown values come last in either direction."""
        passing = [one for one in self.campaigns if wanted.admits(one, self._folded[one.id])]
        return sort_campaigns(passing, sort, self.type_titles)


def haystack(campaign: CampaignRow) -> str:
    """The text a typed filter looks in."""
    parts = (campaign.name, campaign.id, campaign.category, campaign.value_text, campaign.metadata)
    return fold("\n".join(parts))


def parse_filter(text: str, type_titles: Mapping[str, str]) -> CampaignFilter:
    """Read a typed filter: words, `type:coupon`, `status:active,draft`; a token may be the beginning of a name.

    Args:
        text: as typed.
        type_titles: API type to the words for it.
    """
    words: list[str] = []
    types: set[str] = set()
    statuses: set[str] = set()
    unknown: list[str] = []
    names = {
        "type": {kind: {fold(kind), fold(title)} for kind, title in type_titles.items()},
        "status": {kind.value: {kind.value.casefold()} for kind in StatusKind},
    }
    chosen = {"type": types, "status": statuses}
    for token in text.split():
        key, colon, value = fold(token).partition(":")
        if not colon or key not in names:
            words.append(fold(token))
            continue
        for part in filter(None, value.split(",")):
            found = {name for name, forms in names[key].items() if any(_begins(form, part) for form in forms)}
            chosen[key] |= found
            if not found:
                unknown.append(f"{key}:{part}")
    return CampaignFilter(tuple(words), frozenset(types), frozenset(statuses), tuple(unknown))


def _begins(form: str, part: str) -> bool:
    return form.startswith(part) or any(word.startswith(part) for word in form.replace("_", " ").split())


_STATUS_ORDER = {kind: position for position, kind in enumerate(StatusKind)}
_ASKED_FIRST = ("active", "failed", "generating", "updating", "scheduled", "draft", "disabled", "expired", "deleted")


def status_rank(kind: StatusKind) -> int:
    """What an operator asks about first comes first."""
    value = kind.value.casefold()
    return _ASKED_FIRST.index(value) if value in _ASKED_FIRST else len(_ASKED_FIRST) + _STATUS_ORDER[kind]


def _status_key(campaign: CampaignRow) -> tuple[Any, ...]:
    status = campaign.status
    scheduled, ended = status.kind is StatusKind.SCHEDULED, status.kind is StatusKind.EXPIRED
    moment = status.starts_at if scheduled else status.ends_at
    # What changes soonest, or ended last, comes first; open ends change never.
    distance = float("inf") if moment is None else moment.timestamp() * (-1 if ended else 1)
    return (status_rank(status.kind), distance, campaign.name.casefold())


_PLAIN_KEYS: Mapping[str, Callable[[CampaignRow], Any]] = {
    "name": lambda one: one.name.casefold(),
    "status": _status_key,
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
    known = [one for one in ordered if key(one) is not None]
    unknown = [one for one in ordered if key(one) is None]
    return sorted(known, key=key, reverse=sort.descending) + unknown


def next_sort(current: CampaignSort, column: str) -> CampaignSort:
    """What choosing a column does: sort by it, or turn the direction round when it is sorted by already."""
    if current.column == column:
        return CampaignSort(column, not current.descending)
    return CampaignSort(column, column in NUMBERS_FIRST_HIGH)
