"""Why a cache cannot be opened where it lies, and whether it can be read without files beside it."""

import os
import sqlite3
import sys
from pathlib import Path

from store.cache.errors import CHECK_IT, KEPT, CacheError, CacheOutOfReach, is_damage, is_lock, locked

_ROOM = 128 * 1024
"""Bytes: the memory that SQLite's connections share is a file of 32 KiB, and the first log not much more."""


def opening_failed(path: Path, error: sqlite3.DatabaseError, verb: str) -> CacheError:
    """The error for people behind an SQLite error of opening a cache.

    Args:
        path: the cache.
        error: what SQLite said.
        verb: what the cache cannot be: "read" or "used".
    """
    if is_lock(error):
        return locked()
    if not is_damage(error) and _is_disk_full(path):
        return CacheOutOfReach(
            f"The cache {path} cannot be {verb}: its disk is full, and SQLite has to make files beside it. Nothing "
            "was changed. Make room and try again."
        )
    if not is_damage(error) and _refuses_files(path.parent):
        return CacheOutOfReach(
            f"The cache {path} cannot be {verb} where it lies: SQLite has to make files beside it, and the folder "
            f"cannot be written. Copy it, and {path.name}-wal where there is one, to a folder of your own and set "
            "PROMOSCOPE_DB to the copy."
        )
    return CacheError(f"{path} cannot be {verb} as a cache ({error}). {KEPT} {CHECK_IT}")


def _is_disk_full(path: Path) -> bool:
    """Whether the disk of a cache has no room for the files that SQLite makes beside it."""
    if sys.platform == "win32":
        return False
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return False
    return disk.f_bavail * disk.f_frsize < _ROOM


def _refuses_files(directory: Path) -> bool:
    """Whether this user can make no files in a directory."""
    return not os.access(directory, os.W_OK | os.X_OK)


def can_be_immutable(path: Path) -> bool:
    """Whether SQLite may read the file alone: no process can write to it, and no change lies in a log beside it."""
    return is_read_only(path) and not _has_log(path)


def is_read_only(path: Path) -> bool:
    """Whether no process can write to a cache: its medium is read-only, or its directory allows no user to write.

    SQLite writes only where it can make files beside the cache.
    """
    if sys.platform == "win32":
        return False
    try:
        medium = os.statvfs(path).f_flag & os.ST_RDONLY
        mode = path.parent.stat().st_mode
    except OSError:
        return False
    return bool(medium) or not mode & 0o222


def _has_log(path: Path) -> bool:
    """Whether changes lie in a log beside a cache: without it, the file alone may be older or torn."""
    logs = (path.with_name(path.name + ending) for ending in ("-wal", "-journal"))
    return any(log.exists() and log.stat().st_size for log in logs)
