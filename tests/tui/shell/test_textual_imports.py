"""Textual's app is imported without what this program does not use. Later imports get the real modules."""

import subprocess
import sys

_LIGHT = "import sys; from tui.shell.textual_imports import import_textual; import_textual()"

_NO_TLS_THERE = """
import asyncio, httpx2
from store.api.transport import Network

async def plain(reader, writer):
    writer.write(b"plain text")

async def main():
    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with httpx2.AsyncClient(transport=Network(), trust_env=False) as client:
        try:
            await client.get(f"https://127.0.0.1:{port}/")
        except httpx2.ConnectError as error:
            print(asyncio.base_events.ssl, "SSL" in str(error), error)

asyncio.run(main())
"""


def said(then: str, first: str = _LIGHT) -> str:
    done = subprocess.run([sys.executable, "-c", f"{first}\n{then}"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_what_is_not_used_is_not_imported() -> None:
    names = "'ssl', 'platformdirs', 'textual.command', 'textual.widgets._input', 'textual.app'"
    assert said(f"print([name in sys.modules for name in ({names},)])") == "[False, False, False, False, True]"


def test_later_imports_get_the_real_modules() -> None:
    then = (
        "import ssl, platformdirs, textual.app, textual.command;"
        "print(ssl.create_default_context().check_hostname, textual.command.CommandPalette.BINDINGS != [],"
        " textual.app.user_downloads_path() == platformdirs.user_downloads_path())"
    )
    assert said(then) == "True True True"


def test_an_app_that_is_imported_already_stays_as_it_is() -> None:
    then = "import textual.app, textual.command; print(textual.app.CommandPalette is textual.command.CommandPalette)"
    assert said(then, f"import textual.app; {_LIGHT}") == "True"


def test_the_client_brings_its_own_tls() -> None:
    own, is_tls, *_ = said(_NO_TLS_THERE).split()
    assert (own, is_tls) == ("None", "True")
