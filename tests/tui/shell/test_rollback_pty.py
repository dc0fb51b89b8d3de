"""A rollback in a real terminal of 80x24, by the installed command, against the sandbox on loopback."""

import json
import os
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from store.cache.database import connect_writer
from store.clock import SystemClock
from store.sandbox import Sandbox
from store.sandbox.serve import serve
from store.sandbox.world import Sizes, World
from store.wire import Request, Response
from tests.support.sandbox_asking import KEYS
from tests.support.terminal import COLUMNS, Terminal

COMMAND = Path(sys.executable).with_name("promoscope")
SIZES = Sizes(campaigns=12, customers=20, vouchers=80, redemptions=60, publications=30, accruals=20)
SETTINGS = '[profiles.default]\nwrites = true\nproduction = true\ncurrency = "EUR"\n'


def test_a_rollback_is_typed_out_and_sent_once(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    sandbox = Sandbox(World(11, now=now, sizes=SIZES), clock=SystemClock())
    sent = Counter[str]()

    def answer(request: Request) -> Response:
        # What follows from a rollback is read at once, by an export if that is cheaper: it changes nothing.
        sent[f"{request.method} {request.path}"] += request.method != "GET" and request.path != "/v1/exports"
        return sandbox.respond(request)

    def get(path: str) -> Any:
        return json.loads(sandbox.respond(Request("GET", path, (), KEYS, b"")).body)

    one = next(
        row for row in get("/v1/redemptions")["redemptions"]
        if row["object"] == "redemption" and row["result"] == "SUCCESS" and row["status"] == "SUCCEEDED"
        and not row.get("redemption")
    )  # fmt: skip
    settings = tmp_path / "config.toml"
    settings.write_text(SETTINGS)
    settings.chmod(0o600)
    connect_writer(tmp_path / "cache.db").close()
    with serve(answer) as server:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PROMOSCOPE_", "TEXTUAL"))},
            "PROMOSCOPE_CONFIG": str(settings), "PROMOSCOPE_DB": str(tmp_path / "cache.db"), "HOME": str(tmp_path),
            "VOUCHERIFY_API_BASE_URL": server.url, "VOUCHERIFY_APP_ID": "demo", "VOUCHERIFY_APP_TOKEN": "demo-token",
        }  # fmt: skip
        with Terminal([COMMAND, "open", one["id"], "--allow-writes"], environment) as terminal:
            terminal.wait_for("enter asks the API, 1 call")
            terminal.send("\r")
            shown = terminal.wait_for(lambda screen: "SUCCEEDED" in screen and one["id"] in screen)
            assert "PRODUCTION WRITES ON" in shown.splitlines()[0]
            terminal.send("m")
            terminal.wait_for("› Roll the redemption back")
            terminal.send("\r")
            terminal.wait_for("Why, as the rollback will say.")
            terminal.send("ordered twice\r")
            terminal.wait_for("Type ROLL BACK 1 to send it:")
            assert f"POST /v1/redemptions/{one['id']}/rollbacks" in terminal.text
            assert '{"reason":"ordered twice"}' in terminal.text
            terminal.send("roll back\r")
            terminal.wait_for("Nothing was sent: that is not ROLL BACK 1.")
            assert sum(sent.values()) == 0
            terminal.send("\x7f" * 9 + "ROLL BACK 1\r")
            terminal.wait_for("✓ done")
            shown = terminal.wait_for("enter close")
            assert max(len(line) for line in shown.splitlines()) <= COLUMNS
            terminal.send("\r")
            terminal.wait_for("rolled back")
            terminal.send("\x11")
            assert terminal.ended() == 0, terminal.text
    assert +sent == Counter({f"POST /v1/redemptions/{one['id']}/rollbacks": 1})
    assert get(f"/v1/redemptions/{one['id']}")["status"] == "ROLLED_BACK"
