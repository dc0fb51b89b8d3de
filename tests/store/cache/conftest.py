"""Here a cache is made anew each time, as the product makes it."""

from collections.abc import Iterator

import pytest

from tests.support.empty_cache import MAKE


@pytest.fixture(scope="package", autouse=True)
def new_caches() -> Iterator[None]:
    """The product's own way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("store.cache.database._create", MAKE)
        yield
