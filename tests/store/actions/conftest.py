"""A project that can be changed, and somebody who changes it."""

from pathlib import Path

import pytest

from tests.support.acting import Actor
from tests.support.writing import Writer, writer


@pytest.fixture(scope="module")
def project() -> Writer:
    """One for a file."""
    return writer()


@pytest.fixture
def actor(project: Writer, tmp_path: Path) -> Actor:
    """Somebody who has sent nothing."""
    return Actor(project, tmp_path)
