"""Days as people type them on a command line."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from store.typed_times import TypedTime

T = TypeVar("T")


def day_option(_: Any, __: Any, value: str | None) -> date | None:
    """The callback of an option that takes a day, of the project's zone.

    Raises:
        click.BadParameter: it is none.
        ConfigError: the project's zone is needed and cannot be read.
    """
    from store.typed_times import typed_day

    return None if value is None else _read(typed_day, value)


def time_option(_: Any, __: Any, value: str | None) -> "TypedTime | None":
    """The same for one that takes an instant as well."""
    from store.typed_times import typed_time

    return None if value is None else _read(typed_time, value)


def _read(reading: "Callable[[str, datetime, ZoneInfo], T]", value: str) -> T:
    # Late: a command without such an option needs neither settings nor clock for it.
    from store.config import load_settings
    from tui.project import Project

    project = Project(load_settings())
    try:
        return reading(value, project.clock.now(), project.settings.timezone)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
