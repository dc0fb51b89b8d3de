"""Cards that hold a balance: gift credits and loyalty points, every change a transaction."""

from store.sandbox.world import moments
from store.sandbox.world.notes import BucketNote, Code, OrderNote, PendingNote, RedemptionNote, TransactionNote
from store.sandbox.world.plans import CampaignPlan
from store.sandbox.world.programs import EarningRule
from store.sandbox.world.stage import Stage
from store.sandbox.world.traffic import CampaignTraffic


class BalanceTraffic(CampaignTraffic):
    """Shared by gift and loyalty: posts transactions with running balances, in the order of time."""

    def post(
        self,
        ms: int,
        code: Code,
        kind: str,
        amount: int,
        *,
        reason: str | None = None,
        related: str | None = None,
        order: OrderNote | None = None,
        redemption: RedemptionNote | None = None,
        rollback: RedemptionNote | None = None,
        rule: EarningRule | None = None,
        reward: str | None = None,
        other: Code | None = None,
    ) -> TransactionNote:
        """Change a balance by `amount` (signed) and write the transaction down."""
        code.balance += amount
        if amount > 0 and not kind.endswith("REFUND"):
            code.total += amount
        if ms > code.touched:
            code.touched = ms
        note = TransactionNote(
            self.stage.timed_key("vtx", ms),
            ms,
            self.plan,
            code,
            kind,
            amount,
            code.balance,
            code.total,
            reason,
            related,
            order.id if order else None,
            redemption.id if redemption else None,
            rollback.id if rollback else None,
            rule.id if rule else None,
            reward,
            other,
        )
        self.stage.transactions.append(note)
        return note

    def manual_changes(self, kind: str, wanted: int, amounts: tuple[int, ...], reason: str) -> None:
        """Put additions or removals by hand on the schedule."""

        def change(ms: int) -> None:
            code = self.pick(ms)
            amount = self.rng.choice(amounts)
            if code is not None and code.balance + amount >= 0:
                self.post(ms, code, kind, amount, reason=reason)

        self.schedule_all(self.stage.times(self.begin, self.end, wanted), change)


class GiftTraffic(BalanceTraffic):
    """Gift cards: a redemption takes credits, a rollback gives them back, staff tops up."""

    def plan_balance_changes(self) -> None:
        """Top-ups and a few removals by hand."""
        share = 12 if self.plan.initial_value else 2
        wanted = max(2, self.plan.redemptions // share) if self.plan.redemptions else 0
        self.manual_changes("CREDITS_ADDITION", wanted, (1_000, 2_500), f"Top-up at the counter{self.stage.words.mark}")
        self.manual_changes("CREDITS_REMOVAL", wanted // 5, (-500, -200), "Correction: wrong amount")

    def attempt(self, ms: int) -> None:
        """A card pays as much of the order as it can."""
        picked = [code for code in (self.pick(ms), self.pick(ms), self.pick(ms)) if code]
        code = next((code for code in picked if code.balance), None)
        if code is None or self.rng.random() < self.plan.idea.failure_rate:
            self.refuse(ms, *(("gift_amount_exceeded", picked[0]) if picked else ()))
            return
        order = self.stage.order_amount()
        paid = min(code.balance, order)
        note = self.succeed(ms, code, self.redeemer(ms, code), order, paid, amount=paid)
        self.post(ms, code, "CREDITS_REDEMPTION", -paid, redemption=note, order=note.order)
        code.used += 1

    def refund(self, ms: int, code: Code, old: RedemptionNote, undo: RedemptionNote) -> None:
        """The credits return to the card."""
        self.post(ms, code, "CREDITS_REFUND", old.amount or 0, redemption=old, rollback=undo, order=old.order)


class LoyaltyTraffic(BalanceTraffic):
    """Loyalty cards: orders earn points, rewards spend them, time takes them."""

    holders_only = True

    def __init__(self, stage: Stage, plan: CampaignPlan) -> None:
        super().__init__(stage, plan)
        self.program = stage.programs[plan.id]

    def plan_balance_changes(self) -> None:
        """Points for orders, additions and removals by hand, transfers between cards."""
        stage = self.stage
        self.schedule_all(stage.times(self.begin, self.end, stage.accruals), self.earn)
        self.manual_changes("POINTS_ADDITION", stage.accruals // 25, (20, 50, 100), "Apology: late delivery")
        self.manual_changes("POINTS_REMOVAL", stage.accruals // 60, (-10, -30), "Correction after audit")
        self.schedule_all(stage.times(self.begin, self.end, stage.accruals // 60), self.transfer)

    def earn(self, ms: int) -> None:
        """An order or an event earns points, at once or after a waiting time."""
        code = self.pick(ms)
        if code is None:
            return
        order = self.stage.order_amount() + 1_500
        rule = self.program.rules[0 if order < 12_000 else 1]
        if self.rng.random() < 0.1:
            rule = self.program.rules[2 + self.rng.randrange(2)]
        points = rule.points if not rule.every else order // rule.every * rule.points
        key = self.stage.timed_key("ev", ms)
        placed = self.note_order(ms, key, code.holder, order, 0) if rule.every else None
        if rule.pending_days and placed is not None:
            self._wait(ms, code, rule, points, placed)
        else:
            self._grant(ms, code, "POINTS_ACCRUAL", points, rule, placed)

    def _grant(self, ms: int, code: Code, kind: str, points: int, rule: EarningRule, order: OrderNote | None) -> None:
        accrual = self.post(ms, code, kind, points, order=order, rule=rule)
        if self.program.months is None:
            return
        due = moments.month_start(ms + (self.program.months + 1) * 31 * moments.DAY) - moments.SECOND
        if due < self.stage.now:
            self.schedule(due, lambda at: self._expire(at, code, points // 2, accrual.id))

    def _wait(self, ms: int, code: Code, rule: EarningRule, points: int, order: OrderNote) -> None:
        due = (moments.day_of(ms) + rule.pending_days) * moments.DAY
        overdue = due > self.stage.now - 45 * moments.DAY and self.rng.random() < 0.15
        if due < self.stage.now and not overdue:
            self.schedule(due, lambda at: self._grant(at, code, "PENDING_POINTS_ACTIVATION", points, rule, order))
            return
        code.touched = max(code.touched, ms)
        key = self.stage.timed_key("lopp", ms)
        self.stage.pending.append(PendingNote(key, ms, self.plan, code, code.holder, order.id, points, due, rule.id))

    def _expire(self, ms: int, code: Code, points: int, accrual: str) -> None:
        gone = min(code.balance, points)
        if gone <= 0:
            return
        self.post(ms, code, "POINTS_EXPIRATION", -gone, related=accrual)
        self._add_bucket(ms - 200 * moments.DAY, code, gone, "EXPIRED", moments.day_text(moments.day_of(ms)))

    def transfer(self, ms: int) -> None:
        """Points move from one card to another: two transactions that name each other's card."""
        source, target = self.pick(ms), self.pick(ms)
        if source is None or target is None or source is target or source.balance < 10:
            return
        points = source.balance // 2
        out = self.post(ms, source, "POINTS_TRANSFER_OUT", -points, other=target, reason="Family account")
        self.post(ms, target, "POINTS_TRANSFER_IN", points, other=source, related=out.id, reason="Family account")

    def attempt(self, ms: int) -> None:
        """A holder takes a reward; some ask for more than they have."""
        seen = sorted((code for code in (self.pick(ms) for _ in range(6)) if code), key=lambda code: code.balance)
        code = seen[-1] if seen else None
        offers = [offer for offer in self.program.rewards if code is not None and offer.cost <= code.balance]
        poor = seen and seen[0].balance < min(offer.cost for offer in self.program.rewards)
        if code is None or not offers or (poor and self.rng.random() < 2 * self.plan.idea.failure_rate):
            self.refuse(ms, *(("loyalty_card_points_exceeded", seen[0]) if poor else ()))
            return
        offer = self.rng.choice(offers)
        coin = offer.type == "COIN"
        order = max(self.stage.order_amount(), offer.value) if coin else 0
        given = offer.value if coin else 0
        note = self.succeed(ms, code, code.holder, order, given, amount=offer.cost, reward=offer.assignment_id)
        self.post(ms, code, "POINTS_REDEMPTION", -offer.cost, redemption=note, order=note.order, reward=offer.reward_id)
        code.used += 1

    def refund(self, ms: int, code: Code, old: RedemptionNote, undo: RedemptionNote) -> None:
        """The points return to the card."""
        self.post(ms, code, "POINTS_REFUND", old.amount or 0, redemption=old, rollback=undo)

    def finish(self) -> None:
        """What is left on each card lies in buckets that expire at coming month ends, or never."""
        super().finish()
        for code in self.codes:
            if code.balance <= 0:
                continue
            parts = min(3, 1 + code.balance // 150)
            for i in range(parts):
                points = code.balance // parts + (code.balance % parts if i == 0 else 0)
                self._add_bucket(code.touched or code.created, code, points, "ACTIVE", self._expiry(code, i))

    def _expiry(self, code: Code, part: int) -> str | None:
        if self.program.months is None:
            return None
        ahead = (code.created // moments.SECOND + part * 3) % self.program.months
        end = moments.month_start(moments.month_start(self.stage.now) + (ahead * 30 + 45) * moments.DAY)
        return moments.day_text(moments.day_of(end) - 1)

    def _add_bucket(self, ms: int, code: Code, points: int, status: str, expires_at: str | None) -> None:
        key = self.stage.timed_key("lopb", max(0, ms))
        self.stage.buckets.append(BucketNote(key, ms, self.plan, code, points, status, expires_at))
