"""The cases that are known and not to be told again: a small private file of fingerprints beside the cron job."""

import os
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import msgspec

from store.json_text import decode
from store.private_files import create_private_text

_FORMAT = 1
_LENGTH = 16
_HEX = frozenset("0123456789abcdef")


class BaselineUnusable(Exception):
    """The file is no baseline, or of a later release; the message says what to do."""


Known = dict[str, frozenset[str]]
"""Fingerprints by the name of their check."""


def read_baseline(path: Path) -> Known:
    """The fingerprints in a file.

    Raises:
        BaselineUnusable: it is damaged, or of a later release. Nothing is changed.
        OSError: it cannot be read; `FileNotFoundError` where there is none.
    """
    try:
        found: Any = decode(path.read_bytes())
    except (msgspec.DecodeError, RecursionError):
        raise BaselineUnusable(f"{path} is damaged: it is no JSON. {_ADVICE}") from None
    if not isinstance(found, dict) or not isinstance(found.get("format"), int):
        raise BaselineUnusable(f"{path} is no baseline of this command. {_ADVICE}")
    if found["format"] != _FORMAT:
        raise BaselineUnusable(f"{path} was written by another release of promoscope. {_ADVICE}")
    known = found.get("known")
    if not isinstance(known, dict) or not all(_are_fingerprints(some) for some in known.values()):
        raise BaselineUnusable(f"{path} is damaged: its known cases cannot be read. {_ADVICE}")
    return {name: frozenset(some) for name, some in known.items()}


_ADVICE = "It was left as it is; name another file, or move it away and write a new one with --write-baseline."


def _are_fingerprints(value: object) -> bool:
    if not isinstance(value, list):
        return False
    return all(isinstance(one, str) and len(one) == _LENGTH and set(one) <= _HEX for one in value)


def write_baseline(path: Path, known: Mapping[str, Collection[str]], as_of: str | None) -> int:
    """Write a baseline anew, whole or not at all, for its owner alone (mode 0600); returns how many cases it has.

    Args:
        path: where; what lies there is replaced, a link itself and never what it leads to.
        known: fingerprints by check.
        as_of: UTC text of the readings they stem from.

    Raises:
        OSError: it cannot be written; what was there is still there.
    """
    listed = {name: sorted(some) for name, some in sorted(known.items()) if some}
    # The file is written in a new private folder beside the target, so that no other program can prepare its name.
    with tempfile.TemporaryDirectory(prefix=".promoscope-", dir=path.parent) as place:
        new = Path(place) / "baseline"
        with create_private_text(new) as target:
            target.write(msgspec.json.encode({"format": _FORMAT, "as_of": as_of, "known": listed}).decode() + "\n")
            target.flush()
            os.fsync(target.fileno())
        new.replace(path)
    return sum(map(len, listed.values()))
