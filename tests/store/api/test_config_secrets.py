"""Where secrets come from: private files and commands, both with a bound."""

import os
import shlex
import sys
from pathlib import Path

import pytest

from store.config import load_settings, load_token, load_webhook_secret, secret_files
from store.config_errors import ConfigError
from store.redact import redact


def environment(tmp_path: Path, settings: str) -> dict[str, str]:
    config = tmp_path / "config.toml"
    config.write_text(f"[profiles.default]\n{settings}\n")
    config.chmod(0o600)
    return {"PROMOSCOPE_CONFIG": str(config)}


def command(tmp_path: Path, code: str) -> dict[str, str]:
    script = tmp_path / "script.py"
    script.write_text(code)
    return environment(tmp_path, f"app_token_command = '''{shlex.join([sys.executable, '-I', str(script)])}'''")


def test_a_command_tells_the_token(tmp_path: Path) -> None:
    told = command(tmp_path, "import sys; print('  from-a-command '); print('noise', file=sys.stderr)")
    assert load_token(told) == "from-a-command"
    assert "from-a-command" not in redact("a from-a-command b")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import sys\nwhile True: sys.stdout.write('x' * 100000)", "longer than 64 KiB"),
        ("import sys\nwhile True: sys.stderr.write('x' * 100000)", "TimeoutExpired"),
        ("import time\nprint('half', flush=True)\ntime.sleep(600)", "TimeoutExpired"),
        ("import os, time\nos.close(1)\ntime.sleep(600)", "TimeoutExpired"),
        ("import os, time\nif os.fork() == 0: time.sleep(3)", "TimeoutExpired"),
        ("print('a secret')\nraise SystemExit(3)", "CalledProcessError"),
        ("print()", "is empty"),
        ("import sys\nsys.stdout.buffer.write(b'\\xff')", "no UTF-8"),
    ],
)
def test_a_command_that_fails_or_goes_on_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, said: str
) -> None:
    monkeypatch.setattr("store.secret_sources._COMMAND_TIME", 0.5 if said == "TimeoutExpired" else 20)
    with pytest.raises(ConfigError, match=said) as caught:
        load_token(command(tmp_path, code))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("code", ["import time\ntime.sleep(600)", "import os, time\nos.close(1)\ntime.sleep(600)"])
def test_a_command_ends_when_its_caller_gives_up(tmp_path: Path, code: str) -> None:
    begun = tmp_path / "begun"
    mark = f"import os, pathlib\npathlib.Path({str(begun)!r}).write_text(str(os.getpid()))\n"

    def is_stopped() -> bool:
        return begun.exists() and bool(begun.read_text())

    with pytest.raises(ConfigError, match="The token command was stopped before it ended"):
        load_token(command(tmp_path, mark + code), is_stopped)
    with pytest.raises(ProcessLookupError):
        os.kill(int(begun.read_text()), 0)


@pytest.mark.parametrize("line", ["app_token_command = ' '", "app_token_command = '\"'", "app_token_command = '/'"])
def test_a_command_that_is_none_is_said(tmp_path: Path, line: str) -> None:
    with pytest.raises(ConfigError, match="command failed"):
        load_token(environment(tmp_path, line))


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [(b"t" * 65_537, 0o600, "longer than 64 KiB"), (b"\xff", 0o600, "no UTF-8"), (b" \n", 0o600, "is empty"),
     (b"token", 0o640, "open to others"), (b"token", 0o604, "open to others")],
)  # fmt: skip
def test_a_file_is_private_and_of_a_secret_s_size(tmp_path: Path, content: bytes, mode: int, said: str) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)
    file.chmod(mode)
    with pytest.raises(ConfigError, match=said):
        load_token(environment(tmp_path, f"app_token_file = '{file}'"))


def test_a_pipe_is_no_file_of_a_secret(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(ConfigError, match="not a regular file"):
        load_token(environment(tmp_path, f"app_token_file = '{tmp_path / 'pipe'}'"))


def test_a_secret_may_lie_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("of-the-webhooks\n")
    (tmp_path / "secret").chmod(0o600)
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    told = environment(tmp_path, f"webhook_secret_file = '{tmp_path / 'link'}'")
    assert load_webhook_secret(told) == "of-the-webhooks"
    assert secret_files(told) == {"webhook secret": tmp_path / "link"}


def test_settings_know_every_secret_that_is_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.redact._known", {})
    (tmp_path / "secret").write_text("of-the-webhooks\n")
    (tmp_path / "secret").chmod(0o600)
    told = environment(tmp_path, f"webhook_secret_file = '{tmp_path / 'secret'}'\napp_token_file = '/nowhere'")
    load_settings({**told, "VOUCHERIFY_APP_TOKEN": "of-the-environment"})
    assert redact("of-the-webhooks of-the-environment") == "••• •••"
