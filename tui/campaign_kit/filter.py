"""Which campaigns are wanted, on whatever screen they stand: pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from store import words as fmt
from store.domain.status import Status, StatusKind
from store.folding import fold
from store.queries.campaigns import ends_soon, just_started


class Named(Protocol):
    """A campaign as far as commands about it look at it."""

    @property
    def id(self) -> str:
        """The API's."""
        ...

    @property
    def display_name(self) -> str:
        """What to call it."""
        ...


class Filterable(Named, Protocol):
    """A campaign as far as filters look at it; rows of the list and of the calendar are such."""

    @property
    def name(self) -> str:
        """As received."""
        ...

    @property
    def campaign_type(self) -> str:
        """The API's."""
        ...

    @property
    def category(self) -> str:
        """Of its categories the first; "" for none."""
        ...

    @property
    def status(self) -> Status:
        """Derived."""
        ...


ENDING, STARTED, FAILING = "ends within 7 days", "started within 7 days", "failing today"
MOMENTS = (ENDING, STARTED, FAILING)
"""What is true of a campaign for some days, as a filter says it."""


def true_of(
    campaigns: Iterable[Filterable], moments: Iterable[str], now: datetime, failing: frozenset[str]
) -> frozenset[str]:
    """Ids of the campaigns that all of some `MOMENTS` are true of; `failing` are those that fail today."""
    tests: dict[str, Callable[[Filterable], bool]] = {
        ENDING: lambda one: ends_soon(one.status, now),
        STARTED: lambda one: just_started(one.status, now),
        FAILING: lambda one: one.id in failing,
    }
    return frozenset(one.id for one in campaigns if all(tests[moment](one) for moment in moments))


class CampaignFilter(Struct, frozen=True):
    """What is wanted.

    Attributes:
        words: each must stand in name, id, category, value or metadata, case folded.
        types: API types; empty for all.
        statuses: status kinds by value; empty for all.
        categories: by name; empty for all.
        unknown: tokens such as `status:foo` that mean nothing, as typed.
        moments: of `MOMENTS`; empty for all.
        only: ids of the campaigns that these are true of now; None for all.
    """

    words: tuple[str, ...] = ()
    types: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()
    moments: frozenset[str] = frozenset()
    only: frozenset[str] | None = None

    def admits(self, campaign: Filterable, haystack: str) -> bool:
        """Whether a campaign passes; `haystack` is its folded text."""
        if self.only is not None and campaign.id not in self.only:
            return False
        if self.types and campaign.campaign_type not in self.types:
            return False
        if self.statuses and campaign.status.kind.value not in self.statuses:
            return False
        if self.categories and campaign.category not in self.categories:
            return False
        return all(word in haystack for word in self.words)


def haystack(campaign: Filterable, value_text: str, metadata: str) -> str:
    """The text a typed filter looks in: its names, what it gives in words, and its metadata as JSON text."""
    return fold("\n".join((campaign.name, campaign.id, campaign.category, value_text, metadata)))


def parse_filter(text: str, type_titles: Mapping[str, str], categories: Iterable[str] = ()) -> CampaignFilter:
    """Read a typed filter: words, `type:coupon`, `status:active,draft`, `category:toys`; beginnings of names will do.

    Args:
        text: as typed.
        type_titles: API type to the words for it.
        categories: the names there are.
    """
    words: list[str] = []
    types: set[str] = set()
    statuses: set[str] = set()
    named: set[str] = set()
    unknown: list[str] = []
    names = {
        "type": {kind: {fold(kind), fold(title)} for kind, title in type_titles.items()},
        "status": {kind.value: {kind.value.casefold()} for kind in StatusKind},
        "category": {name: {fold(name)} for name in categories if name},
    }
    chosen = {"type": types, "status": statuses, "category": named}
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
    return CampaignFilter(tuple(words), frozenset(types), frozenset(statuses), frozenset(named), tuple(unknown))


def _begins(form: str, part: str) -> bool:
    return form.startswith(part) or any(word.startswith(part) for word in form.replace("_", " ").split())


_STATUS_ORDER = {kind: position for position, kind in enumerate(StatusKind)}
_ASKED_FIRST = ("active", "failed", "generating", "updating", "scheduled", "draft", "disabled", "expired", "deleted")


def status_rank(kind: StatusKind) -> int:
    """What an operator asks about first comes first."""
    value = kind.value.casefold()
    return _ASKED_FIRST.index(value) if value in _ASKED_FIRST else len(_ASKED_FIRST) + _STATUS_ORDER[kind]


def status_key(campaign: Filterable) -> tuple[Any, ...]:
    """What an operator asks about first comes first: what ends soonest, what begins next, what ended last."""
    status = campaign.status
    scheduled, ended = status.kind is StatusKind.SCHEDULED, status.kind is StatusKind.EXPIRED
    moment = status.starts_at if scheduled else status.ends_at
    # What changes soonest, or ended last, comes first; open ends change never.
    distance = float("inf") if moment is None else moment.timestamp() * (-1 if ended else 1)
    return (status_rank(status.kind), distance, campaign.name.casefold())


def chosen_words(chosen: CampaignFilter, titles: Mapping[str, str]) -> list[str]:
    """What was picked, in the words it was picked by."""
    return [
        *sorted(chosen.moments),
        *sorted(titles.get(kind, kind) for kind in chosen.types),
        *sorted(chosen.statuses),
        *sorted(chosen.categories),
    ]


def matching_words(shown: int, total: int) -> str:
    """How many campaigns match, of how many."""
    return f"{fmt.count(total)} match" if shown == total else f"{fmt.count(shown)} of {fmt.count(total)} match"
