"""What a screen about one thing hands to its panels and tabs: whose rows, which days, in which words."""

from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Protocol, TypeVar

from store.days import WeekStart
from store.queries.reader import Reader
from store.ref import Ref
from store.words import Bucket, DateSpan


@dataclass(frozen=True, slots=True)
class Period:
    """The dates a detail screen is about.

    Attributes:
        span: local days, both ends included.
        label: in words ("Last 30 days").
        bucket: how charts put days together.
        compare: whether the previous period is shown beside.
        whole_life: all time: figures are then lifetime totals.
    """

    span: DateSpan
    label: str
    bucket: Bucket = Bucket.DAY
    compare: bool = True
    whole_life: bool = False

    @property
    def before(self) -> DateSpan | None:
        """The days to compare with, where that is wanted and there are any."""
        return self.span.previous if self.compare else None


@dataclass(frozen=True)
class SubjectContext:
    """Everything a panel or tab about one thing is built from.

    Attributes:
        reader: questions to the cache; ask them in a worker thread, never in the event loop.
        subject: whose rows the lists hold.
        name: what people call it; outside text.
        period: the dates looked at.
        currency: ISO code for amounts, None when the profile sets none.
        zone: the project's time zone, for every clock time shown.
        today: the project's local day.
        cost: in words, about how many calls reading it takes.
    """

    reader: Reader
    subject: Ref
    name: str
    period: Period
    currency: str | None
    zone: tzinfo
    today: date
    cost: str

    @property
    def week_start(self) -> WeekStart:
        """The weekday weeks begin with."""
        return self.reader.week_start


Context = TypeVar("Context", bound=SubjectContext)
"""What a panel or tab asks for: any subject's context, or that of one kind."""
Context_contra = TypeVar("Context_contra", bound=SubjectContext, contravariant=True)
"""The same, of a declaration: one for any subject serves one of a kind, too."""


class SubjectBody(Protocol):
    """What a subject's screen asks of a tab's body, beside being a widget."""

    def update_context(self, context: SubjectContext) -> None:
        """The period or the cached data changed: show it, keep the user's place."""
        ...
