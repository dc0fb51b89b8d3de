"""Codes made and handed out: the part of a campaign's life before anybody redeems."""

from itertools import count

from store.sandbox.world import moments
from store.sandbox.world.plans import CampaignPlan
from store.sandbox.world.records import HolderRow, PublicationRow, VoucherRow
from store.sandbox.world.showpieces import REFERRALS
from store.sandbox.world.stage import Code, Stage
from store.sandbox.world.vocabulary import CATEGORIES, HOSTILE_NAMES, PUBLICATION_CHANNELS

_LETTERS = str.maketrans("0123456789abcdef", "2345679ACDEFHKPX")
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
        plan, rng, stage = self.plan, self.rng, self.stage
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
        stamps = [min(stamp, stage.now - 1) for stamp in stamps]
        prefix, key = _prefix(plan.name), stage.key
        credit = plan.initial_value
        for stamp in stamps:
            name = prefix + f"{rng.getrandbits(40):010x}".translate(_LETTERS)
            self.codes.append(Code(key("v"), name, stamp, stamp, credit, credit))
        if plan.idea.type == "STANDALONE":
            self.codes[0].code = plan.name.upper().replace(" ", "-")
        if plan.name in HOSTILE_NAMES:
            for code in self.codes[1:2]:
                code.code = stage.spare_codes.pop() if stage.spare_codes else code.code
        for code in self.codes[7::61]:
            code.active = False

    def finish(self) -> None:
        """Write the codes, now that their last change is known."""
        plan = self.plan
        category = None if plan.category is None else CATEGORIES[plan.category]
        category_id = None if plan.category is None else f"cat_{plan.category:02d}5dee3cdb5ec0c"
        start, end = moments.optional_text(plan.start), moments.optional_text(plan.end)
        people, kind, value = self.stage.people, plan.voucher_type, plan.initial_value
        self.stage.vouchers += [
            VoucherRow(
                code.id,
                code.code,
                plan.id,
                plan.name,
                kind,
                moments.text(code.created),
                moments.text(code.touched) if code.touched else None,
                people[code.holder].row.id if code.holder >= 0 else None,
                category,
                category_id,
                code.active,
                self.is_referral,
                start,
                end,
                plan.idea.quantity,
                value,
            )
            for code in self.codes
        ]

    def publish(self) -> None:
        """Hand codes to customers, in order; a few attempts fail, all of them once no code is left."""
        stage, plan, rng = self.stage, self.plan, self.rng
        shared = plan.idea.type == "STANDALONE"
        distributions = [stage.key("distr") for _ in range(1 + plan.publications % 3)]
        waiting = sorted(self.codes, key=lambda code: code.created)
        position = 0
        for ms in stage.times(self.begin, self.end, plan.publications):
            person = max(0, stage.person_at(ms))
            code = waiting[0 if shared else position] if position < len(waiting) else None
            if code is not None and (code.created > ms or rng.random() < 0.015):
                code = None
            if code is not None and not shared:
                position += 1
                code.holder, code.ready = person, ms
                self.hold(code, person, ms)
            self._add_publication(ms, person, code, distributions[int(rng.random() * len(distributions))])

    def _add_publication(self, ms: int, person: int, code: Code | None, distribution: str) -> None:
        stage, plan = self.stage, self.plan
        someone = stage.people[person].row
        channel = PUBLICATION_CHANNELS[int(self.rng.random() * len(PUBLICATION_CHANNELS))]
        if code is not None:
            code.touched = max(code.touched, ms)
        stage.touch(person, ms)
        stage.publications.append(
            PublicationRow(
                id=stage.key("pub"),
                created_at=moments.text(ms),
                result="FAILURE" if code is None else "SUCCESS",
                campaign_id=plan.id,
                campaign=plan.name,
                voucher_id=None if code is None else code.id,
                voucher_code=None if code is None else code.code,
                customer_id=someone.id,
                tracking_id=someone.tracking_id,
                channel=channel,
                source_id=None if channel != "API" else f"order-mail-{ms % 100_000}",
                distribution_id=distribution if channel == "Automation" else None,
                failure_code="no_voucher_suitable_for_publication" if code is None else None,
                voucher_type=plan.voucher_type,
                is_referral_code=self.is_referral,
            )
        )

    def hold(self, code: Code, person: int, ms: int, role: str = "REFERRER") -> None:
        """Note a customer's part in a referral code; other codes have no such list."""
        if not self.is_referral:
            return
        stage, plan = self.stage, self.plan
        stage.holders.append(
            HolderRow(
                id=stage.timed_key("rh", ms),
                created_at=moments.text(ms),
                voucher_id=code.id,
                campaign_id=plan.id,
                campaign_type=plan.kind,
                voucher_type=plan.voucher_type,
                customer_id=stage.people[person].row.id,
                holder_role=role,
            )
        )


def _prefix(name: str) -> str:
    letters = "".join(letter for letter in name if letter.isascii() and letter.isalnum())
    return f"{letters[:4].upper()}-" if letters else "X-"
