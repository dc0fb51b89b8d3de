"""The page of one action: form, exact request with before → after, confirmation, course, result."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Label

from store import words as fmt
from store.actions.action import Action, Fate, ValueRefused, Values
from store.actions.batch import RowResult, batch_name, tally
from store.actions.consent import words_to_type
from store.actions.subjects import ManagedRecord, records_named
from tui.actions.commands import ACTION
from tui.actions.consent import Consent
from tui.actions.desk import ActionDesk
from tui.actions.form import ActionForm, JsonArea, first_texts, values_of
from tui.actions.job import Job, Stage
from tui.actions.records import ActionRecords
from tui.actions.rows import saved_rows
from tui.actions.words import (
    cost_words,
    field_help,
    title_words,
)
from tui.actions.work import Course, Done, Prepared, carry_out, prepare
from tui.kit.asking import ask
from tui.kit.csv_export import save_table
from tui.kit.error_words import words_of
from tui.kit.export_way import ExportWay, export_questions
from tui.kit.messages import CacheChanged, SyncRequested
from tui.kit.screen import AppScreen
from widgets.frame.offered_keys import HIDDEN, KeyWords
from widgets.frame.states import StateLine
from widgets.messages import FieldMessage
from widgets.text import safe

_MOST_CAMPAIGNS = 5
"""Campaigns that are read again after a change; of more, the next sync does."""


class ActionScreen(AppScreen):
    """One action on one or several records.

    Args:
        desk: what such pages share.
        action: what is to be done.
        records: ids or codes, as `make_plan` takes them.
        values: of fields, in the API's units; a form asks for what is missing.
    """

    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    ActionScreen #what { text-style: bold; margin-top: 1; }
    ActionScreen #state { width: 100%; height: auto; padding: 0 1; color: $text-muted; }
    ActionScreen #state.-warn { color: $text-warning; }
    ActionScreen #state.-bad { color: $text-error; }
    ActionScreen ActionForm, ActionScreen ActionRecords, ActionScreen Consent { display: none; }
    ActionScreen.-form ActionForm, ActionScreen.-page ActionRecords, ActionScreen.-consent Consent { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = ACTION.bindings
    COMMAND_TABLE = ACTION

    class RowTold(FieldMessage, bubble=False):
        """What became of one record."""

        result: RowResult

    class Waits(FieldMessage, bubble=False):
        """Why nothing goes out just now."""

        reason: str

    def __init__(self, desk: ActionDesk, action: Action, records: tuple[str, ...], values: Values) -> None:
        super().__init__(desk.services)
        self.desk = desk
        self.stage = Stage.OPENING
        self.job = Job(action, records, values, values)
        self._course = Course()
        self._notice = ""
        self._lag = ""
        self._is_behind = False

    # What is on screen

    @property
    def is_loading(self) -> bool:
        """Whether the records are still being looked up in the cache."""
        return self.stage is Stage.OPENING

    def compose_body(self) -> ComposeResult:
        """What is done, how it stands; form or records; consent."""
        yield StateLine(id="what")
        yield Label(id="state")
        yield ActionForm()
        yield ActionRecords(self.job, self.services.settings.currency, self.services.zone)
        yield Consent()

    def crumbs(self) -> tuple[str, ...]:
        """Where the user is."""
        return ("Manage", self.job.action.title)

    def on_mount(self) -> None:
        """Look the records up in the cache."""
        self.refresh_top()
        job, reader = self.job, self.services.reader
        read = partial(reader.ask, records_named, job.action, job.records)
        ask(self, read, self._begin, group="records", failed=lambda _: self._begin({}))

    def on_unmount(self) -> None:
        """Begin no other record once the page is gone."""
        self._course.is_stopped = True

    async def _begin(self, managed: Mapping[str, ManagedRecord]) -> None:
        job, now = self.job, self.services.now()
        job.managed = managed
        documents = [one.document for one in managed.values()]
        job.first = first_texts(job.action, documents, job.given, now, self.services.zone)
        standing = self.desk.standing
        if standing.off:
            self._cannot(standing.why)
        elif job.wants_form:
            await self._show_form(self.desk.drafts.get(self.job.key, job.first))
        else:
            self._prepare()

    def _enter(self, stage: Stage, state: str, role: str = "") -> None:
        self.stage = stage
        has_page = stage in (Stage.REVIEW, Stage.RUNNING, Stage.RESULT)
        self.set_class(stage is Stage.FORM, "-form")
        self.set_class(has_page, "-page")
        self.set_class(stage is Stage.REVIEW, "-consent")
        self.query_one("#what", StateLine).show(title_words(self.job.action, self.job.titles))
        self._say(state, role)
        self.refresh_bindings()

    def _say(self, state: str, role: str = "") -> None:
        """How it stands, in sentences; `role` is "warn", "bad" or ""."""
        said = self.query_one("#state", Label)
        said.set_classes(f"-{role}" if role else "")
        said.update(safe(state))

    def _cannot(self, why: str) -> None:
        self._enter(Stage.CANNOT, why, "warn")

    # The form

    async def _show_form(self, texts: Mapping[str, str], wrong: Mapping[str, str] | None = None) -> None:
        job, settings = self.job, self.services.settings
        helps = {
            one.name: field_help(one, settings.currency, self.services.zone, holds=bool(job.first.get(one.name)))
            for one in job.action.fields
        }
        form = self.query_one(ActionForm)
        await form.show_fields(job.action.fields, texts, helps)
        many = "" if len(job.records) == 1 else " An empty line changes nothing."
        self._enter(Stage.FORM, f"Nothing is sent before you see the request.{many}")
        self._show_wrong(wrong or {})

    def _show_wrong(self, wrong: Mapping[str, str]) -> None:
        self.query_one(ActionForm).show_wrong(wrong)
        if "" in wrong:
            self._say(wrong[""], "bad")

    def _check_form(self) -> None:
        job, texts = self.job, self.query_one(ActionForm).texts
        self.desk.drafts[self.job.key] = texts
        values, wrong = values_of(job.action, texts, job.first, job.given, self.services.now(), self.services.zone)
        if wrong:
            self._show_wrong(wrong)
        else:
            job.values = values
            self._prepare()

    # Reading and confirming

    def _prepare(self) -> None:
        """Read the records anew and plan."""
        project, job = self.services.project, self.job
        if project is None:
            self._cannot("This app opens no connection to the API.")
            return
        self._course = Course(say=lambda reason: self._post(self.Waits(reason)))
        self._enter(Stage.READING, f"Reading {fmt.counted(len(job.records), 'record')} from the API…")
        work = partial(prepare, project, job.action, job.records, job.values, self._course)
        ask(self, work, self._review, group="prepare", failed=self._not_prepared)

    async def _not_prepared(self, error: Exception) -> None:
        if isinstance(error, ValueRefused) and self.job.action.fields:
            named = next((one.name for one in self.job.action.fields if str(error).startswith(one.name)), "")
            await self._show_form(self.desk.drafts.get(self.job.key, self.job.first), {named: str(error)})
        else:
            self._cannot(f"{words_of(error)} Nothing was sent.")

    async def _review(self, prepared: Prepared) -> None:
        if self._course.is_stopped:
            await self._back_to_form()
            return
        job = self.job
        job.prepared = prepared
        if not job.to_send:
            (why, *_) = prepared.left_out.values()
            self._cannot(f"{why} Nothing was sent.")
            return
        number = len(job.to_send)
        left = f"{len(prepared.left_out):,} left out. " if prepared.left_out else ""
        said = self._notice or ("" if number == 1 else f"{left}{cost_words(prepared.price)}")
        self._enter(Stage.REVIEW, said or "Nothing is sent yet.", "warn" if self._notice else "")
        self.query_one(ActionRecords).show()
        self._ask_consent()
        # What was typed before this could be seen confirms nothing.
        self.desk.forget_keys()

    def _ask_consent(self) -> None:
        production = self.services.settings.production
        words = words_to_type(self.job.action, len(self.job.to_send), production=production)
        if not self.query_one(Consent).ask(self.job.warnings(self.services.zone), words):
            self.query_one(ActionRecords).focus()

    # Sending

    def _send(self) -> None:
        if not self.query_one(Consent).is_given():
            return
        project, permission, job = self.services.project, self.services.permission, self.job
        if project is None or permission is None:
            self._cannot(self.services.writes_off)
            return
        self._course = Course(
            tell=lambda result: self._post(self.RowTold(result)), say=lambda reason: self._post(self.Waits(reason))
        )
        self._enter(Stage.RUNNING, "Sending…")
        self.query_one(ActionRecords).focus()
        if len(job.to_send) > 1 and not job.batch:
            job.batch = batch_name(job.action, self.services.now())
        work = partial(carry_out, project, permission, job.action, job.to_send, self._course, job.batch)
        ask(self, work, self._ended, group="send", exclusive=False)

    def _post(self, message: Message) -> None:
        """From the thread; a page that is gone wants to know nothing."""
        if self.is_attached:
            self.post_message(message)

    @on(Waits)
    def _waits(self, message: Waits) -> None:
        if self.stage in (Stage.READING, Stage.RUNNING):
            self._say(message.reason, "warn")

    @on(RowTold)
    def _row_told(self, message: RowTold) -> None:
        self.job.results[message.result.record] = message.result
        self.desk.note(self.job.action, message.result)
        if not self._is_behind:
            # Results that come together are drawn once.
            self._is_behind = True
            self.call_later(self._catch_up)

    def _catch_up(self) -> None:
        self._is_behind = False
        if self.stage is Stage.RUNNING:
            stops = " Stops after this record." if self._course.is_stopped else ""
            self._say(f"{len(self.job.results):,} of {len(self.job.to_send):,} sent.{stops}")
            self.query_one(ActionRecords).show()

    def _ended(self, done: Done) -> None:
        job = self.job
        for one in done.results:
            job.results[one.record] = one
            self.desk.note(job.action, one)
        self._lag = done.lag
        first = done.results[0] if done.results else None
        if len(job.to_send) == 1 and first is not None and first.outcome is None and first.fate is Fate.NOT_DONE:
            # Somebody else was there: what would be done now is shown, and asked for again.
            self._notice = first.said
            job.results.clear()
            self._prepare()
            return
        self._tell_end()
        if any(one.fate in (Fate.DONE, Fate.UNKNOWN) for one in done.results):
            self.desk.drafts.pop(self.job.key, None)
            self._refresh_cache()

    def _tell_end(self) -> None:
        job = self.job
        results = list(job.results.values())
        counts = f"{tally([one.fate for one in results])}. Batch {job.batch}." if job.batch and results else ""
        is_sent = any(one.fate is not Fate.NOT_TRIED for one in results)
        said = " ".join(part for part in ("" if is_sent else "Nothing was sent.", counts, self._lag) if part)
        is_whole = not self._lag and all(one.fate is Fate.DONE for one in results)
        self._enter(Stage.RESULT, said, "" if is_whole else "warn")
        # Where it stopped is what has to be looked at.
        self.query_one(ActionRecords).show(next((one.record for one in results if one.is_surprise), ""))
        self.query_one(ActionRecords).focus()
        self.desk.forget_keys()

    def _refresh_cache(self) -> None:
        """Every screen reads again; what else changed with the records is read with their campaigns."""
        from store.sync.request import SyncRequest

        self.app.post_message(CacheChanged())
        campaigns = self.job.campaigns
        if 0 < len(campaigns) <= _MOST_CAMPAIGNS:
            self.app.post_message(SyncRequested(SyncRequest(campaigns=campaigns), "what was changed", quietly=True))

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Each key works in its stages."""
        if action == "go":
            return self.stage in (Stage.FORM, Stage.REVIEW, Stage.RESULT, Stage.CANNOT)
        if action == "step":
            return self.stage is Stage.FORM or len(self.job.records) > 1
        if action == "resume":
            return self.stage is Stage.RESULT and bool(self.job.unfinished)
        if action == "export":
            return self.stage is Stage.RESULT
        if action == "step_back":
            return self.stage is not Stage.OPENING
        return super().check_action(action, parameters)

    def key_label(self, binding: Binding) -> KeyWords | None:
        """What enter and esc do in this stage."""
        has_form = bool(self.job.action.fields)
        if binding.id == "action.go":
            if binding.key == "enter" and isinstance(self.focused, JsonArea):
                return HIDDEN
            words = {Stage.FORM: "check", Stage.REVIEW: "send"}.get(self.stage, "close")
            return KeyWords(words, urgent=True)
        if binding.id == "action.back":
            if self.stage in (Stage.RESULT, Stage.CANNOT):
                return KeyWords("", "Close")
            words = "stop" if self.stage in (Stage.READING, Stage.RUNNING) else "leave"
            return KeyWords("back to the form" if self.stage is Stage.REVIEW and has_form else words)
        if binding.id in ("action.next", "action.previous") and self.stage is not Stage.FORM:
            return HIDDEN
        return super().key_label(binding)

    async def action_go(self) -> None:
        """Check the form, send, or close."""
        if self.stage is Stage.FORM:
            self._check_form()
        elif self.stage is Stage.REVIEW:
            self._send()
        elif self.stage in (Stage.RESULT, Stage.CANNOT):
            self.dismiss()

    async def action_step_back(self) -> None:
        """Stop what runs between two records; back to the form; leave."""
        if self.stage in (Stage.READING, Stage.RUNNING):
            self._course.is_stopped = True
            self._say("Stops after this record.", "warn")
        elif self.stage is Stage.REVIEW and self.job.action.fields:
            await self._back_to_form()
        else:
            if self.stage is Stage.FORM:
                self.desk.drafts[self.job.key] = self.query_one(ActionForm).texts
            self.dismiss()

    async def _back_to_form(self) -> None:
        self._notice = ""
        if self.job.action.fields:
            await self._show_form(self.desk.drafts.get(self.job.key, self.job.first))
        else:
            self.dismiss()

    def action_step(self, step: int) -> None:
        """To the next field or record, or the one before."""
        if self.stage is Stage.FORM:
            self.query_one(ActionForm).step(step)
        else:
            self.query_one(ActionRecords).table.action_move(step)

    def action_resume(self) -> None:
        """Ask again for what was not done."""
        job = self.job
        again = ActionScreen(self.desk, job.action, job.unfinished, job.values)
        again.job.batch = job.batch
        self.app.switch_screen(again)

    def action_export(self) -> None:
        """Save what became of each record."""
        job, now = self.job, self.services.now()

        def write(way: ExportWay) -> tuple[Path, int]:
            head, rows = saved_rows(job)
            return save_table(f"{job.action.id} results", head, rows, Path.cwd(), now, way)

        self.ask_export("the results", export_questions(values=False), write)
