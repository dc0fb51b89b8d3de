"""What every test starts from."""

import contextlib
import gc
import importlib
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, settings

from tests.support.empty_cache import copy_empty
from tests.support.kept import kept_files

__all__ = ["kept_files"]

# A loaded machine takes its time, which says nothing of the code; fixtures that examples share are meant to be shared.
_SUPPRESSED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("promoscope", max_examples=25, deadline=None, suppress_health_check=_SUPPRESSED)
settings.load_profile("promoscope")

# Apps and worlds come and go; looking for dead cycles after each 700 new objects takes a tenth of the time.
gc.set_threshold(50_000, 20, 20)


def pytest_collection() -> None:
    """Workers begin at different files: what one has compiled, the others read."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers == 1:
        return
    here = Path(__file__).parent
    files = sorted(here.rglob("test_*.py"))
    first = len(files) * int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")) // workers
    for file in files[first:] + files[:first]:
        # Collecting it again says what is wrong with it.
        with contextlib.suppress(Exception):
            importlib.import_module(".".join(file.relative_to(here.parent).with_suffix("").parts))


@pytest.fixture(autouse=True)
def seeded_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that is given no source of jitter waits the same in every run."""
    monkeypatch.setattr("store.api.client.Random", lambda: Random(2026))


@pytest.fixture(scope="session", autouse=True)
def empty_caches() -> Iterator[None]:
    """A new cache is a copy; `tests/store/cache` makes its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("store.cache.database._create", copy_empty)
        yield
