"""What is typed to find something: a text, and operators that narrow where it is looked for."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from store.cache.search_sources import SEARCH_SOURCES, searchable

LONGEST = 200
"""Characters of a text that are compared; nothing that is searched for by hand is longer."""
ORDER_KIND = "order"
KINDS = (*(source.kind for source in SEARCH_SOURCES), ORDER_KIND)
"""Every kind of hit. No list of orders is kept: they are found by the records that name them."""

_OPERATOR = re.compile(r'(?<!\S)(type|campaign|status|before|after):("[^"]*"|\S*)', re.IGNORECASE)


class SearchMistake(ValueError):
    """A search that cannot be meant as it is written; the text says why."""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search.

    Attributes:
        text: what to find, as typed; "" for everything that meets the rest.
        kinds: the kinds looked for; all when empty.
        type: what a record's own type contains, folded.
        campaign: id of a campaign or what its name contains, as typed.
        status: what a record's status begins with, folded.
        after: its first day, of the project.
        before: the day it must lie before, of the project.
    """

    text: str = ""
    kinds: frozenset[str] = frozenset()
    type: str = ""
    campaign: str = ""
    status: str = ""
    after: date | None = None
    before: date | None = None

    @property
    def needle(self) -> str:
        """The text in the form that is compared."""
        return searchable(self.text)

    @property
    def is_blank(self) -> bool:
        """Whether it asks for nothing."""
        return self == SearchQuery()

    def of_kinds(self, kinds: frozenset[str]) -> "SearchQuery":
        """The same for these kinds alone."""
        return replace(self, kinds=self.kinds & kinds or kinds)

    @property
    def is_plain(self) -> bool:
        """Whether no operator narrows what is found."""
        return self == SearchQuery(self.text, self.kinds)


def parse_search(typed: str, day_of: Callable[[str], date] = date.fromisoformat) -> SearchQuery:
    """Read a typed search: `summer type:voucher status:active campaign:"Black Friday" after:2026-11-01`.

    Args:
        typed: the search.
        day_of: reads a day; a ValueError says that it is none.

    Raises:
        SearchMistake: a day that is none, or two operators of one kind.
    """
    # Arguments of the command line may hold bytes that are no text.
    clean = typed.encode("utf-8", "replace").decode()
    query, seen = SearchQuery(), set()
    for match in _OPERATOR.finditer(clean):
        name, value = match[1].lower(), match[2].strip('"').strip()
        if name in seen:
            raise SearchMistake(f"{name}: given twice.")
        seen.add(name)
        if value:
            query = _with(query, name, value, day_of)
    return replace(query, text=_OPERATOR.sub("", clean).strip()[:LONGEST])


def _with(query: SearchQuery, name: str, value: str, day_of: Callable[[str], date]) -> SearchQuery:
    if name in ("before", "after"):
        try:
            day = day_of(value)
        except ValueError:
            raise SearchMistake(f"{name}: wants a day like 2026-11-20, not “{value}”.") from None
        return replace(query, before=day) if name == "before" else replace(query, after=day)
    if name == "type":
        kinds = kinds_called(value)
        return replace(query, kinds=kinds) if kinds else replace(query, type=searchable(value))
    return replace(query, campaign=value) if name == "campaign" else replace(query, status=searchable(value))


def kinds_called(value: str) -> frozenset[str]:
    """The kinds whose name, or whose list's name, begins like this; none for an empty word."""
    wanted = searchable(value).replace("-", "_").replace(" ", "_")
    named = {source.kind for source in SEARCH_SOURCES if wanted and source.table.startswith(wanted)}
    return frozenset(named | {kind for kind in KINDS if wanted and kind.startswith(wanted)})
