"""What reading one campaign would cost, worked out from the cache alone: the plan's prices without the plan's calls."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any

from store.cache.ledger import Ledger
from store.queries.campaigns import CampaignRow
from store.sync.pricing import Bound, Price, RowCount
from store.sync.request import CampaignRef, SyncRequest
from store.sync.resolved_request import ResolvedRequest, routine_tasks
from store.sync.resource import Task
from store.sync.strategies.summaries import CampaignSummaries
from store.sync.summary_wants import SUMMARIES, SummaryShare, SummaryWants


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run would cost.

    Attributes:
        calls: requests at most, as far as the cache knows how long the lists are.
        open_ended: whether the length of one of them is unknown, so that there may be more.
    """

    calls: int
    open_ended: bool


def forecast(
    connection: sqlite3.Connection, request: SyncRequest, campaign: CampaignRow, zone: tzinfo, now: str
) -> Forecast:
    """The price of a request that names one campaign.

    Args:
        connection: the cache; nothing is written.
        request: what would be asked.
        campaign: the one named.
        zone: the project's time zone.
        now: UTC text.
    """
    ref = CampaignRef(campaign.id, campaign.name, campaign.campaign_type)
    tasks = [*routine_tasks(request), *ResolvedRequest(request, [ref]).row_tasks([ref])]
    ledger = Ledger(connection)
    asked = [task for task in tasks if not task.spare and not task.is_fresh(ledger, now)]
    prices = [_price(ledger, connection, task, request, campaign) for task in asked]
    if request.wants(SUMMARIES):
        wants = SummaryWants(connection, zone, now)
        prices += [price for _, price in CampaignSummaries(wants, SummaryShare((ref,))).prices()]
    open_ended = any(price.bound is Bound.AT_LEAST for price in prices)
    return Forecast(sum(price.calls for price in prices), open_ended)


def _price(
    ledger: Ledger, connection: sqlite3.Connection, task: Task, request: SyncRequest, campaign: CampaignRow
) -> Price:
    resource = task.resource
    known = task.known(ledger, request)
    rows, bound = _rows(connection, task, known.state.total, campaign)
    # Narrowing to a campaign may have to be asked for by another filter when the first one finds nothing.
    count = RowCount(rows, refused=len(resource.filters(task.campaign)) - 1)
    price = task.strategy.price(known, count)
    if price.news:
        # What is new since yesterday is a page or two; after a long pause the run counts its calls as they come.
        return replace(price, calls=price.calls + 1, bound=Bound.AT_MOST)
    return price if price.bound is Bound.ABOUT else replace(price, bound=bound)


def _rows(
    connection: sqlite3.Connection, task: Task, counted: int | None, campaign: CampaignRow
) -> tuple[int | None, Bound]:
    """About how many rows a list has, and whether it may well be more."""
    name, codes = task.resource.name, campaign.vouchers_count
    if task.campaign is None and task.resource.schedule.routine:
        return max(counted or 0, _held(connection, name)), Bound.AT_MOST
    if task.resource.scoping.per_code:
        # One call a used code; no more codes are used than there were redemptions.
        return min(codes or 0, codes or 0 if campaign.redemptions is None else campaign.redemptions), Bound.AT_MOST
    if counted is not None:
        return counted, Bound.AT_MOST
    if name == "vouchers":
        return codes or 0, Bound.AT_MOST
    if name == "redemptions":
        if campaign.redemptions is not None:
            return max(campaign.redemptions, codes or 0), Bound.AT_MOST
        return codes, Bound.AT_MOST if codes == 0 or _is_single_use(campaign.document) else Bound.AT_LEAST
    if name == "publications":
        return max(campaign.publications or 0, codes or 0), Bound.AT_MOST
    if name == "transactions":
        return codes, Bound.AT_MOST if codes == 0 else Bound.AT_LEAST
    if name == "customers":
        return _held(connection, name), Bound.AT_LEAST
    return 0, Bound.AT_MOST


def _is_single_use(document: Mapping[str, Any]) -> bool:
    voucher = document.get("voucher")
    redemption = voucher.get("redemption") if isinstance(voucher, Mapping) else None
    return isinstance(redemption, Mapping) and redemption.get("quantity") == 1


def _held(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f'select count(*) from "{table}"').fetchone()[0])
