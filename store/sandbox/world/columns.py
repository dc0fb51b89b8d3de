"""The columns of the large tables, each made from the notes when it is first asked for.

A column depends on the notes alone, and notes never change once the traffic is played: which column is asked for first,
and what was changed in other tables before, makes no difference.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from store.sandbox.world import moments
from store.sandbox.world.notes import Batch, OrderNote, PublicationNote, RedemptionNote, TransactionNote
from store.sandbox.world.records import CustomerRow
from store.sandbox.world.showpieces import REFERRALS
from store.sandbox.world.stage import Stage
from store.sandbox.world.vocabulary import Words

Make = Callable[[], list[Any]]
Makers = dict[str, Make]
_text = moments.text


class Columns(Mapping[str, list[Any]]):
    """Lists by name; each is made once and may be written to afterwards.

    Args:
        makers: what makes each column; a maker, and with it the notes it reads, is forgotten once it was used.
    """

    def __init__(self, makers: Mapping[str, Make]) -> None:
        self._names = tuple(makers)
        self._makers = dict(makers)
        self._made: dict[str, list[Any]] = {}

    def __getitem__(self, name: str) -> list[Any]:
        make = self._makers.get(name)
        if make is None:
            return self._made[name]
        made = self._made.setdefault(name, make())
        self._makers.pop(name, None)
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def large_tables(stage: Stage) -> dict[str, Makers]:
    """The makers of every large table's columns, in the order of the row's fields."""
    rows = [person.row for person in stage.people]
    # The number -1 stands for nobody, and finds the last one.
    ids: list[str | None] = [*(row.id for row in rows), None]
    tracking: list[str | None] = [*(row.tracking_id for row in rows), None]
    return {
        "vouchers": _vouchers(stage.batches, ids, stage.words),
        "redemptions": _redemptions(stage.redemptions, ids, tracking),
        "publications": _publications(stage.publications, ids, tracking),
        "customers": _customers(rows, stage.touched),
        "orders": _orders(stage.orders, stage.redemptions, ids),
        "transactions": _transactions(stage.transactions),
        "pending_points": _pending(stage, ids),
        "points_expiration": _buckets(stage),
        "holders": _holders(stage, ids),
    }


def _members(notes: Sequence[Any], *names: str, **renamed: str) -> Makers:
    """Columns that are a member of the note."""

    def copy(member: str) -> Make:
        return lambda: list(map(attrgetter(member), notes))

    return {column: copy(member) for column, member in {**{name: name for name in names}, **renamed}.items()}


def _nothing(notes: Sequence[Any]) -> list[None]:
    return [None] * len(notes)


def _vouchers(batches: list[Batch], people: list[str | None], words: Words) -> Makers:
    def each(value: Callable[[Any], Any]) -> Make:
        return lambda: [value(code) for batch in batches for code in batch.codes]

    def same(value: Callable[[Any], Any]) -> Make:
        return lambda: [shown for plan, codes in batches for shown in [value(plan)] * len(codes)]

    return {
        "id": lambda: [code.id for batch in batches for code in batch.codes],
        "code": lambda: [code.code for batch in batches for code in batch.codes],
        "campaign_id": same(lambda plan: plan.id),
        "campaign": same(lambda plan: plan.name),
        "type": same(lambda plan: plan.voucher_type),
        "created_at": each(lambda code: _text(code.created)),
        "updated_at": each(lambda code: _text(code.touched) if code.touched else None),
        "holder_id": each(lambda code: people[code.holder]),
        "category": same(lambda plan: None if plan.category is None else words.categories[plan.category]),
        "category_id": same(lambda plan: None if plan.category is None else f"cat_{plan.category:02d}5dee3cdb5ec0c"),
        "active": each(lambda code: code.active),
        "is_referral_code": same(lambda plan: plan.kind == REFERRALS),
        "start_date": same(lambda plan: moments.optional_text(plan.start)),
        "expiration_date": same(lambda plan: moments.optional_text(plan.end)),
        "quantity": same(lambda plan: plan.idea.quantity),
        "amount": same(lambda plan: plan.initial_value),
    }


def _related(note: RedemptionNote) -> tuple[str | None, str | None]:
    """Type and id of what was redeemed."""
    if note.tier is not None:
        return "promotion_tier", note.tier.id
    if note.plan is not None:
        return "voucher", note.code.id if note.code else None
    if note.order is not None:
        return "redemption", note.undoes.id if note.undoes else note.id
    return None, None


def _redemptions(notes: list[RedemptionNote], people: list[str | None], tracking: list[str | None]) -> Makers:
    def status() -> list[str]:
        undone = {note.undoes.id for note in notes if note.undoes is not None and note.failure is None}
        return ["FAILED" if note.failure else "ROLLED_BACK" if note.id in undone else "SUCCEEDED" for note in notes]

    def spent() -> list[int]:
        signed = ((note.order.amount if note.order else 0, note.undoes is None) for note in notes)
        return [amount if positive else -amount for amount, positive in signed]

    kinds = ("redemption", "redemption_rollback")
    return {
        "id": lambda: [note.id for note in notes],
        "object": lambda: [kinds[note.undoes is not None] for note in notes],
        "created_at": lambda: [_text(note.ms) for note in notes],
        "result": lambda: ["FAILURE" if note.failure else "SUCCESS" for note in notes],
        "status": status,
        "campaign_id": lambda: [note.plan.id if note.plan else None for note in notes],
        "campaign": lambda: [note.plan.name if note.plan else None for note in notes],
        "related_object_type": lambda: [_related(note)[0] for note in notes],
        "related_object_id": lambda: [_related(note)[1] for note in notes],
        "parent_redemption_id": lambda: [note.parent.id if note.parent else None for note in notes],
        "redemption": lambda: [one.id if (one := note.undoes or note.parent) else None for note in notes],
        "voucher_id": lambda: [note.code.id if note.code else None for note in notes],
        "voucher_code": lambda: [note.code.code if note.code else None for note in notes],
        "customer_id": lambda: [people[note.person] for note in notes],
        "tracking_id": lambda: [tracking[note.person] for note in notes],
        "failure_code": lambda: [note.failure for note in notes],
        "amount": lambda: [note.amount for note in notes],
        "order_id": lambda: [note.order.id or None if note.order else None for note in notes],
        "order_amount": spent,
        "discount_amount": lambda: [note.discount for note in notes],
        "channel": lambda: [note.channel for note in notes],
        "reward_assignment_id": lambda: [note.reward for note in notes],
        "reason": lambda: [note.reason for note in notes],
    }


def _publications(notes: list[PublicationNote], people: list[str | None], tracking: list[str | None]) -> Makers:
    missing = "no_voucher_suitable_for_publication"
    return {
        "id": lambda: [f"pub_{note.key:024x}" for note in notes],
        "created_at": lambda: [_text(note.ms) for note in notes],
        "result": lambda: ["SUCCESS" if note.code else "FAILURE" for note in notes],
        "campaign_id": lambda: [note.plan.id for note in notes],
        "campaign": lambda: [note.plan.name for note in notes],
        "voucher_id": lambda: [note.code.id if note.code else None for note in notes],
        "voucher_code": lambda: [note.code.code if note.code else None for note in notes],
        "customer_id": lambda: [people[note.person] for note in notes],
        "tracking_id": lambda: [tracking[note.person] for note in notes],
        "channel": lambda: [note.channel for note in notes],
        "source_id": lambda: [f"order-mail-{note.ms % 100_000}" if note.channel == "API" else None for note in notes],
        "distribution_id": lambda: [note.distribution if note.channel == "Automation" else None for note in notes],
        "failure_code": lambda: [None if note.code else missing for note in notes],
        "voucher_type": lambda: [note.plan.voucher_type for note in notes],
        "is_referral_code": lambda: [note.plan.kind == REFERRALS for note in notes],
    }


def _customers(rows: list[CustomerRow], touched: list[int]) -> Makers:
    return {
        **_members(rows, *CustomerRow._fields),
        "updated_at": lambda: [_text(ms) if ms else None for ms in touched],
    }


def _orders(notes: list[OrderNote], redemptions: list[RedemptionNote], people: list[str | None]) -> Makers:
    def cancelled() -> dict[str, int]:
        undone = (note for note in redemptions if note.undoes is not None and note.failure is None)
        return {note.order.id: note.ms for note in undone if note.order is not None}

    def updated() -> list[str | None]:
        at = cancelled()
        return [_text(at[note.id]) if note.id in at else None for note in notes]

    def status() -> list[str]:
        at = cancelled()
        return ["CANCELED" if note.id in at else "PAID" for note in notes]

    return {
        "id": lambda: [note.id for note in notes],
        "source_id": lambda: [
            None if note.source < 0 else f"web-{note.source}-{note.ms % 1_000_000}" for note in notes
        ],
        "created_at": lambda: [_text(note.ms) for note in notes],
        "updated_at": updated,
        "status": status,
        "customer_id": lambda: [people[note.person] for note in notes],
        "referrer_id": lambda: _nothing(notes),
        **_members(notes, "amount", discount_amount="discount", redemption_id="cause"),
    }


def _transactions(unsorted: list[TransactionNote]) -> Makers:
    # Ids sort by time, whatever campaign the card belongs to.
    notes = sorted(unsorted, key=lambda note: note.id)
    return {
        "id": lambda: [note.id for note in notes],
        "created_at": lambda: [_text(note.ms) for note in notes],
        "campaign_id": lambda: [note.plan.id for note in notes],
        "voucher_id": lambda: [note.code.id for note in notes],
        **_members(notes, "type", "amount", "balance", "total"),
        "source_id": lambda: [f"ticket/{note.ms % 9973}" if note.reason else None for note in notes],
        "source": lambda: ["voucherify-web-ui" if note.reason else None for note in notes],
        **_members(
            notes, "reason", "order_id", "redemption_id", "rollback_id", "reward_id",
            related_transaction_id="related", earning_rule_id="rule_id",
        ),
        "other_voucher_id": lambda: [note.other.id if note.other else None for note in notes],
    }  # fmt: skip


def _of_codes(notes: Sequence[Any]) -> Makers:
    """Columns that every table about single cards begins with."""
    return {
        "id": lambda: [note.id for note in notes],
        "created_at": lambda: [_text(note.ms) for note in notes],
        "updated_at": lambda: _nothing(notes),
        "campaign_id": lambda: [note.plan.id for note in notes],
        "voucher_id": lambda: [note.code.id for note in notes],
    }


def _pending(stage: Stage, people: list[str | None]) -> Makers:
    notes = stage.pending
    return {
        **_of_codes(notes),
        "customer_id": lambda: [people[note.person] for note in notes],
        **_members(notes, "order_id", "points", earning_rule_id="rule_id"),
        "activates_at": lambda: [moments.day_text(moments.day_of(note.due)) for note in notes],
    }


def _buckets(stage: Stage) -> Makers:
    return {**_of_codes(stage.buckets), **_members(stage.buckets, "points", "status", "expires_at")}


def _holders(stage: Stage, people: list[str | None]) -> Makers:
    notes = stage.holders
    return {
        **_of_codes(notes),
        "campaign_type": lambda: [note.plan.kind for note in notes],
        "voucher_type": lambda: [note.plan.voucher_type for note in notes],
        "customer_id": lambda: [people[note.person] for note in notes],
        "holder_role": lambda: [note.role for note in notes],
    }
