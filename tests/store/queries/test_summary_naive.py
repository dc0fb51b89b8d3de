"""The summary of every demo campaign against figures counted the plain way."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from store.queries.campaigns import list_campaigns
from store.queries.summary import campaign_figures
from store.words import DateSpan
from tests.support.agreement import TODAY, WHOLE, Synced, synced
from tests.support.naive import NaiveSummaries
from tests.support.sizes import MIDDLE
from tests.support.syncing import NOW, ZONE

SPANS = (
    (date(2025, 1, 1), TODAY),
    (TODAY - timedelta(days=29), TODAY),
    (date(2026, 3, 15), date(2026, 7, 4)),
)
ALWAYS = {
    "redemptions_succeeded", "redemptions_failed", "rollbacks_succeeded", "rollbacks_failed", "orders_amount",
    "orders_rolledback_amount", "discounted_amount", "rolledback_discounted_amount", "publications_succeeded",
    "amount_added", "amount_subtracted", "amount_redeemed", "amount_rolledback", "points_rewarded", "points_added",
    "points_subtracted", "points_redeemed", "points_rolledback", "points_expired", "points_transferred_in",
    "points_transferred_out", "referred_customers",
}  # fmt: skip
"""Figures that `sync --all` can know in full."""
SOMETIMES = {"publications_failed", "vouchers_created", "vouchers_deleted"}
"""Figures that it may know in part."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synced]:
    with synced(tmp_path_factory.mktemp("naive") / "c.db", MIDDLE, WHOLE) as found:
        yield found


@pytest.fixture(scope="module")
def naive(world: Synced) -> NaiveSummaries:
    return NaiveSummaries(world.project.world, ZONE)


def check(world: Synced, naive: NaiveSummaries, span: tuple[date, date], names: set[str]) -> Counter[str]:
    """No figure claims what is not so; how often each that claims something was above zero."""
    seen: Counter[str] = Counter()
    for campaign in list_campaigns(world.connection, NOW, ZONE):
        truth = naive.of(campaign.id, *span)
        for name, figure in campaign_figures(world.connection, campaign, DateSpan(*span), ZONE).items():
            if name not in names:
                continue
            if figure.value is not None:
                assert figure.value == truth[name], (campaign.name, name, figure)
                seen[name] += truth[name] > 0
            if figure.at_least is not None:
                assert figure.at_least <= truth[name], (campaign.name, name, figure)
    return seen


@pytest.mark.parametrize("span", SPANS)
def test_summaries_of_all_campaigns_are_the_plain_count(
    world: Synced, naive: NaiveSummaries, span: tuple[date, date]
) -> None:
    seen = check(world, naive, span, ALWAYS | SOMETIMES)
    # In the whole life of a shop everything happens; in a month some things do not.
    always = ALWAYS if span == SPANS[0] else {"redemptions_succeeded", "orders_amount", "publications_succeeded"}
    assert {name for name in always if seen[name]} == always


def test_what_is_read_in_full_is_told_in_full(world: Synced) -> None:
    for campaign in world.campaigns:
        for name, figure in campaign_figures(world.connection, campaign, DateSpan(*SPANS[0]), ZONE).items():
            if name in ALWAYS:
                assert figure.complete, (campaign.name, name, replace(figure, previous=None))
