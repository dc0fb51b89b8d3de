"""What documents say about other tables: counts, balances, sums. Computed once per state of those tables."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from store.sandbox.table import Document
from store.sandbox.world.records import OrderRow, RedemptionRow, TransactionRow
from store.sandbox.world.sheet import DocumentSheet, Sheet

T = TypeVar("T")


@dataclass(slots=True)
class CustomerFacts:
    """One customer's part in everything; row positions and plain sums (minor units, points)."""

    redemptions: list[int] = field(default_factory=list)
    publications: list[int] = field(default_factory=list)
    orders: list[int] = field(default_factory=list)
    vouchers: list[str] = field(default_factory=list)


class Facts:
    """Derived values over a world's sheets, kept until one of the tables they read changes."""

    def __init__(self, sheets: Mapping[str, Sheet[Any]], documents: Mapping[str, DocumentSheet]) -> None:
        self._sheets = sheets
        self._documents = documents
        self._kept: dict[str, tuple[tuple[int, ...], Any]] = {}

    def _cached(self, key: str, tables: tuple[str, ...], build: Callable[[], T]) -> T:
        versions = tuple(self._version(name) for name in tables)
        known = self._kept.get(key)
        if known is None or known[0] != versions:
            known = (versions, build())
            self._kept[key] = known
        value: T = known[1]
        return value

    def _version(self, name: str) -> int:
        # A sheet without rows is falsy, so `or` would not do.
        sheet = self._sheets[name] if name in self._sheets else self._documents[name]
        return sheet.table.version

    def _column(self, table: str, name: str) -> list[Any]:
        return self._sheets[table].table.columns[name]

    def _rows(self, table: str) -> Any:
        return self._sheets[table].rows()

    def redeemed_quantity(self, voucher_id: str) -> int:
        """Succeeded redemptions of a code that were not rolled back."""

        def build() -> Counter[str]:
            pairs = zip(self._column("redemptions", "status"), self._column("redemptions", "voucher_id"), strict=True)
            kinds = self._column("redemptions", "object")
            return Counter(
                voucher
                for (status, voucher), kind in zip(pairs, kinds, strict=True)
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
            columns = (self._column("transactions", name) for name in ("voucher_id", "type", "amount"))
            for voucher, kind, amount in zip(*columns, strict=True):
                sums[voucher][kind] += amount
            return dict(sums)

        return self._cached("movements", ("transactions",), build).get(voucher_id, {})

    def pending_points(self, voucher_id: str) -> int:
        """Points of a card that wait for activation."""
        return self._cached("pending", ("pending_points",), lambda: self._sum("pending_points", "points"))[voucher_id]

    def _sum(self, table: str, name: str) -> Counter[str]:
        sums: Counter[str] = Counter()
        for voucher, value in zip(self._column(table, "voucher_id"), self._column(table, name), strict=True):
            sums[voucher] += value
        return sums

    def next_expiry(self, voucher_id: str) -> tuple[str, int] | None:
        """The date and points of a card's next expiring bucket, None when nothing expires."""

        def build() -> dict[str, tuple[str, int]]:
            nearest: dict[str, tuple[str, int]] = {}
            for bucket in self._rows("points_expiration"):
                if bucket.status != "ACTIVE" or bucket.expires_at is None:
                    continue
                known = nearest.get(bucket.voucher_id)
                if known is None or bucket.expires_at < known[0]:
                    nearest[bucket.voucher_id] = (bucket.expires_at, bucket.points)
                elif bucket.expires_at == known[0]:
                    nearest[bucket.voucher_id] = (known[0], known[1] + bucket.points)
            return nearest

        return self._cached("expiry", ("points_expiration",), build).get(voucher_id)

    def customer(self, customer_id: str) -> CustomerFacts:
        """Where a customer appears."""

        def build() -> dict[str, CustomerFacts]:
            known: dict[str, CustomerFacts] = defaultdict(CustomerFacts)
            for table in ("redemptions", "publications", "orders"):
                for i, customer in enumerate(self._column(table, "customer_id")):
                    if customer is not None:
                        getattr(known[customer], table).append(i)
            holders = self._column("vouchers", "holder_id")
            for voucher, holder in zip(self._column("vouchers", "id"), holders, strict=True):
                if holder is not None:
                    known[holder].vouchers.append(voucher)
            return dict(known)

        tables = ("redemptions", "publications", "orders", "vouchers")
        return self._cached("customers", tables, build).get(customer_id) or CustomerFacts()

    def tier(self, tier_id: str) -> tuple[int, int, int]:
        """A promotion tier's redemptions, orders amount and discount amount, rollbacks taken off."""

        def build() -> dict[str, tuple[int, int, int]]:
            sums: dict[str, tuple[int, int, int]] = {}
            for row in self._rows("redemptions"):
                if row.related_object_type == "promotion_tier" and row.result == "SUCCESS":
                    count, amount, discount = sums.get(row.related_object_id, (0, 0, 0))
                    step = 1 if row.object == "redemption" else -1
                    sums[row.related_object_id] = (
                        count + step,
                        amount + row.order_amount,
                        discount + row.discount_amount,
                    )
            return sums

        return self._cached("tiers", ("redemptions",), build).get(tier_id, (0, 0, 0))

    def rewarded(self, assignment_id: str) -> int:
        """How often a reward was taken and kept."""

        def build() -> Counter[str]:
            return Counter(
                row.reward_assignment_id
                for row in self._rows("redemptions")
                if row.reward_assignment_id and row.status == "SUCCEEDED" and row.object == "redemption"
            )

        return self._cached("rewarded", ("redemptions",), build)[assignment_id]

    def rollbacks(self, redemption_id: str) -> list[tuple[str, str]]:
        """Ids and instants of the successful rollbacks of a redemption."""

        def build() -> dict[str, list[tuple[str, str]]]:
            found: dict[str, list[tuple[str, str]]] = defaultdict(list)
            for row in self._rows("redemptions"):
                if row.object == "redemption_rollback" and row.result == "SUCCESS" and row.redemption:
                    found[row.redemption].append((row.id, row.created_at))
            return dict(found)

        return self._cached("rollbacks", ("redemptions",), build).get(redemption_id, [])

    def redemptions_of_order(self, order_id: str) -> list[RedemptionRow]:
        """The redemptions an order was paid with, stack parent first."""

        def build() -> dict[str, list[RedemptionRow]]:
            found: dict[str, list[RedemptionRow]] = defaultdict(list)
            for row in self._rows("redemptions"):
                if row.order_id is not None and row.object == "redemption":
                    found[row.order_id].append(row)
            return dict(found)

        return self._cached("paid", ("redemptions",), build).get(order_id, [])

    def children(self, redemption_id: str) -> list[tuple[str, str]]:
        """Ids and instants of a stack's children."""

        def build() -> dict[str, list[tuple[str, str]]]:
            found: dict[str, list[tuple[str, str]]] = defaultdict(list)
            for row in self._rows("redemptions"):
                if row.parent_redemption_id is not None and row.object == "redemption":
                    found[row.parent_redemption_id].append((row.id, row.created_at))
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

    def customer_orders(self, customer_id: str) -> list[OrderRow]:
        """A customer's orders, oldest first."""
        rows = [self._sheets["orders"].row(i) for i in self.customer(customer_id).orders]
        return sorted(rows, key=lambda row: row.created_at)

    def customer_redemptions(self, customer_id: str) -> list[RedemptionRow]:
        """A customer's redemptions and rollbacks, oldest first."""
        rows = [self._sheets["redemptions"].row(i) for i in self.customer(customer_id).redemptions]
        return sorted(rows, key=lambda row: row.created_at)

    def transactions_of(self, voucher_id: str) -> list[TransactionRow]:
        """A card's transactions in the order written."""

        def build() -> dict[str, list[TransactionRow]]:
            found: dict[str, list[TransactionRow]] = defaultdict(list)
            for row in self._rows("transactions"):
                found[row.voucher_id].append(row)
            return dict(found)

        return self._cached("by card", ("transactions",), build).get(voucher_id, [])
