"""Ground truth: totals per campaign, UTC day and measure, from the rows and never from documents.

Measures: `redemptions_succeeded`, `redemptions_failed`, `rollbacks_succeeded`, `rollbacks_failed`, `orders_amount`,
`orders_rolledback_amount`, `discounted_amount`, `rolledback_discounted_amount` (minor units, gross),
`publications_succeeded`, `publications_failed`, `vouchers_created`, `vouchers_deleted`, `created_amount` and
`deleted_amount` (initial value of codes made, value of codes deleted), `referred_customers`,
`pending_points_waiting` (cancelled ones too), `pending_points_canceled`, and per transaction type `count.<TYPE>` and
`amount.<TYPE>` (signed).
Rows without a campaign are kept under the campaign id "".
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from store.sandbox.table import Table
from store.sandbox.world.operations import DeletedObject
from store.sandbox.world.records import ClosedPoints
from store.sandbox.world.stage import Referral

Days = dict[str, Counter[str]]


class Truth:
    """The world's own totals; follows every mutation."""

    def __init__(
        self,
        sheets: Mapping[str, Table[Any]],
        referrals: Mapping[str, list[Referral]],
        deletions: list[DeletedObject],
        closed: Mapping[str, ClosedPoints],
    ) -> None:
        self._sheets = sheets
        self._referrals = referrals
        self._deletions = deletions
        self._closed = closed
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
        state = (*(sheet.version for sheet in self._sheets.values()), len(self._deletions))
        if state != self._state or not self._totals:
            self._totals = defaultdict(lambda: defaultdict(Counter))
            self._count_redemptions()
            self._count_codes()
            self._count_balances()
            self._state = state
        return self._totals

    def _sums(self, table: str, wanted: str) -> list[Any]:
        """Sums by campaign and UTC day, and by what is wanted first."""
        groups = ", ".join(str(number + 1) for number in range(2 + wanted.count("|")))
        columns = f"coalesce(campaign_id, ''), substr(created_at, 1, 10), {wanted.replace('|', ',')}"
        return self._sheets[table].sql(f'select {columns} from "{table}" group by {groups}').fetchall()

    def _count_redemptions(self) -> None:
        wanted = "object | result | count(*), sum(order_amount), sum(discount_amount)"
        for campaign, day, kind, result, count, order, discount in self._sums("redemptions", wanted):
            counted, good = self._totals[campaign][day], result == "SUCCESS"
            stem = "redemptions_" if kind == "redemption" else "rollbacks_"
            counted[stem + ("succeeded" if good else "failed")] += count
            if good and kind == "redemption":
                counted["orders_amount"] += order
                counted["discounted_amount"] += discount
            elif good:
                counted["orders_rolledback_amount"] -= order
                counted["rolledback_discounted_amount"] -= discount

    def _count_codes(self) -> None:
        for campaign, day, count, amount in self._sums("vouchers", "count(*), sum(amount)"):
            self._totals[campaign][day].update(vouchers_created=count, created_amount=amount)
        for campaign, day, result, count in self._sums("publications", "result | count(*)"):
            ending = "succeeded" if result == "SUCCESS" else "failed"
            self._totals[campaign][day]["publications_" + ending] += count
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
        for campaign, day, kind, count, amount in self._sums("transactions", "type | count(*), sum(amount)"):
            self._totals[campaign][day].update({f"count.{kind}": count, f"amount.{kind}": amount})
        for campaign, day, points in self._sums("pending_points", "sum(points)"):
            self._totals[campaign][day]["pending_points_waiting"] += points
        for row, status, at in self._closed.values():
            if status == "CANCELED":
                days = self._totals[row.campaign_id]
                days[row.created_at[:10]]["pending_points_waiting"] += row.points
                days[at[:10]]["pending_points_canceled"] += row.points
