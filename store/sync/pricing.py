"""What reading a list costs in calls, and how sure that is."""

from dataclasses import dataclass
from enum import StrEnum

from store.sync.report import PAGES


class Bound(StrEnum):
    """How a number of calls is meant."""

    EXACT = "exact"
    ABOUT = "about"
    AT_LEAST = "at least"
    AT_MOST = "at most"


@dataclass(frozen=True, slots=True)
class RowCount:
    """How many rows are known to be there before a list is read.

    Attributes:
        rows: how many; None when unknown.
        refused: filters by campaign that the server does not honour, or that find nothing: each costs a call.
        trouble: why the API did not tell it, in a sentence.
    """

    rows: int | None = None
    refused: int = 0
    trouble: str = ""


NOT_COUNTED = RowCount()


@dataclass(frozen=True, slots=True)
class Price:
    """Calls a list takes.

    Attributes:
        calls: how many.
        bound: how that is meant.
        why: why so many, in words.
        via: by pages or by export.
        news: only what is new or changed is read, and how much that is is unknown.
    """

    calls: int
    bound: Bound
    why: str = ""
    via: str = PAGES
    news: bool = False

    @property
    def words(self) -> str:
        """Why, after how the calls are meant where that is not exact."""
        if self.bound is Bound.EXACT:
            return self.why
        return f"{self.bound.value}: {self.why}" if self.why else self.bound.value


def price_news(calls: int = 1) -> Price:
    """The price of reading what is new or changed, with so many calls where there is nothing."""
    return Price(calls, Bound.AT_LEAST, "only what is new or changed; a call for each 100", news=True)
