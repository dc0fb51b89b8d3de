"""Lists of what a program is made of: promotion tiers, earning rules, rewards, reward redemptions (API §4.3, §4.5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from store import words as fmt
from store.domain.discount import tier_value_text
from store.domain.loyalty import earning_rule_text, earning_text, event_text, reward_cost_text, reward_text
from store.queries.freshness import data_state
from store.queries.reader import document as read_decoded
from store.queries.rows import RowList
from store.queries.views import EARNING_RULES, REWARD_REDEMPTIONS, REWARDS, TIERS
from store.queries.wallets import RuleUse, earning_rule_uses
from tui.campaign_kit.lists.codes import PRESENCE, dated_status, standings
from tui.campaign_kit.lists.redemption_detail import redemption_detail
from tui.campaign_kit.lists.traffic import RESULT, result_cell
from tui.kit.context import SubjectContext
from tui.kit.lists.spec import (
    Facet,
    ListRecord,
    ListSpec,
    called,
    day,
    end,
    list_column,
    money,
    number,
    points,
    text,
    when,
)
from widgets.panel.panel import Field
from widgets.table.rows import Cell, CellText
from widgets.text import glyphs


def part_status(record: ListRecord) -> Cell:
    """Whether a tier or rule is in force now."""
    signs = glyphs.current()
    if record["missing_since"]:
        return CellText(f"{signs.missing} gone", "status-ended")
    if record["active"] == 0:
        return CellText(f"{signs.disabled} disabled", "status-off")
    return dated_status(record) or CellText(f"{signs.active} active", "status-active")


_STATUS = list_column("status", "State", part_status, width=14, kind="status", sort="", priority=90)
_STARTS = day("start_date", "Starts", priority=50)
_ENDS = end("expiration_date", "Ends", priority=52)


def _tier_more(context: SubjectContext, record: ListRecord, document: Mapping[str, Any]) -> Iterable[Field]:
    value = tier_value_text(document, context.currency)
    if value:
        yield Field("Gives", value, "strong")
    if record["banner"]:
        yield Field("Banner", str(record["banner"]))
    orders, discounts = record["orders_total_amount"], record["orders_total_discount_amount"]
    if orders is not None:
        yield Field("Orders", record.scene.money(orders))
    if discounts is not None:
        yield Field("Discount given", record.scene.money(discounts))


def _tier_shares(context: SubjectContext, rows: Sequence[dict[str, Any]]) -> None:
    """Each tier's share of what all tiers of the campaign were redeemed."""
    counts = RowList(context.reader, TIERS, context.subject).value_counts("total_redeemed", limit=10_000)
    whole = sum(redeemed * tiers for redeemed, tiers in counts if isinstance(redeemed, int))
    for row in rows:
        row["share"] = fmt.percent(row["total_redeemed"], whole)


TIER_ROWS = ListSpec(
    id="promotion-tiers",
    noun=("tier", "tiers"),
    view=TIERS,
    columns=(
        called("Tier", 20, flex=2, most=44, priority=100),
        number("hierarchy", "No", 4, priority=98),
        _STATUS,
        number("total_redeemed", "Redeemed net", priority=92),
        list_column("share", "Share", lambda row: row["share"] or "", width=8, kind="number", sort="", priority=85),
        money("orders_total_discount_amount", "Discount", priority=60),
        _STARTS,
        _ENDS,
        text("banner", "Banner", 16, flex=1, most=36, priority=20),
    ),
    empty="No tiers are synced yet. Press R to fetch them with the campaigns.",
    facets=(Facet("State", standings, shown=True), PRESENCE),
    dates="",
    note=lambda _context: "Redeemed net is the API's count, less rollbacks. Elsewhere Redeemed includes them.",
    derive=_tier_shares,
    more=_tier_more,
    project_wide=True,
)


def _earning_more(context: SubjectContext, record: ListRecord, document: Mapping[str, Any]) -> Iterable[Field]:
    del record
    yield Field("In words", earning_rule_text(document, context.currency), "strong")
    if document.get("validation_rule_id"):
        yield Field("Validation rule", str(document["validation_rule_id"]))


def _earning_words(context: SubjectContext, rows: Sequence[dict[str, Any]]) -> None:
    """Event and points in words, from the rules' documents, and their uses, counted from transactions."""
    uses = context.reader.ask(earning_rule_uses, context.subject.id)
    known = context.reader.ask(data_state, "transactions", context.subject).known
    for row in rows:
        rule = context.reader.ask(read_decoded, "earning_rules", row["id"])
        row["event_words"] = event_text(rule)
        row["points_words"] = earning_text(rule.get("loyalty"), context.currency)
        used = uses.get(row["id"], RuleUse(0, 0))
        row["uses"] = known(used.uses)
        row["given"] = None if used.points is None else known(used.points)


def _uses_note(context: SubjectContext) -> str:
    state = context.reader.ask(data_state, "transactions", context.subject)
    if state.completed_at is not None:
        return "Uses and points given are counted from transactions."
    return "Uses and points given need the transactions, which are not all synced. Press r to fetch them."


EARNING_RULE_ROWS = ListSpec(
    id="earning-rules",
    noun=("earning rule", "earning rules"),
    view=EARNING_RULES,
    columns=(
        called("Rule", 20, flex=1, most=40, priority=100),
        _STATUS,
        list_column("event", "When", lambda row: str(row["event_words"] or row["event"] or ""),
                    width=18, flex=1, most=40, priority=85),
        list_column("points", "Points", lambda row: str(row["points_words"] or ""), width=18, flex=1, most=44,
                    priority=88),
        number("uses", "Uses", sort="", priority=70),
        points("given", "Given", sort="", priority=80),
        _STARTS,
        _ENDS,
        day("created_at", "Created", priority=20),
    ),
    facets=(Facet("State", standings, shown=True), Facet("Event", column="event"), PRESENCE),
    dates="",
    note=_uses_note,
    derive=_earning_words,
    more=_earning_more,
    place="name",
)  # fmt: skip


def _stock(record: ListRecord) -> Cell:
    stock = record["stock"]
    if not isinstance(stock, int):
        return "unlimited"
    return CellText(fmt.count(stock), "warn") if stock <= 0 else fmt.count(stock)


def _reward_more(context: SubjectContext, record: ListRecord, document: Mapping[str, Any]) -> Iterable[Field]:
    reward = context.reader.ask(read_decoded, "rewards", str(record["reward_id"] or ""))
    yield Field("Gives", reward_text(reward, context.currency), "strong")
    yield Field("Cost", reward_cost_text(document, reward, context.currency))
    if isinstance(record["redeemed"], int):
        yield Field("Taken anywhere", fmt.count(record["redeemed"]), source="the API's own count")
    yield Field("Reward id", str(record["reward_id"] or ""))


REWARD_ROWS = ListSpec(
    id="rewards-catalog",
    noun=("reward", "rewards"),
    view=REWARDS,
    columns=(
        called("Reward", 20, flex=2, most=44, priority=100),
        text("type", "Type", 10, priority=60),
        points("points", "Cost", priority=95),
        list_column("stock", "Stock", _stock, width=10, kind="number", priority=85),
        number("taken", "Taken", priority=90),
        points("points_spent", "Points spent", 13, priority=70),
        day("created_at", "Added", priority=20),
    ),
    facets=(Facet("Type", column="type"),),
    note=lambda _context: "Taken counts succeeded redemptions of this campaign in the cache, with those rolled back.",
    more=_reward_more,
    place="name",
)

REWARD_REDEMPTION_ROWS = ListSpec(
    id="reward-redemptions",
    noun=("reward redemption", "reward redemptions"),
    view=REWARD_REDEMPTIONS,
    columns=(
        list_column("reward_id", "Reward", lambda row: row.named("rewards", "reward_id"), width=18, flex=1, most=40,
                    priority=100),
        when("created_at", "At", priority=98),
        list_column("result", "Result", result_cell, width=15, kind="status", priority=95),
        points("amount", "Points", priority=90),
        text("voucher_code", "Card", 16, flex=1, most=36, priority=80),
        list_column("customer_id", "Customer", lambda row: row.customer(), width=16, flex=1, most=34, priority=70),
        text("reward_type", "Type", 10, priority=40),
    ),
    empty="No reward redemptions are synced yet. Press r to fetch the redemptions ({cost}).",
    facets=(Facet("Type", column="reward_type"), RESULT),
    note=lambda _context: (
        "Pending and completed are known from customers' activity only. The list shows redemptions."
    ),
    lookups={"customer_id": "customers", "reward_id": "rewards"},
    detail=redemption_detail,
    personal=True,
)  # fmt: skip

REFERRAL_REWARD_ROWS = replace(
    REWARD_REDEMPTION_ROWS,
    silent="No redemption of this program names a reward. Rewards given to referrers need not be redemptions:"
    " customers' activity and webhooks have them.",
)
