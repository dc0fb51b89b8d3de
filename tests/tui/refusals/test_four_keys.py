"""From the campaign list to the paragraph for a ticket in four keys, at 80x24, offline, from a copied cache."""

import base64
import os
import re
import shutil
import sqlite3
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from store.times import text_of
from tests.support.syncing import Project
from tests.support.terminal import COLUMNS, Terminal

COMMAND = Path(sys.executable).with_name("promoscope")
_CLIPBOARD = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07")


def copied(terminal: Terminal) -> str:
    """What the program sends to the terminal's clipboard next."""
    received, deadline = b"", time.monotonic() + 60
    while (found := _CLIPBOARD.search(received)) is None:
        assert time.monotonic() < deadline, terminal.text
        received += terminal.read(0.2)
    return base64.b64decode(found[1]).decode()


def test_list_redemptions_explain_copy(synced: tuple[Path, Project], tmp_path: Path) -> None:
    copy = tmp_path / "handed-over" / "cache.db"
    copy.parent.mkdir(mode=0o700)
    shutil.copyfile(synced[0], copy)
    copy.chmod(0o600)
    with sqlite3.connect(copy) as connection:
        # The list begins with the campaign that ends first, by the machine's clock; its latest attempt is a refusal.
        tomorrow = text_of(datetime.now(UTC) + timedelta(days=1))
        connection.execute("update campaigns set expiration_date = ? where name = 'Last Call'", (tomorrow,))
        connection.execute(
            "update campaigns_raw set json = json_set(json, '$.expiration_date', ?)"
            " where id = (select id from campaigns where name = 'Last Call')", (tomorrow,),
        )  # fmt: skip
        query = (
            "select r.id, r.voucher_code, r.failure_code from redemptions r join campaigns c on c.id = r.campaign_id"
            " where c.name = 'Last Call' and r.result = 'FAILURE' order by r.created_at desc limit 1"
        )
        redemption, code, key = connection.execute(query).fetchone()
        connection.execute("update redemptions set created_at = '2026-11-23T11:59:00.000Z' where id = ?", (redemption,))
    connection.close()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PROMOSCOPE_", "VOUCHERIFY_"))}
    environment = {
        **kept, "PROMOSCOPE_DB": str(copy), "PROMOSCOPE_CONFIG": str(tmp_path / "config.toml"), "HOME": str(tmp_path),
    }  # fmt: skip
    with Terminal([COMMAND], environment) as terminal:
        terminal.wait_for("match")
        terminal.settle(0.3)
        for pressed in ("\r", "4", "x", "Y"):
            terminal.send(pressed)
        paragraph = copied(terminal)
        assert f"could not redeem code {code} of “Last Call”" in paragraph.splitlines()[0]
        assert key in paragraph
        assert f"redemption {redemption}" in paragraph
        screen = terminal.wait_for("sent to the clipboard")
        assert max(len(line) for line in screen.splitlines()) <= COLUMNS
        assert "✕ Refused" in screen
        terminal.send("\x11")
        assert terminal.ended() == 0
