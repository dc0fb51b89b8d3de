"""`promoscope action ID REF…`: change something, after showing the exact request and what it changes."""

import sys
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from store.actions.action import Action, Fate, NotOffered, ValueRefused
from store.actions.audit import Audit
from store.actions.batch import (
    CALLS,
    Price,
    Row,
    RowResult,
    batch_name,
    broken_off,
    is_of_all,
    plan_row,
    price_of,
    run_batch,
    settle_unknown,
)
from store.actions.change_words import changed_words, warning_lines
from store.actions.consent import words_to_type
from store.actions.plan import Plan
from store.actions.undoing import ChangedSince
from store.api.actions import WritePermission, WritesOff, permit
from store.api.errors import ApiError
from store.config import Settings, load_settings
from store.words import counted, wait
from tui.actions.renewing import renew
from tui.cli.action_results import (
    check_output,
    exit_code,
    plan_json,
    results_json,
    save_results,
    show_plan,
    summed_up,
)
from tui.cli.action_rows import Wanted
from tui.cli.document_editor import edited
from tui.cli.exits import OK, USAGE, Failure
from tui.cli.output import say, write, write_json
from tui.cli.trouble import code_of
from tui.project import Project, open_client
from tui.shell.signals import run_until_stopped

if TYPE_CHECKING:
    from store.api.client import ApiClient

_SHOWN = 20
"""Records whose requests are printed before a question; a dry run prints all."""


@dataclass
class _Run:
    """One command: its records, in order, and what became of each."""

    project: Project
    action: Action
    rows: list[Row]
    audit: Audit
    batch: str
    is_quiet: bool
    plans: list[Plan] = field(default_factory=list)
    outcomes: dict[str, RowResult] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)

    @property
    def results(self) -> list[RowResult]:
        return list(self.outcomes.values())

    @property
    def settings(self) -> Settings:
        return self.project.settings

    def tell(self, result: RowResult) -> None:
        """Keep a result, and print it at once."""
        self.outcomes[result.record] = result
        if not self.is_quiet:
            write(f"{result.record}: {result.fate.value}. {result.said}")
            sys.stdout.flush()


@click.command(name="action")
@click.argument("name", metavar="ID")
@click.argument("refs", metavar="[REF]…", nargs=-1)
@click.option("--kind", help="Kind of the records, if actions of several kinds have this id.")
@click.option("--set", "sets", multiple=True, metavar="FIELD=VALUE", help="A field of the action. Repeatable.")
@click.option("--file", metavar="CSV", help="Records, one a line, and columns that are fields; `-` for stdin.")
@click.option("--edit", is_flag=True, help="Open the fields of one record as JSON in VISUAL or EDITOR.")
@click.option("--dry-run", is_flag=True, help="Print the request and what it changes, and send nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--allow-writes", is_flag=True, help="Without this, and `writes = true` in the profile, nothing is sent.")
@click.option(
    "--batch", default="", metavar="NAME", help="Name of the batch. Records it has changed, or may have, are left out."
)
@click.option("--output", type=click.Path(path_type=Path), metavar="CSV", help="Write the results into a new file.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(
    name: str, refs: tuple[str, ...], kind: str | None, sets: tuple[str, ...], file: str | None, edit: bool,
    dry_run: bool, yes: bool, allow_writes: bool, batch: str, output: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Do the action ID to each REF: an id or a code; KIND:ID names its kind; `-` reads them from stdin.

    `promoscope actions` lists the actions and their fields. The record is read first. The exact request and what it
    changes are shown, and nothing is sent before you say yes. A call without an answer is never sent again: the
    record itself is asked. Many records are a batch: it stops at the first surprise, and --batch NAME, without any
    REF, goes on with it. `undo NUMBER…` takes back what attempts of `promoscope audit` did, where that is possible.
    Exit codes: 1 refused by the API, 4 a part was not done or is not known.
    """
    settings = load_settings()
    project, audit = Project(settings), Audit(settings.database, settings.profile)
    check_output(output)
    now = project.clock.now()
    wanted = Wanted(name, kind, refs, sets, file, batch)
    permission = None if dry_run else _permission(settings, asked_for=allow_writes)
    if not dry_run and not yes and (not sys.stdin.isatty() or file == "-" or refs == ("-",)):
        raise Failure("Nobody can be asked here; --yes sends without asking. Nothing was sent.", USAGE)
    with edited(project, wanted) if edit else nullcontext(wanted) as asked:
        action, rows = asked.rows(audit, now, settings.timezone)
        batch = batch or (batch_name(action, now) if len(rows) > 1 else "")
        work = _Run(project, action, rows, audit, batch, as_json)
        _prepare(work, dry_run=dry_run, yes=yes)
    if dry_run:
        return _tell_plans(work, as_json=as_json)
    if not yes and work.rows:
        _ask(work)
    work.known = {attempt["id"] for attempt in audit.unknown_of(batch)}
    try:
        if work.rows:
            _send(work, permission)
    finally:
        _note_left(work)
        if as_json:
            write_json(results_json(action, batch, work.results))
        elif len(rows) > 1:
            say(summed_up(work.results, batch))
        if output is not None:
            save_results(output, action, work.results)
    return exit_code(work.results)


def _permission(settings: Settings, *, asked_for: bool) -> WritePermission:
    try:
        return permit(settings.profile, profile_allows=settings.writes, asked_for=asked_for)
    except WritesOff as off:
        raise Failure(f"{off.message}. Nothing was sent.", USAGE) from None


def _prepare(work: _Run, *, dry_run: bool, yes: bool) -> None:
    """Leave out what the batch has done, and plan what is shown: all records, the first where nobody is asked."""

    async def plan_all() -> None:
        async with open_client(work.project, on_wait=lambda _, reason: say(reason)) as (client, limiter):
            if work.batch and not dry_run:
                await settle_unknown(client, work.action, work.audit, work.batch, work.tell)
            _leave_out(work)
            number, planned = len(work.rows), list[Row]()
            for index, row in enumerate(work.rows):
                if index and yes and not dry_run:
                    # Nobody looks at it: it is planned when its turn comes, which saves a call.
                    planned.append(row)
                    continue
                plan = await _plan(client, work, row)
                if plan is not None:
                    planned.append(replace(row, plan=plan))
                    work.plans.append(plan)
                if not index and number > 1:
                    _say_price(price_of(number, limiter.meter(), CALLS if yes else CALLS + 1))
            work.rows = planned

    run_until_stopped(plan_all())
    for warning in dict.fromkeys(line for plan in work.plans for line in warning_lines(plan, work.settings.timezone)):
        say(warning)
    for plan in work.plans if dry_run or len(work.plans) <= _SHOWN else work.plans[:_SHOWN]:
        if not work.is_quiet or not (dry_run or yes):
            show_plan(plan, work.settings)
    if len(work.plans) > _SHOWN and not dry_run:
        say(f"{len(work.plans) - _SHOWN:,} more are like these; --dry-run prints all.")


def _leave_out(work: _Run) -> None:
    done = work.audit.done_of(work.batch) if work.batch else set()
    left = [row for row in work.rows if row.record not in done]
    if len(left) < len(work.rows):
        say(f"{counted(len(work.rows) - len(left), 'record')}: done before, or not known; not tried again.")
    work.rows = left


async def _plan(client: "ApiClient", work: _Run, row: Row) -> Plan | None:
    """The plan of a record; None where it cannot be done to this one of several, which is told."""
    try:
        return await plan_row(client, work.action, row)
    except ChangedSince as changed:
        now = changed_words(changed.changes, work.settings.currency, work.settings.timezone)
        said, code = f"{now} {changed}", USAGE
    except (NotOffered, ValueRefused) as no:
        said, code = str(no), USAGE
    except ApiError as error:
        said, code = error.sentence, code_of(error)
        if is_of_all(error):
            raise Failure(f"{row.record}: {said} Nothing was sent.", code) from None
    if len(work.rows) == 1:
        raise Failure(f"{row.record}: {said} Nothing was sent.", code)
    work.tell(RowResult(row.record, Fate.NOT_DONE, said))
    return None


def _say_price(price: Price) -> None:
    waits = f", and waits {wait(price.waits)} for the call limit" if price.waits else ""
    say(f"{counted(price.rows, 'record')}: about {counted(price.calls, 'call')}{waits}.")


def _ask(work: _Run) -> None:
    """Go on only after a yes; where value moves, of many records or in production, the words must be typed."""
    words = words_to_type(work.action, len(work.rows), production=work.settings.production)
    _forget_typed()
    try:
        if words:
            is_sure = click.prompt(f"Type {words} to send", err=True, default="", show_default=False) == words
        else:
            is_sure = click.confirm("Send?", err=True)
    except click.Abort:
        is_sure = False
    if not is_sure:
        raise Failure("Nothing was sent.", USAGE)


def _forget_typed() -> None:
    """What was typed before a request could be seen confirms nothing."""
    if sys.stdin.isatty() and sys.platform != "win32":
        import termios

        termios.tcflush(sys.stdin, termios.TCIFLUSH)


def _send(work: _Run, permission: WritePermission | None) -> None:
    async def send_all() -> None:
        client_of = open_client(work.project, on_wait=lambda _, reason: say(reason), permission=permission)
        async with client_of as (client, _):
            if len(work.rows) > 1:
                say(f"Batch {work.batch}.")
            try:
                await run_batch(client, work.action, work.rows, work.audit, batch=work.batch, tell=work.tell)
            finally:
                outcomes = [one.outcome for one in work.results if one.outcome is not None]
                if lag := renew(work.project, client, work.action, outcomes):
                    say(lag)

    run_until_stopped(send_all())


def _note_left(work: _Run) -> None:
    """Say of records that a stopped command did not come to the end with whether they were under way."""
    left = [row.record for row in work.rows if row.record not in work.outcomes]
    under_way = {one.record: one for one in broken_off(work.audit, work.batch, work.known)} if left else {}
    for one in left:
        work.outcomes[one] = under_way.get(one) or RowResult(one, Fate.NOT_TRIED, "The command was stopped before.")


def _tell_plans(work: _Run, *, as_json: bool) -> int:
    if as_json:
        plans = [plan_json(one.record_id, one) for one in work.plans]
        write_json({"action": work.action.id, "dry_run": True, "plans": plans})
    return OK
