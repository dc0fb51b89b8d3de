"""One campaign's redemptions: tried, refused, granted and rolled back, in the order of time."""

import heapq
from collections.abc import Callable
from typing import TypeAlias

from store.sandbox.world import moments
from store.sandbox.world.benefits import discount_given
from store.sandbox.world.issuing import CodeIssue
from store.sandbox.world.plans import CampaignPlan, TierPlan
from store.sandbox.world.records import OrderRow, RedemptionRow
from store.sandbox.world.stage import Code, Referral, Stage
from store.sandbox.world.vocabulary import CHANNELS, FAILURES, REASONS, SPIKE_CODE

Event: TypeAlias = Callable[[int], None]


class CampaignTraffic(CodeIssue):
    """Plays one campaign on a stage. Subclasses say what a redemption does for cards that hold a balance."""

    holders_only = False

    def __init__(self, stage: Stage, plan: CampaignPlan) -> None:
        super().__init__(stage, plan)
        self.ready: list[Code] = []
        self.open: list[Code] = []
        self._next_ready = 0
        self._events: list[tuple[int, int, Event]] = []
        self._undoable: list[tuple[int, Code | None]] = []
        self.rollbacks_left = 0

    def play(self) -> None:
        """Write every row of this campaign; exactly as many as the plan says."""
        self.make_codes()
        self.publish()
        self.ready = sorted((code for code in self.codes if self._usable(code)), key=lambda code: code.ready)
        self.redeem()
        self.finish()

    def schedule(self, ms: int, event: Event) -> None:
        """Let something happen later, before the world's present."""
        heapq.heappush(self._events, (ms, next(self._serial), event))

    def _usable(self, code: Code) -> bool:
        return code.holder >= 0 if self.holders_only or self.is_referral else True

    def redeem(self) -> None:
        """Attempts spread over the campaign's days, and rollbacks of some of what succeeded."""
        plan, stage = self.plan, self.stage
        self.rollbacks_left = int(plan.redemptions * plan.idea.rollback_rate)
        attempts = plan.redemptions - self.rollbacks_left
        days, hours = self._open_times()
        instants = stage.times(self.begin, self.end, attempts, days=days, hours=hours)
        outage = self._outage(instants)
        for ms in instants:
            self.schedule(ms, self.attempt)
        self.plan_balance_changes()
        while self._events:
            ms, _, event = heapq.heappop(self._events)
            if event == self.attempt and outage is not None and moments.day_of(ms) == outage:
                self.refuse(ms, SPIKE_CODE) if self.rng.random() < 0.8 else self.attempt(ms)
            else:
                event(ms)
        self._settle_rollbacks(max(instants, default=self.begin))

    def plan_balance_changes(self) -> None:
        """Hook: top-ups, earned points and the like, put on the schedule before the redemptions run."""

    def _open_times(self) -> tuple[frozenset[int] | None, tuple[int, ...]]:
        extras = self.plan.idea.extras
        span = range(moments.day_of(self.begin), moments.day_of(max(self.begin, self.end)) + 1)
        if "validity_day_of_week" in extras:
            return frozenset(d for d in span if moments.weekday(d) in extras["validity_day_of_week"]), ()
        if "validity_hours" in extras:
            return frozenset(d for d in span if 1 <= moments.weekday(d) <= 5), (7, 8, 16, 17)
        if "validity_timeframe" in extras and self.plan.start is not None:
            first = int(moments.text(self.plan.start)[8:10])
            return frozenset(d for d in span if (int(moments.day_text(d)[8:10]) - first) % 30 < 7), ()
        return None, ()

    def _outage(self, instants: list[int]) -> int | None:
        """The day on which most redemptions failed; a fifteenth of the attempts is moved there."""
        if self.plan.idea.spike is None:
            return None
        day = moments.day_of(self.stage.now) - self.plan.idea.spike
        for i in range(0, len(instants), 15):
            instants[i] = day * moments.DAY + 9 * moments.HOUR + instants[i] % (8 * moments.HOUR)
        return day

    def pick(self, ms: int) -> Code | None:
        """A code that can be redeemed now, recently handed out ones first."""
        while self._next_ready < len(self.ready) and self.ready[self._next_ready].ready <= ms:
            self.offer(self.ready[self._next_ready])
            self._next_ready += 1
        if not self.open:
            return None
        return self.open[int(len(self.open) * (1 - self.rng.random() ** 2) * 0.999999)]

    def offer(self, code: Code) -> None:
        """Make a code available (again)."""
        if code.slot < 0 and code.active:
            code.slot = len(self.open)
            self.open.append(code)

    def withdraw(self, code: Code) -> None:
        """Take a code out: used up or empty."""
        last = self.open.pop()
        if last is not code:
            self.open[code.slot] = last
            last.slot = code.slot
        code.slot = -1

    def attempt(self, ms: int) -> None:
        """One customer tries a code."""
        code = self.pick(ms)
        if self.rng.random() < self.plan.idea.failure_rate:
            self.refuse(ms, self.rng.choices(FAILURES, (6, 5, 3, 2, 2, 1))[0][0], code)
        elif code is None:
            self.refuse(ms, "quantity_exceeded")
        else:
            order = self.stage.order_amount()
            given = discount_given(self.plan.idea.benefit, order, self.rng.random())
            self.succeed(ms, code, order, min(order, given))
            code.used += 1
            if self.plan.idea.quantity is not None and code.used >= self.plan.idea.quantity:
                self.withdraw(code)

    def redeemer(self, ms: int, code: Code | None) -> int:
        """Who redeems: the holder, on referral codes somebody else; -1 for an unknown visitor."""
        if code is not None and code.holder >= 0:
            if not self.is_referral:
                return code.holder
            other = self.stage.person_at(ms)
            return other if other != code.holder else -1
        return self.stage.person_at(ms) if self.rng.random() < 0.9 else -1

    def refuse(self, ms: int, failure: str, code: Code | None = None) -> None:
        """A failed redemption of some code of this campaign."""
        code = code or (self.rng.choice(self.codes) if self.codes else None)
        if code is not None and code.created > ms:
            code = min(self.codes, key=lambda other: other.created)
        person = -1 if failure == "missing_customer" else self.redeemer(ms, code)
        self.add_redemption(ms, code, person, failure=failure, order=0)

    def succeed(
        self,
        ms: int,
        code: Code,
        order: int,
        discount: int,
        amount: int | None = None,
        reward: str | None = None,
    ) -> RedemptionRow:
        """A redemption that worked; it may be rolled back some hours or days later."""
        person = self.redeemer(ms, code)
        row = self.add_redemption(ms, code, person, order=order, discount=discount, amount=amount, reward=reward)
        self.after_success(ms, code)
        if self.is_referral and person >= 0:
            self._refer(ms, code, person, row.id)
        return row

    def after_success(self, ms: int, code: Code | None) -> None:
        """Note a success as undoable; perhaps schedule its rollback."""
        self._undoable.append((len(self.stage.redemptions) - 1, code))
        if self.rollbacks_left and self.rng.random() < self.plan.idea.rollback_rate * 1.2:
            due = ms + int(self.rng.uniform(1, 96) * moments.HOUR)
            if due < self.stage.now - moments.MINUTE:
                target = self._undoable.pop()
                self.rollbacks_left -= 1
                self.schedule(due, lambda at: self.roll_back(at, *target))

    def _refer(self, ms: int, code: Code, person: int, redemption_id: str) -> None:
        stage, plan = self.stage, self.plan
        referee = stage.people[person].row.id
        known = stage.referrals.setdefault(referee, [])
        if any(referral.campaign_id == plan.id for referral in known):
            return
        by_event = plan.idea.extras["referral_program"]["conversion_event_type"] == "custom_event"
        related = (stage.timed_key("evcus", ms), "event") if by_event else (redemption_id, "redemption")
        referrer = stage.people[code.holder].row.id
        known.append(Referral(plan.id, referrer, *related, moments.text(ms)))
        self.hold(code, person, ms, "REFEREE")

    def add_redemption(
        self,
        ms: int,
        code: Code | None,
        person: int,
        *,
        order: int,
        discount: int = 0,
        failure: str | None = None,
        amount: int | None = None,
        reward: str | None = None,
        tier: TierPlan | None = None,
    ) -> RedemptionRow:
        """Write a redemption row, and its order when there is one; touches code and customer."""
        stage, plan = self.stage, self.plan
        key = stage.timed_key("rf" if failure else "r", ms)
        someone = stage.people[person].row if person >= 0 else None
        if code is not None and not failure:
            code.touched = max(code.touched, ms)
        if person >= 0:
            stage.touch(person, ms)
        at = moments.text(ms)
        order_id = self.add_order(ms, at, key, person, order, discount) if order else None
        row = RedemptionRow(
            id=key,
            object="redemption",
            created_at=at,
            result="FAILURE" if failure else "SUCCESS",
            status="FAILED" if failure else "SUCCEEDED",
            campaign_id=plan.id,
            campaign=plan.name,
            related_object_type="promotion_tier" if tier else "voucher",
            related_object_id=tier.id if tier else (code.id if code else None),
            parent_redemption_id=None,
            redemption=None,
            voucher_id=None if code is None else code.id,
            voucher_code=None if code is None else code.code,
            customer_id=someone.id if someone else None,
            tracking_id=someone.tracking_id if someone else None,
            failure_code=failure,
            amount=amount,
            order_id=order_id,
            order_amount=order,
            discount_amount=discount,
            channel=CHANNELS[int(self.rng.random() * len(CHANNELS))],
            reward_assignment_id=reward,
            reason=None,
        )
        stage.redemptions.append(row)
        return row

    def add_order(self, ms: int, at: str, redemption_id: str, person: int, amount: int, discount: int) -> str:
        """Write a paid order placed at `ms` (`at` is its text); returns its id."""
        stage = self.stage
        order = OrderRow(
            id=stage.timed_key("ord", ms),
            source_id=f"web-{next(self._serial)}-{ms % 1_000_000}",
            created_at=at,
            updated_at=None,
            status="PAID",
            customer_id=stage.people[person].row.id if person >= 0 else None,
            referrer_id=None,
            amount=amount,
            discount_amount=discount,
            redemption_id=redemption_id,
        )
        stage.orders.append(order)
        return order.id

    def roll_back(self, ms: int, index: int, code: Code | None) -> None:
        """Undo the redemption at `index`: a row with negative amounts; the old row only changes its status."""
        stage = self.stage
        old = stage.redemptions[index]
        stage.redemptions[index] = old._replace(status="ROLLED_BACK")
        row = rollback_of(old, stage.timed_key("rr", ms), moments.text(ms), self.rng.choice(REASONS))
        stage.redemptions.append(row)
        if code is not None:
            code.touched = max(code.touched, ms)
            code.used -= 1
            if self.plan.idea.quantity is not None:
                self.offer(code)
            self.refund(ms, code, old, row)
        if self.rollbacks_left > 1 and self.rng.random() < 0.06:
            self.rollbacks_left -= 1
            self._roll_back_again(row, ms)

    def _roll_back_again(self, row: RedemptionRow, ms: int) -> None:
        again = min(ms + moments.MINUTE, self.stage.now - 1)
        self.stage.redemptions.append(
            row._replace(
                id=self.stage.timed_key("rr", again),
                created_at=moments.text(again),
                result="FAILURE",
                status="FAILED",
                failure_code="already_rolled_back",
                amount=None,
                order_amount=0,
                discount_amount=0,
                order_id=None,
            )
        )

    def refund(self, ms: int, code: Code, old: RedemptionRow, row: RedemptionRow) -> None:
        """Hook: give credits or points back."""

    def _settle_rollbacks(self, last: int) -> None:
        """Make the planned number of rollback rows exact; what cannot be undone becomes refused attempts."""
        stage = self.stage
        while self.rollbacks_left and self._undoable:
            self.rollbacks_left -= 1
            index, code = self._undoable.pop(self.rng.randrange(len(self._undoable)))
            last = last + max(1, (stage.now - last) // (self.rollbacks_left + 2))
            self.roll_back(min(last, stage.now - 1), index, code)
        while self.rollbacks_left:
            self.rollbacks_left -= 1
            self.refuse(self.rng.randrange(self.begin, max(self.begin, self.end) + 1), "order_rules_violated")


class PromotionTraffic(CampaignTraffic):
    """A promotion: no codes; each redemption belongs to a tier."""

    def attempt(self, ms: int) -> None:
        """One basket that a tier applies to."""
        tiers = [
            tier
            for tier in self.plan.tiers
            if tier.idea.active and (tier.start or 0) <= ms and (tier.end is None or ms < tier.end)
        ]
        if not tiers or self.rng.random() < self.plan.idea.failure_rate:
            self.refuse(ms, "promotion_inactive" if not tiers else "order_rules_violated")
            return
        tier = self.rng.choices(tiers, range(len(tiers) + 1, 1, -1))[0]
        order = self.stage.order_amount() + 3_000 * self.plan.tiers.index(tier)
        given = min(order, discount_given(tier.idea.discount, order, self.rng.random()))
        self.add_redemption(ms, None, self.stage.person_at(ms), order=order, discount=given, tier=tier)
        self.after_success(ms, None)

    def refuse(self, ms: int, failure: str, code: Code | None = None) -> None:
        """A basket that a tier did not apply to."""
        tier = self.rng.choice(self.plan.tiers)
        self.add_redemption(ms, code, self.stage.person_at(ms), failure=failure, order=0, tier=tier)


def rollback_of(old: RedemptionRow, key: str, at: str, reason: str | None) -> RedemptionRow:
    """The rollback row of a redemption (schema RedemptionRollback): the same with negative amounts."""
    return old._replace(
        id=key,
        object="redemption_rollback",
        created_at=at,
        status="SUCCEEDED",
        redemption=old.id,
        parent_redemption_id=None,
        amount=None if old.amount is None else -old.amount,
        order_amount=-old.order_amount,
        discount_amount=-old.discount_amount,
        reason=reason,
    )
