"""The rows of the large tables, made of what the traffic noted when a table is first asked for.

Rows depend on the notes alone, and notes never change once the traffic is played: which table is asked for first, and
what was changed in others before, makes no difference.
"""

from collections.abc import Callable, Iterator
from typing import Any

from store.sandbox.world import moments
from store.sandbox.world.notes import PublicationNote, RedemptionNote
from store.sandbox.world.plans import CampaignPlan
from store.sandbox.world.showpieces import REFERRALS
from store.sandbox.world.stage import Stage

Fill = Callable[[], Iterator[tuple[Any, ...]]]
_text = moments.text


def large_tables(stage: Stage) -> dict[str, Fill]:
    """What makes the rows of every large table, cells in the order of the row's fields."""
    rows = RecordRows(stage)
    return {
        "vouchers": rows.vouchers,
        "redemptions": rows.redemptions,
        "publications": rows.publications,
        "customers": rows.customers,
        "orders": rows.orders,
        "transactions": rows.transactions,
        "pending_points": rows.pending,
        "points_expiration": rows.buckets,
        "holders": rows.holders,
        "redeemables": rows.redeemables,
    }


class RecordRows:
    """Makes rows of a stage's notes."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        # The number -1 means no customer, and would find the last one.
        self._ids: list[str | None] = [*(person.row.id for person in stage.people), None]
        self._tracking: list[str | None] = [*(person.row.tracking_id for person in stage.people), None]

    def vouchers(self) -> Iterator[tuple[Any, ...]]:
        """Codes, campaign by campaign."""
        people, words = self._ids, self._stage.words
        for plan, codes in self._stage.batches:
            key, name, kind = plan.id, plan.name, plan.voucher_type
            category = None if plan.category is None else words.categories[plan.category]
            category_id = None if plan.category is None else f"cat_{plan.category:02d}5dee3cdb5ec0c"
            referral, start, end = plan.kind == REFERRALS, moments.optional_text(plan.start), _end(plan)
            quantity, value = plan.idea.quantity, plan.initial_value
            for code in codes:
                yield (
                    code.id, code.code, key, name, kind, _text(code.created),
                    _text(code.touched) if code.touched else None, people[code.holder], category, category_id,
                    code.active, referral, start, end, quantity, value,
                )  # fmt: skip

    def redemptions(self) -> Iterator[tuple[Any, ...]]:
        """Redemptions and rollbacks."""
        notes, people, tracking = self._stage.redemptions, self._ids, self._tracking
        undone = {note.undoes.id for note in notes if note.undoes is not None and note.failure is None}
        for note in notes:
            plan, code, order, undoes = note.plan, note.code, note.order, note.undoes
            related, related_id = _related(note)
            above = undoes or note.parent
            spent = order.amount if order else 0
            status = "FAILED" if note.failure else "ROLLED_BACK" if note.id in undone else "SUCCEEDED"
            yield (
                note.id, "redemption" if undoes is None else "redemption_rollback", _text(note.ms),
                "FAILURE" if note.failure else "SUCCESS", status, plan.id if plan else None,
                plan.name if plan else None, related, related_id, note.parent.id if note.parent else None,
                above.id if above else None, code.id if code else None, code.code if code else None,
                people[note.person], tracking[note.person], note.failure, note.amount,
                order.id or None if order else None, spent if undoes is None else -spent, note.discount, note.channel,
                note.reward, note.reason,
            )  # fmt: skip

    def publications(self) -> Iterator[tuple[Any, ...]]:
        """Codes handed out, and attempts to."""
        people, tracking = self._ids, self._tracking
        for note in self._stage.publications:
            plan, code = note.plan, note.code
            yield (
                f"pub_{note.key:024x}", _text(note.ms), "SUCCESS" if code else "FAILURE", plan.id, plan.name,
                code.id if code else None, code.code if code else None, people[note.person], tracking[note.person],
                note.channel, _source(note), note.distribution if note.channel == "Automation" else None,
                None if code else "no_voucher_suitable_for_publication", plan.voucher_type, plan.kind == REFERRALS,
            )  # fmt: skip

    def customers(self) -> Iterator[tuple[Any, ...]]:
        """Customers with their last change."""
        for person, touched in zip(self._stage.people, self._stage.touched, strict=True):
            yield (*person.row[:-1], _text(touched) if touched else None)

    def orders(self) -> Iterator[tuple[Any, ...]]:
        """Placed orders; a rollback cancels its order."""
        undone = (note for note in self._stage.redemptions if note.undoes is not None and note.failure is None)
        cancelled = {note.order.id: note.ms for note in undone if note.order is not None}
        for note in self._stage.orders:
            at = cancelled.get(note.id)
            yield (
                note.id, None if note.source < 0 else f"web-{note.source}-{note.ms % 1_000_000}", _text(note.ms),
                None if at is None else _text(at), "PAID" if at is None else "CANCELED", self._ids[note.person], None,
                note.amount, note.discount, note.cause,
            )  # fmt: skip

    def transactions(self) -> Iterator[tuple[Any, ...]]:
        """Changes of balances. Ids sort by time, whatever campaign the card belongs to."""
        for note in sorted(self._stage.transactions, key=lambda note: note.id):
            yield (
                note.id, _text(note.ms), note.plan.id, note.code.id, note.type, note.amount, note.balance, note.total,
                f"ticket/{note.ms % 9973}" if note.reason else None, "voucherify-web-ui" if note.reason else None,
                note.reason, note.related, note.order_id, note.redemption_id, note.rollback_id, note.rule_id,
                note.reward_id, note.other.id if note.other else None,
            )  # fmt: skip

    def pending(self) -> Iterator[tuple[Any, ...]]:
        """Points that wait."""
        for note in self._stage.pending:
            yield (
                note.id, _text(note.ms), None, note.plan.id, note.code.id, self._ids[note.person], note.order_id,
                note.points, moments.day_text(moments.day_of(note.due)), note.rule_id,
            )  # fmt: skip

    def buckets(self) -> Iterator[tuple[Any, ...]]:
        """Points by the day they expire."""
        for note in self._stage.buckets:
            head = (note.id, _text(note.ms), None, note.plan.id, note.code.id)
            yield (*head, note.points, note.status, note.expires_at)

    def holders(self) -> Iterator[tuple[Any, ...]]:
        """Customers' parts in referral codes."""
        for note in self._stage.holders:
            plan = note.plan
            head = (note.id, _text(note.ms), note.code.id, plan.id, plan.kind, plan.voucher_type)
            yield (*head, self._ids[note.person], note.role)

    def redeemables(self) -> Iterator[tuple[Any, ...]]:
        """Wallets: customers' parts in referral codes, and every other code that somebody holds."""
        yield from self.holders()
        listed = {note.code.id for note in self._stage.holders}
        for plan, codes in self._stage.batches:
            for code in codes:
                owner = self._ids[code.holder]
                if owner is not None and code.id not in listed:
                    head = (f"rh_{code.id.removeprefix('v_')}", _text(code.ready or code.created), code.id)
                    yield (*head, plan.id, plan.kind, plan.voucher_type, owner, "OWNER")


def _end(plan: CampaignPlan) -> str | None:
    return moments.optional_text(plan.end)


def _source(note: PublicationNote) -> str | None:
    return f"order-mail-{note.ms % 100_000}" if note.channel == "API" else None


def _related(note: RedemptionNote) -> tuple[str | None, str | None]:
    """Type and id of what was redeemed."""
    if note.tier is not None:
        return "promotion_tier", note.tier.id
    if note.plan is not None:
        return "voucher", note.code.id if note.code else None
    if note.order is not None:
        return "redemption", note.undoes.id if note.undoes else note.id
    return None, None
