"""The world: a seeded, deterministic Voucherify project in tables."""

import gc
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from random import Random
from typing import Any

from store.sandbox.table import Document, Table, memory
from store.sandbox.world import moments, records
from store.sandbox.world.activity import ShopActivity
from store.sandbox.world.balances import GiftTraffic, LoyaltyTraffic
from store.sandbox.world.campaign_documents import assignments_list, campaign_of_tier
from store.sandbox.world.catalogues import document_sheets
from store.sandbox.world.customer_documents import CustomerDocuments
from store.sandbox.world.facts import WorldFacts
from store.sandbox.world.happenings import Happenings
from store.sandbox.world.mutations import Mutations
from store.sandbox.world.oddities import add_orphans, add_stacks
from store.sandbox.world.operations import make_records
from store.sandbox.world.plans import SUMMARY_EPOCH, CampaignPlan, make_plans, orphan_rows, stack_count
from store.sandbox.world.programs import Program, make_program
from store.sandbox.world.redemption_documents import RedemptionDocuments
from store.sandbox.world.rows import Fill, large_tables
from store.sandbox.world.rules import usage_by_campaign
from store.sandbox.world.showpieces import GIFTS, LOYALTY, PROMOTIONS
from store.sandbox.world.sizes import Sizes
from store.sandbox.world.stage import Stage, make_people
from store.sandbox.world.summary import summarise
from store.sandbox.world.traffic import CampaignTraffic, PromotionTraffic
from store.sandbox.world.truth import Truth
from store.sandbox.world.vocabulary import HOSTILE, TIDY, Words
from store.sandbox.world.voucher_documents import VoucherDocuments


class World(Mutations):
    """A whole project. The same seed, present, sizes and words give the same documents.

    Attributes:
        now: the world's present.
        sizes: how much of everything.
        tables: every resource by the name the API gives it, for routes.
        truth: totals per campaign and day to check documents and figures against.
        sheets: the large tables, writable.
        documents: the small tables, writable.
        referrals: who was brought by whom, by customer id.
        deletions: codes and campaigns that are gone.
        closed_points: points that wait no more, by id.
    """

    def __init__(self, seed: int = 7, *, now: datetime, sizes: Sizes | None = None, hostile: bool = False) -> None:
        self.now = now
        self.sizes = sizes = sizes or Sizes()
        present = moments.milliseconds(now)
        self._chance = Random(f"{seed}:mutations")
        words = HOSTILE if hostile else TIDY
        self.plans = make_plans(Random(f"{seed}:plans"), present, sizes, words)
        self._programs = _programs(seed, self.plans)
        with _collector_paused():
            stage = _play(seed, present, sizes, self.plans, self._programs, words)
            self._set_up(seed, present, stage)

    def _set_up(self, seed: int, present: int, stage: Stage) -> None:
        self.referrals = stage.referrals
        traces = make_records(Random(f"{seed}:records"), present, self.plans, stage.words)
        self.deletions = traces.deletions
        database = memory()
        self.documents = document_sheets(
            database,
            seed,
            present,
            self.plans,
            self._programs,
            traces,
            usage_by_campaign(stage.redemptions),
            stage.words,
        )
        self.sheets = {}
        self.facts = WorldFacts(self.sheets, self.documents)
        self._fill(database, stage, present)
        self._finish_documents()
        self.closed_points: dict[str, records.ClosedPoints] = {}
        happenings = Happenings(
            self.sheets, self._programs, self.referrals, self.deletions, self.closed_points, moments.text(present)
        )
        self._activity = ShopActivity(database, happenings, self.sheets, self.documents)
        self.truth = Truth(self.sheets, self.referrals, self.deletions, self.closed_points)
        self.tables: dict[str, Table[Any]] = {
            **{name: sheet.table for name, sheet in self.documents.items()},
            **self.sheets,
            "customer_activity": self._activity.table,
        }

    def _fill(self, database: sqlite3.Connection, stage: Stage, present: int) -> None:
        programs = self._programs.values()
        vouchers = VoucherDocuments(
            self.sheets,
            self.documents,
            self.facts,
            {offer.reward_id: offer.name for program in programs for offer in program.rewards},
            stage.words,
        )
        offers = {offer.assignment_id: offer for program in programs for offer in program.rewards}
        since = moments.text(present - 330 * moments.DAY)
        redemptions = RedemptionDocuments(self.sheets, self.documents, self.facts, offers, since, stage.words)
        people = CustomerDocuments(self.sheets, self.facts, vouchers, self._programs, self.referrals, stage.words)
        fills = large_tables(stage)
        for name, record, render in (
            ("vouchers", records.VoucherRow, vouchers.voucher),
            ("redemptions", records.RedemptionRow, redemptions.redemption),
            ("publications", records.PublicationRow, vouchers.publication),
            ("customers", records.CustomerRecord, people.customer),
            ("orders", records.OrderRow, redemptions.order),
            ("transactions", records.TransactionRow, vouchers.transaction),
            ("pending_points", records.PendingPointsRow, vouchers.pending),
            ("points_expiration", records.PointsBucketRow, vouchers.bucket),
            ("holders", records.HolderRow, vouchers.holder),
            ("redeemables", records.HolderRow, vouchers.holder),
        ):
            self.sheets[name] = _large(database, name, record, fills[name], render)

    def _finish_documents(self) -> None:
        self.documents["campaigns"].finish = self._finished_campaign
        self.documents["promotion_tiers"].finish = self._finished_tier
        self.documents["rewards"].finish = self._finished_reward
        self.documents["earning_rules"].finish = self._finished_rule

    def _finished_campaign(self, document: Document) -> Document:
        key = document["id"]
        document["vouchers_count"] = self.facts.vouchers_count(key)
        document["validation_rules_assignments"] = assignments_list(self.facts.assignments(key))
        if document["campaign_type"] == PROMOTIONS:
            tiers = self.documents["promotion_tiers"]
            listed = [tiers.table.document(number) for number in tiers.table.numbers("campaign_id", key)]
            document["promotion"] = {
                "object": "list", "data_ref": "tiers", "tiers": listed, "total": len(listed), "has_more": False,
            }  # fmt: skip
        return document

    def _finished_tier(self, document: Document) -> Document:
        count, amount, discount = self.facts.tier(document["id"])
        document["summary"] = {
            "redemptions": {"total_redeemed": count},
            "orders": {"total_amount": amount, "total_discount_amount": discount},
        }
        campaign = self.documents["campaigns"].find(document["campaign_id"])
        if campaign is not None:
            document["campaign"] = campaign_of_tier(campaign)
        document["validation_rule_assignments"] = assignments_list(self.facts.assignments(document["id"]))
        return document

    def _finished_reward(self, document: Document) -> Document:
        for assignment in self.documents["reward_assignments"].documents:
            if assignment["reward_id"] == document["id"]:
                document["redeemed"] = self.facts.rewarded(assignment["id"])
        return document

    def _finished_rule(self, document: Document) -> Document:
        found = self.facts.assignments(document["id"])
        document["validation_rule_id"] = found[0]["rule_id"] if found else None
        return document

    def campaign(self, name: str) -> Document:
        """The campaign with this name, as the API shows it. Raises KeyError when there is none."""
        sheet = self.documents["campaigns"]
        number = sheet.table.number(("name",), name)
        if number is None:
            raise KeyError(name)
        return sheet.table.document(number)

    def summary(self, campaign_id: str, start_date: str, end_date: str) -> Document:
        """The campaign's summary over inclusive UTC days; `{}` when it was created before 17 June 2025.

        Raises:
            KeyError: for an unknown campaign.
        """
        campaign = self._campaign(campaign_id)
        if moments.instant(campaign["created_at"]) < SUMMARY_EPOCH:
            return {}
        shown = {**campaign, "vouchers_count": self.facts.vouchers_count(campaign_id)}
        return summarise(self.truth, shown, start_date, end_date)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Hundreds of thousands of rows and no cycles: the garbage collector would only cost a fifth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _programs(seed: int, plans: list[CampaignPlan]) -> dict[str, Program]:
    rng = Random(f"{seed}:programs")
    return {plan.id: make_program(rng, plan) for plan in plans if plan.kind == LOYALTY}


def _play(
    seed: int, present: int, sizes: Sizes, plans: list[CampaignPlan], programs: dict[str, Program], words: Words
) -> Stage:
    """Run the traffic of every campaign."""
    rng = Random(f"{seed}:traffic")
    earliest = present - sizes.months * 30 * moments.DAY
    people = make_people(Random(f"{seed}:people"), present, sizes.customers, words)
    stage = Stage(rng, present, earliest, people, programs, words)
    loyal = [plan for plan in plans if plan.id in programs]
    weights = sum(plan.idea.weight for plan in loyal) or 1.0
    kinds: dict[str, type[CampaignTraffic]] = {
        PROMOTIONS: PromotionTraffic, GIFTS: GiftTraffic, LOYALTY: LoyaltyTraffic,
    }  # fmt: skip
    for plan in plans:
        stage.accruals = int(sizes.accruals * plan.idea.weight / weights) if plan in loyal else 0
        kinds.get(plan.kind, CampaignTraffic)(stage, plan).play()
    add_stacks(stage, plans, stack_count(sizes))
    add_orphans(stage, orphan_rows(sizes))
    return stage


def _large(
    database: sqlite3.Connection, name: str, record: Any, fill: Fill, render: Callable[[Any], Document]
) -> Table[Any]:
    flags = {field for field, kind in record.__annotations__.items() if kind is bool}
    return Table(database, name, record._fields, record._make, render, fill, flags)
