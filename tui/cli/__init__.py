"""The command line. `verbs` has its commands."""

import io
import os
import sys
from typing import Any

from tui.cli.exits import OK, PARTIAL, USAGE, Failure
from tui.cli.streams import AnswerLost, ReaderGone, forget_stdout, settle_streams
from tui.cli.trouble import explain, wants_traceback
from tui.kit.error_words import traceback_of
from tui.shell.signals import is_interrupted, leave, stop_code, stop_on_signals

COMPLETING = "_PROMOSCOPE_COMPLETE"
"""The variable by which a shell asks for completions."""
STOPPED = "Stopped. What was read so far is kept."


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    settle_streams()
    stop_on_signals()
    try:
        code = run(arguments)
    except KeyboardInterrupt as late:
        code = stop_code(late)
    leave(code)


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code instead of leaving. Whatever happens ends in a sentence."""
    try:
        given = sys.argv[1:] if arguments is None else arguments
        _check(given)
        result = _result_of(given)
        sys.stdout.flush()
        return result if isinstance(result, int) else OK
    except ReaderGone:
        forget_stdout()
        return OK
    except KeyboardInterrupt as stopped:
        return _say(STOPPED, stop_code(stopped))
    except Exception as error:
        if is_interrupted(error):
            return _say(STOPPED, stop_code(error))
        if isinstance(error, AnswerLost):
            forget_stdout()
        for line in traceback_of(error) if wants_traceback(error) else ():
            _say(line, PARTIAL)
        return _say(*explain(error))


def _result_of(arguments: list[str]) -> Any:
    """What a command answers. The app alone starts without a parser of arguments."""
    if not arguments and COMPLETING not in os.environ:
        from tui.cli.app_start import open_app

        return open_app()
    import click

    from tui.cli.verbs import group

    try:
        return group.main(args=arguments, prog_name="promoscope", standalone_mode=False)
    except click.ClickException as error:
        said = io.StringIO()
        error.show(said)
        for line in said.getvalue().splitlines():
            _say(line, USAGE)
        return USAGE
    except click.Abort as stopped:
        return _say(STOPPED, stop_code(stopped))


def _check(arguments: list[str]) -> None:
    """Refuse what the shell passed on although it is no text: nothing the cache or the API holds can match it."""
    for argument in arguments:
        if not argument.isprintable() and any("\ud800" <= character <= "\udfff" for character in argument):
            shown = argument.encode("utf-8", "replace").decode()
            raise Failure(f"The argument “{shown}” is not UTF-8 text.", USAGE)


def _say(message: str, code: int) -> int:
    import click

    from widgets.text import plain

    click.echo(plain(message), err=True)
    return code
