"""From a pasted order to its story in three keys, at 80x24, offline, from a cache that was copied."""

import os
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest

from tests.support.syncing import Project
from tests.support.terminal import COLUMNS, Terminal

COMMAND = Path(sys.executable).with_name("promoscope")
FIND, ENTER = "\x0b", "\r"


def pasted(text: str) -> str:
    """As a terminal sends what is pasted: one event."""
    return f"\x1b[200~{text}\x1b[201~"


@pytest.fixture
def copied(synced: tuple[Path, Project], tmp_path: Path) -> Path:
    copy = tmp_path / "handed-over" / "cache.db"
    copy.parent.mkdir(mode=0o700)
    shutil.copyfile(synced[0], copy)
    copy.chmod(0o600)
    return copy


def test_ctrl_k_paste_enter(copied: Path, tmp_path: Path) -> None:
    query = (
        "select r.order_id, json_extract(d.json, '$.order.source_id'), r.id, r.voucher_code from redemptions r"
        " join redemptions_raw d on d.id = r.id where json_extract(d.json, '$.order.source_id') glob '[a-z]*'"
        " and r.voucher_code glob '[A-Z]*-*' limit 1"
    )
    with sqlite3.connect(copied) as connection:
        order, source, redemption, code = connection.execute(query).fetchone()
    connection.close()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PROMOSCOPE_", "VOUCHERIFY_"))}
    environment = {
        **kept, "PROMOSCOPE_DB": str(copied), "PROMOSCOPE_CONFIG": str(tmp_path / "config.toml"), "HOME": str(tmp_path),
    }  # fmt: skip
    with Terminal([COMMAND], environment) as terminal:
        terminal.wait_for("match")
        terminal.settle(0.3)
        for key in (FIND, pasted(source), ENTER):
            terminal.send(key)
        story = (f"Order {source}", order, code, redemption[:12])
        screen = terminal.wait_for(lambda text: all(part in text for part in story))
        assert max(len(line) for line in screen.splitlines()) <= COLUMNS
        terminal.send("\x11")
        assert terminal.ended() == 0
