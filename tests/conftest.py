"""What every test starts from."""

import gc
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, settings

from tests.support.empty_cache import copy_empty

# A loaded machine takes its time, which says nothing of the code; fixtures that examples share are meant to be shared.
_SUPPRESSED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("promoscope", max_examples=25, deadline=None, suppress_health_check=_SUPPRESSED)
settings.load_profile("promoscope")

# Apps and worlds come and go; looking for dead cycles after each 700 new objects takes a tenth of the time.
gc.set_threshold(50_000, 20, 20)


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
