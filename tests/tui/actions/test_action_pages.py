"""Changing things from the screens, in one app over a project of its own: what is shown, asked, sent, and told."""

import csv
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from store.actions.audit import Audit
from store.actions.catalogue import action_named
from store.ref import VOUCHER, Ref
from store.wire import Request, Response
from tests.support.app_host import DemoHost, assert_harmless, copy_host, press, screen_lines, settle
from tests.support.faults import Fault, FaultRule, Faults
from tests.support.sandbox_asking import KEYS
from tests.support.syncing import Project
from tests.support.writing import request_of
from tui.actions.consent import Consent
from tui.actions.job import Stage
from tui.actions.screen import ActionScreen
from tui.actions.work import SHOWN
from tui.kit.messages import ActionRequested
from tui.shell.app import PromoscopeApp
from widgets.table.virtual_table import VirtualTable

Respond = Callable[[Request], Response]
pytestmark = pytest.mark.usefixtures("at_once")


class World:
    """The project as everybody else sees it, and what the app sends to it."""

    def __init__(self, project: Project) -> None:
        self.respond: Respond = project.sandbox.respond
        self.sent: list[str] = []
        self.number = 0
        self.before: dict[str, Callable[[], None]] = {}
        self.faults = Faults()

    def answer(self, request: Request) -> Response:
        """Answer the app; what is planned before a call happens first, once."""
        call = f"{request.method} {request.path}"
        if request.method != "GET" and request.path != "/v1/exports":
            self.sent.append(call)
            self.number += 1
        if (hook := self.before.pop(call, None)) is not None:
            hook()
        return self.faults.wrap(self.respond)(request)

    def get(self, path: str) -> dict[str, Any]:
        """A record as it is now."""
        found: dict[str, Any] = json.loads(self.respond(Request("GET", path, (), KEYS, b"")).body)
        return found

    def write(self, path: str) -> None:
        """Somebody else's change."""
        assert self.respond(request_of("POST", path)).status < 300


class User:
    """Presses keys and reads the screen."""

    def __init__(self, app: PromoscopeApp, pilot: Any) -> None:
        self.app, self._pilot = app, pilot

    async def __call__(self, *keys: str) -> str:
        await press(self._pilot, *keys)
        return self.shown

    async def fill(self, text: str) -> None:
        """What would be typed into the line that has the focus; a test in a terminal types it key by key."""
        assert isinstance(self.app.focused, Input)
        self.app.focused.value = text
        await settle(self._pilot)

    async def ask(self, kind: str, name: str, *records: str, **values: Any) -> str:
        """What another room posts."""
        action = action_named(kind, name)
        assert action is not None
        self.app.post_message(ActionRequested(action, records, values))
        await settle(self._pilot)
        return self.shown

    @property
    def shown(self) -> str:
        """The screen, in which nothing of what the project's attacker named acts."""
        text = "\n".join(screen_lines(self._pilot))
        assert_harmless(text)
        return text

    @property
    def page(self) -> ActionScreen:
        assert isinstance(self.app.screen, ActionScreen)
        return self.app.screen


@pytest.fixture
def host(synced: tuple[Path, Project], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DemoHost:
    """An app that may write to a project of its own."""
    monkeypatch.chdir(tmp_path)
    host = copy_host(synced[0], tmp_path / "cache.db", Project(tmp_path / "unused.db"))
    host.writes = True
    return host


def codes(host: DemoHost, kind: str) -> list[str]:
    """Enabled codes of a type."""
    table = host.project.world.tables["vouchers"]
    rows = zip(table.column("code"), table.column("type"), table.column("active"), strict=True)
    return [str(code) for code, one, active in rows if one == kind and active]


async def test_a_walk_through_everything_that_can_come_of_it(host: DemoHost, tmp_path: Path) -> None:
    world = World(host.project)
    host.responder = world.answer
    gift, other = codes(host, "GIFT_VOUCHER")[:2]
    audit = Audit(host.cache, "demo")
    async with host.run() as (app, pilot):
        user = User(app, pilot)
        await one_campaign(user, world)
        await marked_rows(user, world, tmp_path)
        await a_form(user, world, gift)
        await somebody_else(user, world, other)
        await no_answer(user, world, gift)
        await broken_off(user, world, gift)
        await no_right(user, world, other)
        await many_codes(user, world)
    assert {row["fate"] for row in audit.rows()} == {"done", "unknown", "refused", "not done"}
    assert len(audit.rows()) == world.number


async def one_campaign(user: User, world: World) -> None:
    """m → menu → request → enter → done; the list follows, and nothing was sent before enter."""
    table = user.app.screen.query_one(VirtualTable)
    assert table.cursor_row is not None
    campaign = table.cursor_row.id
    was = world.get(f"/v1/campaigns/{campaign}")["active"]
    verb, after = ("disable", "yes → no") if was else ("enable", "no → yes")
    assert "WRITES ON" in user.shown.splitlines()[0]
    shown = await user("m")
    assert "Manage campaign" in shown
    assert f"{'Enable' if was else 'Disable'} the campaign  It is {'enabled' if was else 'disabled'} already." in shown
    shown = await user(*verb, "enter")
    assert f"POST /v1/campaigns/{campaign}/{verb}" in shown
    assert after in shown
    assert world.sent == []
    shown = await user("enter")
    assert "✓ done" in shown
    assert world.sent == [f"POST /v1/campaigns/{campaign}/{verb}"]
    assert world.get(f"/v1/campaigns/{campaign}")["active"] is not was
    await user("enter")
    cached = user.app.services.reader.connection.execute("select active from campaigns where id = ?", (campaign,))
    assert bool(cached.fetchone()[0]) is not was


async def marked_rows(user: User, world: World, folder: Path) -> None:
    """Several rows: cost first, words to type, a stop between two, a file, and the rest later."""
    del world.sent[:]
    shown = await user("*")
    total = len(user.app.screen.query_one(VirtualTable).marks)
    assert f"m manage {total} marked" in shown
    await user("escape")
    await user("g", *["space"] * 4)
    shown = await user("m")
    assert "Manage 4 campaigns" in shown
    await user(*"edit", "enter")
    assert "An empty line changes nothing." in user.shown
    await user("down", "down")
    await user.fill("winter sale")
    shown = await user("enter")
    assert "1 left out. 3 records · about 9 calls" in shown
    assert "left out: It is protect" in shown
    shown = await user("enter")
    assert "that is not EDIT 3" in shown
    assert world.sent == []
    records = [row.record for row in user.page.job.to_send]
    paths = [f"PUT /v1/campaigns/{one}" for one in records]
    # While the second is being changed, esc asks to stop: the third is not begun.
    reached, pressed = threading.Event(), threading.Event()

    def wait() -> None:
        reached.set()
        assert pressed.wait(20)

    world.before[paths[1]] = wait
    await user.fill("EDIT 3")
    await user._pilot.press("enter")
    while not reached.is_set():
        await user._pilot.pause(0.01)
    await user._pilot.press("escape")
    while not user.page._course.is_stopped:
        await user._pilot.pause(0.01)
    pressed.set()
    await settle(user._pilot)
    assert "2 done, 1 not tried. Batch edit-" in user.shown
    assert world.sent == paths[:2]
    await user("e", "enter")
    ends = dict(zip(records, ("done", "done", "not tried"), strict=True))
    assert saved(folder) == [(one, ends.get(one, "left out")) for one in user.page.job.records]
    shown = await user("r")
    assert "description" in shown
    shown = await user("enter")
    assert "✓ done" in shown
    assert world.sent == paths
    assert [world.get(f"/v1/campaigns/{one}")["description"] for one in records] == ["winter sale"] * 3
    await user("enter", "escape")


def saved(folder: Path) -> list[tuple[str, str]]:
    """Records and fates of the file that was exported."""
    (file,) = folder.glob("*edit*results*.csv")
    rows = csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines())
    return [(row["record"], row["fate"]) for row in rows]


async def a_form(user: User, world: World, code: str) -> None:
    """An error stands beside its field and loses nothing, nor does going back; the words move credit once."""
    del world.sent[:]
    path = f"/v1/vouchers/{code}"
    before = world.get(path)["gift"]["balance"]
    await user.ask("voucher", "add-credit", code)
    await user.fill("12.5x")
    await user("down")
    await user.fill("late parcel")
    shown = await user("enter")
    assert "amount takes an amount" in shown
    assert "late parcel" in shown
    await user("escape")
    shown = await user.ask("voucher", "add-credit", code)
    assert "12.5x" in shown
    await user("end", "backspace", "0")
    shown = await user("enter")
    assert "12.5" in shown
    assert f"POST {path}/balance" in shown
    shown = await user("escape")
    assert "12.50" in shown
    await user("enter")
    # Typed ahead of a page that was not seen, enter sends nothing.
    shown = await user("enter")
    assert "that is not ADD CREDIT 1" in shown
    await user.fill("ADD CREDIT 1")
    shown = await user("enter")
    assert "✓ done" in shown
    assert world.sent == [f"POST {path}/balance"]
    assert world.get(path)["gift"]["balance"] == before + 1_250
    await user("enter")


async def somebody_else(user: User, world: World, code: str) -> None:
    """A change by others between page and send is shown, and asked for again."""
    del world.sent[:]
    path = f"/v1/vouchers/{code}"
    await user.ask("voucher", "edit", code, additional_info="checked")
    world.before[f"GET {path}"] = lambda: world.write(f"{path}/disable")
    shown = await user("enter")
    assert "Somebody else changed it meanwhile. Nothing was sent." in shown
    assert "nothing → checked" in shown
    assert world.sent == []
    shown = await user("enter")
    assert "✓ done" in shown
    assert world.sent == [f"PUT {path}"]
    assert world.get(path)["additional_info"] == "checked"
    await user("enter")


async def no_answer(user: User, world: World, code: str) -> None:
    """What was not answered and cannot be found is unknown: it is never sent again, and the page says what to check."""
    del world.sent[:]
    path = f"/v1/vouchers/{code}"
    world.faults = Faults(FaultRule(Fault.TIMEOUT, path="*/balance", method="POST"))
    await user.ask("voucher", "add-credit", code, amount=100)
    await user.fill("ADD CREDIT 1")
    shown = await user("enter")
    assert "– unknown" in shown
    assert "source_id" in shown
    assert "resume" not in shown.splitlines()[-1]
    assert world.sent == [f"POST {path}/balance"]
    world.faults = Faults()
    await user("enter")


async def broken_off(user: User, world: World, code: str) -> None:
    """What was under way when an unforeseen error came may have been done: it is not said to be unsent, nor offered."""
    del world.sent[:]

    def broken() -> None:
        raise RuntimeError("unforeseen")

    call = f"POST /v1/vouchers/{code}/balance"
    world.before[call] = broken
    await user.ask("voucher", "add-credit", code, amount=100)
    await user.fill("ADD CREDIT 1")
    shown = await user("enter")
    assert "– unknown" in shown
    assert "unforeseen" in shown
    assert "Nothing was sent" not in shown
    assert "resume" not in shown.splitlines()[-1]
    assert world.sent == [call]
    await user("enter")


async def no_right(user: User, world: World, code: str) -> None:
    """What the API refused these keys is greyed from then on, with the reason."""
    del world.sent[:]
    path = f"/v1/vouchers/{code}/enable"
    answer = json.dumps({"code": 403, "key": "forbidden", "message": "[b]No[/b] \x1b[31mright"}).encode()
    real = world.respond
    world.respond = lambda request: Response(403, {}, answer) if request.path == path else real(request)
    await user.ask("voucher", "enable", code)
    shown = await user("enter")
    assert "⚠ refused" in shown
    assert "[b]No[/b]" in shown
    world.respond = real
    await user("enter")
    user.app.open_ref(Ref(VOUCHER, code))
    await settle(user._pilot)
    shown = await user("m")
    assert "Enable the code  These keys may not: the API answered 403." in shown
    assert "Manage voucher" in await user(*"enable", "enter")


async def many_codes(user: User, world: World) -> None:
    """All rows of a list: the first are read before the yes, the others in their turn; each is changed once.

    The batch stops where no answer came, shows that record, and goes on from there.
    """
    del world.sent[:]
    reader = user.app.services.reader
    largest = "select campaign_id from vouchers group by 1 having count(*) between 22 and 60 order by count(*) limit 1"
    (campaign,) = reader.connection.execute(largest).fetchone()
    user.app.open_ref(Ref.campaign(campaign))
    await settle(user._pilot)
    await user("2", "*", "m", *"disable", "enter")
    job = user.page.job
    assert len(job.prepared.plans) + len(job.prepared.left_out) == SHOWN
    world.faults = Faults(FaultRule(Fault.TIMEOUT, path="*/disable", method="POST", nth=(3,)))
    await user.fill(f"DISABLE {len(job.to_send)}")
    shown = await user("enter")
    assert "2 done, 1 not done," in shown
    assert "it was not done so far." in shown
    assert f"Batch {job.batch}." in shown
    assert len(world.sent) == 3
    failed = world.sent[-1]
    await user("r")
    left = len(user.page.job.to_send)
    await user.fill(f"DISABLE {left}")
    assert f"{left} done" in await user("enter")
    assert {world.get(f"/v1/vouchers/{one}")["active"] for one in job.records} == {False}
    assert {call: world.sent.count(call) for call in world.sent if world.sent.count(call) > 1} == {failed: 2}


async def test_a_held_enter_sends_nothing(host: DemoHost, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(host.project)
    host.responder = world.answer
    (code,) = codes(host, "DISCOUNT_VOUCHER")[:1]
    async with host.run() as (app, pilot):
        user = User(app, pilot)
        monkeypatch.setattr("tui.actions.consent.SEEN_AFTER", 1e9)
        shown = await user.ask("voucher", "disable", code)
        assert f"POST /v1/vouchers/{code}/disable" in shown
        consent = user.page.query_one(Consent)
        # Each that comes too soon begins the time anew.
        consent._stands_since -= 5e8
        await user("enter")
        consent._stands_since -= 5e8
        await user("enter", "enter")
        assert (user.page.stage, world.sent) == (Stage.REVIEW, [])
        consent._stands_since -= 1e9
        assert "✓ done" in await user("enter")
    assert len(world.sent) == 1


async def test_with_writes_off_everything_is_greyed_and_nothing_is_asked(host: DemoHost) -> None:
    world = World(host.project)
    host.responder, host.writes = world.answer, False
    async with host.run() as (app, pilot):
        user = User(app, pilot)
        assert "WRITES ON" not in user.shown
        shown = await user("m")
        assert "Edit the campaign  writes off" in shown
        assert "start with --allow-writes." in shown
        shown = await user("enter")
        assert "Manage campaign" in shown
        await user("escape")
        shown = await user.ask("campaign", "disable", "camp_1")
        assert "Writes are off." in shown
        assert "enter close" in shown
        assert "Nothing is sent" not in await user("enter")
    assert world.sent == []
