"""`--format` and `--json`: the form a command's answer is printed in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from tui.cli.output import FORMULA_GUARD

Command = Callable[..., int]


def format_options(*forms: str) -> Callable[[Command], Command]:
    """Give a command `form`: what `--format` names, `json` with `--json`, or else the first of the forms.

    Raises:
        click.UsageError: `--json` beside another form.
    """

    def decorate(command: Command) -> Command:
        @click.option("--format", "form", type=click.Choice(forms), help=f"How to print.  [default: {forms[0]}]")
        @click.option("--json", "as_json", is_flag=True, help="Same as --format json.")
        @_guard_option(forms)
        @wraps(command)
        def with_form(*args: Any, form: str | None, as_json: bool, **rest: Any) -> int:
            if as_json and form not in (None, "json"):
                raise click.UsageError(f"--json and --format {form} name two forms; give one.")
            return command(*args, form="json" if as_json else form or forms[0], **rest)

        return with_form

    return decorate


def _guard_option(forms: tuple[str, ...]) -> Callable[[Command], Command]:
    """The switch of the formula guard, for a command that prints CSV; kept for `output.has_formula_guard`."""
    if "csv" not in forms:
        return lambda command: command

    def keep(context: click.Context, _option: click.Parameter, value: bool | None) -> None:
        context.meta[FORMULA_GUARD] = value

    return click.option(
        "--formula-guard/--no-formula-guard", default=None, expose_value=False, callback=keep,
        help="CSV: an apostrophe before what a spreadsheet would take for a formula.  [default: as set, else on]",
    )  # fmt: skip
