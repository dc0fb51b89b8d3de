"""`--format` and `--json`: the form a command's answer is printed in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

Command = Callable[..., int]


def format_options(*forms: str) -> Callable[[Command], Command]:
    """Give a command `form`: what `--format` names, `json` with `--json`, or else the first of the forms.

    Raises:
        click.UsageError: `--json` beside another form.
    """

    def decorate(command: Command) -> Command:
        @click.option("--format", "form", type=click.Choice(forms), help=f"How to print.  [default: {forms[0]}]")
        @click.option("--json", "as_json", is_flag=True, help="Same as --format json.")
        @wraps(command)
        def with_form(*args: Any, form: str | None, as_json: bool, **rest: Any) -> int:
            if as_json and form not in (None, "json"):
                raise click.UsageError(f"--json and --format {form} name two forms; give one.")
            return command(*args, form="json" if as_json else form or forms[0], **rest)

        return with_form

    return decorate
