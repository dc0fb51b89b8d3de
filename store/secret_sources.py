"""Secrets from a private file or from a command; each is masked from then on."""

import contextlib
import os
import select
import shlex
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from store.config_errors import ConfigError
from store.private_files import open_to_others
from store.redact import remember

_LONGEST_SECRET = 64 * 1024
"""Bytes of a secret's file or of a command's output."""
_COMMAND_TIME = 60.0
"""Seconds a command may take: it may have to ask for a passphrase."""
_STOP_CHECK = 0.1
"""Seconds between two looks whether its caller gave up."""


def secret_from_file(path: Path, what: str) -> str:
    """A secret from a file of the user's own; a link to one is followed, as those who keep secrets use links.

    Args:
        path: the file.
        what: the secret's name in sentences.

    Raises:
        ConfigError: the file cannot be read, is open to others, or holds no secret.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            mode = os.fstat(descriptor).st_mode
            if not stat.S_ISREG(mode):
                raise ConfigError(f"The {what} file {path} is not a regular file.")
            if open_to_others(mode):
                raise ConfigError(f"The {what} file {path} is open to others; run: chmod 600 {shlex.quote(str(path))}")
            content = file.read(_LONGEST_SECRET + 1)
    except OSError as error:
        raise ConfigError(f"The {what} file {path} cannot be read: {error.strerror}.") from None
    return _secret(content, f"The {what} file {path}")


class _Stopped(Exception):
    """Whoever wanted a command's output wants it no more."""


def secret_from_command(command: str, what: str, is_stopped: Callable[[], bool]) -> str:
    """A secret that a command prints.

    Args:
        command: as it stands in the settings file; no shell reads it.
        what: the secret's name in sentences.
        is_stopped: asked several times a second, whether to end the command.

    Raises:
        ConfigError: the command fails, is ended, or prints no secret.
    """
    try:
        content = _output_of(shlex.split(command), is_stopped)
    except _Stopped:
        raise ConfigError(f"The {what} command was stopped before it ended.") from None
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise ConfigError(f"The {what} command failed ({type(error).__name__}); its output is not shown.") from None
    return _secret(content, f"The output of the {what} command")


def _secret(content: bytes, whose: str) -> str:
    """The secret that was read, which is masked from now on."""
    if len(content) > _LONGEST_SECRET:
        raise ConfigError(f"{whose} is longer than {_LONGEST_SECRET // 1024} KiB.")
    try:
        secret = content.decode().strip()
    except UnicodeDecodeError:
        raise ConfigError(f"{whose} is no UTF-8 text.") from None
    if not secret:
        raise ConfigError(f"{whose} is empty.")
    remember(secret)
    return secret


def _output_of(arguments: list[str], is_stopped: Callable[[], bool]) -> bytes:
    """What a command prints, one byte more than `_LONGEST_SECRET` at most.

    Raises:
        OSError, ValueError: it cannot be started.
        subprocess.SubprocessError: it failed or took longer than `_COMMAND_TIME`. It is ended then.
        _Stopped: `is_stopped` said so; it is ended then, too.
    """
    if not arguments:
        raise ValueError("no command")
    process = subprocess.Popen(  # noqa: S603 - the user's own command from the user's own settings file
        arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    with process:
        try:
            waits = _waits(process, is_stopped)
            content = _read(process, waits)
            if len(content) > _LONGEST_SECRET:
                process.kill()
            elif _exit_code(process, waits):
                raise subprocess.CalledProcessError(process.returncode, arguments[0])
        except BaseException:
            process.kill()
            raise
    return content


def _waits(process: "subprocess.Popen[bytes]", is_stopped: Callable[[], bool]) -> Iterator[float]:
    """Seconds to wait for a command, again and again, until its time is up or its caller gave up."""
    until = time.monotonic() + _COMMAND_TIME
    while (left := until - time.monotonic()) > 0:
        if is_stopped():
            raise _Stopped
        yield min(left, _STOP_CHECK)
    raise subprocess.TimeoutExpired(process.args, _COMMAND_TIME)


def _read(process: "subprocess.Popen[bytes]", waits: Iterator[float]) -> bytes:
    """Read to the end of the output or its greatest length, whichever comes first."""
    content, descriptor = b"", process.stdout.fileno() if process.stdout else -1
    while len(content) <= _LONGEST_SECRET:
        ready, _, _ = select.select([descriptor], [], [], next(waits))
        if ready:
            piece = os.read(descriptor, _LONGEST_SECRET + 1 - len(content))
            if not piece:
                break
            content += piece
    return content


def _exit_code(process: "subprocess.Popen[bytes]", waits: Iterator[float]) -> int:
    for wait in waits:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(wait)
    raise AssertionError("waits end by an error")
