"""Days as people type them on a command line."""

from datetime import date
from typing import Any

import click


def day_option(_: Any, __: Any, value: str | None) -> date | None:
    """The callback of an option that takes a day.

    Raises:
        click.BadParameter: it is none.
    """
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter("a day looks like 2026-11-20") from None
