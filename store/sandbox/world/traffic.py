"""One campaign's redemptions: tried, refused, granted and rolled back, in the order of time."""

import heapq
from collections.abc import Callable, Iterable
from itertools import repeat
from operator import attrgetter
from typing import TypeAlias

from store.sandbox.world import moments
from store.sandbox.world.benefits import discount_given
from store.sandbox.world.notes import Code, OrderNote, RedemptionNote
from store.sandbox.world.plans import CampaignPlan, TierPlan
from store.sandbox.world.refusals import Refusing
from store.sandbox.world.stage import Referral, Stage
from store.sandbox.world.vocabulary import CHANNELS, REASONS, SPIKE_CODE

Event: TypeAlias = Callable[[int], None]


class CampaignTraffic(Refusing):
    """Plays one campaign on a stage. Subclasses say what a redemption does for cards that hold a balance."""

    holders_only = False

    def __init__(self, stage: Stage, plan: CampaignPlan) -> None:
        super().__init__(stage, plan)
        self.waiting: list[Code] = []
        self.open: list[Code] = []
        self._events: list[tuple[int, int, Event]] = []
        self._undoable: list[tuple[RedemptionNote, Code | None]] = []
        self.rollbacks_left = 0

    def play(self) -> None:
        """Write every row of this campaign; exactly as many as the plan says."""
        self.make_codes()
        self.publish()
        usable = [code for code in self.codes if self._usable(code)]
        self.waiting = sorted(usable, key=attrgetter("ready"))[::-1]
        self.redeem()
        self.finish()

    def schedule(self, ms: int, event: Event) -> None:
        """Let something happen later, before the world's present."""
        heapq.heappush(self._events, (ms, next(self._serial), event))

    def schedule_all(self, instants: Iterable[int], event: Event) -> None:
        """Let the same happen at every one of these instants. Before the events run, not while they do."""
        self._events += zip(instants, self._serial, repeat(event))

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
        attempt = self.attempt if outage is None else lambda ms: self._attempt_in_outage(ms, outage)
        self.schedule_all(instants, attempt)
        self.plan_balance_changes()
        self._run()
        self._settle_rollbacks(max(instants, default=self.begin))

    def _run(self) -> None:
        """Let everything happen in the order of time; what is planned from the start needs no heap."""
        planned = sorted(self._events)
        later: list[tuple[int, int, Event]] = []
        self._events = later
        for event in planned:
            while later and later[0] < event:
                ms, _, happen = heapq.heappop(later)
                happen(ms)
            event[2](event[0])
        while later:
            ms, _, happen = heapq.heappop(later)
            happen(ms)

    def _attempt_in_outage(self, ms: int, outage: int) -> None:
        if moments.day_of(ms) == outage and self.rng.random() < 0.8:
            self.refuse(ms, SPIKE_CODE)
        else:
            self.attempt(ms)

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
        while self.waiting and self.waiting[-1].ready <= ms:
            self.offer(self.waiting.pop())
        codes = self.open
        return codes[int(len(codes) * (1 - self.rng.random() ** 2) * 0.999999)] if codes else None

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
        code, idea, rng = self.pick(ms), self.plan.idea, self.rng
        person = -1 if code is None else self.redeemer(ms, code)
        if code is None or rng.random() < idea.failure_rate or not self._welcome(person):
            self.refuse(ms)
            return
        order = self.stage.order_amount(self.plan.terms.least_order)
        given = discount_given(idea.benefit, order, rng.random())
        self.succeed(ms, code, person, order, min(order, given))
        code.used += 1
        if idea.quantity is not None and code.used >= idea.quantity:
            self.withdraw(code)
            self.spent.append(code)

    def _welcome(self, person: int) -> bool:
        """Whether this customer may redeem once more."""
        most = self.plan.terms.per_customer
        if most is None:
            return True
        taken = self.stage.taken[self.plan.id, person]
        if taken == most - 1:
            self.regulars.append(person)
        self.stage.taken[self.plan.id, person] += taken < most
        return taken < most

    def succeed(
        self,
        ms: int,
        code: Code,
        person: int,
        order: int,
        discount: int,
        amount: int | None = None,
        reward: str | None = None,
    ) -> RedemptionNote:
        """A redemption that worked; it may be rolled back some hours or days later."""
        note = self.note_success(ms, code, person, order, discount, amount, reward)
        self.after_success(ms, note, code)
        if self.is_referral and person >= 0:
            self._refer(ms, code, person, note.id)
        return note

    def after_success(self, ms: int, note: RedemptionNote, code: Code | None) -> None:
        """Remember a success as undoable; perhaps schedule its rollback."""
        self._undoable.append((note, code))
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

    def note_success(
        self,
        ms: int,
        code: Code | None,
        person: int,
        order: int,
        discount: int,
        amount: int | None = None,
        reward: str | None = None,
        tier: TierPlan | None = None,
    ) -> RedemptionNote:
        """Write down a redemption, and its order when there is one; touches code and customer."""
        stage = self.stage
        key = stage.timed_key("r", ms)
        if code is not None and ms > code.touched:
            code.touched = ms
        if person >= 0:
            stage.touch(person, ms)
        paid = self.note_order(ms, key, person, order, discount) if order else None
        channel = CHANNELS[int(self.rng.random() * len(CHANNELS))]
        note = RedemptionNote(key, ms, self.plan, tier, code, person, None, amount, paid, discount, channel, reward)
        stage.redemptions.append(note)
        return note

    def note_order(self, ms: int, cause: str, person: int, amount: int, discount: int) -> OrderNote:
        """Write down a paid order; `cause` is the id of the redemption or event it was placed with."""
        note = OrderNote(self.stage.timed_key("ord", ms), ms, next(self._serial), person, amount, discount, cause)
        self.stage.orders.append(note)
        return note

    def roll_back(self, ms: int, old: RedemptionNote, code: Code | None) -> None:
        """Undo a redemption by another one with negative amounts."""
        stage = self.stage
        note = old.undone(stage.timed_key("rr", ms), ms, self.rng.choice(REASONS))
        stage.redemptions.append(note)
        if code is not None:
            if ms > code.touched:
                code.touched = ms
            code.used -= 1
            if self.plan.idea.quantity is not None:
                self.offer(code)
            self.refund(ms, code, old, note)
        if self.rollbacks_left > 1 and self.rng.random() < 0.06:
            self.rollbacks_left -= 1
            again = min(ms + moments.MINUTE, stage.now - 1)
            stage.redemptions.append(note.refused_again(stage.timed_key("rr", again), again))

    def refund(self, ms: int, code: Code, old: RedemptionNote, undo: RedemptionNote) -> None:
        """Hook: give credits or points back."""

    def _settle_rollbacks(self, last: int) -> None:
        """Make the planned number of rollback rows exact; what cannot be undone becomes refused attempts."""
        stage = self.stage
        while self.rollbacks_left and self._undoable:
            self.rollbacks_left -= 1
            undone, code = self._undoable.pop(self.rng.randrange(len(self._undoable)))
            last = last + max(1, (stage.now - last) // (self.rollbacks_left + 2))
            self.roll_back(min(last, stage.now - 1), undone, code)
        while self.rollbacks_left:
            self.rollbacks_left -= 1
            self.refuse(self.rng.randrange(self.begin, max(self.begin, self.end) + 1))


class PromotionTraffic(CampaignTraffic):
    """A promotion: no codes; each redemption belongs to a tier."""

    def attempt(self, ms: int) -> None:
        """One basket that a tier applies to."""
        tiers = [tier for tier in self.plan.tiers if self._obstacle(tier, ms) is None]
        if not tiers or self.rng.random() < self.plan.idea.failure_rate:
            self.refuse(ms)
            return
        tier = self.rng.choices(tiers, range(len(tiers) + 1, 1, -1))[0]
        order = self.stage.order_amount(tier.idea.least)
        given = min(order, discount_given(tier.idea.discount, order, self.rng.random()))
        note = self.note_success(ms, None, self.stage.person_at(ms), order, given, tier=tier)
        self.after_success(ms, note, None)

    def refuse(self, ms: int, failure: str = "", code: Code | None = None) -> None:
        """A basket that a tier did not apply to."""
        tier = self.rng.choice(self.plan.tiers)
        reason = failure or self._obstacle(tier, ms) or ("order_rules_violated" if tier.idea.least else "missing_order")
        order = self.too_small(tier.idea.least) if reason == "order_rules_violated" else 0
        self.note_failure(ms, reason, code, self.stage.person_at(ms), tier, order)

    @staticmethod
    def _obstacle(tier: TierPlan, ms: int) -> str | None:
        """Why no basket can use a tier at this moment."""
        if not tier.idea.active:
            return "promotion_inactive"
        if (tier.start or 0) > ms or (tier.end is not None and ms >= tier.end):
            return "promotion_not_active_now"
        return None
