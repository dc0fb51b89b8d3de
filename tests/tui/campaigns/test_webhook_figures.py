"""What only webhooks tell, on the panels that else say it is not told: since when, and never without that."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.cache.deliveries import Delivery, keep_deliveries
from store.queries.rows import RowList
from store.queries.views import DISTRIBUTIONS
from store.ref import Ref
from tests.support.deliveries import body, enveloped
from tests.support.syncing import Project
from tests.support.tab_host import campaigns_of, context_of, make_cache, reading
from tui.campaign_kit.lists.traffic import DISTRIBUTION_ROWS
from tui.campaigns.context import CampaignContext
from tui.campaigns.panels.referral import rewards_summary
from tui.campaigns.tabs.programs import _reward_states
from tui.kit.formatter import Formatter
from tui.kit.lists.details import detail_of
from tui.kit.lists.spec import ListRecord
from widgets.panel.panel import Field


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_cache(tmp_path / "cache.db")


@pytest.fixture
def referral(project: Project) -> Iterator[CampaignContext]:
    with reading(project) as reader:
        yield context_of(reader, campaigns_of(reader)["REFERRAL_PROGRAM"])


def receive(project: Project, *documents: dict[str, Any]) -> None:
    connection = project.connect()
    keep_deliveries(connection, [Delivery(body(one), "2026-11-20T23:30:00.000Z") for one in documents])
    connection.close()


def field(fields: tuple[Field, ...], label: str) -> Field:
    return next(one for one in fields if one.label == label)


def test_rewards_given(project: Project, referral: CampaignContext) -> None:
    unknown = field(rewards_summary(referral).fields, "Rewards given")
    assert (unknown.value, "only in each customer's activity" in unknown.substitute) == ("–", True)
    data = {"campaign": {"id": referral.campaign.id}, "customer": {"id": "cust_1"}}
    receive(project, *(enveloped("customer.rewarded", data, number=number) for number in range(3)))
    known = field(rewards_summary(referral).fields, "Rewards given")
    assert known.value == "3 to 1 customer"
    # Half past midnight in Warsaw.
    assert known.substitute == "customer.rewarded webhooks since 21 Nov 2026"


def test_reward_redemptions_that_wait(project: Project, referral: CampaignContext) -> None:
    assert field(_reward_states(referral).fields, "Created, pending").value == "–"
    waiting = {"campaign": {"id": referral.campaign.id}, "reward_redemption": {"id": "rewr_1", "state": "PENDING"}}
    receive(project, enveloped("customer.reward_redemptions.pending", waiting))
    known = field(_reward_states(referral).fields, "Created, pending")
    assert (known.value, known.substitute) == ("1", "customer.reward_redemptions webhooks since 21 Nov 2026")


def test_the_state_of_a_distribution(project: Project) -> None:
    with reading(project) as reader:
        for row in campaigns_of(reader).values():
            rows = RowList(reader, DISTRIBUTIONS, Ref.campaign(row.id))
            if rows.count():
                break
        context = context_of(reader, row)
        names = list(DISTRIBUTIONS.columns)
        record = ListRecord(dict(zip(names, rows.window(0, 1)[0], strict=True)), Formatter.of(context), {})
        assert "State" not in {one.label for one in detail_of(DISTRIBUTION_ROWS, context, record).fields}
        told = {"distribution": {"id": record.id, "status": "PAUSED"}}
        receive(project, enveloped("manual_distribution_schedule", told))
        state = field(detail_of(DISTRIBUTION_ROWS, context, record).fields, "State")
        assert (state.value, state.substitute.startswith("webhook of 20 Nov")) == ("PAUSED", True)
