"""What happened to customers, derived from the other tables: every event type of the API's activity (API §6).

Events of one request share a group, which is named by the id of the record that the request made.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from zlib import crc32

from store.sandbox.table import Table
from store.sandbox.world import moments
from store.sandbox.world.operations import DeletedObject
from store.sandbox.world.programs import LoyaltyTier, Program
from store.sandbox.world.records import ClosedPoints, OrderRow, PendingPointsRow, RedemptionRow, TransactionRow
from store.sandbox.world.stage import Referral
from store.sandbox.world.vocabulary import PUBLICATION_CHANNELS

MESSENGERS = ("email", "sms", "activecampaign", "braze", "mailchimp", "intercom", "shopify", "klaviyo", "batch")
"""What messages go out through."""
_POINTS = {
    "POINTS_ADDITION": "voucher.loyalty_card.points_added",
    "POINTS_EXPIRATION": "voucher.loyalty_card.points_expired",
    "POINTS_TRANSFER_IN": "voucher.loyalty_card.points_transferred",
    "POINTS_TRANSFER_OUT": "voucher.loyalty_card.points_transferred",
    "CREDITS_ADDITION": "voucher.gift.balance_added",
}


class Happening(NamedTuple):
    """One event: whose, when, of which type (without `customer.`), and the record with the rest.

    `extra` is what the record does not know: a reward's state, a message's distribution, tiers before and after.
    """

    customer_id: str
    at: str
    type: str
    campaign_id: str | None
    source: str
    key: str
    group: str
    voucher_id: str | None = None
    extra: Any = None


def chance(key: str) -> int:
    """A number that depends on an id alone."""
    return crc32(key.encode())


def later(at: str, milliseconds: int) -> str:
    """An instant so much later."""
    return moments.text(moments.instant(at) + milliseconds)


class Happenings:
    """Reads the tables of a world and yields what happened, unordered.

    Attributes:
        now: the world's present, after which nothing has happened yet.
    """

    def __init__(
        self,
        sheets: Mapping[str, Table[Any]],
        programs: Mapping[str, Program],
        referrals: Mapping[str, list[Referral]],
        deletions: list[DeletedObject],
        closed: Mapping[str, ClosedPoints],
        now: str,
    ) -> None:
        self._sheets = sheets
        self._programs = programs
        self._referrals = referrals
        self._deletions = deletions
        self._closed = closed
        self.now = now
        self._since: str | None = None

    def every(self, since: str | None = None) -> Iterator[Happening]:
        """All events up to the world's present; with `since` those from there on, of rows made or changed since."""
        self._since = since
        lasting = () if since else (self._brought, self._deleted)
        for source in (
            self._profiles, self._redemptions, self._publications, self._orders, self._balances, self._pending,
            self._held, *lasting,
        ):  # fmt: skip
            for event in source():
                if (since or "") <= event.at <= self.now:
                    yield event

    def _rows(self, name: str) -> Iterable[Any]:
        sheet = self._sheets[name]
        return sheet.rows() if self._since is None else sheet.since(self._since)

    def _profiles(self) -> Iterator[Happening]:
        for row in self._rows("customers"):
            key, luck = row.id, chance(row.id)
            yield Happening(key, row.created_at, "created", None, "customers", key, key)
            if luck % 8 == 0:
                yield Happening(
                    key, later(row.created_at, moments.HOUR), "confirmed", None, "customers", key, key + "c"
                )
            if row.updated_at is not None:
                yield Happening(key, row.updated_at, "updated", None, "customers", key, key + "u")
            if luck % 5 == 0:
                at = later(row.created_at, moments.DAY)
                yield Happening(key, at, "segment.entered", None, "customers", key, key + "s")
            if luck % 20 == 0:
                at = later(row.created_at, 40 * moments.DAY)
                yield Happening(key, at, "segment.left", None, "customers", key, key + "l")
            if luck % 50 == 0:
                at = later(row.created_at, 2 * moments.DAY)
                yield Happening(key, at, "deleted", None, "customers", key, key + "d")

    def _redemptions(self) -> Iterator[Happening]:
        for row in self._rows("redemptions"):
            if row.customer_id is None:
                continue
            ending = "succeeded" if row.result == "SUCCESS" else "failed"
            undone = row.object == "redemption_rollback"
            if not undone:
                yield self._of(row, f"validation.{ending}")
            yield self._of(row, f"redemption.rollback.{ending}" if undone else f"redemption.{ending}")
            if row.reward_assignment_id is not None and row.result == "SUCCESS":
                steps: tuple[str, ...] = ("rolledback",) if undone else ("created", "completed")
                if not undone and chance(row.id) % 4 == 0:
                    steps = ("created", "pending", "completed")
                for step in steps:
                    yield self._of(row, f"reward_redemptions.{step}")

    @staticmethod
    def _of(row: RedemptionRow, kind: str) -> Happening:
        group = row.parent_redemption_id or row.redemption or row.id if row.object == "redemption" else row.id
        return Happening(
            row.customer_id or "", row.created_at, kind, row.campaign_id, "redemptions", row.id, group, row.voucher_id
        )

    def _publications(self) -> Iterator[Happening]:
        sent = 0
        for row in self._rows("publications"):
            ending = "succeeded" if row.result == "SUCCESS" else "failed"
            about = (row.campaign_id, "publications", row.id, row.id, row.voucher_id)
            yield Happening(row.customer_id, row.created_at, f"publication.{ending}", *about)
            if row.channel != PUBLICATION_CHANNELS[0] or row.result != "SUCCESS":
                continue
            messenger, turn = MESSENGERS[sent % len(MESSENGERS)], sent // len(MESSENGERS) % 10
            outcome = {0: "failed", 1: "recovered"}.get(turn, "sent")
            sent += 1
            yield Happening(row.customer_id, later(row.created_at, 900), f"{messenger}.{outcome}", *about)

    def _orders(self) -> Iterator[Happening]:
        for row in self._rows("orders"):
            if row.customer_id is None:
                continue
            yield self._ordered(row, row.created_at, "created")
            yield self._ordered(row, row.created_at, "paid")
            if row.status == "CANCELED" and row.updated_at is not None:
                yield self._ordered(row, row.updated_at, "canceled", group=row.id + "x")
            elif chance(row.id) % 12 == 0:
                steps = (("updated", 30 * moments.MINUTE), ("processing", moments.HOUR), ("fulfilled", 2 * moments.DAY))
                for step, span in steps:
                    yield self._ordered(row, later(row.created_at, span), step, group=row.id + step[0])

    @staticmethod
    def _ordered(row: OrderRow, at: str, step: str, group: str | None = None) -> Happening:
        request = group or row.redemption_id or row.id
        return Happening(row.customer_id or "", at, f"order.{step}", None, "orders", row.id, request)

    def _balances(self) -> Iterator[Happening]:
        holder_of, cause_of = self._by_id("vouchers", "holder_id"), self._by_id("orders", "redemption_id")
        seen: set[str] = set()
        for row in self._rows("transactions"):
            holder = holder_of(row.voucher_id)
            if holder is None:
                continue
            group = row.rollback_id or row.redemption_id or cause_of(row.order_id) or row.related_transaction_id
            if self._since is not None and self._sheets["transactions"].having("voucher_id", row.voucher_id)[0] != row:
                seen.add(row.voucher_id)
            for kind, extra in self._moved(row, seen):
                yield Happening(
                    holder, row.created_at, kind, row.campaign_id, "transactions", row.id, group or row.id,
                    row.voucher_id, extra,
                )  # fmt: skip

    def _by_id(self, table: str, column: str) -> Callable[[str | None], Any]:
        """A cell by the id of its row: of all rows at once, or of a few one by one."""
        sheet = self._sheets[table]
        if self._since is None:
            return sheet.pairs("id", column).get
        return lambda key: getattr(sheet.find(key), column, None)

    def _moved(self, row: TransactionRow, seen: set[str]) -> Iterator[tuple[str, Any]]:
        """The events of one change of a balance; `seen` are the cards that had one before."""
        if row.type == "POINTS_ACCRUAL":
            if row.order_id is None:
                yield "custom_event", None
            yield "rewarded.loyalty_points", None
            if chance(row.id) % 10 == 0:
                yield "loyalty.updated", None
        elif row.type == "PENDING_POINTS_ACTIVATION":
            yield "voucher.loyalty_card.pending_points.activated", None
            yield "voucher.loyalty_card.points_activated", None
        elif row.type in _POINTS:
            yield _POINTS[row.type], None
        program = self._programs.get(row.campaign_id)
        if program is not None:
            yield from _tiers(program, row, new=row.voucher_id not in seen)
            seen.add(row.voucher_id)

    def _pending(self) -> Iterator[Happening]:
        for row in self._rows("pending_points"):
            yield from self._waited(row, None)
        for closed in self._closed.values():
            yield from self._waited(closed.row, closed)

    def _waited(self, row: PendingPointsRow, closed: ClosedPoints | None) -> Iterator[Happening]:
        """The events of points that wait, or waited; their activation is told by its transaction."""
        if row.customer_id is None:
            return
        about = (row.campaign_id, "pending_points", row.id)
        stem = "voucher.loyalty_card.pending_points."
        order = self._sheets["orders"].find(row.order_id)
        group = order.redemption_id if order is not None and order.redemption_id else row.id
        yield Happening(row.customer_id, row.created_at, stem + "added", *about, group, row.voucher_id, row)
        changed = later(row.created_at, moments.HOUR) if chance(row.id) % 3 == 0 else None
        for at in (changed, row.updated_at):
            if at is not None:
                yield Happening(row.customer_id, at, stem + "updated", *about, row.id + "u", row.voucher_id, row)
        gone = later(row.created_at, 2 * moments.HOUR) if chance(row.id) % 5 == 0 else None
        for at in (gone, closed.at if closed is not None and closed.status == "CANCELED" else None):
            if at is not None:
                yield Happening(row.customer_id, at, stem + "canceled", *about, row.id + "c", row.voucher_id, row)

    def _brought(self) -> Iterator[Happening]:
        for customer, known in self._referrals.items():
            for one in known:
                about = (one.campaign_id, "customers", customer, one.related_object_id, None, one)
                yield Happening(customer, one.date, "referred", *about)
                yield Happening(one.referrer_id, one.date, "rewarded", *about)

    def _held(self) -> Iterator[Happening]:
        for row in self._rows("holders"):
            about = (row.campaign_id, "holders", row.id, row.id, row.voucher_id)
            yield Happening(row.customer_id, row.created_at, "holder.assignment.created", *about)
            if chance(row.id) % 40 == 0:
                gone = later(row.created_at, 20 * moments.DAY)
                yield Happening(row.customer_id, gone, "holder.assignment.deleted", *about)

    def _deleted(self) -> Iterator[Happening]:
        people = self._sheets["customers"].column("id")
        for gone in self._deletions:
            if gone.resource_type == "voucher" and people:
                customer = people[chance(gone.resource_id) % len(people)]
                about = (gone.campaign_id, "deletions", gone.resource_id, gone.resource_id, gone.resource_id, gone)
                yield Happening(customer, gone.at, "voucher.deleted", *about)


def _tiers(program: Program, row: TransactionRow, *, new: bool) -> Iterator[tuple[str, Any]]:
    """The steps on the ladder that a change of points makes."""
    before, after = program.tier_of(row.balance - row.amount), program.tier_of(row.balance)
    pair: tuple[LoyaltyTier | None, LoyaltyTier | None] = (before, after)
    if new:
        yield "loyalty.tier.joined", (None, before)
    if before is not after:
        yield f"loyalty.tier.{'upgraded' if row.amount > 0 else 'downgraded'}", pair
    elif row.amount > 0 and chance(row.id) % 15 == 0:
        yield "loyalty.tier.prolonged", pair
        yield "loyalty.tier.expiration.changed", pair
    if row.balance == 0 and row.amount < 0 and chance(row.id) % 4 == 0:
        yield "loyalty.tier.left", pair
