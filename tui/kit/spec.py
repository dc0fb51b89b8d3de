"""What a campaign type declares: its names, its dashboard panels and its tabs. Screens read the declarations.

A sixth type is one file in `tui/campaign_types/`; a new tab is one `TabSpec` plus the function that builds it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, tzinfo
from functools import cache
from typing import Protocol

from textual.widget import Widget

from store.queries.campaigns import CampaignRow
from store.queries.reader import Reader
from store.queries.series import Bucket, DateSpan
from store.ref import Ref


@dataclass(frozen=True, slots=True)
class Period:
    """The dates a detail screen is about.

    Attributes:
        span: local days, both ends included.
        label: in words ("Last 30 days").
        bucket: how charts put days together.
        compare: whether the previous period stands beside.
        whole_life: all time: figures are then lifetime totals.
    """

    span: DateSpan
    label: str
    bucket: Bucket = Bucket.DAY
    compare: bool = True
    whole_life: bool = False


@dataclass(frozen=True)
class CampaignContext:
    """Everything a panel or tab of one campaign is built from.

    Attributes:
        reader: questions to the cache; ask them in a worker thread, never in the event loop.
        campaign: the campaign as cached.
        period: the dates looked at.
        currency: ISO code for amounts, None when the profile sets none.
        zone: the project's time zone, for every clock time shown.
        today: the project's local day.
        cost: in words, about how many calls reading the campaign takes.
    """

    reader: Reader
    campaign: CampaignRow
    period: Period
    currency: str | None
    zone: tzinfo
    today: date
    cost: str

    @property
    def subject(self) -> Ref:
        """Whose rows its lists hold."""
        return Ref.campaign(self.campaign.id)


class CampaignBody(Protocol):
    """What the detail screen asks of a tab's body, beside being a widget."""

    def update_context(self, context: CampaignContext) -> None:
        """The period or the cached data changed: show it, keep the reader's place."""
        ...


@dataclass(frozen=True, slots=True)
class TabSpec:
    """One tab: an id, the dashboard's own name, what builds its body and, where it lists rows, what counts them.

    Attributes:
        id: unique within the type, lower case with dashes.
        title: the web dashboard's name.
        build: body widget, built on first activation; implements `CampaignBody`.
        count: number of rows for the tab's label, asked in a worker; None when it lists nothing.
        by_period: whether the chosen dates rule all it shows; they stand above it, and `d` changes them, only then.
    """

    id: str
    title: str
    build: Callable[[CampaignContext], Widget]
    count: Callable[[CampaignContext], int | None] | None = None
    by_period: bool = False


@dataclass(frozen=True, slots=True)
class PanelSpec:
    """One dashboard panel: the dashboard's own name and what builds its widget (a `CampaignBody`)."""

    id: str
    title: str
    build: Callable[[CampaignContext], Widget]
    wide: bool = False
    """Takes the whole width even where panels stand in two columns (charts)."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What the screen of a campaign holds.

    Attributes:
        panels: the dashboard, in the web dashboard's order.
        tabs: after the dashboard, in its order.
        headline: the figures above the panels: what a reader looks for first.
    """

    panels: tuple[PanelSpec, ...]
    tabs: tuple[TabSpec, ...] = ()
    headline: Callable[[CampaignContext], Widget] | None = None


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
    contents: Callable[[], Contents]

    @property
    def panels(self) -> tuple[PanelSpec, ...]:
        """The dashboard's panels."""
        return _made(self.contents).panels

    @property
    def tabs(self) -> tuple[TabSpec, ...]:
        """The tabs after the dashboard."""
        return _made(self.contents).tabs

    @property
    def headline(self) -> Callable[[CampaignContext], Widget] | None:
        """The figures above the panels."""
        return _made(self.contents).headline


@cache
def _made(contents: Callable[[], Contents]) -> Contents:
    return contents()
