"""`promoscope audit`: what was changed from here."""

import click

from store.actions.audit import Audit
from store.config import load_settings
from tui.cli.exits import OK
from tui.cli.output import say, write_json, write_rows

_COLUMNS = ("id", "at", "user", "profile", "action", "kind", "record", "fate", "request_id", "said")


@click.command(name="audit")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON, with requests and records before and after.")
def command(as_json: bool) -> int:
    """Print every attempt to change something from this cache, the newest first.

    It is kept beside the cache, for this machine alone, and outlives `purge`.
    """
    settings = load_settings()
    audit = Audit(settings.database, settings.profile)
    rows = audit.rows()
    if as_json:
        write_json({"audit": rows})
    elif rows:
        write_rows(rows, _COLUMNS, "table")
    else:
        say("Nothing was changed from here.")
    return OK
