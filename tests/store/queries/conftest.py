"""What questions are put to."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.cache.database import connect_writer


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """An empty cache of one's own."""
    connection = connect_writer(tmp_path / "c.db")
    yield connection
    connection.close()
