"""The app in a browser: by the pipes of textual-serve, without a browser, and through `promoscope web`."""

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pyte
import pytest

from tui.cli import run
from tui.cli.web_command import command

APP = [sys.executable, "-m", "promoscope"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """No project, no keys, no terminal; a TERM that textual-serve inherits from a service and that has no colours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PROMOSCOPE_", "TEXTUAL"))}
    own = {"PROMOSCOPE_CONFIG": tmp_path / "config.toml", "PROMOSCOPE_DB": tmp_path / "empty.db", "HOME": tmp_path}
    return {**kept, **{name: str(path) for name, path in own.items()}, "TERM": "dumb", "LANG": "C.UTF-8"}


class Browser:
    """What textual-serve does with the app: packets of a letter, four bytes of length and the content."""

    def __init__(self, environment: dict[str, str]) -> None:
        said = {"TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver", "TEXTUAL_COLOR_SYSTEM": "truecolor"}
        self.app = subprocess.Popen(
            APP,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**environment, **said, "COLUMNS": "100", "ROWS": "30"},
            bufsize=0,
        )
        self.screen = pyte.Screen(100, 30)
        self._stream = pyte.ByteStream(self.screen)
        self.told: list[str] = []

    def take(self, size: int) -> bytes:
        """Exactly so many bytes."""
        assert self.app.stdout is not None
        taken = b""
        while len(taken) < size:
            assert select.select([self.app.stdout], [], [], 60)[0], self.text
            more = self.app.stdout.read(size - len(taken))
            assert more, (taken, self.text)
            taken += more
        return taken

    def next(self) -> None:
        """Take in a packet."""
        kind, size = self.take(1), int.from_bytes(self.take(4), "big")
        content = self.take(size)
        if kind == b"D":
            self._stream.feed(content)
        else:
            self.told.append(json.loads(content)["type"])

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def wait_for(self, words: str) -> None:
        while words not in self.text:
            self.next()

    def send(self, kind: str, content: str) -> None:
        assert self.app.stdin is not None
        self.app.stdin.write(kind.encode() + len(content).to_bytes(4, "big") + content.encode())


@pytest.fixture
def browser(environment: dict[str, str]) -> Iterator[Browser]:
    browser = Browser(environment)
    with browser.app:
        try:
            assert browser.take(13) == b"__GANGLION__\n"
            browser.wait_for("Campaigns")
            yield browser
        finally:
            browser.app.kill()


def test_an_app_without_a_terminal_is_used_and_left(browser: Browser) -> None:
    browser.send("D", "?")
    browser.wait_for("Keys that work here")
    browser.send("D", "\x1b")
    while "Keys that work here" in browser.text:
        browser.next()
    dark = browser.screen.buffer[2][0].bg
    assert max(bytes.fromhex(dark)) < 0x30, dark
    browser.send("M", '{"type": "quit"}')
    while "exit" not in browser.told:
        browser.next()
    assert browser.app.wait(60) == 0


def test_it_ends_with_the_server(browser: Browser) -> None:
    assert browser.app.stdin is not None
    assert browser.app.stdout is not None
    browser.app.stdin.close()
    browser.app.stdout.close()
    assert browser.app.wait(60) == 128 + signal.SIGHUP


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("tui.cli.web_command.find_spec", lambda name: None if name == "textual_serve" else name)
    assert run(["web"]) == 2
    assert "pip install 'promoscope[web]'" in capsys.readouterr().err


def serving(port: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*APP, "web", "--port", str(port)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )


async def test_a_server_for_whoever_has_the_key(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with serving(port, environment) as server:
        try:
            assert server.stdout is not None
            address = (await asyncio.to_thread(server.stdout.readline)).decode().strip()
            home, _, key = address.partition("?key=")
            assert home == f"http://127.0.0.1:{port}/"
            assert len(key) == 32
            async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:

                async def status(path: str, **headers: str) -> int:
                    async with session.get(home + path, headers=headers) as answer:
                        return answer.status

                assert [await status(path) for path in ("", "?key=no", "ws", "static/js/textual.js")] == [403] * 4
                async with session.get(address) as answer:
                    assert (answer.status, str(answer.url)) == (200, home)
                    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
                assert await status("static/js/textual.js") == 200
                assert await status("ws", Origin="https://example.com") == 403
                assert await status("", Host=f"example.com:{port}") == 403
                async with session.ws_connect(f"{home}ws?width=100&height=30", origin=home.rstrip("/")) as socket_:
                    await socket_.send_json(["stdin", "?"])
                    shown = ""
                    while "Keys" not in shown:
                        shown += (await socket_.receive_bytes(timeout=60)).decode()
                    server.send_signal(signal.SIGINT)
                    while not socket_.closed:
                        await socket_.receive(timeout=60)
            assert await asyncio.to_thread(server.wait, 60) == 0
        finally:
            server.kill()


def test_the_port_is_on_loopback_alone() -> None:
    assert not {"--host", "-h"} & {name for option in command.params for name in option.opts}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert run(["web", "--port", str(taken.getsockname()[1])]) == 2
