"""The same figure is the same number on the list, in charts, breakdowns, tabs, files and in the world's own truth.

Where two places may differ, the test names the reason and that the reason is told.
"""

import csv
import io
from collections.abc import Iterator

import pytest

from store.models import Source, Unit
from store.queries.breakdowns import publication_shares, redemption_shares
from store.queries.budget import lifetime_totals
from store.queries.distributions import distribution_overview
from store.queries.freshness import REFUSED_NOTE
from store.queries.rows import Condition, RowList
from store.queries.series import UNSEEN_NOTE
from store.queries.views import PUBLICATIONS, REDEMPTIONS, VOUCHERS
from store.queries.wallets import outstanding, wallet_totals
from store.ref import Ref
from store.sync.request import SyncRequest
from store.words import Bucket
from tests.support import agreement
from tests.support.agreement import KINDS, METRICS, Synced, synced
from tests.support.sizes import MIDDLE
from tests.support.syncing import ZONE
from tui.cli import run as run_cli

_ROWS = frozenset({"campaigns", "vouchers", "redemptions", "publications", "transactions", "trash_bin"})


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synced]:
    request = SyncRequest(everything=True, via="pages", only=_ROWS)
    with synced(tmp_path_factory.mktemp("agree") / "c.db", MIDDLE, request) as found:
        yield found


@pytest.mark.parametrize("kind", KINDS)
def test_the_list_shows_the_truth(world: Synced, kind: str) -> None:
    for campaign in world.of(kind):
        assert (campaign.source, campaign.complete) == (Source.ROWS, True)
        assert campaign.redemptions == world.truth(campaign.id, "redemptions_succeeded"), campaign.name
        published = None if kind == "PROMOTION" else world.truth(campaign.id, "publications_succeeded")
        assert campaign.publications == published, campaign.name


@pytest.mark.parametrize("kind", KINDS)
def test_series_over_the_whole_life_total_the_truth(world: Synced, kind: str) -> None:
    for campaign in world.of(kind):
        found = world.series(campaign.id)
        for metric in METRICS:
            value, truth, note = found[metric].total or 0, world.truth(campaign.id, metric), found[metric].note
            if metric == "publications_failed":
                # Refused publications carry no code and so no campaign in the project's list.
                assert (found[metric].total, found[metric].complete) == (None, False), campaign.name
                assert set(found[metric].values) == {None}
                assert note == REFUSED_NOTE
            elif metric == "vouchers_created":
                gone = world.truth(campaign.id, "vouchers_deleted")
                assert value == truth - gone, campaign.name
                assert not gone or note in (UNSEEN_NOTE, ""), campaign.name
            elif metric == "vouchers_deleted":
                # Permanent deletions leave no entry in the bin; the figure is never called whole.
                assert value <= truth
                assert not found[metric].complete
                assert note
            else:
                assert value == truth, (campaign.name, metric)


@pytest.mark.parametrize("kind", KINDS)
def test_weeks_and_months_are_their_days_put_together(world: Synced, kind: str) -> None:
    for campaign in world.of(kind):
        days = world.series(campaign.id)
        for bucket in (Bucket.WEEK, Bucket.MONTH):
            found = world.series(campaign.id, bucket)
            for metric in METRICS:
                assert found[metric].total == days[metric].total, (campaign.name, metric)
                assert len(found[metric].starts) <= len(days[metric].starts)
                assert list(found[metric].starts) == sorted(set(found[metric].starts))


@pytest.mark.parametrize("kind", KINDS)
def test_breakdowns_split_the_same_rows(world: Synced, kind: str) -> None:
    for campaign in world.of(kind):
        span = world.span(campaign.id)

        def split(dimension: str, key: str = campaign.id) -> dict[str, int]:
            shares = redemption_shares(world.connection, key, dimension, world.span(key), ZONE, limit=100_000)
            return {share.key: share.count for share in shares}

        truth = {name: world.truth(campaign.id, name) for name in agreement.REDEMPTIONS}
        names = ("SUCCESS", "FAILURE", "rollback SUCCESS", "rollback FAILURE")
        by_result = split("result")
        assert [by_result.get(name, 0) for name in names] == list(truth.values()), campaign.name
        assert set(by_result) <= set(names)
        assert sum(split("failure_code").values()) == truth["redemptions_failed"]
        assert sum(split("channel").values()) == truth["redemptions_succeeded"] + truth["redemptions_failed"]
        assert sum(split("code").values()) == (0 if kind == "PROMOTION" else truth["redemptions_succeeded"])
        assert bool(split("tier")) == (kind == "PROMOTION" and sum(by_result.values()) > 0)
        channels = publication_shares(world.connection, campaign.id, span, ZONE, limit=100)
        assert sum(share.count for share in channels) == world.truth(campaign.id, "publications_succeeded")


@pytest.mark.parametrize("kind", KINDS)
def test_totals_are_those_of_the_shop(world: Synced, kind: str) -> None:
    for campaign in world.of(kind):
        totals = lifetime_totals(world.connection, campaign.id)
        assert totals.discount.value == world.truth(campaign.id, "discounted_amount")
        assert totals.discount_back.value == world.truth(campaign.id, "rolledback_discounted_amount")
        assert totals.redemptions.value == campaign.redemptions
        assert totals.orders.value == world.truth(campaign.id, "orders_amount")


@pytest.mark.parametrize("kind", KINDS)
def test_tabs_count_the_same_rows(world: Synced, kind: str) -> None:
    for campaign in world.of(kind):
        # The Redemptions tab also lists failures and rollbacks: it counts attempts, the dashboard successes.
        attempts = sum(world.truth(campaign.id, name) for name in agreement.REDEMPTIONS)
        assert world.rows(REDEMPTIONS, campaign.id) == attempts
        succeeded = (Condition("result", "=", "SUCCESS"), Condition("object", "!=", "redemption_rollback"))
        assert (
            RowList(world.reader, REDEMPTIONS, Ref.campaign(campaign.id), conditions=succeeded).count()
            == campaign.redemptions
        )
        published = world.truth(campaign.id, "publications_succeeded")
        assert world.rows(PUBLICATIONS, campaign.id) == published
        codes = world.truth(campaign.id, "vouchers_created") - world.truth(campaign.id, "vouchers_deleted")
        assert world.rows(VOUCHERS, campaign.id) == codes
        if kind != "PROMOTION":
            assert campaign.vouchers_count == codes
        overview = distribution_overview(world.connection, campaign.id)
        assert overview.publications == published
        assert (overview.failed.known, overview.failed.note) == (None, REFUSED_NOTE)
        assert sum(count for _, count in overview.by_channel) == published


_MOVEMENTS = {
    "pending activated": ("PENDING_POINTS_ACTIVATION",),
    "earned": ("POINTS_ACCRUAL", "PENDING_POINTS_ACTIVATION"),
    "refunded": ("POINTS_REFUND",),
    "expired": ("POINTS_EXPIRATION",),
    "transferred in": ("POINTS_TRANSFER_IN",),
    "transferred out": ("POINTS_TRANSFER_OUT",),
    "rolled back": ("CREDITS_REFUND",),
}


@pytest.mark.parametrize("kind", ["GIFT_VOUCHERS", "LOYALTY_PROGRAM"])
def test_wallets_hold_the_truth(world: Synced, kind: str) -> None:
    gift = kind == "GIFT_VOUCHERS"
    prefix, unit = ("CREDITS", Unit.MINOR) if gift else ("POINTS", Unit.POINTS)
    common = {"added": "ADDITION", "removed": "REMOVAL", "redeemed": "REDEMPTION"}
    for campaign in world.of(kind):
        totals = wallet_totals(world.connection, campaign.id, gift=gift, zone=ZONE)
        moved = {name: (f"{prefix}_{kind}",) for name, kind in common.items()} | _MOVEMENTS
        for name, figure in totals.items():
            if name in moved:
                truth = sum(world.truth(campaign.id, f"amount.{kind}") for kind in moved[name])
                assert (figure.value, figure.unit) == (abs(truth), unit), (campaign.name, name)
        whole = wallet_totals(world.connection, campaign.id, gift=gift, span=world.span(campaign.id), zone=ZONE)
        assert {name: figure.value for name, figure in whole.items() if name in moved} == {
            name: figure.value for name, figure in totals.items() if name in moved
        }
        assert {whole[name].value for name in whole if name not in moved} == {None}, "no list tells these"
        left = world.connection.execute("select sum(balance) from vouchers where campaign_id = ?", (campaign.id,))
        assert outstanding(world.connection, campaign.id, unit).value == (left.fetchone()[0] or 0)
        if gift:
            # Cards deleted before the first sync took their value with them, which the note calls an estimate.
            made, gone = world.truth(campaign.id, "created_amount"), world.truth(campaign.id, "deleted_amount")
            assert totals["issued"].value == made - gone
            assert "est." in totals["issued"].note


def test_points_add_up_to_the_balances(world: Synced) -> None:
    for campaign in world.of("LOYALTY_PROGRAM"):
        moved = world.connection.execute(
            "select coalesce(sum(t.amount), 0) from transactions t join vouchers v on v.id = t.voucher_id"
            " where t.campaign_id = ?", (campaign.id,)
        ).fetchone()[0]  # fmt: skip
        made = world.truth(campaign.id, "created_amount") - world.truth(campaign.id, "deleted_amount")
        assert outstanding(world.connection, campaign.id, Unit.POINTS).value == made + moved, campaign.name


@pytest.mark.parametrize("kind", KINDS)
def test_an_exported_list_has_as_many_rows_as_its_tab(
    world: Synced, kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    campaign = max(world.of(kind), key=lambda one: one.redemptions or 0)
    monkeypatch.setenv("PROMOSCOPE_DB", str(world.project.path))
    monkeypatch.setenv("PROMOSCOPE_CONFIG", str(world.project.path.parent / "none.toml"))
    monkeypatch.setenv("PROMOSCOPE_APP_ID", "demo")
    for view in (REDEMPTIONS, PUBLICATIONS, VOUCHERS):
        assert run_cli(["list", view.name, "--campaign", campaign.id, "--format", "csv"]) == 0
        found = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
        assert len(found) == world.rows(view, campaign.id), view.name
        if view is REDEMPTIONS:
            good = [row for row in found if row["result"] == "SUCCESS" and row["object"] == "redemption"]
            assert len(good) == campaign.redemptions
