"""The app over a cache synced from the tiny sandbox world, with everything fixed: clock, seed, zone."""

import asyncio
import shutil
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle, groupby
from pathlib import Path
from typing import Any

import msgspec
from textual.pilot import Pilot

from store.api.actions import permit
from store.config import Settings
from store.ref import Ref
from store.wire import Request, Responder, Response
from tests.support.syncing import ZONE
from tests.support.syncing import Project as SandboxProject
from tui.kit.preferences import Preferences
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices, services_for
from tui.project import Project
from tui.shell.app import PromoscopeApp

Running = tuple[PromoscopeApp, Pilot[None]]

NARROW, WIDE = (80, 24), (160, 45)
HOSTILE = ("[/x]", "[@click=app.quit]x[/]", "\x1b[2J\x1b]52;c;AA\x07", "\u202eevil\u2066", "=cmd|'/c'!A1", "a\r\nb")


def build_cache(path: Path) -> SandboxProject:
    """Sync the whole tiny world into a new cache."""
    project = SandboxProject(path)
    project.copy_synced()
    return project


@dataclass
class DemoHost:
    """A cache of its own and what the app over it is given.

    Attributes:
        cache: the file; may be missing, for an app that starts with nothing.
        project: the sandbox behind it.
        responder: answers instead of the sandbox, for failures.
        online: whether the app may sync.
        demo: whether opening reads without asking.
        writes: whether profile and command both consent to changes.
        profile_writes: whether the profile alone does.
        sent: the requests that reached the project, as `GET /v1/…`.
    """

    cache: Path
    project: SandboxProject
    responder: Responder | None = None
    online: bool = True
    demo: bool = False
    writes: bool = False
    profile_writes: bool = False
    sent: "Counter[str]" = field(default_factory=Counter)
    preferences: Preferences = field(default_factory=Preferences)

    @property
    def settings(self) -> Settings:
        """A profile of the sandbox."""
        settings = Settings("demo", "https://api.example.test", "demo", self.cache, ZONE, "EUR", False)
        return msgspec.structs.replace(settings, writes=self.profile_writes)

    def services_project(self) -> Project:
        """The project as commands know it."""
        answer = self.responder or self.project.sandbox.respond

        def respond(request: Request) -> Response:
            self.sent[f"{request.method} {request.path}"] += 1
            return answer(request)

        return Project(self.settings, respond, self.project.clock)

    @property
    def changing(self) -> list[str]:
        """The requests that were neither readings nor export jobs."""
        return [one for one in self.sent if not one.startswith("GET ") and one != "POST /v1/exports"]

    def services(self) -> AppServices:
        """What the app is given; times stand at the sandbox's now."""
        reason = "" if self.online else "This cache is shown offline."
        permission = permit("demo", profile_allows=True, asked_for=True) if self.writes else None
        project = self.services_project()
        return services_for(project, self.preferences, demo=self.demo, offline_reason=reason, permission=permission)

    def app(self, **options: Any) -> PromoscopeApp:
        """The app over the cache; `open_campaign` opens one by id or name."""
        wanted = options.pop("open_campaign", None)
        if wanted is not None:
            options["open_at"] = Ref.campaign(wanted)
        return PromoscopeApp(self.services(), **options)

    @asynccontextmanager
    async def run(
        self, size: tuple[int, int] = NARROW, **options: Any
    ) -> AsyncIterator[tuple[PromoscopeApp, Pilot[None]]]:
        """The app running at a size, its first screen read and painted; toasts and tooltips are on."""
        app = self.app(**options)
        async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
            await settle(pilot)
            yield app, pilot

    def edit(self, statement: str, *values: Any) -> None:
        """Change the cache by hand, as no sync would."""
        with sqlite3.connect(self.cache) as connection:
            connection.execute(statement, values)
        connection.close()


def copy_host(template: Path, target: Path, project: SandboxProject) -> DemoHost:
    """A host over its own copy of a synced cache; WAL was folded in when its writer closed."""
    shutil.copyfile(template, target)
    return DemoHost(target, project)


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until workers are done and what they posted is handled and painted."""
    quiet = 0
    while quiet < 2:
        await pilot.pause()
        keys = getattr(pilot.app, "keys", None)
        busy = any(not worker.is_finished for worker in pilot.app.workers) or not (keys is None or keys.is_empty)
        quiet = 0 if busy else quiet + 1
        if busy:
            await asyncio.sleep(0.002)


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys, each command to its end; runs of small letters are typed in one go."""
    for typed, group in groupby(keys, key=lambda key: len(key) == 1 and key.islower()):
        if typed:
            await pilot.press(*group)
            await settle(pilot)
        else:
            for key in group:
                await pilot.press(key)
                await settle(pilot)


def name_campaigns(host: DemoHost, names: Sequence[str]) -> None:
    """Give campaigns other names and categories, one after the other from the list."""
    with sqlite3.connect(host.cache) as connection:
        ids = [row[0] for row in connection.execute("select id from campaigns order by id")]
        changes = [(name, name, identity) for name, identity in zip(cycle(names), ids, strict=False)]
        connection.executemany("update campaigns set name = ?, category = ? where id = ?", changes)
    connection.close()


def assert_harmless(text: str) -> None:
    """Nothing on the screen could act on the terminal."""
    assert not any(ord(char) < 32 and char != "\n" for char in text)
    assert not set(text) & set("\x7f\x9b\u200b\u202e\u2066")


def screen_lines(pilot: Pilot[Any]) -> list[str]:
    """What stands on the screen, line by line."""
    strips = pilot.app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


def screen_text(pilot: Pilot[Any]) -> str:
    """What stands on the screen."""
    return "\n".join(screen_lines(pilot))


def place(app: PromoscopeApp) -> AppScreen:
    """The screen, which must be a place."""
    assert isinstance(app.screen, AppScreen)
    return app.screen
