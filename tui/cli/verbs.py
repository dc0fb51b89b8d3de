"""The commands: one module per verb, imported only when it is called, so that none waits for a screen library."""

import gc
import importlib

import click
from click.shell_completion import CompletionItem

_VERBS = {
    "demo": "Open the app on a made-up project, or serve that project on loopback.",
    "open": "Open the app, at a campaign if one is named.",
    "sync": "Mirror the project into the cache.",
    "status": "What the cache has, how old it is and what is missing.",
    "list": "Print the rows of any cached resource.",
    "show": "Print any cached record, by id, code, address or order.",
    "search": "Find anything that is cached; a pasted ticket is read for all it names.",
    "summary": "A campaign's numbers for a range of days.",
    "activity": "A customer's events in words, newest first.",
    "check": "Check whether the cached data is sound: what contradicts itself, with evidence.",
    "ledger": "The movements of a card and whether they add up to its balance.",
    "explain": "Why something was refused, or whether a code would pass, with the evidence.",
    "calendar": "The campaigns of some weeks as a table, a picture, JSON or iCalendar.",
    "actions": "What can be changed in the project, and what each change asks for.",
    "action": "Change something in the project, after showing what exactly.",
    "audit": "What was changed from here, by whom, and what became of it.",
    "listen": "Receive the project's webhooks and keep them in the cache.",
    "web": "Serve the app to a browser on this machine.",
    "doctor": "Check the set-up: versions, paths, cache, credentials, limits, terminal.",
    "completion": "Print the completion script of bash, zsh or fish.",
    "purge": "Delete the cache and everything in it.",
}


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
        gc.enable()
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb that is named first; of one there is not, the nearest are named."""
        named = args[0]
        if named not in _VERBS and not named.startswith("-") and not ctx.resilient_parsing:
            from store.nearest import did_you_mean

            raise click.UsageError(f"There is no command “{named}”.{did_you_mean(named, _VERBS)}", ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """The verbs and options that begin so; no verb is imported for it."""
        verbs = [CompletionItem(name, help=said) for name, said in _VERBS.items() if name.startswith(incomplete)]
        return [*verbs, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """List the verbs without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_VERBS.items()))


_EPILOG = """\
Environment, which wins over the settings file:

\b
VOUCHERIFY_APP_ID, VOUCHERIFY_APP_TOKEN  the project's server-side key pair
VOUCHERIFY_API_BASE_URL                  its API  [default: https://api.voucherify.io]
VOUCHERIFY_WEBHOOK_SECRET                what deliveries to `listen` are signed with
PROMOSCOPE_PROFILE, PROMOSCOPE_CONFIG    a profile's name; the settings file
PROMOSCOPE_DB                            the cache
PROMOSCOPE_TIMEZONE                      the project's time zone  [default: UTC]
PROMOSCOPE_CURRENCY                      the project's currency
PROMOSCOPE_WEEK_START                    monday, saturday or sunday
PROMOSCOPE_DEBUG                         1 adds where an unexpected error happened
NO_COLOR, TERM, COLORTERM, COLUMNS       what the terminal shows, how wide tables are

Exit codes: 0 ok · 1 `check` found something, or the API refused a change · 2 usage · 3 retry later · 4 partial ·
5 credentials refused · 129, 130, 143 stopped by a hang-up, ctrl+c, SIGTERM.
"""


@click.group(
    cls=VerbGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_EPILOG,
)
@click.version_option(package_name="promoscope")
@click.option("--allow-writes", is_flag=True, help="Let the app change things, if the profile has `writes = true`.")
@click.pass_context
def group(ctx: click.Context, allow_writes: bool) -> object:
    """A terminal for Voucherify campaigns. Without a command: the app."""
    if ctx.invoked_subcommand is None:
        command = group.get_command(ctx, "open")
        if command is not None:
            return ctx.invoke(command, ref=None, allow_writes=allow_writes)
    elif allow_writes:
        raise click.UsageError(f"--allow-writes goes behind the command: {ctx.invoked_subcommand} --allow-writes.", ctx)
    return None
