"""`promoscope purge`: delete the cache and everything in it."""

from pathlib import Path

import click

from store.actions.audit import remove_audit
from store.cache.database import cache_exists, remove_beside
from store.cache.errors import CacheError
from store.cache.files import undeletable
from store.cache.lock import lock_path, writer_lock
from store.config import load_settings
from tui.cli.exits import OK, USAGE, Failure
from tui.cli.output import say
from tui.project import Project
from tui.shell.signals import stop_code


@click.command(name="purge")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--audit", is_flag=True, help="Delete the audit of changes, too.")
def command(yes: bool, audit: bool) -> int:
    """Delete this profile's cache file: documents, history, personal data. The project itself is not touched.

    The audit of what was changed from here is kept, unless --audit is given.
    """
    project = Project(load_settings())
    database = project.settings.database
    try:
        found = cache_exists(database)
    except CacheError as error:
        raise Failure(f"{error} Nothing was deleted.", USAGE) from None
    if audit and not found:
        remove_audit(database)
    if not found:
        say(f"There is no cache at {database}.")
        return OK
    if not yes:
        _ask(database)
    with writer_lock(database, project.clock):
        _delete(database)
    lock_path(database).unlink(missing_ok=True)
    if audit:
        remove_audit(database)
    say(f"Deleted {database}.")
    return OK


def _ask(database: Path) -> None:
    """Go on only after a yes."""
    kept = f"Nothing was deleted: {database} is as it was."
    try:
        sure = click.confirm(f"Delete {database} and all history in it?", err=True)
    except click.Abort as abort:
        if isinstance(abort.__context__, KeyboardInterrupt):
            raise Failure(kept, stop_code(abort)) from None
        raise Failure(f"{kept} There was no answer; --yes skips the question.", USAGE) from None
    if not sure:
        raise Failure(kept, USAGE)


def _delete(database: Path) -> None:
    """Delete the file and what lies beside it."""
    try:
        remove_beside(database)
        database.unlink(missing_ok=True)
    except OSError as error:
        raise undeletable(database, error) from None
