"""An empty cache that is made once for a process: some 250 statements, for each of a thousand tests."""

import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from store.cache import database
from store.cache.files import open_own

MAKE = database._create
"""How the product makes one."""


@cache
def _content() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "empty.db")
        MAKE(path)
        return path.read_bytes()


def copy_empty(path: Path) -> None:
    """Write what `MAKE` would make; opening it for writing goes through the migrations all the same."""
    database.remove_beside(path)
    descriptor = open_own(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    with os.fdopen(descriptor, "wb") as file:
        file.write(_content())
