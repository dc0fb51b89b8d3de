"""Amounts and moments as people type them on a command line."""

import contextlib
from datetime import datetime, tzinfo

import click

from store.days import instant_text
from store.typed_times import typed_time
from store.words import typed_amount


def amount_option(_: click.Context, __: click.Parameter, value: str | None) -> int | None:
    """The callback of an option that takes an amount in major units: minor units.

    Raises:
        click.BadParameter: it is none.
    """
    if value is None:
        return None
    try:
        return typed_amount(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def moment_of(text: str, now: datetime, zone: tzinfo) -> str:
    """A time, or where a day or a word for one begins, as UTC text; without an offset it is by the project's clock.

    Raises:
        click.BadParameter: it is none.
    """
    with contextlib.suppress(ValueError):
        return typed_time(text.strip(), now, zone).begins
    try:
        found = datetime.fromisoformat(text.strip())
        return instant_text(found if found.tzinfo is not None else found.replace(tzinfo=zone))
    except (ValueError, OverflowError):
        raise click.BadParameter(
            "--at takes 2026-11-30, yesterday, -7d, 2026-11-30T14:00 or 2026-11-30T14:00Z"
        ) from None
