"""Filters of campaigns, one state for every screen that shows campaigns: typed text, and what was picked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from msgspec import structs
from textual import on
from textual.app import ComposeResult
from textual.widget import Widget

from tui.campaign_kit.about import AboutCampaigns
from tui.campaign_kit.filter import MOMENTS, CampaignFilter, Filterable, chosen_words, parse_filter, true_of
from tui.campaign_kit.type_look import TypeLooks
from tui.kit.services import AppServices
from widgets.dialog.filter_bar import FilterBar

if TYPE_CHECKING:
    from widgets.dialog.picker import PickerItem

Chosen = Callable[[CampaignFilter, str], CampaignFilter]
"""What was picked so far and the id of an item, as what is picked then."""


@dataclass
class CampaignFilters:
    """What the user asked for, on whatever screen.

    Attributes:
        typed: the text in the filter line.
        chosen: what was picked.
        failing: ids of the campaigns that fail today, by the last reading of the list.
    """

    typed: str = ""
    chosen: CampaignFilter = field(default_factory=CampaignFilter)
    failing: frozenset[str] = frozenset()

    @property
    def narrow(self) -> bool:
        """Whether anything is left out."""
        return bool(self.typed) or self.chosen != CampaignFilter()


class FilteringScreen(AboutCampaigns):
    """A screen with a filter line over campaigns. Subclasses say which, and show those that are wanted.

    Args:
        services: what the app is given.
        looks: of the types.
        filters: the app's own; others that have it follow what is changed here.
    """

    def __init__(self, services: AppServices, looks: TypeLooks, filters: CampaignFilters | None = None) -> None:
        super().__init__(services)
        self.looks = looks
        self.filters = filters or CampaignFilters()
        self._followed = CampaignFilters()

    # What subclasses give

    def candidates(self) -> Sequence[Filterable]:
        """Every campaign there is to choose from."""
        return ()

    def show_wanted(self) -> None:
        """Show the campaigns that are wanted now; the filters have changed."""

    def rows_widget(self) -> Widget:
        """What keys go to once the filter line is left."""
        return self

    # What they get

    def filter_line(self) -> ComposeResult:
        """The line to type in."""
        yield FilterBar(id="filter", placeholder="name, id, type:, status:, category:")

    def titles(self) -> dict[str, str]:
        """Types to their words, of all that are known."""
        return dict(self.looks.titles({one.campaign_type: 1 for one in self.candidates()}))

    def wanted(self) -> CampaignFilter:
        """What was typed and what was picked as one."""
        chosen = self.filters.chosen
        typed = parse_filter(self.filters.typed, self.titles(), {one.category for one in self.candidates()})
        moments = chosen.moments
        only = true_of(self.candidates(), moments, self.services.now(), self.filters.failing) if moments else None
        return structs.replace(
            typed, moments=moments, only=only, types=typed.types | chosen.types,
            statuses=typed.statuses | chosen.statuses, categories=typed.categories | chosen.categories,
        )  # fmt: skip

    def tell_filter(self, wanted: CampaignFilter, numbers: str, *more: str) -> None:
        """How many are shown and what was picked, beside the filter line."""
        words = [numbers, *chosen_words(self.filters.chosen, self.titles()), *more]
        if wanted.unknown:
            words.insert(0, f"not understood: {' '.join(wanted.unknown)}")
        self.query_one(FilterBar).show_note(" · ".join(filter(None, words)))

    def on_screen_resume(self) -> None:
        """Follow what was filtered on another screen."""
        if self.filters != self._followed:
            self.query_one(FilterBar).set_text(self.filters.typed)
            self._filters_changed()

    def _filters_changed(self) -> None:
        self._followed = replace(self.filters)
        self.show_wanted()
        self.refresh_bindings()

    def choose(self, chosen: CampaignFilter) -> None:
        """Take what was picked."""
        self.filters.chosen = chosen
        self._filters_changed()

    def clear_filters(self) -> None:
        """Show all again."""
        self.filters.typed, self.filters.chosen = "", CampaignFilter()
        self.query_one(FilterBar).close()
        self.rows_widget().focus()
        self._filters_changed()

    def action_filter(self) -> None:
        """Open the filter line."""
        self.query_one(FilterBar).open()

    def action_narrow(self) -> None:
        """Pick a moment, a type, a status or a category."""
        from tui.campaign_kit.choices import narrowed, narrowing_items

        now, failing = self.services.now(), self.filters.failing
        moments = {one: len(true_of(self.candidates(), (one,), now, failing)) for one in MOMENTS}
        self._pick("Show only", narrowing_items(self.candidates(), self.titles(), moments), narrowed)

    def action_choose_types(self) -> None:
        """Pick one type, or all."""
        from tui.campaign_kit.choices import type_items

        def with_type(chosen: CampaignFilter, item: str) -> CampaignFilter:
            return structs.replace(chosen, types=frozenset({item[1:]}) if item else frozenset())

        self._pick("Type", type_items(self.candidates(), self.titles()), with_type)

    def action_choose_status(self) -> None:
        """Pick one status, or all."""
        from tui.campaign_kit.choices import status_items

        def with_status(chosen: CampaignFilter, item: str) -> CampaignFilter:
            return structs.replace(chosen, statuses=frozenset({item} - {""}))

        self._pick("Status", status_items(self.candidates()), with_status)

    def _pick(self, title: str, items: "list[PickerItem]", chosen_with: Chosen) -> None:
        # Late: a list is drawn without it.
        from widgets.dialog.picker import Picker

        def taken(item: str | None) -> None:
            if item is not None:
                self.choose(chosen_with(self.filters.chosen, item))

        self.app.push_screen(Picker(items, title=title), taken)

    @on(FilterBar.FilterSubmitted)
    @on(FilterBar.FilterClosed)
    def _filter_left(self) -> None:
        self.rows_widget().focus()

    @on(FilterBar.FilterChanged)
    def _filter_typed(self, event: FilterBar.FilterChanged) -> None:
        if event.text != self.filters.typed:
            self.filters.typed = event.text
            self._filters_changed()
