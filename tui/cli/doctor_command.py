"""`promoscope doctor`: check the set-up and say what to do about what is wrong."""

import os
import platform
import shlex
import sqlite3
from collections.abc import Collection
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from store.cache.database import connect_reader, quick_check, read_meta
from store.cache.errors import CacheError, CacheLocked, CacheOutOfReach, CacheTooNew
from store.cache.files import file_system_of, on_network
from store.cache.integrity import damaged_documents
from store.cache.lock import current_holder
from store.config import Settings, config_path, load_settings, secret_files, unknown_settings
from store.config_errors import ConfigError
from store.private_files import open_to_others
from store.wire import is_loopback
from tui.cli.doctor_checks import BAD, GOOD, WARN, Checks
from tui.cli.doctor_terminal import terminal
from tui.cli.exits import CREDENTIALS, OK, PARTIAL, USAGE
from tui.cli.output import write, write_json
from tui.cli.trouble import code_of
from tui.project import Project, open_client
from tui.shell.signals import run_until_stopped

_PACKAGES = ("promoscope", "textual", "httpx2", "sqlite-utils", "plotext", "msgspec", "click")
_MOST_NAMED = 5


@click.command(name="doctor")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.option("--offline", is_flag=True, help="Do not call the API.")
def command(as_json: bool, offline: bool) -> int:
    """Check versions, paths, file modes, file system, integrity, clock, credentials, limits and terminal."""
    settings = load_settings()
    checks = Checks()
    for name, check in {"versions": _versions, "paths": _paths, "cache": _cache, "terminal": terminal}.items():
        try:
            check(checks, settings)
        except OSError as error:
            checks.add(name, BAD, f"{error.filename or name}: {error.strerror or error}")
    code = OK if offline else _ask_api(checks, settings)
    if code == OK and checks.worst == BAD:
        code = PARTIAL
    if as_json:
        write_json({"state": checks.worst, "checks": checks.found})
        return code
    from widgets.text import plain

    marks = {GOOD: "✓", WARN: "!", BAD: "✕"}
    for entry in checks.found:
        write(f"{marks[entry['state']]} {entry['check']:<14} {plain(entry['seen'])}")
        if entry["advice"]:
            write(f"  {'':<14} → {plain(entry['advice'])}")
    return code


def _versions(checks: Checks, _: Settings) -> None:
    listed = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    checks.add("versions", GOOD, f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {listed}")


def _paths(checks: Checks, settings: Settings) -> None:
    config = config_path()
    checks.add("settings", GOOD, f"{config}{'' if config.exists() else ' (not there; the environment is enough)'}")
    for said in _mistakes(config):
        checks.add("settings", WARN, said, f"correct it in {config}")
    zone = settings.timezone.key
    checks.add(
        "profile",
        GOOD,
        f"{settings.profile}: {settings.base_url}, {zone}, weeks from {settings.week_start.name.capitalize()},"
        f" currency {settings.currency or 'unset'}",
    )
    _address(checks, settings)
    _secrets(checks, config)
    place = settings.database.parent
    if place.exists() and os.name == "posix":
        mode = place.stat().st_mode & 0o777
        verdict, advice = (WARN, f"others can list it; run: chmod 700 {place}") if mode & 0o077 else (GOOD, "")
        checks.add("directory", verdict, f"{place} has mode {mode:o}", advice)


def _mistakes(config: Path) -> list[str]:
    """What the settings file says in vain: sections, profiles' keys, themes, signs, keys and commands."""
    found = unknown_settings()
    if not config.exists():
        return found
    from tui.kit.preferences import load_preferences

    def known_commands() -> Collection[str]:
        # Late and dear: only a file that gives commands other keys needs the tables of all rooms.
        from tui.shell.key_table import commands

        return commands()

    from tui.shell.modes import MODES

    preferences = load_preferences(config, known_commands, starts=MODES)
    found += preferences.problems
    if preferences.keys:
        from tui.shell.key_names import unknown_keys

        found += [
            f"[keys] {command}: {said}" for command, keys in preferences.keys.items() for said in unknown_keys(keys)
        ]
    return found


def _address(checks: Checks, settings: Settings) -> None:
    """Keys and customers' data over plain http are anybody's on the way, but on this machine itself."""
    parts = urlsplit(settings.base_url)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        seen = f"{settings.base_url} is not reached by TLS: keys and personal data can be read on the way"
        checks.add("encryption", WARN, seen, "use an https:// address")


def _secrets(checks: Checks, config: Path) -> None:
    """Files that only their owner should be able to read."""
    files = {"settings file": config, **{f"{what} file": path for what, path in secret_files().items()}}
    for what, path in files.items():
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            if path is not config:
                checks.add("secrets", WARN, f"the {what} {path} is not there")
            continue
        if os.name == "posix" and open_to_others(mode):
            seen = f"the {what} {path} has mode {mode & 0o777:o}: others can use it"
            checks.add("secrets", WARN, seen, f"run: chmod 600 {shlex.quote(str(path))}")


def _cache(checks: Checks, settings: Settings) -> None:
    path = settings.database
    if not path.exists():
        checks.add("cache", WARN, f"{path} does not exist yet", "run `promoscope sync`")
        return
    try:
        connection = connect_reader(path)
    except CacheError as error:
        # What a later release wrote, what is out of reach, or a directory, is no damage that another sync repairs.
        damaged = path.is_file() and not isinstance(error, CacheTooNew | CacheOutOfReach)
        checks.add("integrity", BAD, str(error), "move the file away and sync again" if damaged else "")
        return
    mode = path.stat().st_mode & 0o777
    verdict, advice = (BAD, f"it has personal data; run: chmod 600 {path}") if mode & 0o077 else (GOOD, "")
    checks.add("file mode", verdict, f"{path} has mode {mode:o}, {path.stat().st_size:,} bytes", advice)
    network = on_network(path)
    journal = "a rollback journal is used: WAL is not safe there" if network else "WAL is safe there"
    checks.add("file system", WARN if network else GOOD, f"{file_system_of(path)}; {journal}")
    holder = current_holder(path)
    if holder is not None:
        checks.add("sync", GOOD, f"running now: {holder}")
    try:
        _check_content(checks, settings, connection)
    except CacheLocked as error:
        checks.add("integrity", WARN, str(error))
    except CacheError as error:
        checks.add("integrity", BAD, str(error), "move the file away and sync again")
    finally:
        connection.close()


def _check_content(checks: Checks, settings: Settings, connection: sqlite3.Connection) -> None:
    answer = quick_check(connection)
    verdict, advice = (GOOD, "") if answer == "ok" else (BAD, "move the file away and sync again")
    checks.add("integrity", verdict, str(answer), advice)
    bound = (read_meta(connection, "base_url"), read_meta(connection, "app_id"))
    mine = (settings.base_url, settings.app_id)
    if settings.app_id and bound != (None, None) and bound != mine:
        checks.add("binding", BAD, f"the cache mirrors app {bound[1]} at {bound[0]}", "use another PROMOSCOPE_DB")

    _check_documents(checks, connection)


def _check_documents(checks: Checks, connection: sqlite3.Connection) -> None:
    """Name the stored documents that are no JSON any more."""
    damaged = list(damaged_documents(connection))
    if not damaged:
        checks.add("documents", GOOD, "every stored document is readable")
        return
    named = ", ".join(f"{table} {identity}" for table, identity in damaged[:_MOST_NAMED])
    more = f" and {len(damaged) - _MOST_NAMED:,} more" if len(damaged) > _MOST_NAMED else ""
    advice = "run `promoscope sync --all --full`: it reads them again"
    checks.add("documents", BAD, f"{len(damaged):,} damaged: {named}{more}", advice)


def _ask_api(checks: Checks, settings: Settings) -> int:
    """One cheap call shows whether the host answers, the keys are accepted, the clocks agree and what is left."""
    if not settings.app_id:
        checks.add("credentials", BAD, "VOUCHERIFY_APP_ID is not set", "set the key pair; `promoscope demo` needs none")
        return CREDENTIALS
    try:
        # Sent once: the user wants to know what fails now.
        client_of = open_client(Project(settings), retries=0)
    except ConfigError as error:
        checks.add("credentials", BAD, str(error))
        return CREDENTIALS
    return run_until_stopped(_ask(checks, settings, client_of))


async def _ask(checks: Checks, settings: Settings, client_of: Any) -> int:
    from store.api.errors import ApiError, CredentialsRefused

    try:
        async with client_of as (client, limiter):
            await client.get("/v1/campaigns", (("limit", "1"), ("page", "1")))
    except CredentialsRefused as error:
        checks.add("credentials", BAD, error.sentence)
        return CREDENTIALS
    except ApiError as error:
        code = code_of(error)
        checks.add("API", BAD, error.sentence, "check VOUCHERIFY_API_BASE_URL" if code == USAGE else "")
        return code
    checks.add("credentials", GOOD, f"accepted by {settings.base_url}")
    _clock(checks, client.clock_skew)
    meter = limiter.meter()
    left = (
        "the API sent no limit headers"
        if meter.limit is None
        else (f"{meter.remaining:,} of {meter.limit:,} calls left in this period, {meter.reserve:,} kept for the shop")
    )
    checks.add("limits", GOOD, left)
    return OK


def _clock(checks: Checks, skew: Any) -> None:
    if skew is None:
        checks.add("clock", WARN, "the server sent no Date header to compare with")
        return
    seconds = abs(skew.total_seconds())
    verdict, advice = (
        (WARN, "set the host's clock; ages and waits are corrected meanwhile") if seconds > 30 else (GOOD, "")
    )
    checks.add("clock", verdict, f"{seconds:.0f} s off the server's", advice)
