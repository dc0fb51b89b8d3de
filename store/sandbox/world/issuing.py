"""Codes made and handed out: the part of a campaign's life before anybody redeems."""

from itertools import count
from operator import attrgetter

from store.sandbox.world import moments
from store.sandbox.world.notes import Batch, Code, HolderNote, PublicationNote
from store.sandbox.world.plans import CampaignPlan
from store.sandbox.world.showpieces import REFERRALS
from store.sandbox.world.stage import Stage
from store.sandbox.world.vocabulary import PUBLICATION_CHANNELS, TIDY

_BATCH = 500
"""Codes that one generation step stamps with the same instant."""


class CodeIssue:
    """Makes one campaign's codes on a stage, publishes them, and writes them down in the end."""

    def __init__(self, stage: Stage, plan: CampaignPlan) -> None:
        self.stage = stage
        self.plan = plan
        self.rng = stage.rng
        self.begin, self.end = plan.window(stage.earliest, stage.now)
        self.codes: list[Code] = []
        self.is_referral = plan.kind == REFERRALS
        self._serial = count()

    def make_codes(self) -> None:
        """Batches that share an instant on STATIC campaigns; one by one where codes come on demand."""
        plan, stage = self.plan, self.stage
        wanted = plan.vouchers
        first = plan.created + 2 * moments.SECOND
        if plan.idea.type == "AUTO_UPDATE":
            early = wanted // 10
            stamps = [first] * early + stage.times(self.begin, self.end, wanted - early)
        else:
            later = 0 if wanted < 20 or self.end <= self.begin else wanted // 4
            stamps = [first + i // _BATCH for i in range(wanted - later)]
            middle = self.begin + (self.end - self.begin) // 3
            stamps += [middle + i // _BATCH for i in range(later)]
        last, draw = stage.now - 1, self.rng.getrandbits
        prefix, credit = _prefix(plan.name), plan.initial_value
        for wished in stamps:
            stamp = min(wished, last)
            number = draw(40)
            self.codes.append(Code(draw(96), prefix, number, stamp, stamp, credit, credit))
        if plan.idea.type == "STANDALONE":
            self.codes[0].name = plan.name.upper().replace(" ", "-")
        if plan.idea.name in TIDY.names:
            for code in self.codes[1:2]:
                code.name = stage.spare_codes.pop() if stage.spare_codes else code.name
        for code in self.codes[7::61]:
            code.active = False

    def finish(self) -> None:
        """Hand the codes over, now that their last change is known."""
        self.stage.batches.append(Batch(self.plan, self.codes))

    def publish(self) -> None:
        """Hand codes to customers, in order; a few attempts fail, all of them once no code is left."""
        stage, plan, chance = self.stage, self.plan, self.rng.random
        shared = plan.idea.type == "STANDALONE"
        distributions = [f"distr_{self.rng.getrandbits(96):024x}" for _ in range(1 + plan.publications % 3)]
        waiting = sorted(self.codes, key=attrgetter("created"))
        position = 0
        for ms in stage.times(self.begin, self.end, plan.publications):
            person = max(0, stage.person_at(ms, plan.terms.countries))
            code = waiting[0 if shared else position] if position < len(waiting) else None
            if code is not None and (code.created > ms or chance() < 0.015):
                code = None
            if code is not None:
                if not shared:
                    position += 1
                    code.holder, code.ready = person, ms
                    if self.is_referral:
                        self.hold(code, person, ms, "REFERRER")
                if ms > code.touched:
                    code.touched = ms
            stage.touch(person, ms)
            distribution = distributions[int(chance() * len(distributions))]
            channel = PUBLICATION_CHANNELS[int(chance() * len(PUBLICATION_CHANNELS))]
            key = self.rng.getrandbits(96)
            stage.publications.append(PublicationNote(key, ms, plan, code, person, channel, distribution))

    def hold(self, code: Code, person: int, ms: int, role: str) -> None:
        """Note a customer's part in a referral code; other codes have no such list."""
        self.stage.holders.append(HolderNote(self.stage.timed_key("rh", ms), ms, self.plan, code, person, role))


def _prefix(name: str) -> str:
    letters = "".join(letter for letter in name if letter.isascii() and letter.isalnum())
    return f"{letters[:4].upper()}-" if letters else "X-"
