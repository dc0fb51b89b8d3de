"""One customer's cache, read once and copied for each test."""

from pathlib import Path

import pytest

from tests.support.app_host import DemoHost, copy_host
from tests.support.syncing import Project
from tui.customers.reading import reading_of


@pytest.fixture(scope="package")
def busiest(synced: tuple[Path, Project]) -> str:
    """Who did most of those who hold gift cards and loyalty cards."""
    tables = synced[1].world.tables
    found = tables["customer_activity"].column("customer_id")
    held = set(zip(tables["vouchers"].column("holder_id"), tables["vouchers"].column("type"), strict=True))
    with_cards = {one for one in found if {(one, "GIFT_VOUCHER"), (one, "LOYALTY_CARD")} <= held}
    return str(max(sorted(with_cards), key=found.count))


@pytest.fixture(scope="package")
def read_cache(synced: tuple[Path, Project], busiest: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache in which all there is of them was read, too; to be copied."""
    template, project = synced
    copy = Project(tmp_path_factory.mktemp("read") / "c.db")
    copy.path.write_bytes(template.read_bytes())
    copy.world, copy.sandbox, copy.clock = project.world, project.sandbox, project.clock
    assert copy.sync(reading_of(busiest)).state == "complete"
    return copy.path


@pytest.fixture
def host(read_cache: Path, synced: tuple[Path, Project], tmp_path: Path) -> DemoHost:
    """The app's host over a copy of it."""
    return copy_host(read_cache, tmp_path / "c.db", synced[1])
