"""The campaign list: every campaign of the cache, filtered as you type, sorted by any column, with a preview."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Resize
from textual.widgets import Label

from store.cache.errors import CacheMissing
from store.models import Freshness
from store.queries.campaigns import CampaignRow, count_campaigns
from store.ref import Ref
from tui.campaign_kit.empty_state import NO_MATCH, UNREADABLE, nothing_words, why_nothing
from tui.campaign_kit.filter import MOMENTS, CampaignFilter, matching_words
from tui.campaign_kit.filtering import CampaignFilters, FilteringScreen
from tui.campaigns.campaign_screen import CampaignPlace
from tui.campaigns.commands import LIST
from tui.campaigns.read_ahead import CampaignsRead, ReadAhead, campaigns_read
from tui.campaigns.rows import COLUMNS, TITLES, count_links, held_words, list_rows
from tui.campaigns.sorting import CampaignIndex, CampaignSort, next_sort
from tui.campaigns.types import LOOKS, type_titles
from tui.kit.asking import ask
from tui.kit.first_frame import READING_CACHE
from tui.kit.messages import Open, SyncStatus
from tui.kit.services import AppServices
from widgets.dialog.filter_bar import FilterBar
from widgets.frame.count_links import CountLinks
from widgets.frame.offered_keys import HIDDEN, KeyWords
from widgets.frame.progress import ProgressData
from widgets.table.virtual_table import VirtualTable

if TYPE_CHECKING:
    from widgets.panel.drawer import Drawer

_BESIDE_FROM, _PREVIEW_FROM = 120, 250
"""Cells from which the preview is beside the list, and from which it opens by itself: the list keeps 200."""
# These work even where they are of no use: the letters that follow must not run as commands.
_TYPED_INTO = frozenset({"list.filter", "list.narrow", "list.types", "list.statuses", "list.sort"})


class CampaignListScreen(FilteringScreen, CampaignPlace):
    """Every campaign of the project.

    Args:
        services: what the app is given.
        ahead: reads the rows while the screen is made; None lets the screen read them itself.
        begin_at: id or exact name of the campaign to begin on.
        filters: shared with other screens.
    """

    DEFAULT_CSS = """
    CampaignListScreen #list-body { height: 1fr; }
    CampaignListScreen VirtualTable { width: 1fr; }
    CampaignListScreen Drawer.-right { width: 40; }
    CampaignListScreen.-low #counts { height: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = LIST.bindings
    COMMAND_TABLE = LIST
    AUTO_FOCUS = "#campaigns"

    def __init__(
        self, services: AppServices, ahead: ReadAhead | None = None, *, begin_at: str | None = None,
        filters: CampaignFilters | None = None,
    ) -> None:  # fmt: skip
        super().__init__(services, LOOKS, filters)
        self._shelf = CampaignIndex((), type_titles())
        self._sort = CampaignSort()
        self._shown: dict[str, CampaignRow] = {}
        self._has_answered = self._read = self._unreadable = False
        self._ahead, self._begin_at = ahead, begin_at
        self._drawer: Drawer | None = None
        self._preview_wanted: bool | None = None
        self._held = Freshness()

    # What is on screen

    def compose_body(self) -> ComposeResult:
        """Counts, filter and list; the preview comes when it is first asked for."""
        yield CountLinks(id="counts")
        yield from self.filter_line()
        with Horizontal(id="list-body"):
            table = VirtualTable(COLUMNS, empty_text=READING_CACHE, sort=("status", False), id="campaigns")
            table.leaves_enter = True
            yield table

    def data_age(self) -> str | None:
        """When the campaigns were last read; a cache that cannot be read, or has not answered yet, does not tell."""
        if self._unreadable or not self._has_answered:
            return ""
        return self._held.as_of if self._held.completed_at is not None or self._shelf.campaigns else None

    def freshness(self) -> Freshness:
        """How far the campaigns can be trusted."""
        return self._held

    def crumbs(self) -> tuple[str, ...]:
        """Where the user is."""
        return ("Campaigns",)

    @property
    def sought(self) -> str:
        """The filter that no campaign meets."""
        return "" if self._shown else self.filters.typed

    def on_mount(self) -> None:
        """Show what was read already, or read it."""
        self.table.focus()
        found = None if self._ahead is None else self._ahead.found()
        if found is None:
            self.read_campaigns(self._ahead)
        else:
            self._take(found)
        self._ahead = None

    @property
    def table(self) -> VirtualTable:
        """The list itself."""
        return self.query_one("#campaigns", VirtualTable)

    def rows_widget(self) -> VirtualTable:
        """The list."""
        return self.table

    def candidates(self) -> Sequence[CampaignRow]:
        """All there are."""
        return self._shelf.campaigns

    @property
    def current(self) -> CampaignRow | None:
        """The campaign under the cursor."""
        row = self.table.cursor_row
        return None if row is None else self._shown.get(row.id)

    def explainable(self) -> Ref | None:
        """The campaign under the cursor."""
        return Ref.campaign(self.current.id) if self.current is not None else None

    def campaign_at_hand(self) -> CampaignRow | None:
        """The one under the cursor."""
        return self.current

    def chosen_campaigns(self) -> list[CampaignRow]:
        """The marked campaigns, or else the one under the cursor."""
        by_id = {one.id: one for one in self._shelf.campaigns}
        marked = [by_id[identity] for identity in self.table.marks if identity in by_id]
        return marked or [one for one in (self.current,) if one is not None]

    @property
    def is_loading(self) -> bool:
        """Whether its campaigns are still being read for the first time, so that no key has anything to act on."""
        return not self._read

    # Reading

    def cache_changed(self) -> None:
        """Read again; the cursor stays on its campaign."""
        self.read_campaigns()

    def read_campaigns(self, ahead: ReadAhead | None = None) -> None:
        """Ask the cache for every campaign, unless they are being read already."""
        services, body = self.services, self.query_one("#list-body")

        def read() -> CampaignsRead | None:
            if ahead is not None and (found := ahead.found(wait=True)) is not None:
                return found
            with suppress(CacheMissing):
                return campaigns_read(services.reader, services.now(), services.zone, services.settings.currency)
            return None

        ask(self, read, self._take, group="campaigns", where=body, failed=lambda _: self._take(None, unreadable=True))

    def _take(self, found: CampaignsRead | None, *, unreadable: bool = False) -> None:
        self._has_answered, self._unreadable = True, unreadable
        lacking = self._held.not_understood
        campaigns, self._held = found or ((), Freshness())
        if found is None:
            self._show_nothing()
            return
        if not self._read or campaigns != self._shelf.campaigns or lacking != self._held.not_understood:
            self._read = True
            self._shelf = CampaignIndex(campaigns, type_titles({one.campaign_type: 1 for one in campaigns}))
            self.filters.failing = frozenset(one.id for one in campaigns if one.is_failing)
            self._show_campaigns()
        self.refresh_top()

    def _show_nothing(self) -> None:
        """Forget the campaigns: there is no cache, or none that can be read."""
        self._read, self._shelf = False, CampaignIndex((), type_titles())
        self.table.set_empty_text(self._why_nothing())
        self.table.show_rows(())
        self._tell_nothing()
        self.refresh_top()

    def _why_nothing(self) -> str:
        offline = self.services.settings.database if self.services.run_sync is None else None
        return why_nothing(self.sync_state, self._held, offline)

    def show_sync(self, state: SyncStatus, progress: ProgressData) -> None:
        """Say in place of campaigns that they are being read, as long as there are none."""
        super().show_sync(state, progress)
        if self._has_answered and not self._shelf.campaigns:
            self.table.set_empty_text(self._why_nothing())
            self._tell_nothing()

    def _tell_nothing(self) -> None:
        """In place of counts that are unknown: zero would be a figure."""
        words, role = UNREADABLE if self._unreadable else nothing_words(self.sync_state, self._held)
        self.query_one(CountLinks).show(words, role=role)
        self.query_one(FilterBar).show_note("")

    def show_wanted(self) -> None:
        """Show what passes the filters."""
        if self._read:
            self._show_campaigns(narrowed=True)

    def _show_campaigns(self, *, narrowed: bool = False) -> None:
        """Show what is wanted of the shelf.

        The cursor stays on its campaign once the user has moved it, else at the top, where what matters most arrives.

        Args:
            narrowed: another filter: a cursor whose campaign is not among the rest goes to the top.
        """
        wanted, current = self.wanted(), self.current
        chosen = self._shelf.select(wanted, self._sort)
        keep_cursor = self.table.cursor > 0 and not (narrowed and current not in chosen)
        self._shown = {one.id: one for one in chosen}
        self.table.set_empty_text(NO_MATCH if self._shelf.campaigns else self._why_nothing())
        self.table.set_sort(self._sort.column, descending=self._sort.descending)
        rows = list_rows(self._shown, self.services.zone, self.services.now())
        self.table.replace_source(rows, keep_cursor_on_id=keep_cursor)
        self._begin(chosen)
        self._tell_counts(wanted)
        self.refresh_top()

    def _begin(self, shown: Sequence[CampaignRow]) -> None:
        """Put the cursor on the campaign that was opened at the start, once it is there."""
        wanted = self._begin_at
        at = next((index for index, one in enumerate(shown) if wanted in (one.id, one.name)), None)
        if wanted is not None and at is not None:
            self._begin_at, self.table.cursor = None, at

    # Commands

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is about a campaign works where there is one."""
        if self.is_mounted and action in ("open", "toggle_preview", "export"):
            return self.current is not None
        if self.is_mounted and action in ("hit", "clear"):
            return self.filters.narrow or (action == "clear" and bool(self.table.marks))
        return super().check_action(action, parameters)

    def key_label(self, binding: Binding) -> KeyWords | None:
        """Esc clears one thing after another; a list without campaigns is not worth filtering."""
        if binding.id in _TYPED_INTO and not self._shelf.campaigns:
            return HIDDEN
        if binding.id == "list.clear":
            return KeyWords("clear filter" if self.filters.narrow else "clear marks")
        if binding.id == "list.preview" and self._preview is not None:
            return KeyWords("hide preview")
        return super().key_label(binding)

    def action_hit(self, step: int) -> None:
        """To the next hit of the filter, or the one before."""
        self.table.action_move(step)

    def action_open(self) -> None:
        """Open the campaign under the cursor."""
        current = self.current
        if current is not None:
            self.post_message(Open(Ref.campaign(current.id), current.display_name))

    @on(CountLinks.Chosen)
    def _count_chosen(self, event: CountLinks.Chosen) -> None:
        if event.link in MOMENTS:
            self.action_only(event.link)
        else:
            chosen, only = self.filters.chosen, frozenset({event.link})
            self.choose(replace(chosen, statuses=frozenset() if chosen.statuses == only else only))

    def action_only(self, moment: str) -> None:
        """Show the campaigns that something is true of now; again: all."""
        chosen, only = self.filters.chosen, frozenset({moment})
        self.choose(replace(chosen, moments=frozenset() if chosen.moments == only else only))

    @on(VirtualTable.RowActivated, "#campaigns")
    def _activated(self, event: VirtualTable.RowActivated) -> None:
        name = next((one.display_name for one in self._shelf.campaigns if one.id == event.row.id), "")
        self.post_message(Open(Ref.campaign(event.row.id), name))

    def action_clear(self) -> None:
        """Clear filters, then marks."""
        if self.filters.narrow:
            self.clear_filters()
        else:
            self.table.clear_marks()

    def action_choose_sort(self) -> None:
        """Pick a column to sort by."""
        from widgets.dialog.picker import Picker, PickerItem

        items = [PickerItem(column.id, column.title, self._sort.direction_of(column.id)) for column in COLUMNS]

        def taken(chosen: str | None) -> None:
            if chosen is not None:
                self._sort_by(chosen)

        self.app.push_screen(Picker(items, title="Sort by", current=self._sort.column), taken)

    def action_export(self) -> None:
        """Ask how to write the campaigns that are shown, then write them."""
        from tui.campaigns.export import ask_how

        ask_how(self, list(self._shown.values()))

    def action_toggle_preview(self) -> None:
        """Show or hide the campaign beside the list."""
        self._preview_wanted = self._preview is None
        if self._preview is not None:
            self._preview.close()
        else:
            self._show_preview(self.current)

    # What the widgets report

    @on(VirtualTable.SortRequested, "#campaigns")
    def _sorted(self, event: VirtualTable.SortRequested) -> None:
        self._sort_by(event.column_id)

    @on(VirtualTable.MarksChanged, "#campaigns")
    def _marked(self) -> None:
        self._tell_counts(self.wanted())
        self.refresh_bindings()

    @on(VirtualTable.RowHighlighted, "#campaigns")
    def _highlighted(self, event: VirtualTable.RowHighlighted) -> None:
        if self._preview is not None:
            self._show_preview(self._shown.get(event.row.id))

    @on(VirtualTable.RowsLoaded, "#campaigns")
    def _loaded(self) -> None:
        if self.current is None and self._preview is not None:
            self._preview.open(Label(NO_MATCH))
        self._follow_width()
        self.refresh_bindings()

    @on(Resize)
    def _follow_width(self) -> None:
        width = self.app.size.width
        # Until the user has chosen, the width decides; the choice applies again once there is room beside the list.
        wanted = width >= _PREVIEW_FROM if self._preview_wanted is None else self._preview_wanted
        if wanted and width >= _BESIDE_FROM and self._preview is None:
            self._show_preview(self.current)
        elif width < _BESIDE_FROM and self._preview is not None and self._preview.has_class("-right"):
            self._preview.close()

    @property
    def _preview(self) -> "Drawer | None":
        return self._drawer if self._drawer is not None and self._drawer.is_open else None

    def _show_preview(self, campaign: CampaignRow | None) -> None:
        if campaign is None:
            return
        # Late: a narrow terminal never shows it, and it brings the charts.
        from tui.campaigns.preview import CampaignPreview
        from widgets.panel.drawer import Drawer

        if self._drawer is None:
            self._drawer = Drawer(id="preview")
            self.query_one("#list-body").mount(self._drawer)
        shown = self._drawer.query(CampaignPreview)
        if self._preview is not None and shown:
            shown.first().show(campaign)
        else:
            self._drawer.open(CampaignPreview(campaign, self.services))

    def _sort_by(self, column: str) -> None:
        self._sort = next_sort(self._sort, column)
        self._show_campaigns()

    def _tell_counts(self, wanted: CampaignFilter) -> None:
        if not self._shelf.campaigns:
            self._tell_nothing()
            return
        counts = count_campaigns(list(self._shelf.campaigns), self.services.now())
        right = held_words(counts.total, self._held.not_understood, len(self.table.marks))
        chosen = self.filters.chosen
        self.query_one(CountLinks).show_counts(count_links(counts, chosen), right)
        numbers = matching_words(len(self._shown), len(self._shelf.campaigns))
        # What is filtered comes before the order, which the header shows, too.
        order = () if chosen != CampaignFilter() else (f"by {TITLES[self._sort.column].lower()}",)
        self.tell_filter(wanted, numbers, *order)
