"""`promoscope sync`: mirror the project into the cache, or say what that would cost."""

import asyncio
import sqlite3
import sys
from typing import TYPE_CHECKING, Any

import click

from store.cache.errors import CacheError
from store.config import load_settings
from store.sync.report import Report, call_words
from store.sync.request import AUTO, EXPORTS_FIRST, PAGES_ONLY, SyncRequest
from tui.cli.campaign_names import unknown_campaign
from tui.cli.completions import campaigns as cached_campaigns
from tui.cli.exits import CREDENTIALS, OK, PARTIAL, RETRY, USAGE, Failure
from tui.cli.output import say, write, write_json, write_rows
from tui.cli.progress import ProgressLines
from tui.cli.streams import AnswerLost, ReaderGone, forget_stdout
from tui.cli.trouble import code_of
from tui.project import Project, open_client, open_writer
from tui.shell.signals import run_until_stopped
from widgets.text import plain

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from store.api.client import ApiClient
    from store.sync.rate_limiter import Meter, RateLimiter

    Opening = AbstractAsyncContextManager[tuple[ApiClient, RateLimiter]]

_LONG = 90
"""Minutes from which hours are easier to grasp."""
_SMALL_LIMIT = 100


@click.command(name="sync")
@click.option(
    "--campaign",
    "campaigns",
    multiple=True,
    metavar="ID",
    shell_complete=cached_campaigns,
    help="Also this campaign's rows; repeatable.",
)
@click.option(
    "--all", "everything", is_flag=True, help="The whole project: every code, redemption, publication, customer."
)
@click.option("--full", is_flag=True, help="Read all of each list again, not only what is new.")
@click.option("--plan", is_flag=True, help="Only say what would be read, how, and in how many calls.")
@click.option("--max-calls", type=click.IntRange(min=1), help="Stop after so many calls; the next run resumes.")
@click.option(
    "--via",
    type=click.Choice((AUTO, PAGES_ONLY, EXPORTS_FIRST)),
    default=AUTO,
    show_default=True,
    help="Pages, exports, or whichever takes fewer calls.",
)
@click.option(
    "--wait", type=click.FloatRange(min=0), default=0, metavar="SECONDS", help="Wait for another sync to end."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON report on stdout, no progress display.")
def command(
    campaigns: tuple[str, ...],
    everything: bool,
    full: bool,
    plan: bool,
    max_calls: int | None,
    via: str,
    wait: float,
    as_json: bool,
) -> int:
    """Mirror the project into the cache: campaigns and small configuration always, rows as asked."""
    project = Project(load_settings())
    request = SyncRequest(campaigns=campaigns, everything=everything, full=full, via=via, max_calls=max_calls)
    return run_sync(project, request, plan=plan, wait=wait, as_json=as_json)


def run_sync(project: Project, request: SyncRequest, *, plan: bool, wait: float, as_json: bool) -> int:
    """Run or plan a sync and tell its outcome; returns the exit code."""
    if not project.settings.app_id:
        raise Failure("No API keys: VOUCHERIFY_APP_ID is not set. `promoscope demo` needs none.", CREDENTIALS)
    progress = ProgressLines(bars=not as_json and not plan)
    client_of = open_client(project, max_calls=request.max_calls, on_wait=progress.waiting)
    # Out here the terminal is restored even when a later signal leaves the loop at once.
    with open_writer(project, wait=wait) as connection, progress:
        if plan:
            return run_until_stopped(_plan(project, request, connection, client_of, as_json))
        return run_until_stopped(_sync(project, request, connection, client_of, progress, as_json))


async def _sync(
    project: Project,
    request: SyncRequest,
    connection: sqlite3.Connection,
    client_of: "Opening",
    progress: ProgressLines,
    as_json: bool,
) -> int:
    from store.actions.async_ends import look_at_tasks
    from store.actions.audit import Audit
    from store.sync.engine import SyncEngine
    from store.sync.request import UnknownCampaign

    try:
        async with client_of as (client, limiter):
            progress.limiter = limiter
            engine = SyncEngine(
                client, connection, zone=project.settings.timezone, clock=project.clock, on_progress=progress.show
            )
            try:
                report = await engine.run(request)
                report.news = await look_at_tasks(client, Audit(project.settings.database, project.settings.profile))
            except UnknownCampaign as unknown:
                raise unknown_campaign(connection, unknown.wanted, str(unknown)) from None
            except (asyncio.CancelledError, CacheError):
                if as_json and engine.report is not None:
                    _leave_report(engine.report)
                raise
    finally:
        progress.stop()
    if as_json:
        write_json(report.as_json())
    else:
        _tell(report)
    for line in report.news:
        say(line)
    return exit_code(report)


def _leave_report(report: Report) -> None:
    """Report a run that was stopped, or could write no more; its exit code holds even when the output is closed."""
    try:
        write_json(report.as_json())
        sys.stdout.flush()
    except (ReaderGone, AnswerLost):
        forget_stdout()


def exit_code(report: Report) -> int:
    """What a run's outcome means to a script."""
    if report.error == "credentials":
        return CREDENTIALS
    if report.state == "complete":
        return OK
    if report.state != "failed":
        return PARTIAL
    return USAGE if report.error == "address" else RETRY


def _tell(report: Report) -> None:
    rows = (
        {
            "resource": name, "seen": one.seen, "new": one.added, "changed": one.changed, "missing": one.missing,
            "calls": one.calls, "via": one.via, "state": one.state,
        }
        for name, one in report.resources.items()
    )  # fmt: skip
    write_rows(rows, ("resource", "seen", "new", "changed", "missing", "calls", "via", "state"), "table")
    reasons = {f"{name}: {one.reason}": one.reason for name, one in report.resources.items() if one.reason}
    for line in reasons:
        say(line)
    if report.reason and report.reason not in (*reasons, *reasons.values()):
        say(report.reason)
    say(f"{report.state}: {call_words(report.calls)} in {report.seconds:.1f} s")


async def _plan(
    project: Project, request: SyncRequest, connection: sqlite3.Connection, client_of: "Opening", as_json: bool
) -> int:
    from store.api.errors import ApiError
    from store.cache.ledger import Ledger
    from store.sync.context import SyncContext
    from store.sync.planner import PlanLine, Planner, PlanTotal
    from store.sync.request import UnknownCampaign, read_campaigns

    async with client_of as (client, limiter):
        context = SyncContext(client, connection, Ledger(connection), project.clock, lambda *_: None)
        campaigns = read_campaigns(connection)
        planner = Planner(context, project.settings.timezone, lambda: limiter.meter().per_minute)
        try:
            lines: list[PlanLine] = await planner.plan(request, campaigns)
        except UnknownCampaign as unknown:
            hint = "" if campaigns else " The cache has no campaigns yet: run `promoscope sync` first."
            raise unknown_campaign(connection, unknown.wanted, f"{unknown}{hint}") from None
        except ApiError as ended:
            raise Failure(ended.sentence, code_of(ended)) from None
    total, minutes = PlanTotal.of(lines), [line.minutes for line in lines if line.minutes is not None]
    if as_json:
        known = round(sum(minutes), 2) if minutes else None
        sums = {"calls": total.calls, "least": total.least, "most": total.most, "minutes": known}
        write_json({**sums, "lines": [line.as_json() for line in lines]})
        return OK
    _write_plan(lines)
    pace = f"{_time_text(sum(minutes))} at {_pace_text(limiter.meter())}" if minutes else ""
    time = f" ({call_words(total.calls)}: {pace})" if minutes else ""
    say(f"{total.words}{time}; the lines under the table say where it may become more or fewer.")
    if request.max_calls is not None and total.calls > request.max_calls:
        say(f"A run ends after {call_words(request.max_calls)}, as asked by --max-calls; the next one resumes.")
    if minutes:
        _say_if_hourly(limiter.meter(), sum(minutes))
    return OK


def _time_text(minutes: float) -> str:
    if minutes < 1:
        return "less than a minute"
    return f"about {minutes:,.0f} minutes" if minutes < _LONG else f"about {minutes / 60:,.1f} hours"


def _pace_text(meter: "Meter") -> str:
    return f"{call_words(max(1, (meter.limit or 0) - meter.reserve))} {'a minute' if meter.period <= 60 else 'an hour'}"


def _say_if_hourly(meter: "Meter", minutes: float) -> None:
    """Only a limit that was hit shows its period; one as small as the Sandbox plan's may be for an hour (API §1)."""
    if meter.period <= 60 and meter.limit is not None and meter.limit <= _SMALL_LIMIT:
        said = f"The API does not say whether its limit of {meter.limit:,} calls is for a minute or, as on the Sandbox"
        say(f"{said} plan, for an hour: then it is {_time_text(minutes * 60)}.")


def _write_plan(lines: list[Any]) -> None:
    rows = (
        {
            "resource": line.resource, "scope": line.scope, "held": line.cached, "total": line.total, "via": line.via,
            "calls": line.calls, "minutes": None if line.minutes is None else f"{line.minutes:.1f}",
        }
        for line in lines
    )  # fmt: skip
    write_rows(rows, ("resource", "scope", "held", "total", "via", "calls", "minutes"), "table")
    reasons: dict[str, list[str]] = {}
    for line in lines:
        if line.why and line.resource not in reasons.setdefault(line.why, []):
            reasons[line.why].append(line.resource)
    for why, resources in reasons.items():
        write(plain(f"{', '.join(resources)}: {why}"))
