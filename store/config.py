"""Where settings come from: the environment first, then a profile in a private file, then defaults.

A profile names a project: base URL, app id, where its token is to be had, time zone and currency (which `/v1` does not
carry, API §1), and whether it is production. Tokens come from the environment, a `0600` file or a command; never from
an argument.
"""

import contextlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from store.config_errors import ConfigError, KeysUnusable
from store.days import WeekStart
from store.nearest import did_you_mean
from store.redact import remember
from store.secret_sources import secret_from_command, secret_from_file
from store.wire import check_address

if TYPE_CHECKING:
    from platformdirs import PlatformDirs

DEFAULT_BASE_URL = "https://api.voucherify.io"
DEFAULT_PROFILE = "default"
_TOKEN, _WEBHOOK_SECRET = "VOUCHERIFY_APP_TOKEN", "VOUCHERIFY_WEBHOOK_SECRET"
_KEPT = {"app_token": "token", "webhook_secret": "webhook secret"}
"""Secrets that a profile names a file (`…_file`) or a command (`…_command`) for, and what they are called."""
_SECTIONS = ("profiles", "screen", "keys", "export")
_PROFILE_KEYS = (
    "base_url", "app_id", "database", "timezone", "currency", "production", "week_start", "writes",
    *(f"{key}_{how}" for key in _KEPT for how in ("file", "command")),
)  # fmt: skip


class Settings(Struct, frozen=True):
    """Everything a command needs to know before it opens anything.

    Attributes:
        profile: name of the profile; shown on every screen.
        base_url: API host with scheme, no trailing slash.
        app_id: the key pair's id; empty when none is set.
        database: the cache file.
        timezone: the project's zone; days and recurrences are counted in it.
        currency: ISO code for showing amounts; None when not set.
        production: shown in a warning colour.
        week_start: the weekday weeks begin with.
        writes: whether the profile consents to changes; each command must ask for them, too.
    """

    profile: str
    base_url: str
    app_id: str
    database: Path
    timezone: ZoneInfo
    currency: str | None
    production: bool
    week_start: WeekStart = WeekStart.MONDAY
    writes: bool = False


def _own_places() -> "PlatformDirs":
    from platformdirs import PlatformDirs

    return PlatformDirs("promoscope", appauthor=False)


def config_path(environ: Mapping[str, str] = os.environ) -> Path:
    """The profiles file: `PROMOSCOPE_CONFIG`, or the platform's place."""
    named = environ.get("PROMOSCOPE_CONFIG")
    return _path(named) if named else Path(_own_places().user_config_path) / "config.toml"


def read_settings_file(path: Path) -> Mapping[str, Any]:
    """All that a settings file holds; nothing where there is none.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
        if not text.strip():
            return {}
        # Late, as all that a start without settings needs not.
        import tomllib

        return tomllib.loads(text)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigError(f"The settings file {path} cannot be read: {error}.") from None


def unknown_settings(environ: Mapping[str, str] = os.environ) -> list[str]:
    """What stands in the settings file and means nothing, in sentences: sections, and keys of profiles.

    Raises:
        ConfigError: the file cannot be read.
    """
    path = config_path(environ)
    found = [
        f"there is no section [{name}].{did_you_mean(name, _SECTIONS)}"
        for name in read_settings_file(path)
        if name not in _SECTIONS
    ]
    for profile, table in _read_profiles(path).items():
        if not isinstance(table, dict):
            found.append(f"profile “{profile}” is no table.")
            continue
        found += [
            f"profile “{profile}” has a key “{key}”, which is none.{did_you_mean(key, _PROFILE_KEYS)}"
            for key in table
            if key not in _PROFILE_KEYS
        ]
    return found


def _read_profiles(path: Path) -> Mapping[str, Any]:
    data = read_settings_file(path)
    profiles = data.get("profiles", {})
    if not isinstance(profiles, dict):
        raise ConfigError(f"In {path}, [profiles] must hold one table per profile.")
    return profiles


def _text(profile: Mapping[str, Any], key: str, name: str) -> str | None:
    value = profile.get(key)
    if value is not None and not isinstance(value, str):
        raise ConfigError(f"In profile “{name}”, {key} must be text.")
    return value


def _base_url(value: str) -> str:
    address = value.strip()
    try:
        check_address(address)
    except ValueError as error:
        raise ConfigError(f"The API base URL “{value}” cannot be used. {error}") from None
    return address.rstrip("/")


def _zone(value: str) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(f"The time zone “{value}” is not known; use a name such as Europe/Warsaw.") from None


def _week_start(value: str | None) -> WeekStart:
    if value is None:
        return WeekStart.MONDAY
    try:
        return WeekStart[value.strip().upper()]
    except KeyError:
        known = ", ".join(one.name.lower() for one in WeekStart)
        raise ConfigError(f"The first day of the week “{value}” is not one of {known} (week_start).") from None


def _check_text(environ: Mapping[str, str]) -> None:
    """Refuse values that are no text: they could neither be shown nor sent."""
    for name, value in environ.items():
        if name.startswith(("PROMOSCOPE_", "VOUCHERIFY_")) and not _is_text(value):
            raise ConfigError(f"{name} is not UTF-8 text.")


def _is_text(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _path(value: str) -> Path:
    try:
        return Path(value).expanduser()
    except RuntimeError:
        raise ConfigError(f"The path {value} names a home directory that does not exist here.") from None


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Work out the settings.

    Raises:
        ConfigError: a value is unusable, or the named profile does not exist.
    """
    _check_text(environ)
    remember(*(environ.get(name, "") for name in (_TOKEN, _WEBHOOK_SECRET)))
    path = config_path(environ)
    profiles = _read_profiles(path)
    name = environ.get("PROMOSCOPE_PROFILE") or DEFAULT_PROFILE
    if not name.replace("-", "").replace("_", "").replace(".", "").isalnum() or name.startswith("."):
        raise ConfigError(f"The profile name “{name}” may hold letters, digits, - _ and . only.")
    if environ.get("PROMOSCOPE_PROFILE") and profiles and name not in profiles:
        hint = did_you_mean(name, profiles)
        raise ConfigError(f"There is no profile “{name}” in {path}.{hint} It has {', '.join(sorted(profiles))}.")
    profile = profiles.get(name, {})
    if not isinstance(profile, dict):
        raise ConfigError(f"In {path}, profile “{name}” must be a table.")
    _remember_files(profile, name)
    base_url = environ.get("VOUCHERIFY_API_BASE_URL") or _text(profile, "base_url", name) or DEFAULT_BASE_URL
    database = environ.get("PROMOSCOPE_DB") or _text(profile, "database", name)
    zone = environ.get("PROMOSCOPE_TIMEZONE") or _text(profile, "timezone", name) or "UTC"
    return Settings(
        profile=name,
        base_url=_base_url(base_url),
        app_id=environ.get("VOUCHERIFY_APP_ID") or _text(profile, "app_id", name) or "",
        database=_path(database) if database else Path(_own_places().user_data_path) / f"{name}.db",
        timezone=_zone(zone),
        currency=environ.get("PROMOSCOPE_CURRENCY") or _text(profile, "currency", name),
        production=bool(profile.get("production", False)),
        week_start=_week_start(environ.get("PROMOSCOPE_WEEK_START") or _text(profile, "week_start", name)),
        writes=profile.get("writes") is True,
    )


def _remember_files(profile: Mapping[str, Any], name: str) -> None:
    """Mask both secrets in whatever a command receives, also the one it does not use; no command is run for that."""
    for key, what in _KEPT.items():
        with contextlib.suppress(ConfigError):
            if file := _secret_file(profile, key, name):
                secret_from_file(file, what)


def load_token(environ: Mapping[str, str] = os.environ, is_stopped: Callable[[], bool] = lambda: False) -> str:
    """The secret key, from the environment, a private file or a command.

    Args:
        environ: the environment's variables.
        is_stopped: asked several times a second while a command runs, whether to end it.

    Raises:
        KeysUnusable: there is none.
        ConfigError: its file is open to others, or its command fails or was ended.
    """
    if token := environ.get(_TOKEN):
        return token
    name, path = environ.get("PROMOSCOPE_PROFILE") or DEFAULT_PROFILE, config_path(environ)
    if token := _kept_apart(path, name, "app_token", is_stopped):
        return token
    raise KeysUnusable(
        "No API keys. Set VOUCHERIFY_APP_ID and VOUCHERIFY_APP_TOKEN (Project settings → API keys → server-side), "
        f"or name app_id and app_token_file or app_token_command for profile “{name}” in {path}. "
        "`promoscope demo` needs none."
    )


def load_webhook_secret(environ: Mapping[str, str] = os.environ) -> str | None:
    """The secret that webhook deliveries are signed with, from where a token may come; None when none is set.

    Raises:
        ConfigError: its file is open to others, or its command fails.
    """
    if secret := environ.get(_WEBHOOK_SECRET):
        return secret
    name = environ.get("PROMOSCOPE_PROFILE") or DEFAULT_PROFILE
    return _kept_apart(config_path(environ), name, "webhook_secret")


def _secret_file(profile: Mapping[str, Any], key: str, name: str) -> Path | None:
    file = _text(profile, f"{key}_file", name)
    return _path(file) if file else None


def secret_files(environ: Mapping[str, str] = os.environ) -> dict[str, Path]:
    """The files the profile keeps secrets in, by what is in them.

    Raises:
        ConfigError: the settings cannot be used.
    """
    name = environ.get("PROMOSCOPE_PROFILE") or DEFAULT_PROFILE
    profile = _read_profiles(config_path(environ)).get(name, {})
    files = {what: _secret_file(profile, key, name) for key, what in _KEPT.items()}
    return {what: path for what, path in files.items() if path is not None}


def _kept_apart(path: Path, name: str, key: str, is_stopped: Callable[[], bool] = lambda: False) -> str | None:
    """A secret a profile names the file or the command of; None when it names neither."""
    what = _KEPT[key]
    profile = _read_profiles(path).get(name, {})
    if file := _secret_file(profile, key, name):
        return secret_from_file(file, what)
    if command := _text(profile, f"{key}_command", name):
        return secret_from_command(command, what, is_stopped)
    return None
