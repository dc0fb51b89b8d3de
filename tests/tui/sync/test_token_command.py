"""A token command that waits, as for a passphrase, ends with the sync that asked for the token."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from msgspec.structs import replace

from store.sync.request import SyncRequest
from tests.support.app_host import DemoHost
from tui.kit.services import project_sync
from tui.sync.run import CANCELLED, SyncRun


def test_cancelling_ends_a_token_command_that_waits(
    demo_host: DemoHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, config = tmp_path / "begun", tmp_path / "config.toml"
    config.write_text(f"[profiles.default]\napp_token_command = \"sh -c 'echo $$ >{begun}; exec sleep 600'\"\n")
    config.chmod(0o600)
    monkeypatch.setenv("PROMOSCOPE_CONFIG", str(config))
    monkeypatch.delenv("VOUCHERIFY_APP_TOKEN", raising=False)
    project = replace(demo_host.services_project(), responder=None)
    run = SyncRun(project_sync(project), SyncRequest(), "campaigns", lambda state, progress: None)
    with ThreadPoolExecutor(1) as threads:
        outcome = threads.submit(run.work)
        while not (begun.exists() and begun.read_text().endswith("\n")):
            assert not outcome.done(), outcome.result()
            time.sleep(0.01)
        run.cancel()
        assert outcome.result(20) == (None, CANCELLED)
    assert run.state.state == "stopped"
    with pytest.raises(ProcessLookupError):
        os.kill(int(begun.read_text()), 0)
