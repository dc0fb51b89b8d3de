"""`promoscope purge`: delete the cache and everything in it."""

import click

from store.cache.lock import lock_path, writer_lock
from store.config import load_settings
from tui.cli.output import say
from tui.cli.services import Project


@click.command(name="purge")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(yes: bool) -> int:
    """Delete this profile's cache file: documents, history, personal data. The project itself is not touched."""
    project = Project(load_settings())
    database = project.settings.database
    if not database.exists():
        say(f"There is no cache at {database}.")
        return 0
    if not yes:
        click.confirm(f"Delete {database} and all history in it?", abort=True, err=True)
    with writer_lock(database, project.clock):
        for suffix in ("-wal", "-shm", "-journal", ""):
            database.with_name(database.name + suffix).unlink(missing_ok=True)
    lock_path(database).unlink(missing_ok=True)
    say(f"Deleted {database}.")
    return 0
