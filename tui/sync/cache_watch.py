"""What other processes do to the cache: a cheap look at its files and at who holds its lock."""

import os
from pathlib import Path

from store.cache.files import file_mark
from store.cache.lock import current_holder
from tui.kit.messages import CacheFingerprint


def inspect_cache(database: Path) -> CacheFingerprint:
    """Look at a cache; opens no connection."""
    holder = current_holder(database)
    other = holder is not None and holder.pid != os.getpid()
    return CacheFingerprint(file_mark(database), f"process {holder.pid} syncs" if other and holder is not None else "")
