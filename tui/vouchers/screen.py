"""One code's screen: what of it is a code's own."""

from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType

from store.queries.reader import raw_document
from store.queries.record import read_record
from store.ref import VOUCHER, Ref
from tui.campaign_kit.hits import link_to
from tui.kit.asking import ask
from tui.kit.clipboard import copy_text
from tui.kit.formatter import Formatter
from tui.kit.histories import open_history
from tui.kit.links import choose_link
from tui.kit.markdown import fields_markdown
from tui.kit.masking import masked_document
from tui.kit.messages import SyncRequested
from tui.kit.record_view import RecordLink, RecordRequested, RecordView
from tui.kit.subject_screen import Loaded, SubjectScreen
from tui.vouchers import panels
from tui.vouchers.commands import VOUCHER as VOUCHER_COMMANDS
from tui.vouchers.context import VoucherContext
from tui.vouchers.load import load_voucher
from tui.vouchers.read_out import ReadOutScreen
from tui.vouchers.reading import reading_of
from widgets.frame.offered_keys import KeyWords
from widgets.frame.tab_bar import TabBar
from widgets.text import escaped

_ABOUT_IT = frozenset({"read_out", "copy_code", "copy_markdown", "show_json"})


class VoucherScreen(SubjectScreen[VoucherContext]):
    """One code, wanted by its id or its exact text."""

    BINDINGS: ClassVar[list[BindingType]] = VOUCHER_COMMANDS.bindings
    COMMAND_TABLE = VOUCHER_COMMANDS
    ROOM = "Codes"
    NOT_FOUND = (
        "Not cached",
        "Nothing in the cache has this code or id. `promoscope search CODE --ask` asks the API for it (1 call).",
    )
    _reveal = False

    def load(self) -> Loaded[VoucherContext] | None:
        """Ask the cache for it."""
        return load_voucher(self.services, self.wanted, reveal=self._reveal)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is about the code works once it is read; `v` where the panels name somebody."""
        if self.loaded is None and action in (*_ABOUT_IT, "refresh_code", "open_link", "reveal"):
            return False
        if action == "refresh_code":
            return self.context.online
        if action == "reveal":
            named = self.is_mounted and self.query_one("#tabs", TabBar).active == "code"
            return named and bool(self.context.values.get("holder_id"))
        return super().check_action(action, parameters)

    def key_label(self, binding: Binding) -> KeyWords | None:
        """What `v` does next."""
        if binding.id == "voucher.reveal" and self._reveal:
            return KeyWords("mask")
        return super().key_label(binding)

    @property
    def code(self) -> str:
        """As customers type it; its id where only that is known."""
        return self.context.voucher.code or self.context.voucher.id

    def action_read_out(self) -> None:
        """Show the code large."""
        self.app.push_screen(ReadOutScreen(self.services, self.code, self.crumbs()))

    def action_refresh_code(self) -> None:
        """Read its record and what it has in lists."""
        context = self.context
        self.post_message(SyncRequested(reading_of(context.voucher.id, context.lists), f"code {context.name}"))

    def action_reveal(self) -> None:
        """Show or mask personal data in the panels."""
        self._reveal = not self._reveal
        if self.loaded is not None:
            self.loaded = replace(self.loaded, context=replace(self.loaded.context, reveal=self._reveal))
            self._update_bodies()

    def action_copy_code(self) -> None:
        """Copy the code."""
        copy_text(self.app, escaped(self.code, lines=False), "1 code")

    def action_copy_markdown(self) -> None:
        """Copy what its first tab says, for a ticket: personal data as shown."""
        context = self.context

        def read() -> str:
            told = (panels.code_facts(context), panels.use_facts(context), panels.owner_facts(context))
            return fields_markdown(context.name, [field for panel in told for field in panel.fields])

        ask(self, read, lambda text: copy_text(self.app, text, "The code as Markdown"), group="markdown")

    def action_show_json(self) -> None:
        """Its record as received, masked until revealed."""
        context = self.context

        def read(shown: bool) -> RecordView:
            text = context.reader.ask(raw_document, "vouchers", context.subject.id)
            documents = () if text is None else (("as received", text if shown else masked_document(text)),)
            stored = ("vouchers", context.subject.id)
            return RecordView(context.name, panels.code_facts(context).fields, documents, stored=stored)

        self.post_message(RecordRequested(read=read, place="Record", personal=True, reveal=self._reveal, as_json=True))

    def action_show_history(self) -> None:
        """The code as each sync left it."""
        open_history(self, "vouchers", self.context.subject.id, self.code)

    # Links

    def action_open_link(self) -> None:
        """Open what the code leads to."""
        context = self.context
        now = self.services.now()
        formatter = Formatter(context.currency, context.zone, now, self._reveal)

        def read() -> list[RecordLink]:
            ref = Ref(VOUCHER, context.voucher.id)
            found = context.reader.ask(read_record, ref, now, context.zone)
            return [] if found is None else [link_to(link, formatter) for link in found.links]

        ask(self, read, lambda links: choose_link(self, links), group="links")
