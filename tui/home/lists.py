"""The two lists of home: what needs a look, and the campaigns with most redemptions. One goes on in the other."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

from store.queries.home import TopCampaign
from store.queries.insights.insight import Insight
from tui.home.words import insight_columns, insight_line, top_line
from widgets.messages import WidgetMessage
from widgets.table.line_scroll import LineScroll
from widgets.text import glyphs
from widgets.text.lines import Line

Item = TypeVar("Item", Insight, TopCampaign)


class HomeList(LineScroll, Generic[Item]):
    """Lines of one kind. The cursor goes on into the list before and after it; `Moved` says that it moved."""

    class Moved(WidgetMessage, namespace="home_list"):
        """The cursor is on another line, or the list was entered."""

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.items: Sequence[Item] = ()
        self.leaves_enter = True
        self.empty = ""
        self.after: LineScroll | None = None
        self.before: LineScroll | None = None

    @abstractmethod
    def key_of(self, item: Item) -> tuple[object, ...]:
        """What an item is known by when it is read again."""

    @abstractmethod
    def draw_item(self, item: Item, width: int, mark: str) -> Line:
        """One line."""

    @property
    def chosen(self) -> Item | None:
        """What the cursor is on."""
        return self.items[self.cursor] if self.cursor < len(self.items) else None

    def show(self, items: Sequence[Item], empty: str = "") -> None:
        """Show other items; the cursor stays on its own."""
        if list(items) == list(self.items) and empty == self.empty:
            return
        chosen = self.chosen
        self.items, self.empty = items, empty
        keys = [self.key_of(one) for one in items]
        self.lines_changed()
        if chosen is not None and self.cursor > 0 and self.key_of(chosen) in keys:
            self.cursor = keys.index(self.key_of(chosen))

    def line_count(self) -> int:
        """Items, or the sentence in their place."""
        return len(self.items) or bool(self.empty)

    def selectable(self, index: int) -> bool:
        """A sentence is not."""
        return index < len(self.items)

    def line_at(self, index: int, width: int) -> Line:
        """One item."""
        if not self.items:
            return ((f" {self.empty}", "muted"),)
        mark = glyphs.current().cursor if index == self.cursor and self.has_focus else " "
        return self.draw_item(self.items[index], width, mark)

    def action_move(self, step: int) -> None:
        """Move; beyond an end into the list that is there."""
        there = self.after if step > 0 else self.before
        at_end = self.cursor + step not in range(len(self.items))
        if abs(step) == 1 and at_end and isinstance(there, HomeList) and there.items:
            there.cursor = 0 if step > 0 else len(there.items) - 1
            there.focus()
        else:
            super().action_move(step)

    def watch_cursor(self, before: int, after: int) -> None:
        """The sign of the cursor moves, too."""
        self.forget_drawing()
        super().watch_cursor(before, after)
        self.post_message(self.Moved(self))

    def on_focus(self) -> None:
        """The sign of the cursor shows."""
        self.forget_drawing()
        super().on_focus()
        self.post_message(self.Moved(self))

    def on_blur(self) -> None:
        """It goes."""
        self.forget_drawing()
        super().on_blur()


class InsightList(HomeList[Insight]):
    """What needs a look."""

    def key_of(self, item: Insight) -> tuple[object, ...]:
        """Its kind and what it is about."""
        return (item.kind, item.about)

    def draw_item(self, item: Insight, width: int, mark: str) -> Line:
        """Sign, name, what, evidence."""
        return insight_line(item, width, insight_columns(self.items, width), mark)


class TopList(HomeList[TopCampaign]):
    """Campaigns with most redemptions."""

    def key_of(self, item: TopCampaign) -> tuple[object, ...]:
        """The campaign."""
        return (item.campaign.id,)

    def draw_item(self, item: TopCampaign, width: int, mark: str) -> Line:
        """Name and figures."""
        return top_line(item, width, mark)
