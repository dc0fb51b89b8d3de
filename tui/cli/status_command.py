"""`promoscope status`: what the cache has, how old it is and what is missing."""

from contextlib import closing
from datetime import datetime

import click

from store.config import Settings, load_settings
from store.queries.freshness import ResourceStatus, last_run, resource_statuses
from store.queries.question import Question
from tui.cli.output import say, write, write_json, write_rows
from tui.project import Project


@click.command(name="status")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def command(as_json: bool) -> int:
    """What the cache has: rows, the newest, when each list was read and what is missing."""
    from store.cache.errors import CacheMissing

    settings = load_settings()
    project = Project(settings)
    try:
        with closing(project.reader()) as reader, Question():
            found = reader.ask(resource_statuses)
            run = reader.ask(last_run)
    except CacheMissing as missing:
        say(str(missing))
        found, run = [], None
    if as_json:
        write_json(status_json(settings, found))
        return 0
    _write_words(settings, found, project.clock.now())
    if run is not None and run.cut_off:
        say("The last run was cut off; the same command resumes it.")
    return 0


def status_json(settings: Settings, found: list[ResourceStatus]) -> dict[str, object]:
    """The documented JSON of `status --json`."""
    return {
        "db": str(settings.database),
        "profile": settings.profile,
        "resources": {
            status.name: {
                "rows": status.rows,
                "newest": status.newest,
                "as_of": status.state.as_of,
                "oldest": status.oldest,
                "state": status.state.state,
                "reason": status.state.reason,
                "missing": status.missing,
                "not_understood": status.not_understood,
                "attempt_state": status.state.attempt_state,
                "attempted_at": status.state.attempted_at,
                "attempt_reason": status.state.attempt_reason,
            }
            for status in found
        },
    }


def _write_words(settings: Settings, found: list[ResourceStatus], now: datetime) -> None:
    from widgets.text import plain

    write(f"profile  {plain(settings.profile)}   project zone {settings.timezone.key}")
    write(f"cache    {plain(str(settings.database))}")
    if not found:
        return
    write("")
    listed = [status for status in found if status.rows or status.state.as_of is not None]
    rows = (
        {
            "resource": status.name,
            "rows": status.rows,
            "state": status.state.state,
            "read": _age(status.state.as_of, now) or "never",
            "longest ago": _age(status.oldest, now),
        }
        for status in listed
    )
    write_rows(rows, ("resource", "rows", "state", "read", "longest ago"), "table")
    for status in listed:
        remarks = [status.state.reason or ""]
        remarks += [f"{status.missing:,} missing upstream"] if status.missing else []
        remarks += [status.state.attempt, status.state.attempt_reason or ""]
        if remark := "; ".join(part for part in remarks if part):
            write(plain(f"{status.name}: {remark}"))


def _age(instant: str | None, now: datetime) -> str:
    from store import words
    from store.days import parse_instant

    return words.age(parse_instant(instant), now) if instant else ""
