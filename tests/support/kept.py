"""Files that are made once in a run of the suite, by the worker that needs one first."""

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

_FOLDER: list[Path] = []


def kept(what: object, make: Callable[[Path], object]) -> Path:
    """A file to copy or to read, never to write.

    Args:
        what: what is in it, by a text that is the same in all workers.
        make: writes it.
    """
    path = _FOLDER[0] / hashlib.sha256(repr(what).encode()).hexdigest()
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            new = path.with_suffix(".new")
            new.unlink(missing_ok=True)
            make(new)
            new.rename(path)
    return path


@pytest.fixture(scope="session", autouse=True)
def kept_files(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[None]:
    """The workers of a run share a folder."""
    base = tmp_path_factory.getbasetemp()
    _FOLDER.append((base.parent if hasattr(request.config, "workerinput") else base) / "kept")
    _FOLDER[0].mkdir(mode=0o700, exist_ok=True)
    yield
    _FOLDER.clear()
