"""What a screen about one thing declares: the panels of its dashboard and its tabs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic

from textual.widget import Widget

from tui.kit.context import Context_contra


@dataclass(frozen=True, slots=True)
class TabSpec(Generic[Context_contra]):
    """One tab: an id, the dashboard's own name, what builds its body and, where it lists rows, what counts them.

    Attributes:
        id: unique within the screen, lower case with dashes.
        title: the web dashboard's name for it.
        build: body widget, built on first activation; implements `SubjectBody`.
        count: number of rows for the tab's label, asked in a worker; None when it lists nothing.
        by_period: whether the chosen dates rule all it shows; they stand above it, and `d` changes them, only then.
    """

    id: str
    title: str
    build: Callable[[Context_contra], Widget]
    count: Callable[[Context_contra], int | None] | None = None
    by_period: bool = False


@dataclass(frozen=True, slots=True)
class PanelSpec(Generic[Context_contra]):
    """One dashboard panel: the dashboard's own name and what builds its widget (a `SubjectBody`)."""

    title: str
    build: Callable[[Context_contra], Widget]
    wide: bool = False
    """Takes the full width even where panels are in two columns (charts)."""


@dataclass(frozen=True, slots=True)
class Contents(Generic[Context_contra]):
    """What the screen about one thing holds.

    Attributes:
        panels: the dashboard, in the web dashboard's order.
        tabs: after the dashboard, in its order.
        headline: the figures above the panels: what a user looks for first.
    """

    panels: tuple[PanelSpec[Context_contra], ...]
    tabs: tuple[TabSpec[Context_contra], ...] = ()
    headline: Callable[[Context_contra], Widget] | None = None
