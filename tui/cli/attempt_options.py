"""Amounts and moments as people type them on a command line."""

import re
from datetime import datetime, tzinfo

import click

from store.days import instant_text

_AMOUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.(\d{1,2}))?", re.ASCII)


def amount_option(_: click.Context, __: click.Parameter, value: str | None) -> int | None:
    """The callback of an option that takes an amount in major units: minor units.

    Raises:
        click.BadParameter: it is none.
    """
    if value is None:
        return None
    found = _AMOUNT.fullmatch(value.strip())
    if found is None:
        raise click.BadParameter("an amount looks like 49.90 or 1,250.00")
    return int(found[1].replace(",", "")) * 100 + int((found[2] or "").ljust(2, "0"))


def moment_of(text: str, zone: tzinfo) -> str:
    """A day or a time as UTC text; without an offset it is by the project's clock.

    Raises:
        click.BadParameter: it is none.
    """
    try:
        found = datetime.fromisoformat(text.strip())
        return instant_text(found if found.tzinfo is not None else found.replace(tzinfo=zone))
    except (ValueError, OverflowError):
        raise click.BadParameter("--at takes 2026-11-30, 2026-11-30T14:00 or 2026-11-30T14:00Z") from None
