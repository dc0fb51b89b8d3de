"""Stored documents that a damaged disk or another program spoiled."""

import sqlite3
from collections.abc import Iterator

import msgspec

from store.cache.received_tables import RECEIVED_TABLES
from store.cache.registry import TABLES
from store.json_text import decode


def damaged_documents(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Resource and id of each stored document that is not the JSON of a record. Reads every document.

    A record is a JSON object; a webhook payload, which comes as its sender writes it, may be any JSON.

    Raises:
        CacheError: the file itself is damaged.
    """
    present = {row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")}
    for spec in TABLES.values():
        if spec.raw not in present:
            continue
        for identity, text in connection.execute(f'select id, cast(json as blob) from "{spec.raw}"'):
            if not _is_sound(text, any_json=spec in RECEIVED_TABLES):
                yield spec.name, str(identity)


def _is_sound(text: bytes, *, any_json: bool) -> bool:
    try:
        text.decode("utf-8")
        return isinstance(decode(text), dict) or any_json
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    except RecursionError:
        # Nested too deep to decode: its first character alone shows what it is.
        return any_json or text.lstrip().startswith(b"{")
