"""The command line: one module per verb, imported only when it is called, so that none waits for a screen library."""

import importlib
import io
import sys
from typing import Any

import click

from tui.cli.exits import CREDENTIALS, RETRY, USAGE, Failure

_VERBS = {
    "demo": "Open the app on a made-up project, or serve that project on loopback.",
    "open": "Open the app, at a campaign if one is named.",
    "sync": "Mirror the project into the cache.",
    "status": "What the cache holds, how old and how whole it is.",
    "list": "Print the rows of any cached resource.",
    "summary": "A campaign's numbers for a range of days.",
    "listen": "Receive the project's webhooks and keep them in the cache.",
    "doctor": "Check the set-up: versions, paths, cache, credentials, limits, terminal.",
    "purge": "Delete the cache and everything in it.",
}


class ReaderGone(Exception):
    """Whoever read our output has left, as `head` does."""


class VerbGroup(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The verbs, in the order people meet them."""
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Import the module of one verb."""
        if cmd_name not in _VERBS:
            return None
        module = importlib.import_module(f"tui.cli.{cmd_name}_command")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Call the verb; its last words leave here, where a reader that is gone can still be told apart.

        Raises:
            ReaderGone: nobody reads stdout any more. click would end with code 1 for a plain BrokenPipeError.
        """
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            raise ReaderGone from None
        return result

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """List the verbs without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_VERBS.items()))


@click.group(
    cls=VerbGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 ok · 2 usage · 3 retry later · 4 partial · 5 credentials refused.",
)
@click.version_option(package_name="promoscope")
@click.pass_context
def group(ctx: click.Context) -> None:
    """A terminal for Voucherify campaigns. Without a command: the app."""
    if ctx.invoked_subcommand is None:
        command = group.get_command(ctx, "open")
        if command is not None:
            ctx.invoke(command, campaign=None)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code instead of leaving. Never shows a traceback for an expected error."""
    _settle_stdout()
    try:
        result: Any = group.main(args=arguments, prog_name="promoscope", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        error.show()
        return USAGE
    except click.Abort:
        return _say("Stopped. What was read so far is kept.", 130)
    except Failure as failure:
        return _say(failure.message, failure.code)
    except ReaderGone:
        # What is still buffered goes nowhere, so that Python does not complain at exit.
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _say("Stopped. What was read so far is kept.", 130)
    except Exception as error:
        code = _code_of(error)
        if code is None:
            raise
        return _say(str(error), code)


def _code_of(error: Exception) -> int | None:
    """The exit code of an expected error of the store; None for one that nobody expected."""
    # Late: `--help` and a healthy command never need these.
    from store.cache.database import CacheError
    from store.cache.lock import CacheBusy
    from store.config import ConfigError

    if isinstance(error, ConfigError):
        return CREDENTIALS if "API keys" in str(error) else USAGE
    if isinstance(error, CacheBusy):
        return RETRY
    return USAGE if isinstance(error, CacheError) else None


def _settle_stdout() -> None:
    """Data is UTF-8 whatever the locale; a terminal that cannot show a character shows another."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        encoding = sys.stdout.encoding if sys.stdout.isatty() else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="replace")


def _say(message: str, code: int) -> int:
    from widgets.text import plain

    click.echo(plain(message), err=True)
    return code
