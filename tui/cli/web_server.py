"""The server behind `promoscope web`: textual-serve on loopback, for whoever has the key."""

import asyncio
import contextlib
import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from textual_serve.server import Server

_HOST = "127.0.0.1"
_LOOK = 0.05
"""Seconds between two looks whether it listens: a port that is taken has ended it by then."""
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WebServer(Server):
    """Serves an app to this machine's browsers.

    A port on loopback is open to every user of the machine and to every page in a browser, so a request needs the
    key, comes by the one address, and from its own pages.

    Args:
        command: runs the app, by the shell.
        port: on 127.0.0.1.
    """

    def __init__(self, command: str, port: int) -> None:
        super().__init__(command, host=_HOST, port=port, title="promoscope", public_url=f"http://{_HOST}:{port}")
        self._key = secrets.token_urlsafe(24)
        self._cookie = f"promoscope-{port}"
        self._open: set[asyncio.Task[Any]] = set()
        self._tell: Callable[[], object] = lambda: None

    @property
    def address(self) -> str:
        """What to open in the browser."""
        return f"{self.public_url}/?key={self._key}"

    def listen(self, tell: Callable[[], object]) -> None:
        """Serve until SIGINT or SIGTERM; `tell` is called once it is ready to.

        Raises:
            OSError: the port cannot be listened on.
        """
        self._tell = tell
        self.serve()

    def initialize_logging(self) -> None:
        """Warnings alone: textual-serve's own log prints local variables, and with them people's data."""
        logging.basicConfig(level=logging.WARNING, format="%(message)s")

    async def on_startup(self, app: web.Application) -> None:  # noqa: ARG002 - textual-serve's signature
        """Say where it is, once it listens there: that comes after this."""
        self._telling = asyncio.create_task(self._tell_when_listening())

    async def _tell_when_listening(self) -> None:
        while True:
            await asyncio.sleep(_LOOK)
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection(_HOST, self.port)
                writer.close()
                self._tell()
                return

    async def on_shutdown(self, app: web.Application) -> None:  # noqa: ARG002 - as above
        """End the apps of the tabs that are open; the server would wait a minute for these to be closed."""
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(self._admit)
        return app

    @web.middleware
    async def _admit(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        if request.host != f"{_HOST}:{self.port}" or request.headers.get("Origin", self.public_url) != self.public_url:
            raise web.HTTPForbidden(text=f"promoscope is at {self.public_url} alone.")
        if self._is_key(request.query.get("key")) and request.path == "/":
            # The key leaves the address bar, and with it the history.
            answer = web.Response(status=303, headers={"Location": "/"})
            answer.set_cookie(self._cookie, self._key, httponly=True, samesite="Strict")
            return answer
        if not self._is_key(request.cookies.get(self._cookie)):
            raise web.HTTPForbidden(text="Open the address that `promoscope web` printed: it holds the key.")
        if request.path == "/ws":
            return await self._tab(request, handler)
        answered = await handler(request)
        # The page asks a font server on the Internet for a font; nothing is to leave this machine.
        answered.headers["Content-Security-Policy"] = (
            f"default-src 'self' 'unsafe-inline' data: blob:; connect-src 'self' ws://{_HOST}:{self.port}"
        )
        return answered

    async def _tab(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        task = asyncio.current_task()
        if task is not None:
            self._open.add(task)
            task.add_done_callback(self._open.discard)
        return await handler(request)

    def _is_key(self, offered: str | None) -> bool:
        return hmac.compare_digest((offered or "").encode(), self._key.encode())
