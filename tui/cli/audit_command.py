"""`promoscope audit`: what was changed from here."""

import click

from store.actions.async_ends import look_at_tasks
from store.actions.audit import Audit
from store.config import load_settings
from store.config_errors import ConfigError
from tui.cli.exits import OK
from tui.cli.output import say, write_json, write_rows
from tui.project import Project, open_client
from tui.shell.signals import run_until_stopped

_COLUMNS = (
    "id", "at", "user", "profile", "action", "kind", "record", "fate", "undone_by", "batch", "request_id", "said",
)  # fmt: skip


@click.command(name="audit")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON, with requests and records before and after.")
@click.option("--offline", is_flag=True, help="Do not ask the API how background tasks ended.")
def command(as_json: bool, offline: bool) -> int:
    """Print every attempt to change something from this cache, the newest first.

    It is kept beside the cache, for this machine alone, and outlives `purge`. `promoscope action undo NUMBER` takes one
    back, where that is possible.
    """
    settings = load_settings()
    audit = Audit(settings.database, settings.profile)
    if audit.open_ends() and not offline:
        _look_at_tasks(Project(settings), audit)
    rows = audit.rows()
    if as_json:
        write_json({"audit": rows})
    elif rows:
        write_rows(rows, _COLUMNS, "table")
    else:
        say("Nothing was changed from here.")
    return OK


def _look_at_tasks(project: Project, audit: Audit) -> None:
    """Say how what went on in the background has ended; the audit itself needs no network."""

    async def look() -> None:
        async with open_client(project, on_wait=lambda _, reason: say(reason), retries=1) as (client, _):
            for line in await look_at_tasks(client, audit):
                say(line)

    try:
        run_until_stopped(look())
    except ConfigError as error:
        say(f"What goes on in the background was not looked at. {error}")
