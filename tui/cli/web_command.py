"""`promoscope web`: the app in a browser on this machine."""

import shlex
import sys
from importlib.util import find_spec

import click

from tui.cli.completions import campaigns
from tui.cli.exits import OK, USAGE, Failure
from tui.cli.output import say, write

DEFAULT_PORT = 8426


@click.command(name="web")
@click.argument("ref", required=False, shell_complete=campaigns)
@click.option("--demo", is_flag=True, help="Serve the made-up shop; every browser tab gets one of its own.")
@click.option(
    "--port", type=click.IntRange(1, 65_535), default=DEFAULT_PORT, show_default=True, help="Port on 127.0.0.1."
)
def command(ref: str | None, demo: bool, port: int) -> int:
    """Serve the app, at REF, to a browser on this machine; each tab runs an app of its own.

    It listens on 127.0.0.1 alone, and the address it prints holds a key that is new with every start: without it
    nobody on this machine, and no web page, gets in. From another machine: `ssh -L 8426:127.0.0.1:8426 HOST`.
    """
    if demo and ref:
        raise Failure("--demo opens the made-up shop; it takes no REF.", USAGE)
    if find_spec("textual_serve") is None:
        raise Failure("The browser needs an extra: pip install 'promoscope[web]'.", USAGE)
    from tui.cli.web_server import WebServer

    # -P: what lies in the folder this is started in is no part of the program.
    app = [sys.executable, "-P", "-m", "promoscope", *(["demo"] if demo else ["open", *([ref] if ref else [])])]
    server = WebServer(f"exec {shlex.join(app)}", port)

    def tell() -> None:
        write(server.address)
        sys.stdout.flush()
        say("Serving until ctrl+c.")

    try:
        server.listen(tell)
    except OSError as error:
        raise Failure(f"Port {port} cannot be listened on: {error.strerror or error}.", USAGE) from error
    return OK
