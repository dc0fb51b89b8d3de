"""What documents say about other tables: counts, balances, sums, asked of the tables as they stand."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from store.sandbox.table import Document, Table
from store.sandbox.world.records import RedemptionRow
from store.sandbox.world.sheet import DocumentSheet


@dataclass(slots=True)
class CustomerTotals:
    """One customer's part in everything; sums in minor units or points.

    Attributes:
        ended: how often each object (`redemption`, `redemption_rollback`) had each result.
        credit: gift credit redeemed, rollbacks taken off.
        points: points redeemed, rollbacks taken off.
        orders: paid orders.
        spent: their amounts.
        last_order: instant and amount of the latest.
    """

    ended: Counter[tuple[str, str]] = field(default_factory=Counter)
    credit: int = 0
    points: int = 0
    orders: int = 0
    spent: int = 0
    last_order: tuple[str, int] | None = None


class WorldFacts:
    """Derived values over a world's tables."""

    def __init__(self, sheets: Mapping[str, Table[Any]], documents: Mapping[str, DocumentSheet]) -> None:
        self._sheets = sheets
        self._documents = documents

    def _ask(self, table: str, wanted: str, column: str, value: str | None, more: str = "") -> list[Any]:
        """Columns or sums of the rows with a value in a column, in order."""
        sheet = self._sheets[table]
        sheet.by(column)
        return sheet.sql(f'select {wanted} from "{table}" where "{column}" = ? {more}', value).fetchall()

    def _number(self, table: str, wanted: str, column: str, value: str | None, more: str = "") -> int:
        found: int = self._ask(table, f"coalesce({wanted}, 0)", column, value, more)[0][0]
        return found

    def redeemed_quantity(self, voucher_id: str) -> int:
        """Succeeded redemptions of a code that were not rolled back."""
        kept = "and status = 'SUCCEEDED' and object = 'redemption'"
        return self._number("redemptions", "count(*)", "voucher_id", voucher_id, kept)

    def publish_count(self, voucher_id: str) -> int:
        """Successful publications of a code."""
        return self._number("publications", "count(*)", "voucher_id", voucher_id)

    def vouchers_count(self, campaign_id: str) -> int:
        """Codes of a campaign."""
        return self._number("vouchers", "count(*)", "campaign_id", campaign_id)

    def movements(self, voucher_id: str) -> Mapping[str, int]:
        """Sums of a card's transactions by type, signed."""
        return dict(self._ask("transactions", "type, sum(amount)", "voucher_id", voucher_id, "group by type"))

    def pending_points(self, voucher_id: str) -> int:
        """Points of a card that wait for activation."""
        return self._number("pending_points", "sum(points)", "voucher_id", voucher_id)

    def next_expiry(self, voucher_id: str) -> tuple[str, int] | None:
        """The date and points of a card's next expiring bucket, None when nothing expires."""
        coming = "and status = 'ACTIVE' and expires_at is not null group by expires_at order by expires_at limit 1"
        found = self._ask("points_expiration", "expires_at, sum(points)", "voucher_id", voucher_id, coming)
        return found[0] if found else None

    def customer(self, customer_id: str) -> CustomerTotals:
        """What a customer did."""
        mine = CustomerTotals()
        wanted = "object, result, count(*), coalesce(sum(iif(reward_assignment_id is null, amount, 0)), 0),"
        wanted += " coalesce(sum(iif(reward_assignment_id is null, 0, amount)), 0)"
        by = "group by object, result"
        for kind, result, count, credit, points in self._ask("redemptions", wanted, "customer_id", customer_id, by):
            mine.ended[kind, result] = count
            if result == "SUCCESS":
                mine.credit += credit
                mine.points += points
        paid = "and status in ('PAID', 'FULFILLED')"
        sums = "count(*), coalesce(sum(amount), 0)"
        mine.orders, mine.spent = self._ask("orders", sums, "customer_id", customer_id, paid)[0]
        last = f"{paid} order by created_at desc, rowid desc limit 1"
        for order in self._ask("orders", "created_at, amount", "customer_id", customer_id, last):
            mine.last_order = order
        return mine

    def tier(self, tier_id: str) -> tuple[int, int, int]:
        """A promotion tier's redemptions, orders amount and discount amount, rollbacks taken off."""
        wanted = "coalesce(sum(iif(object = 'redemption', 1, -1)), 0), coalesce(sum(order_amount), 0),"
        wanted += " coalesce(sum(discount_amount), 0)"
        good = "and related_object_type = 'promotion_tier' and result = 'SUCCESS'"
        count, amount, discount = self._ask("redemptions", wanted, "related_object_id", tier_id, good)[0]
        return count, amount, discount

    def rewarded(self, assignment_id: str) -> int:
        """How often a reward was taken and kept."""
        kept = "and status = 'SUCCEEDED' and object = 'redemption'"
        return self._number("redemptions", "count(*)", "reward_assignment_id", assignment_id, kept)

    def rollbacks(self, redemption_id: str) -> list[tuple[str, str]]:
        """Ids and instants of the successful rollbacks of a redemption."""
        good = "and object = 'redemption_rollback' and result = 'SUCCESS' order by rowid"
        return self._ask("redemptions", "id, created_at", "redemption", redemption_id, good)

    def redemptions_of_order(self, order_id: str) -> list[RedemptionRow]:
        """The redemptions an order was paid with, stack parent first."""
        return [row for row in self._sheets["redemptions"].having("order_id", order_id) if row.object == "redemption"]

    def children(self, redemption_id: str) -> list[tuple[str, str]]:
        """Ids and instants of a stack's children."""
        kept = "and object = 'redemption' order by rowid"
        return self._ask("redemptions", "id, created_at", "parent_redemption_id", redemption_id, kept)

    def assignments(self, related_object_id: str) -> list[Document]:
        """The rule assignments of a campaign, tier or earning rule."""
        table = self._documents["validation_rules_assignments"].table
        return [table.document(number) for number in table.numbers("related_object_id", related_object_id)]
