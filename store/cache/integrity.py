"""Stored documents that a damaged disk or another program spoiled."""

import sqlite3
from collections.abc import Iterator

import msgspec

from store.cache.registry import TABLES
from store.json_text import decode


def damaged_documents(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Resource and id of each stored document that is no JSON. Reads every document.

    Raises:
        CacheError: the file itself is damaged.
    """
    present = {row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")}
    for spec in TABLES.values():
        if spec.raw not in present:
            continue
        for identity, text in connection.execute(f'select id, cast(json as blob) from "{spec.raw}"'):
            if not _is_json(text):
                yield spec.name, str(identity)


def _is_json(text: bytes) -> bool:
    try:
        text.decode("utf-8")
        decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    except RecursionError:
        return True
    return True
