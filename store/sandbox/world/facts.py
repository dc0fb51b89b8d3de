"""What documents say about other tables: counts, balances, sums. Computed once per state of those tables."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from store.sandbox.table import Document, Table
from store.sandbox.world.records import RedemptionRow
from store.sandbox.world.sheet import DocumentSheet, Sheet

T = TypeVar("T")


@dataclass(slots=True)
class CustomerFacts:
    """One customer's part in everything; sums in minor units or points.

    Attributes:
        ended: how often each object (`redemption`, `redemption_rollback`) had each result.
        credit: gift credit redeemed, rollbacks taken off.
        points: points redeemed, rollbacks taken off.
        orders: paid orders.
        spent: their amounts.
        last_order: instant and amount of the latest.
        vouchers: positions of the codes held.
    """

    ended: Counter[tuple[str, str]] = field(default_factory=Counter)
    credit: int = 0
    points: int = 0
    orders: int = 0
    spent: int = 0
    last_order: tuple[str, int] | None = None
    vouchers: list[int] = field(default_factory=list)


class Facts:
    """Derived values over a world's sheets, kept until one of the tables they read changes."""

    def __init__(self, sheets: Mapping[str, Sheet[Any]], documents: Mapping[str, DocumentSheet]) -> None:
        self._sheets = sheets
        self._documents = documents
        self._kept: dict[str, tuple[list[tuple[Table, int]], Any]] = {}

    def _cached(self, key: str, tables: tuple[str, ...], build: Callable[[], T]) -> T:
        known = self._kept.get(key)
        # Several facts are asked for in every document, so nothing is looked up or made to find them unchanged.
        if known is not None:
            for table, version in known[0]:
                if table.version != version:
                    break
            else:
                kept: T = known[1]
                return kept
        read = [self._table(name) for name in tables]
        versions = [(table, table.version) for table in read]
        made = build()
        self._kept[key] = (versions, made)
        return made

    def _table(self, name: str) -> Table:
        # A sheet without rows is falsy, so `or` would not do.
        return self._sheets[name].table if name in self._sheets else self._documents[name].table

    def _column(self, table: str, name: str) -> list[Any]:
        return self._sheets[table].table.columns[name]

    def _columns(self, table: str, *names: str) -> Any:
        return zip(*(self._column(table, name) for name in names), strict=True)

    def redeemed_quantity(self, voucher_id: str) -> int:
        """Succeeded redemptions of a code that were not rolled back."""

        def build() -> Counter[str]:
            return Counter(
                voucher
                for status, voucher, kind in self._columns("redemptions", "status", "voucher_id", "object")
                if status == "SUCCEEDED" and kind == "redemption" and voucher is not None
            )

        return self._cached("redeemed", ("redemptions",), build)[voucher_id]

    def publish_count(self, voucher_id: str) -> int:
        """Successful publications of a code."""
        build = lambda: Counter(v for v in self._column("publications", "voucher_id") if v is not None)  # noqa: E731
        return self._cached("published", ("publications",), build)[voucher_id]

    def vouchers_count(self, campaign_id: str) -> int:
        """Codes of a campaign."""
        build = lambda: Counter(self._column("vouchers", "campaign_id"))  # noqa: E731
        return self._cached("codes", ("vouchers",), build)[campaign_id]

    def movements(self, voucher_id: str) -> Mapping[str, int]:
        """Sums of a card's transactions by type, signed."""

        def build() -> dict[str, Counter[str]]:
            sums: dict[str, Counter[str]] = defaultdict(Counter)
            for voucher, kind, amount in self._columns("transactions", "voucher_id", "type", "amount"):
                sums[voucher][kind] += amount
            return dict(sums)

        return self._cached("movements", ("transactions",), build).get(voucher_id, {})

    def pending_points(self, voucher_id: str) -> int:
        """Points of a card that wait for activation."""
        return self._cached("pending", ("pending_points",), lambda: self._sum("pending_points", "points"))[voucher_id]

    def _sum(self, table: str, name: str) -> Counter[str]:
        sums: Counter[str] = Counter()
        for voucher, value in self._columns(table, "voucher_id", name):
            sums[voucher] += value
        return sums

    def next_expiry(self, voucher_id: str) -> tuple[str, int] | None:
        """The date and points of a card's next expiring bucket, None when nothing expires."""

        def build() -> dict[str, tuple[str, int]]:
            nearest: dict[str, tuple[str, int]] = {}
            names = ("voucher_id", "points", "status", "expires_at")
            for voucher, points, status, expires in self._columns("points_expiration", *names):
                if status != "ACTIVE" or expires is None:
                    continue
                known = nearest.get(voucher)
                if known is None or expires < known[0]:
                    nearest[voucher] = (expires, points)
                elif expires == known[0]:
                    nearest[voucher] = (expires, known[1] + points)
            return nearest

        return self._cached("expiry", ("points_expiration",), build).get(voucher_id)

    def customer(self, customer_id: str) -> CustomerFacts:
        """What a customer did and holds."""
        tables = ("redemptions", "orders", "vouchers")
        return self._cached("customers", tables, self._customers).get(customer_id) or CustomerFacts()

    def _customers(self) -> dict[str, CustomerFacts]:
        known: dict[str, CustomerFacts] = defaultdict(CustomerFacts)
        names = ("customer_id", "object", "result", "amount", "reward_assignment_id")
        for customer, kind, result, amount, reward in self._columns("redemptions", *names):
            if customer is not None:
                mine = known[customer]
                mine.ended[kind, result] += 1
                if amount is not None and result == "SUCCESS":
                    if reward:
                        mine.points += amount
                    else:
                        mine.credit += amount
        for customer, status, amount, at in self._columns("orders", "customer_id", "status", "amount", "created_at"):
            if customer is not None and status in ("PAID", "FULFILLED"):
                mine = known[customer]
                mine.orders += 1
                mine.spent += amount
                if mine.last_order is None or at >= mine.last_order[0]:
                    mine.last_order = (at, amount)
        for i, holder in enumerate(self._column("vouchers", "holder_id")):
            if holder is not None:
                known[holder].vouchers.append(i)
        return dict(known)

    def tier(self, tier_id: str) -> tuple[int, int, int]:
        """A promotion tier's redemptions, orders amount and discount amount, rollbacks taken off."""

        def build() -> dict[str, tuple[int, int, int]]:
            sums: dict[str, tuple[int, int, int]] = {}
            names = ("related_object_type", "related_object_id", "object", "result", "order_amount", "discount_amount")
            for related, tier, kind, result, order, given in self._columns("redemptions", *names):
                if related == "promotion_tier" and result == "SUCCESS":
                    count, amount, discount = sums.get(tier, (0, 0, 0))
                    step = 1 if kind == "redemption" else -1
                    sums[tier] = (count + step, amount + order, discount + given)
            return sums

        return self._cached("tiers", ("redemptions",), build).get(tier_id, (0, 0, 0))

    def rewarded(self, assignment_id: str) -> int:
        """How often a reward was taken and kept."""

        def build() -> Counter[str]:
            return Counter(
                reward
                for reward, status, kind in self._columns("redemptions", "reward_assignment_id", "status", "object")
                if reward and status == "SUCCEEDED" and kind == "redemption"
            )

        return self._cached("rewarded", ("redemptions",), build)[assignment_id]

    def rollbacks(self, redemption_id: str) -> list[tuple[str, str]]:
        """Ids and instants of the successful rollbacks of a redemption."""

        def build() -> dict[str, list[tuple[str, str]]]:
            found: dict[str, list[tuple[str, str]]] = defaultdict(list)
            names = ("redemption", "id", "created_at", "object", "result")
            for undone, key, at, kind, result in self._columns("redemptions", *names):
                if kind == "redemption_rollback" and result == "SUCCESS" and undone:
                    found[undone].append((key, at))
            return dict(found)

        return self._cached("rollbacks", ("redemptions",), build).get(redemption_id, [])

    def redemptions_of_order(self, order_id: str) -> list[RedemptionRow]:
        """The redemptions an order was paid with, stack parent first."""

        def build() -> dict[str, list[int]]:
            found: dict[str, list[int]] = {}
            for i, (order, kind) in enumerate(self._columns("redemptions", "order_id", "object")):
                if order is not None and kind == "redemption":
                    found.setdefault(order, []).append(i)
            return found

        rows = self._cached("paid", ("redemptions",), build).get(order_id, ())
        return [self._sheets["redemptions"].row(i) for i in rows]

    def children(self, redemption_id: str) -> list[tuple[str, str]]:
        """Ids and instants of a stack's children."""

        def build() -> dict[str, list[tuple[str, str]]]:
            found: dict[str, list[tuple[str, str]]] = defaultdict(list)
            names = ("parent_redemption_id", "id", "created_at", "object")
            for parent, key, at, kind in self._columns("redemptions", *names):
                if parent is not None and kind == "redemption":
                    found[parent].append((key, at))
            return dict(found)

        return self._cached("children", ("redemptions",), build).get(redemption_id, [])

    def assignments(self, related_object_id: str) -> list[Document]:
        """The rule assignments of a campaign, tier or earning rule."""

        def build() -> dict[str, list[Document]]:
            found: dict[str, list[Document]] = defaultdict(list)
            for document in self._documents["validation_rules_assignments"].documents:
                found[document["related_object_id"]].append(document)
            return dict(found)

        tables = ("validation_rules_assignments",)
        return list(self._cached("assigned", tables, build).get(related_object_id, ()))
