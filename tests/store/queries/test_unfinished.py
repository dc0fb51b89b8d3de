"""While a list is read for the first time, nothing counted from it is told as zero, and no sum as whole."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from store.models import Source, Unit
from store.queries.budget import lifetime_totals
from store.queries.campaigns import get_campaign
from store.queries.freshness import FIRST_READING, data_state
from store.queries.reader import Reader
from store.queries.referrals import program_numbers, referral_codes
from store.queries.series import LISTS, daily_series, first_day
from store.queries.wallets import outstanding, wallet_totals
from store.ref import Ref
from store.sync.request import PAGES_ONLY, SyncRequest
from store.words import DateSpan
from tests.support.syncing import NOW, ZONE, Project

TODAY = NOW.astimezone(ZONE).date()
YEAR = DateSpan(date(TODAY.year - 1, TODAY.month, TODAY.day), TODAY)
CALLS = (1, 2, 3, 4)
"""Calls after which the reading is cut: some before the first row, some amid each list."""


@pytest.fixture(params=CALLS, ids=lambda calls: f"{calls}-calls")
def cut(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Reader, str]]:
    """A cache whose busiest campaign was read for so many calls."""
    project = Project(tmp_path / "cut.db")
    project.sync(SyncRequest())
    with project.connect() as connection:
        rows = project.world.tables["redemptions"].column("campaign_id")
        identity = max(set(filter(None, rows)), key=lambda one: (rows.count(one), one))
        # Without summaries nothing but rows can tell.
        connection.execute("delete from campaign_totals")
        connection.execute("delete from campaign_summaries")
    only = frozenset({"redemptions", "publications", "vouchers", "transactions"})
    project.sync(SyncRequest(campaigns=(identity,), max_calls=request.param, via=PAGES_ONLY, only=only))
    reader = Reader(project.path, ZONE, project.clock)
    yield reader, identity
    reader.close()


def test_no_figure_is_zero_and_no_sum_whole(cut: tuple[Reader, str]) -> None:
    reader, identity = cut
    unfinished = {
        name
        for name in set(LISTS.values())
        if data_state(reader.connection, name, Ref.campaign(identity)).completed_at is None
    }
    assert unfinished, "the reading was not cut"
    found, first = reader.ask(daily_series, identity, LISTS, YEAR), reader.ask(first_day, identity, ZONE)
    assert first is not None
    for metric, resource in LISTS.items():
        if resource in unfinished:
            assert found[metric].total != 0, metric
            days = zip(found[metric].starts, found[metric].values, strict=True)
            assert 0 not in [value for day, value in days if day >= first], metric
            assert not found[metric].complete
            assert found[metric].note
    figures = {"left": (outstanding(reader.connection, identity, Unit.MINOR), "vouchers")}
    if "redemptions" in unfinished:
        totals = lifetime_totals(reader.connection, identity)
        row = get_campaign(reader.connection, identity, reader.now(), ZONE)
        assert row is not None
        assert row.redemptions != 0
        assert 0 not in row.spark
        assert row.source is Source.NONE or not row.complete
        figures |= {name: (getattr(totals, name), "redemptions") for name in ("discount", "discount_back", "orders")}
    if "vouchers" in unfinished:
        codes = referral_codes(reader.connection, identity)
        figures |= {name: (getattr(codes, name), "vouchers") for name in ("codes", "published", "redeemed")}
        figures["holders"] = (program_numbers(reader.connection, identity).holders, "vouchers")
    wallet = wallet_totals(reader.connection, identity, gift=True, zone=ZONE)
    figures |= {name: (figure, "transactions") for name, figure in wallet.items()}
    for name, (figure, resource) in figures.items():
        if (
            resource in unfinished
            or data_state(reader.connection, resource, Ref.campaign(identity)).completed_at is None
        ):
            assert figure.value != 0, name
            assert not figure.complete, name


def test_a_first_reading_under_way_says_so(tmp_path: Path) -> None:
    project = Project(tmp_path / "cut.db")
    project.sync(SyncRequest())
    with project.connect() as connection:
        identity = connection.execute("select id from campaigns limit 1").fetchone()[0]
        connection.execute("delete from sync_states where resource = 'redemptions'")
        connection.execute(
            "insert into sync_windows (resource, scope, pass, started_at)"
            " values ('redemptions', 'project', 'first', '2026-11-23T11:00:00.000Z')"
        )
        state = data_state(connection, "redemptions", Ref.campaign(identity))
        series = daily_series(connection, identity, ["redemptions_succeeded"], YEAR)["redemptions_succeeded"]
    assert (state.state, state.reason) == ("partial", FIRST_READING)
    assert (series.total, series.note) == (None, FIRST_READING)
