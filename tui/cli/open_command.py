"""`promoscope open [REF]` and `promoscope` alone: the app on the profile's cache."""

import click

from tui.cli.completions import campaigns

ALLOW_WRITES = "Let `m` change things. Without this, and `writes = true` in the profile, the app only reads."


@click.command(name="open")
@click.argument("ref", required=False, shell_complete=campaigns)
@click.option("--allow-writes", is_flag=True, help=ALLOW_WRITES)
def command(ref: str | None, allow_writes: bool) -> int:
    """Open the app, at REF. Without keys it shows the cache.

    REF is a campaign's id or exact name, the id of anything, a code, an e-mail address, an order, or KIND:ID. What is
    not cached is left in the search box, where enter asks the API for it.
    """
    from tui.cli.app_start import open_app

    return open_app(ref, allow_writes=allow_writes)
