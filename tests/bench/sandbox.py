"""The demo's project: made in processes of their own, and pages of its lists."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from store.clock import ManualClock
from store.sandbox import Sandbox
from store.wire import Request
from tests.bench.figures import Figure, median, milliseconds
from tests.support.sandboxes import demo_sandbox

TIMES = 10
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEYS = {"x-app-id": "demo", "x-app-token": "demo-token"}
_MAKE = """
import time
from datetime import UTC, datetime
from store.sandbox.world import World
spent, began = time.process_time(), time.perf_counter()
World(7, now=datetime(2026, 11, 20, 12, tzinfo=UTC))
print(time.process_time() - spent, time.perf_counter() - began)
"""
_LAST_PAGES = range(90, 99)


def measure() -> Iterator[Figure]:
    """How long the default world takes to exist, then pages of 100 of it, near the page cap and filtered, too."""
    yield from _worlds()
    yield from _pages()


def _worlds() -> Iterator[Figure]:
    group = f"default world, {TIMES} fresh processes"
    made = [subprocess.run([sys.executable, "-c", _MAKE], capture_output=True, check=True) for _ in range(TIMES)]
    times = [[float(text) * 1_000 for text in one.stdout.split()] for one in made]
    for kind, of_kind in zip(("processor time", "time on the clock"), zip(*times, strict=True), strict=True):
        ordered = sorted(of_kind)
        for place, value in (("least", ordered[0]), ("median", ordered[TIMES // 2]), ("most", ordered[-1])):
            yield Figure(group, f"{kind}, {place}", value, "ms")


def _pages() -> Iterator[Figure]:
    group = "one page of 100 from the default world"
    sandbox = demo_sandbox(ManualClock(NOW))
    campaigns = sandbox.world.tables["campaigns"]
    first, kinds = campaigns.column("id")[0], campaigns.column("campaign_type")
    gifts = campaigns.column("id")[list(kinds).index("GIFT_VOUCHERS")]
    within = "filters[related_object_parent_id][conditions][$is][0]"
    for name, path, query, pages in (
        ("vouchers", "/v1/vouchers", (), range(1, 10)),
        ("vouchers, the last pages", "/v1/vouchers", (), _LAST_PAGES),
        ("vouchers of a campaign", "/v1/vouchers", (("campaign_id", first),), range(1, 6)),
        ("redemptions", "/v1/redemptions", (), range(1, 10)),
        ("redemptions, the last pages", "/v1/redemptions", (), _LAST_PAGES),
        ("redemptions of a campaign", "/v1/redemptions", ((within, first),), range(1, 6)),
        ("publications", "/v1/publications", (), range(1, 10)),
        ("customers", "/v1/customers", (), range(1, 10)),
        ("transactions of a campaign", f"/v1/campaigns/{gifts}/transactions", (), range(1, 2)),
    ):
        yield Figure(group, name, _mean(sandbox, path, query, pages), "ms")


def _mean(sandbox: Sandbox, path: str, query: Sequence[tuple[str, str]], pages: range) -> float:
    requests = [Request("GET", path, (*query, ("limit", "100"), ("page", str(page))), KEYS) for page in pages]

    def ask() -> None:
        for request in requests:
            response = sandbox.respond(request)
            assert response.status == 200, response.body

    return median(lambda: milliseconds(ask), 3) / len(requests)
