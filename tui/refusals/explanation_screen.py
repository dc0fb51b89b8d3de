"""Why something was refused, or whether it would pass: the sentence first, then the evidence for each condition."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from store.explain.answer import Attempt, Evidence
from store.models import oldest
from store.queries.history import has_history
from store.queries.record import SOURCES
from store.ref import VOUCHER, Ref
from store.times import utc_text
from tui.kit.asking import ask
from tui.kit.clipboard import copy_text
from tui.kit.formatter import Formatter
from tui.kit.histories import open_history
from tui.kit.links import choose_link
from tui.kit.record_screen import RecordScreen
from tui.kit.record_view import RecordLink, RecordRequested, RecordView, Stored
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices
from tui.refusals.assumed import assumed_spans, parse_amount, parse_moment
from tui.refusals.commands import EXPLANATION
from tui.refusals.reading import ReadsExplanation, Told
from tui.refusals.words import about_words, counts_words, evidence_at, evidence_fields, evidence_key, sheet
from widgets.dialog.prompt import Answer, Prompt
from widgets.frame.offered_keys import KeyWords
from widgets.panel.drawer import Drawer
from widgets.panel.panel import DetailPanel, Field, PanelData
from widgets.panel.sheet import Sheet, SheetLine
from widgets.text import escaped

_READING = SheetLine(((" Reading…", "muted"),))


def _stored(told: Told) -> list[Stored]:
    """What an explanation is about and what it names, as the cache holds it: the subject first."""
    refs = (told.explanation.subject, *told.explanation.links)
    return [(SOURCES[ref.kind].table, ref.id) for ref in refs if ref.kind in SOURCES]


class ExplanationScreen(AppScreen):
    """One explanation.

    Args:
        services: what the app is given.
        about: what to explain.
        read: asks the cache for it, in a thread; may raise.
    """

    AUTO_FOCUS = "Sheet"
    DEFAULT_CSS = """
    ExplanationScreen #explanation { height: 1fr; }
    ExplanationScreen Sheet { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = EXPLANATION.bindings
    COMMAND_TABLE = EXPLANATION

    def __init__(self, services: AppServices, about: Ref, read: ReadsExplanation) -> None:
        super().__init__(services)
        self.about = about
        self.attempt = Attempt()
        self.told: Told | None = None
        self._history: Stored | None = None
        self._read = read
        self._reads = False
        self._reveal = False

    @property
    def is_loading(self) -> bool:
        """Whether what a key asked for is still being read."""
        return self._reads

    @property
    def scene(self) -> Formatter:
        """How values are worded."""
        return Formatter(self.services.settings.currency, self.services.zone, self.services.now(), self._reveal)

    def compose_body(self) -> ComposeResult:
        """The text; details of one condition below or beside."""
        with Vertical(id="explanation"):
            text = Sheet(lambda _: (_READING,))
            text.leaves_enter = True
            yield text
            yield Drawer()

    def crumbs(self) -> tuple[str, ...]:
        """Where the user is."""
        return ("Explanation", f"{self.about.kind} {self.about.id}")

    def manageable(self) -> tuple[Ref, ...]:
        """What is explained."""
        return (self.about,)

    def data_age(self) -> str | None:
        """When the oldest of the evidence was read."""
        evidence = self.told.explanation.evidence if self.told else ()
        return oldest(*(utc_text(one.as_of) for one in evidence)) or ""

    def on_mount(self) -> None:
        """Ask for it."""
        self.refresh_top()
        self.read_explanation()

    def cache_changed(self) -> None:
        """Ask anew; the cursor stays on its line."""
        self.read_explanation()

    def read_explanation(self) -> None:
        """Ask the cache."""
        self._reads = True
        read = partial(self._read, self.attempt, self._reveal)
        reader = self.services.reader

        def read_all() -> tuple[Told, Stored | None]:
            told = read()
            return told, next((one for one in _stored(told) if reader.ask(has_history, *one)), None)

        ask(self, read_all, self._show, group="explanation", failed=self._failed, where=self.query_one("#explanation"))

    def _failed(self, _: Exception) -> None:
        self._reads = False

    def _show(self, found: tuple[Told, Stored | None]) -> None:
        self._reads = False
        told, self._history = found
        self.told = told
        scene, explained = self.scene, told.explanation
        assumed = assumed_spans(self.attempt, scene) if self._can_assume else ()
        begin = evidence_key(0) if explained.evidence else ""
        self.query_one(Sheet).show(lambda width: sheet(explained, scene, assumed, width), begin_at=begin)
        self._follow()
        self.refresh_top()
        self.refresh_bindings()

    @property
    def _can_assume(self) -> bool:
        return self.about.kind == VOUCHER

    # Details of one condition

    @property
    def evidence(self) -> Evidence | None:
        """The condition under the cursor."""
        return evidence_at(self.told.explanation, self.query_one(Sheet).key) if self.told else None

    @on(Sheet.LineActivated)
    def action_open_evidence(self) -> None:
        """Show all that is known of the condition under the cursor."""
        one = self.evidence
        if one is not None:
            panel = DetailPanel(PanelData("Condition", evidence_fields(one, self.scene)))
            self.query_one(Drawer).open(panel)
            self.refresh_bindings()

    @on(Sheet.LineHighlighted)
    def _follow(self) -> None:
        if self.query_one(Drawer).is_open:
            self.action_open_evidence()

    def action_step_back(self) -> None:
        """Close the details, then go back."""
        drawer = self.query_one(Drawer)
        if drawer.is_open:
            drawer.close()
        else:
            self.app.call_later(self.app.run_action, "back")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is about the explanation works once it is read."""
        if not self.is_mounted:
            return super().check_action(action, parameters)
        if action == "open_evidence":
            return self.evidence is not None
        if action.startswith("assume_"):
            return self._can_assume
        if action == "links":
            return self.told is not None and bool(self.told.explanation.links)
        if action == "show_history":
            return self._history is not None
        if action in ("copy_paragraph", "copy_id", "show_json"):
            return self.told is not None
        return super().check_action(action, parameters)

    def key_label(self, binding: Binding) -> KeyWords | None:
        """Esc closes the details first; the paragraph is what people come for."""
        if binding.id == "explanation.back" and self.is_mounted and self.query_one(Drawer).is_open:
            return KeyWords("close")
        if binding.id == "explanation.reveal" and self._reveal:
            return KeyWords("mask")
        if binding.id == "explanation.paste":
            return KeyWords(binding.description, urgent=True)
        return super().key_label(binding)

    # Assumed

    def action_assume_customer(self) -> None:
        """Ask who redeems."""
        hint = "id or source id of a customer; empty for nobody"
        self._assume("Customer", lambda text: text or None, self.attempt.customer or "", hint, "customer")

    def action_assume_order(self) -> None:
        """Ask for the order's amount."""
        order = self.attempt.order
        text = "" if order is None else f"{order // 100}.{order % 100:02d}"
        currency = self.scene.currency or "the project's currency"
        hint = f"before discounts, in {currency}: 50 or 1,250.00; empty for no order"
        self._assume("Order amount", parse_amount, text, hint, "order")

    def action_assume_time(self) -> None:
        """Ask for the moment."""
        scene = self.scene
        text = scene.when(self.attempt.at) if self.attempt.at else ""
        hint = "by the project's clock: 2026-11-30 14:00 or 20 Nov 2026; empty for now"
        self._assume("Time", lambda typed: parse_moment(typed, scene), text, hint, "at")

    def _assume(self, title: str, parse: Callable[[str], Answer], text: str, hint: str, name: str) -> None:
        def taken(answer: tuple[Answer] | None) -> None:
            if answer is not None:
                changed: dict[str, Any] = {name: answer[0]}
                self.attempt = replace(self.attempt, **changed)
                self.read_explanation()

        self.app.push_screen(Prompt(title, parse, text=text, hint=hint), taken)

    # Out

    def action_reveal(self) -> None:
        """Show or mask addresses of customers."""
        self._reveal = not self._reveal
        self.read_explanation()

    def action_copy_paragraph(self) -> None:
        """Copy the paragraph for a ticket."""
        if self.told is not None:
            copy_text(self.app, self.told.paste, "The paragraph for a ticket")

    def action_copy_id(self) -> None:
        """Copy the id under the cursor, else that of what is explained."""
        if self.told is not None:
            kind, _, identity = self.query_one(Sheet).key.partition(" ")
            identity = identity if kind == "id" else self.told.explanation.subject.id
            copy_text(self.app, escaped(identity, lines=False), identity)

    def action_links(self) -> None:
        """Choose what to open of what it names."""
        if self.told is not None:
            found = self.told.explanation.links
            choose_link(self, [RecordLink(ref, ref.kind.replace("_", " "), ref.id) for ref in found])

    def action_show_history(self) -> None:
        """What syncs saw changed of its subject, else of the first that it names and that changed."""
        if self._history is not None:
            open_history(self, *self._history)

    def action_show_json(self) -> None:
        """The explanation as JSON, on a screen of its own."""
        if self.told is None:
            return
        told, scene = self.told, self.scene
        fields = (
            Field("Because", told.explanation.sentence, "strong"), Field("Kind", about_words(told.explanation, scene)),
            Field("Evidence", counts_words(told.explanation)),
        )  # fmt: skip

        def read(_: bool) -> RecordView:
            return RecordView(self.crumbs()[-1], fields, (("explanation", told.document),))

        opened = RecordRequested(read=read, place="JSON", personal=False, reveal=True, as_json=True)
        self.app.push_screen(RecordScreen(self.services, opened, ("Explanation",), self.data_age()))
