"""The box that finds anything: hits as one types, grouped by kind; a pasted ticket is read for all it names."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from store import words as fmt
from store.cache.errors import CacheLocked
from store.domain.references import is_ticket, references_in
from store.queries.search import Found, search
from store.queries.search_hits import Hit
from store.queries.search_query import SearchMistake, parse_search
from store.queries.ticket import Ticket, read_ticket
from store.ref import Ref
from store.sync.lookup import Lookup, lookup_beside
from store.typed_times import typed_day
from tui.campaign_kit.hits import hit_words, label_of
from tui.kit.asking import ask
from tui.kit.error_words import words_of
from tui.kit.formatter import Formatter
from tui.kit.indexing import build_in_background
from tui.kit.masking import masked_addresses
from tui.kit.messages import Open
from tui.kit.services import AppServices
from tui.search.commands import FIND
from tui.search.line import FindLine
from tui.search.words import formatter_of, kind_words, status_role
from widgets.frame.offered_keys import KeyWords
from widgets.text import plain, safe

HINT = "Paste a whole ticket: every id, code, e-mail and order in it is looked up."
NOTHING = "Nothing that is cached holds this."
_LABEL_CELLS = 34
_OF_A_KIND, _OF_A_REFERENCE = 5, 1
"""Hits of a kind that are shown, for a text and for each reference of a ticket."""
_ROLES = {"bad": "$text-error", "good": "$text-success"}


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was found: hits or a ticket's references, a call that may find more, why not, and how long it took."""

    found: Found | None = None
    ticket: Ticket | None = None
    lookup: Lookup | None = None
    mistake: str = ""
    milliseconds: int = 0


class FindBox(ModalScreen[None]):
    """Find anything and open it.

    Args:
        services: what the app is given.
        text: to begin with.
    """

    DEFAULT_CSS = """
    FindBox { align: center top; }
    FindBox > Vertical {
        width: 100; max-width: 100%; height: auto; max-height: 90%; margin-top: 1;
        background: $surface; border: round $border; padding: 0 1;
    }
    FindBox FindLine, FindBox FindLine:focus { background: $surface; }
    FindBox OptionList { height: auto; max-height: 16; border: none; padding: 0; background: $surface; }
    FindBox OptionList { scrollbar-size: 1 1; text-wrap: nowrap; text-overflow: ellipsis; }
    FindBox Label { width: 100%; height: auto; color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = FIND.bindings

    def __init__(self, services: AppServices, text: str = "") -> None:
        super().__init__()
        self.services = services
        self._text = text
        self._reveal = False
        self._answer = _Answer()
        self._targets: list[Open | Lookup | None] = []
        self._waits = False
        self._asks_api = False
        self._no_index = ""
        self._typed_ahead: list[Callable[[], None]] = []

    @property
    def is_loading(self) -> bool:
        """Whether a key waits for hits: letters never do, each ends the search before it."""
        return self._asks_api or bool(self._typed_ahead)

    def compose(self) -> ComposeResult:
        """A line, hits, and what is to be said of them."""
        with Vertical() as box:
            box.border_title = "Find"
            yield FindLine("id, code, name, e-mail, order …  type: campaign: status: before: after:")
            yield OptionList(compact=True, markup=False)
            yield Label(HINT, markup=False)

    def on_mount(self) -> None:
        """Ready to type; the index is brought up to date meanwhile."""
        self._list.can_focus = False
        line = self.query_one(FindLine)
        line.focus()
        if self._text:
            line.value = plain(self._text)
            line.cursor_position = len(line.value)
            self.look(self._text)
        self._build_index()

    def _build_index(self) -> None:
        if not self._no_index:
            build_in_background(self.app, self.services.reader, self._index_built, self._index_failed)

    def _index_failed(self, error: Exception) -> None:
        # A lock passes: the next search tries again.
        self._no_index = "" if isinstance(error, CacheLocked) else words_of(error)
        if self.is_attached:
            self._paint()

    def _index_built(self) -> None:
        if self.is_attached:
            self.look_again()

    # Looking

    def look(self, text: str) -> None:
        """Look for a text, as typed or pasted."""
        if text != self._text:
            # What was pressed before was about other hits.
            self._typed_ahead.clear()
        self._text, self._waits = text, True
        services = self.services
        ask(self, partial(_look, services, text), self._show, group="find", failed=self._failed)

    def look_again(self) -> None:
        """Look for the same: what is known changed."""
        self.look(self._text)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value or not is_ticket(self._text):
            self.look(event.value)

    @on(FindLine.TicketPasted)
    def _pasted(self, event: FindLine.TicketPasted) -> None:
        event.stop()
        with self.prevent(Input.Changed):
            self.query_one(FindLine).value = ""
        self.look(event.text)

    def _failed(self, error: Exception) -> None:
        self._asks_api = False
        self._show(_Answer(mistake=words_of(error)))

    # Showing

    def _show(self, answer: _Answer) -> None:
        self._answer, self._waits = answer, False
        self._paint()
        if _lacks(answer):
            self._build_index()
        waiting, self._typed_ahead = self._typed_ahead, []
        for act in waiting:
            act()

    def _paint(self) -> None:
        answer, hits = self._answer, self._list
        hits.clear_options()
        self._targets = []
        for content, target in self._rows(answer):
            self._targets.append(target)
            hits.add_option(Option(content, disabled=target is None))
        hits.highlighted = next((at for at, target in enumerate(self._targets) if target is not None), None)
        self.query_one(Vertical).border_subtitle = safe(self._counted(answer))
        self.query_one(Label).update(safe(self._said(answer)))
        self.refresh_bindings()

    def _rows(self, answer: _Answer) -> Iterator[tuple[Content, Open | Lookup | None]]:
        formatter = formatter_of(self.services.settings, self.services.now(), reveal=self._reveal)
        if answer.ticket is not None:
            for one in answer.ticket.references:
                known = "  and more" if one.has_more else "" if one.hits else "  not cached"
                text = one.text if self._reveal else masked_addresses(one.text)
                yield _heading(f"{plain(text)}{known}"), None
                yield from self._hits(one.hits, formatter, with_kind=True)
        elif answer.found is not None:
            for group in answer.found.groups:
                more = "  and more" if group.more else ""
                yield _heading(f"{kind_words(group.kind, many=True).upper()}{more}"), None
                yield from self._hits(group.hits, formatter, with_kind=False)
        if answer.lookup is not None:
            words = self._words_of_lookup(answer.lookup)
            yield Content.styled(words, "$text-muted"), answer.lookup if self.services.look_up else None

    def _hits(
        self, hits: Sequence[Hit], formatter: Formatter, *, with_kind: bool
    ) -> Iterator[tuple[Content, Open | Lookup | None]]:
        for hit in hits:
            name = label_of(hit, reveal=self._reveal)
            label = safe(name).truncate(_LABEL_CELLS, ellipsis=True)
            kind = f"{kind_words(hit.ref.kind)} · " if with_kind else ""
            about = hit_words(hit, formatter)
            status = Content.styled(hit.status, _ROLES.get(status_role(hit.status), "$text-muted"))
            rest = Content.styled(plain(about.removeprefix(hit.status)), "$text-muted")
            yield Content.assemble(label, Content.styled(f"  {kind}", "$text-muted"), status, rest), Open(hit.ref, name)

    def _words_of_lookup(self, lookup: Lookup) -> str:
        call = plain(lookup.words if self._reveal else masked_addresses(lookup.words))
        if self.services.look_up is None:
            return "not cached · offline"
        return f"not cached · enter asks the API, 1 call ({call})"

    def _counted(self, answer: _Answer) -> str:
        if answer.ticket is not None:
            known, all_of_them = answer.ticket.known, len(answer.ticket.references)
            return f"{fmt.counted(all_of_them, 'reference')}, {known:,} cached · {answer.milliseconds} ms"
        if answer.found is None or not self._text:
            return ""
        plus = "+" if answer.found.has_more else ""
        return f"{len(answer.found.hits):,}{plus} found · {answer.milliseconds} ms"

    def _said(self, answer: _Answer) -> str:
        if answer.mistake:
            return answer.mistake
        lacks = _lacks(answer)
        if lacks and self._no_index:
            lacks += f" It cannot be built: {self._no_index}"
        nothing = NOTHING if self._text and answer.found is not None and not answer.found.groups else ""
        return " ".join(part for part in (nothing, lacks) if part) or HINT

    # Acting

    def action_move(self, step: int) -> None:
        """Move among the hits, once they are there; the ends lead to each other."""
        if self._waits:
            self._typed_ahead.append(partial(self.action_move, step))
            return
        for _ in range(abs(step)):
            if step > 0:
                self._list.action_cursor_down()
            else:
                self._list.action_cursor_up()

    def action_take(self) -> None:
        """Open what is marked, or ask the API for what is not cached; once the hits of what was typed are there."""
        if self._waits:
            self._typed_ahead.append(self.action_take)
            return
        at = self._list.highlighted
        if at is not None and at < len(self._targets):
            self._follow(self._targets[at])

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._follow(self._targets[event.option_index])

    def _follow(self, target: Open | Lookup | None) -> None:
        if isinstance(target, Open):
            app = self.app
            self.dismiss()
            app.post_message(target)
        elif target is not None and self.services.look_up is not None:
            self._asks_api = True
            self.query_one(Label).update("Asking the API …")
            look_up = partial(self.services.look_up, target)
            ask(self, look_up, partial(self._came, target), group="look up", failed=self._failed)

    def _came(self, lookup: Lookup, ids: list[str]) -> None:
        self._asks_api = False
        if len(ids) == 1:
            self._follow(Open(Ref(lookup.kind, ids[0])))
        elif ids:
            self.look_again()
        else:
            self.query_one(Label).update("The API does not know it either.")

    def action_reveal(self) -> None:
        """Show or mask names and addresses."""
        self._reveal = not self._reveal
        self._paint()

    def action_leave(self) -> None:
        """Close."""
        self.dismiss()

    def key_label(self, binding: Binding) -> KeyWords | None:
        """What enter and ctrl+o do next."""
        at = self._list.highlighted
        if binding.id == "find.take" and at is not None and isinstance(self._targets[at], Lookup):
            return KeyWords("ask the API", urgent=True)
        return KeyWords("mask") if binding.id == "find.reveal" and self._reveal else None

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)


def _lacks(answer: _Answer) -> str:
    return (answer.ticket or answer.found or Found()).lacks


def _heading(text: str) -> Content:
    return Content.styled(text, "$text-muted")


def _look(services: AppServices, text: str) -> _Answer:
    """Ask the cache; in a thread."""
    reader, now, zone = services.reader, services.now(), services.zone
    began = time.perf_counter()

    def taken() -> int:
        return round((time.perf_counter() - began) * 1_000)

    if is_ticket(text):
        return _Answer(ticket=reader.ask(read_ticket, text, now, zone, _OF_A_REFERENCE), milliseconds=taken())
    try:
        query = parse_search(text, partial(typed_day, now=now, zone=zone))
        found = reader.ask(search, query, now, zone, _OF_A_KIND)
    except SearchMistake as error:
        return _Answer(mistake=str(error))
    if not found.groups and len(text.split()) > 1 and references_in(text):
        return _Answer(ticket=reader.ask(read_ticket, text, now, zone, _OF_A_REFERENCE), milliseconds=taken())
    lookup = lookup_beside(query.text, found.hits) if query.is_plain else None
    return _Answer(found, lookup=lookup, milliseconds=taken())
