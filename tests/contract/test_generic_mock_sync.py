"""A whole sync against a server made of the specification alone: it always ends, and says how."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from store.api.client import ApiClient, Credentials
from store.cache.database import connect_writer
from store.clock import ManualClock
from store.sync.engine import SyncEngine
from store.sync.rate_limiter import RateLimiter
from store.sync.report import Report
from store.sync.request import SyncRequest
from tests.contract.mock import Mock, served
from tests.contract.samples import Variant
from tests.contract.spec import Spec
from tests.support.paths import ROOT

ZONE = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CALLS_PER_LIST = 12
SPLITS_PER_SUMMARY = 40
"""More calls for one list than this, on a server that has one page, would be a loop."""
LOOKS_PER_JOB = 36
"""Half an hour of growing pauses: a job that never ends is left then."""
SAMPLED: tuple[Variant | None, ...] = (None, *Variant)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect_writer(tmp_path / "cache.db")
    yield connection
    connection.close()


async def sync(cache: sqlite3.Connection, mock: Mock, request: SyncRequest) -> Report:
    clock = ManualClock(NOW)
    limiter = RateLimiter(clock, max_calls=5_000)
    credentials = Credentials("https://api.example.test", "app", "token")
    async with ApiClient(credentials, clock=clock, gate=limiter, responder=mock.respond) as client:
        engine = SyncEngine(client, cache, zone=ZONE, clock=clock)
        return await asyncio.wait_for(engine.run(request), timeout=120)


def check_end(report: Report, mock: Mock) -> None:
    """It ended as one of the three states, in a bounded number of calls, and every gap has its reason."""
    assert report.state in ("complete", "partial")
    assert not report.error
    assert report.calls == mock.calls
    for name, resource in report.resources.items():
        assert resource.state == "complete" or resource.reason, name
    json.dumps(report.as_json())


def most_calls(path: str) -> int:
    """A lifetime total without a usable number is split until the parts that lack one are found."""
    return 1 + SPLITS_PER_SUMMARY if path.endswith("/summary") else CALLS_PER_LIST


def raw_ids(cache: sqlite3.Connection, table: str) -> set[str]:
    return {row[0] for row in cache.execute(f'select id from "{table}_raw"')}


@pytest.mark.parametrize("repeats", [False, True], ids=["one page", "endless"])
@pytest.mark.parametrize("variant", SAMPLED, ids=lambda variant: str(variant or "examples"))
async def test_a_sync_of_everything_ends(
    spec: Spec, cache: sqlite3.Connection, variant: Variant | None, repeats: bool
) -> None:
    mock = Mock(spec, variant, repeats=repeats)
    report = await sync(cache, mock, SyncRequest(everything=True))
    check_end(report, mock)
    looks = {path: times for path, times in mock.paths.items() if path.startswith("/v1/exports/")}
    assert sum(looks.values()) <= LOOKS_PER_JOB * mock.paths["/v1/exports"]
    asked = {path: times for path, times in mock.paths.items() if path not in looks}
    assert {path: times for path, times in asked.items() if times > most_calls(path)} == {}
    if repeats:
        assert report.state == "partial"
    if variant is not Variant.NAMELESS:
        assert cache.execute("select count(*) from campaigns").fetchone() > (0,)


async def test_every_documented_record_of_the_lists_is_held_afterwards(spec: Spec, cache: sqlite3.Connection) -> None:
    await sync(cache, Mock(spec), SyncRequest(everything=True))
    for table, path, key in (
        ("campaigns", "/v1/campaigns", "campaigns"),
        ("vouchers", "/v1/vouchers", "vouchers"),
        ("redemptions", "/v1/redemptions", "redemptions"),
        ("publications", "/v1/publications", "publications"),
        ("customers", "/v1/customers", "customers"),
        ("validation_rules", "/v1/validation-rules", "data"),
        ("promotion_tiers", "/v1/promotions/tiers", "tiers"),
        ("trash_bin", "/v1/trash-bin", "data"),
        ("async_actions", "/v1/async-actions", "async_actions"),
        ("metadata_schemas", "/v1/metadata-schemas", "schemas"),
    ):
        [example] = spec.examples("GET", path, "200")
        assert {row["id"] for row in example.document[key]} <= raw_ids(cache, table), table


@pytest.mark.parametrize("repeats", [False, True], ids=["one page", "endless"])
@pytest.mark.parametrize("via", ["auto", "pages", "exports"])
async def test_named_campaigns_end_by_every_way(spec: Spec, cache: sqlite3.Connection, via: str, repeats: bool) -> None:
    [example] = spec.examples("GET", "/v1/campaigns", "200")
    names = tuple(campaign["id"] for campaign in example.document["campaigns"])
    mock = Mock(spec, repeats=repeats)
    report = await sync(cache, mock, SyncRequest(campaigns=names, via=via))
    check_end(report, mock)


async def test_a_second_run_ends_too_and_changes_nothing_in_the_resources(
    spec: Spec, cache: sqlite3.Connection
) -> None:
    request = SyncRequest(everything=True)
    await sync(cache, Mock(spec), request)
    tables = [row[0] for row in cache.execute("select name from sqlite_master where name like '%!_raw' escape '!'")]
    before = {table: cache.execute(f'select * from "{table}" order by id').fetchall() for table in tables}
    mock = Mock(spec)
    report = await sync(cache, mock, request)
    check_end(report, mock)
    assert {table: cache.execute(f'select * from "{table}" order by id').fetchall() for table in tables} == before
    assert len(tables) > 15


@pytest.mark.timeout(240)
def test_the_command_ends_with_a_documented_exit_code(spec: Spec, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    with served(Mock(spec).respond) as url:
        environment |= {
            "VOUCHERIFY_APP_ID": "app",
            "VOUCHERIFY_APP_TOKEN": "token",
            "VOUCHERIFY_API_BASE_URL": url,
            "PROMOSCOPE_DB": str(tmp_path / "cache.db"),
            "PROMOSCOPE_CONFIG": str(tmp_path / "none.toml"),
            # A setting that is not understood must not send the test to the real API: this way out is closed.
            "HTTPS_PROXY": "http://127.0.0.1:9",
            "NO_PROXY": "127.0.0.1",
        }
        run = subprocess.run(
            [sys.executable, "-c", "from tui.cli import main; main()", "sync", "--all", "--json"],
            env=environment, cwd=ROOT, capture_output=True, timeout=200, check=False,
        )  # fmt: skip
    assert run.returncode in (0, 4), run.stderr.decode()
    report = json.loads(run.stdout)
    assert report["state"] == {0: "complete", 4: "partial"}[run.returncode]
    assert report["resources"]["campaigns"]["seen"] == 6
