"""`promoscope action ID REF…`: change something, after showing the exact request and what it changes."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from store.actions.action import Action, Fate, NotOffered, ValueRefused
from store.actions.audit import Audit
from store.actions.catalogue import ACTIONS
from store.actions.change_words import change_words
from store.actions.consent import words_to_type
from store.actions.plan import Plan, body_text, make_plan
from store.actions.running import ChangedMeanwhile, Outcome, run
from store.actions.typed_values import typed_values
from store.api.actions import WritePermission, WritesOff, permit
from store.api.errors import ApiError
from store.config import Settings, load_settings
from store.nearest import did_you_mean
from tui.cli.exits import OK, PARTIAL, USAGE, Failure
from tui.cli.output import say, write, write_json
from tui.cli.trouble import code_of
from tui.project import Project, open_client, open_writer
from tui.shell.signals import run_until_stopped

if TYPE_CHECKING:
    from store.api.client import ApiClient

_REFUSED = 1
_CALLS = 4
"""Calls a record takes: it is read, read again before it is changed, changed, and read once more."""


@dataclass
class _Run:
    """One command: its records, in order, and what became of each."""

    project: Project
    action: Action
    values: dict[str, Any]
    records: Sequence[str]
    batch: str
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)


@click.command(name="action")
@click.argument("name", metavar="ID")
@click.argument("refs", metavar="REF…", nargs=-1, required=True)
@click.option("--kind", help="Of the records, where actions of several kinds have this id.")
@click.option("--set", "sets", multiple=True, metavar="FIELD=VALUE", help="A field of the action. Repeatable.")
@click.option("--dry-run", is_flag=True, help="Print the request and what it changes, and send nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--allow-writes", is_flag=True, help="Without this, and `writes = true` in the profile, nothing is sent.")
@click.option("--batch", default="", metavar="NAME", help="Of a batch: records that it has done are not tried again.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(
    name: str, refs: tuple[str, ...], kind: str | None, sets: tuple[str, ...], dry_run: bool, yes: bool,
    allow_writes: bool, batch: str, as_json: bool,
) -> int:  # fmt: skip
    """Do the action ID to each REF: an id or a code; KIND:ID names its kind; `-` reads them from stdin.

    `promoscope actions` lists the actions and their fields. The record is read first. The exact request and what it
    changes are shown, and nothing is sent before you say yes. A call without an answer is never sent again: the
    record itself is asked. Exit codes: 1 refused by the API, 4 a part was not done or is not known.
    """
    settings = load_settings()
    project = Project(settings)
    found, records = _meant(name, kind, _refs(refs))
    try:
        values = typed_values(found, _pairs(sets), project.clock.now(), settings.timezone)
        allowed = settings.writes
        permission = None if dry_run else permit(settings.profile, profile_allows=allowed, asked_for=allow_writes)
    except ValueRefused as refused:
        raise Failure(f"{refused}", USAGE) from None
    except WritesOff as off:
        raise Failure(f"{off.message}. Nothing was sent.", USAGE) from None
    if not dry_run and not yes and not sys.stdin.isatty():
        raise Failure("Nobody can be asked here; --yes sends without asking. Nothing was sent.", USAGE)
    audit = Audit(settings.database, settings.profile)
    work = _Run(project, found, values, _not_done(audit, batch, records), batch)
    _prepare(work)
    if not as_json or not (dry_run or yes):
        _show(work, settings)
    if not dry_run:
        if not yes:
            _ask(work, settings)
        _send(work, permission, audit)
    _tell(work, as_json=as_json, dry_run=dry_run)
    return OK if dry_run else _code(work)


def _not_done(audit: Audit, batch: str, records: list[str]) -> list[str]:
    """Each record once, without those that the batch has done, or may have done."""
    done = audit.done_of(batch) if batch else set()
    for one in sorted(done & set(records)):
        say(f"{one}: done before, or not known; not tried again.")
    return [one for one in dict.fromkeys(records) if one not in done]


def _tell(work: _Run, *, as_json: bool, dry_run: bool) -> None:
    if as_json and dry_run:
        write_json(
            {"action": work.action.id, "dry_run": True, "plans": [_plan_json(one) for one in work.plans.values()]}
        )
    elif as_json:
        write_json({"action": work.action.id, "results": [_result_json(one, work) for one in work.outcomes]})
    else:
        for one, outcome in work.outcomes.items():
            write(f"{one}: {outcome.fate.value}. {outcome.said}")


def _refs(refs: tuple[str, ...]) -> list[str]:
    if refs == ("-",):
        return [line.strip() for line in sys.stdin if line.strip()]
    return list(refs)


def _meant(name: str, kind: str | None, refs: list[str]) -> tuple[Action, list[str]]:
    """The action of the records' kind, and the records without it."""
    if not refs:
        raise Failure("No record was named.", USAGE)
    kinds = {one.kind for one in ACTIONS}
    named = [ref.partition(":") for ref in refs]
    said = {head for head, colon, _ in named if colon and head in kinds} | ({kind} if kind else set())
    records = [rest if colon and head in kinds else f"{head}{colon}{rest}" for head, colon, rest in named]
    able = [one for one in ACTIONS if one.id == name]
    if not able:
        raise Failure(f"There is no action “{name}”.{did_you_mean(name, {one.id for one in ACTIONS})}", USAGE)
    found = [one for one in able if not said or one.kind in said] if len(said) < 2 else []
    if len(found) == 1:
        return found[0], records
    which = ", ".join(sorted(one.kind for one in able))
    raise Failure(f"“{name}” can be done to {which}: name one kind with --kind, or as KIND:ID.", USAGE)


def _pairs(sets: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for one in sets:
        name, equals, value = one.partition("=")
        if not equals:
            raise Failure(f"“{one}” is not FIELD=VALUE.", USAGE)
        pairs[name.strip()] = value
    return pairs


def _prepare(work: _Run) -> None:
    async def plan_all() -> None:
        async with open_client(work.project, on_wait=lambda _, reason: say(reason)) as (client, _):
            for one in work.records:
                try:
                    work.plans[one] = await make_plan(client, work.action, one, work.values)
                except (NotOffered, ValueRefused) as no:
                    raise Failure(f"{one}: {no} Nothing was sent.", USAGE) from None
                except ApiError as error:
                    raise Failure(f"{one}: {error.sentence} Nothing was sent.", code_of(error)) from None

    run_until_stopped(plan_all())


def _show(work: _Run, settings: Settings) -> None:
    for one, plan in work.plans.items():
        write(f"{work.action.title}: {one}")
        body = body_text(plan.request)
        write(f"  {plan.request.method} {plan.request.path}{f'  {body}' if body else ''}")
        for change in plan.changes:
            before, after = change_words(change, settings.currency, settings.timezone)
            write(f"  {change.name}: {before} → {after}")
        if not plan.changes:
            write("  Nothing would change.")
    if work.action.warning:
        say(work.action.warning)
    number = len(work.plans)
    if number > 1:
        say(f"{number} records, about {number * _CALLS} calls.")


def _ask(work: _Run, settings: Settings) -> None:
    """Go on only after a yes; where value moves, of many records or in production, the words must be typed."""
    words = words_to_type(work.action, len(work.plans), production=settings.production)
    try:
        if words:
            is_sure = click.prompt(f"Type {words} to send", err=True, default="", show_default=False) == words
        else:
            is_sure = click.confirm("Send?", err=True)
    except click.Abort:
        is_sure = False
    if not is_sure:
        raise Failure("Nothing was sent.", USAGE)


def _send(work: _Run, permission: WritePermission | None, audit: Audit) -> None:
    async def send_all() -> None:
        client_of = open_client(work.project, on_wait=lambda _, reason: say(reason), permission=permission)
        async with client_of as (client, _):
            for one, plan in work.plans.items():
                work.outcomes[one] = await _outcome(client, plan, audit, work.batch)
                await _renew(work, client, one)
                if work.outcomes[one].fate is not Fate.DONE:
                    # The first surprise ends a batch: what follows would meet it, too.
                    return

    run_until_stopped(send_all())


async def _renew(work: _Run, client: "ApiClient", one: str) -> None:
    """Keep the record that was read again, if there is a cache; while a sync is under way, the next one reads it."""
    from store.cache.database import cache_exists
    from store.cache.errors import CacheError
    from store.sync.lookup import keep

    settings, content = work.project.settings, work.outcomes[one].content
    if not work.action.table or not content or not cache_exists(settings.database):
        return
    try:
        with open_writer(work.project) as connection:
            keep(client, connection, work.action.table, [content], settings.timezone)
    except CacheError as error:
        say(f"The cache still has {one} as it was: {error} A sync reads it.")


async def _outcome(client: "ApiClient", plan: Plan, audit: Audit, batch: str) -> Outcome:
    try:
        return await run(client, plan, audit, batch=batch)
    except (ChangedMeanwhile, NotOffered) as changed:
        return Outcome(Fate.NOT_DONE, str(changed))
    except ApiError as error:
        return Outcome(Fate.NOT_DONE, error.sentence, error.request_id, error=error)


def _code(work: _Run) -> int:
    fates = [one.fate for one in work.outcomes.values()]
    if len(fates) == len(work.plans) and all(fate is Fate.DONE for fate in fates):
        return OK
    return _REFUSED if fates == [Fate.REFUSED] and len(work.plans) == 1 else PARTIAL


def _plan_json(plan: Plan) -> dict[str, Any]:
    return {
        "record": plan.record_id,
        "request": {"method": plan.request.method, "path": plan.request.path, "body": plan.request.body},
        "changes": [{"name": one.name, "before": one.before, "after": one.after} for one in plan.changes],
        "undo": None if plan.undo is None else {"action": plan.undo.action, "values": plan.undo.values},
    }


def _result_json(one: str, work: _Run) -> dict[str, Any]:
    outcome = work.outcomes[one]
    return {
        **_plan_json(work.plans[one]),
        "fate": outcome.fate.value,
        "said": outcome.said,
        "request_id": outcome.request_id,
        "audit": outcome.number or None,
    }
