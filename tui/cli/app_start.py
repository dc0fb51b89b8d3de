"""Starting the app: the only place that imports textual for a command, after its environment is set."""

import gc
import os
import sys
from typing import TYPE_CHECKING

from msgspec.structs import replace

from store.cache.errors import CacheMissing
from store.config import config_path, load_settings, load_token
from store.config_errors import ConfigError
from store.ref import Ref
from tui.campaigns.read_ahead import ReadAhead
from tui.cli.doctor_terminal import CANNOT_PLACE, takes_mouse, usual_signs
from tui.cli.exits import USAGE, Failure
from tui.project import Project, settle_days
from tui.shell.driver import wanted_driver
from tui.shell.textual_imports import import_textual

if TYPE_CHECKING:
    from collections.abc import Collection

    from store.api.actions import WritePermission
    from store.queries.reader import Reader
    from tui.kit.services import SyncRunner

_PLAIN = "`promoscope list`, `summary`, `status` and `calendar --format text` write plain lines."
_ENVIRONMENT = {"TEXTUAL_ANIMATIONS": "none", "TEXTUAL_SMOOTH_SCROLL": "0"}


def open_app(named: str | None = None, *, allow_writes: bool = False) -> int:
    """Run the app on the profile's cache, at what is named; without keys it shows what is there.

    Args:
        named: what to open first, as `start_app` takes it.
        allow_writes: whether the command consents to changes; the profile must, too.
    """
    settings = load_settings()
    reason = ""
    try:
        load_token()
        if not settings.app_id:
            reason = "VOUCHERIFY_APP_ID is not set: showing the cache, offline."
    except ConfigError as error:
        reason = str(error)
    return start_app(Project(settings), offline_reason=reason, named=named, allow_writes=allow_writes)


def start_app(
    project: Project,
    *,
    demo: "SyncRunner | None" = None,
    offline_reason: str = "",
    named: str | None = None,
    allow_writes: bool = False,
) -> int:
    """Run the app until it is left; returns its exit code.

    Args:
        project: settings and clock.
        demo: syncs the project instead, which is made up; it does so at once.
        offline_reason: set to keep the app from going online.
        named: open this first: a campaign by id or exact name, `KIND:ID`, or any id, code, address or order.
        allow_writes: whether the command consents to changes; the profile must, too.

    Raises:
        Failure: there is no terminal to run in, or changes were asked for and the profile only reads.
    """
    permission = _permission(project) if allow_writes else None
    in_browser = bool(wanted_driver())
    if not in_browser and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Failure(f"The app needs a terminal. {_PLAIN}", USAGE)
    if not in_browser and os.environ.get("TERM") in CANNOT_PLACE:
        raise Failure(f"A terminal of the kind {os.environ['TERM']} cannot place text. {_PLAIN}", USAGE)
    gc.disable()
    # One reader for all that is asked before the first screen: to open a cache takes a while.
    reader = project.reader()
    settle_days(project, _say, reader)
    open_at = _named_in(reader, named)
    if demo is not None:
        reader.close()
    ahead = ReadAhead(reader, project.settings.currency) if demo is None else None
    # Read by textual at import: animations over SSH are needless bytes.
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    import_textual()
    from rich.console import Console

    from tui.kit.preferences import load_preferences
    from tui.kit.services import services_for
    from tui.shell.app import PromoscopeApp
    from tui.shell.modes import MODES
    from tui.shell.theme import usual_theme

    usual = usual_theme("truecolor" if in_browser else Console(force_terminal=True).color_system)
    signs = "unicode" if in_browser else usual_signs()
    preferences = load_preferences(config_path(), _commands, usual=usual, usual_signs=signs, starts=MODES)
    services = services_for(
        project, preferences, demo=demo is not None, offline_reason=offline_reason, permission=permission
    )
    services = services if demo is None else replace(services, run_sync=demo)
    app = PromoscopeApp(services, open_at=open_at, ahead=ahead, sync_at_start=services.demo)
    app.run(mouse=in_browser or takes_mouse())
    return app.return_code or 0


def _permission(project: Project) -> "WritePermission":
    from store.api.actions import WritesOff, permit

    settings = project.settings
    try:
        return permit(settings.profile, profile_allows=settings.writes, asked_for=True)
    except WritesOff as off:
        raise Failure(f"{off.message}. Without --allow-writes the app opens and only reads.", USAGE) from None


def _say(sentence: str) -> None:
    from tui.cli.output import say

    say(sentence)


def _commands() -> "Collection[str]":
    # Every room has a table of them; a start without keys of one's own needs none.
    from tui.shell.key_table import commands

    return commands()


def _named_in(reader: "Reader", wanted: str | None) -> Ref | None:
    """What is named, by its id where it is known; a cache that cannot be used is refused before any screen.

    The reader stays open for who asks next, and is closed where this raises.

    Raises:
        CacheError: it mirrors another project, was written by a later release, or is none.
        Failure: several campaigns have the name, or several records of one kind are called so.
    """
    try:
        connection = reader.connection
        if wanted is None:
            return None
        from store.queries.campaigns import campaigns_called
        from tui.cli.campaign_names import one_campaign
        from tui.cli.record_names import one_record
        from tui.shell.rooms import PLACES

        if campaigns_called(connection, wanted):
            return Ref.campaign(one_campaign(connection, wanted))
        if wanted in PLACES:
            return Ref(wanted, "")
        return one_record(reader, wanted)
    except CacheMissing:
        if wanted is None:
            return None
    except BaseException:
        reader.close()
        raise
    from tui.shell.rooms import ref_of

    return ref_of(wanted)
