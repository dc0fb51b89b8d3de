"""`promoscope open [REF]` and `promoscope` alone: the app on the profile's cache."""

import click

from store.config import ConfigError, load_settings, load_token
from tui.cli.completions import campaigns
from tui.project import Project


@click.command(name="open")
@click.argument("ref", required=False, shell_complete=campaigns)
def command(ref: str | None) -> int:
    """Open the app, at REF. Without keys it shows the cache.

    REF is a campaign's id or exact name, the id of anything, a code, an e-mail address, an order, or KIND:ID. What is
    not cached is left in the search box, where enter asks the API for it.
    """
    from tui.cli.app_start import start_app

    settings = load_settings()
    reason = ""
    try:
        load_token()
        if not settings.app_id:
            reason = "VOUCHERIFY_APP_ID is not set: showing the cache, offline."
    except ConfigError as error:
        reason = str(error)
    return start_app(Project(settings), offline_reason=reason, named=ref)
