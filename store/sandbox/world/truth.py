"""Ground truth: totals per campaign, UTC day and measure, from the rows and never from documents.

Measures: `redemptions_succeeded`, `redemptions_failed`, `rollbacks_succeeded`, `rollbacks_failed`, `orders_amount`,
`orders_rolledback_amount`, `discounted_amount`, `rolledback_discounted_amount` (minor units, gross),
`publications_succeeded`, `publications_failed`, `vouchers_created`, `vouchers_deleted`, `created_amount` and
`deleted_amount` (initial value of codes made, value of codes deleted), `referred_customers`,
`pending_points_waiting`, and per transaction type `count.<TYPE>` and `amount.<TYPE>` (signed).
Rows without a campaign are kept under the campaign id "".
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from store.sandbox.world.operations import Deletion
from store.sandbox.world.sheet import Sheet
from store.sandbox.world.stage import Referral

Days = dict[str, Counter[str]]


class Truth:
    """The world's own totals; follows every mutation."""

    def __init__(
        self,
        sheets: Mapping[str, Sheet[Any]],
        referrals: Mapping[str, list[Referral]],
        deletions: list[Deletion],
    ) -> None:
        self._sheets = sheets
        self._referrals = referrals
        self._deletions = deletions
        self._state: tuple[int, ...] = ()
        self._totals: dict[str, Days] = {}

    def total(self, campaign_id: str | None, measure: str, start: str = "", end: str = "9999") -> int:
        """A measure over inclusive UTC days (`YYYY-MM-DD`); None for rows without a campaign."""
        days = self._current().get(campaign_id or "", {})
        return sum(counted[measure] for day, counted in days.items() if start <= day <= end)

    def days(self, campaign_id: str | None, measure: str) -> dict[str, int]:
        """A measure by UTC day, days with none left out, in order."""
        days = self._current().get(campaign_id or "", {})
        return {day: days[day][measure] for day in sorted(days) if days[day][measure]}

    def measures(self, campaign_id: str | None, start: str = "", end: str = "9999") -> dict[str, int]:
        """Every measure of a campaign over inclusive UTC days."""
        summed: Counter[str] = Counter()
        for day, counted in self._current().get(campaign_id or "", {}).items():
            if start <= day <= end:
                summed.update(counted)
        return dict(summed)

    def _current(self) -> dict[str, Days]:
        state = (*(sheet.table.version for sheet in self._sheets.values()), len(self._deletions))
        if state != self._state or not self._totals:
            self._totals = defaultdict(lambda: defaultdict(Counter))
            self._count_redemptions()
            self._count_codes()
            self._count_balances()
            self._state = state
        return self._totals

    def _columns(self, table: str, *names: str) -> Any:
        columns = self._sheets[table].table.columns
        return zip(*(columns[name] for name in names), strict=True)

    def _count_redemptions(self) -> None:
        names = ("campaign_id", "created_at", "object", "result", "order_amount", "discount_amount")
        for campaign, at, kind, result, order, discount in self._columns("redemptions", *names):
            counted = self._totals[campaign or ""][at[:10]]
            ending = "succeeded" if result == "SUCCESS" else "failed"
            if kind == "redemption":
                counted["redemptions_" + ending] += 1
                counted["orders_amount"] += order if result == "SUCCESS" else 0
                counted["discounted_amount"] += discount
            else:
                counted["rollbacks_" + ending] += 1
                counted["orders_rolledback_amount"] -= order
                counted["rolledback_discounted_amount"] -= discount

    def _count_codes(self) -> None:
        for campaign, at, amount in self._columns("vouchers", "campaign_id", "created_at", "amount"):
            counted = self._totals[campaign][at[:10]]
            counted["vouchers_created"] += 1
            counted["created_amount"] += amount
        for campaign, at, result in self._columns("publications", "campaign_id", "created_at", "result"):
            ending = "succeeded" if result == "SUCCESS" else "failed"
            self._totals[campaign][at[:10]]["publications_" + ending] += 1
        for gone in self._deletions:
            if gone.resource_type != "voucher" or gone.campaign_id is None or gone.created_at is None:
                continue
            born = self._totals[gone.campaign_id][gone.created_at[:10]]
            born["vouchers_created"] += 1
            born["created_amount"] += gone.amount
            died = self._totals[gone.campaign_id][gone.at[:10]]
            died["vouchers_deleted"] += 1
            died["deleted_amount"] += gone.amount
        for known in self._referrals.values():
            for referral in known:
                self._totals[referral.campaign_id][referral.date[:10]]["referred_customers"] += 1

    def _count_balances(self) -> None:
        names = ("campaign_id", "created_at", "type", "amount")
        for campaign, at, kind, amount in self._columns("transactions", *names):
            counted = self._totals[campaign][at[:10]]
            counted["count." + kind] += 1
            counted["amount." + kind] += amount
        for campaign, at, points in self._columns("pending_points", "campaign_id", "created_at", "points"):
            self._totals[campaign][at[:10]]["pending_points_waiting"] += points
