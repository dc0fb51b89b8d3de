"""What every contract test starts from."""

import pytest

from tests.contract.spec import Spec, require_spec


@pytest.fixture(scope="session")
def spec() -> Spec:
    """The published specification; the test is skipped without it."""
    return require_spec()
