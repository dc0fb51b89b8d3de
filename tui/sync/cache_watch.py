"""What other processes do to the cache: a cheap look at its files and at who holds its lock."""

import os
from pathlib import Path

from store.cache.lock import current_holder
from tui.kit.messages import CacheFingerprint, CacheMark


def inspect_cache(database: Path) -> CacheFingerprint:
    """Look at a cache; opens no connection."""
    holder = current_holder(database)
    other = holder is not None and holder.pid != os.getpid()
    return CacheFingerprint(_mark(database), f"process {holder.pid} syncs" if other and holder is not None else "")


def _mark(database: Path) -> CacheMark:
    found = []
    for path in (database, database.with_name(f"{database.name}-wal")):
        try:
            stat = path.stat()
        except OSError:
            continue
        found.append((stat.st_ino, stat.st_mtime_ns, stat.st_size))
    return tuple(found)
