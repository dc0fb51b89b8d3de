"""Budget management and distributions: what was given against the limits, and how codes reached customers."""

from collections.abc import Callable

from store.domain.money import format_minor
from store.domain.rules import BudgetKind
from store.models import Figure, Unit
from store.queries.budget import RuleLimit, given, net, rule_limits
from store.queries.distributions import SUBSTITUTE, distribution_overview
from store.queries.wallets import outstanding, wallet_totals
from tui.figures import all_time, figure_field, source_words, state_words
from tui.panels.movements import other_fields
from tui.spec import CampaignContext
from widgets import format as fmt
from widgets.panel import Field, PanelData

_COUNTED = {BudgetKind.COUNT: "redemptions", BudgetKind.UNITS: "discounted units"}


def discount_budget(context: CampaignContext) -> PanelData:
    """Limits found in the rules, discount given net of rollbacks, and what that leaves."""
    connection, now = context.reader.connection, context.reader.now()
    totals = given(connection, context.campaign.id)
    spent = net(totals.discount, totals.rolled_back)
    fields = [
        figure_field("Given", totals.discount, context.currency, now),
        figure_field("Rolled back", totals.rolled_back, context.currency, now),
        figure_field("Net", spent, context.currency, now),
    ]
    limits = rule_limits(connection, context.campaign.id)
    for limit in limits:
        fields += _limit_fields(limit, spent, totals.redemptions, context.currency)
    if not limits:
        fields.append(Field("Limit", "none found in the rules", "muted"))
    if context.campaign.document.get("type") == "STANDALONE":
        fields.append(figure_field("Redemptions", totals.redemptions, context.currency, now))
    return PanelData(
        "Budget management", tuple(fields), source_note=all_time(source_words(spent.source, spent.as_of, now))
    )


def left_of(found: RuleLimit, spent: Figure, count: Figure) -> int | None:
    """What a limit on the whole campaign leaves, in minor units or redemptions; None when that cannot be told."""
    limit = found.limit
    used = spent.value if found.is_money else count.value if limit.kind is BudgetKind.COUNT else None
    return None if limit.limit is None or used is None or not limit.is_whole_campaign else limit.limit - used


def _limit_fields(found: RuleLimit, spent: Figure, count: Figure, currency: str | None) -> list[Field]:
    limit = found.limit
    name = f"Rule “{found.rule_name}”"
    if limit.limit is None:
        return [Field("Limit", f"{name}: a formula decides", "muted")]
    shown = (
        format_minor(limit.limit, currency)
        if found.is_money
        else f"{limit.limit:,} {_COUNTED.get(limit.kind, limit.kind.value)}"
    )
    left = left_of(found, spent, count)
    if left is None:
        return [Field("Limit", f"{shown} {limit.scope} ({name})")]
    rest = format_minor(left, currency) if found.is_money else f"{left:,}"
    used = max(limit.limit - left, 0)
    return [
        Field("Limit", f"{shown} ({name})", meter=(used, limit.limit) if limit.limit > 0 else None),
        Field("Left", rest, "strong" if left > 0 else "bad", substitute="est."),
    ]


def gift_budget(context: CampaignContext) -> PanelData:
    """Gift credit: issued, added, removed, redeemed, rolled back, and what is outstanding on all cards."""
    connection, now = context.reader.connection, context.reader.now()
    totals = wallet_totals(connection, context.campaign.id, gift=True, zone=context.zone)
    left = outstanding(connection, context.campaign.id, Unit.MINOR)
    fields = [figure_field(name.capitalize(), figure, context.currency, now) for name, figure in totals.items()]
    fields += [*other_fields(context, Unit.MINOR), figure_field("Outstanding", left, context.currency, now)]
    for limit in rule_limits(connection, context.campaign.id):
        redeemed = totals["redeemed"]
        fields += _limit_fields(limit, redeemed, Figure(None), context.currency)
    source = totals["redeemed"]
    return PanelData(
        "Budget management", tuple(fields), source_note=all_time(source_words(source.source, source.as_of, now))
    )


def distribution_panel(title: str) -> Callable[[CampaignContext], PanelData]:
    """Publications by channel and the redemptions of distributed codes, under the dashboard's name for the type."""

    def load(context: CampaignContext) -> PanelData:
        found = distribution_overview(context.reader.connection, context.campaign.id)
        note = all_time(state_words(found.state, context.reader.now()))
        if not found.publications and found.state.as_of is None:
            empty = f"No publications cached. Press r to fetch this campaign's rows ({context.cost})."
            return PanelData(title, source_note=note, empty_note=empty)
        known, so_far = found.state.known, found.state.brief
        untold = found.failed_reason if found.failed_reason != so_far else ""
        fields = [
            Field("Publications", fmt.count(known(found.publications)), "strong", substitute=so_far),
            Field("Failed", fmt.count(found.failed), "bad" if found.failed else "text", substitute=untold),
            Field("Customers", fmt.count(known(found.customers))),
            *(Field(f"by {channel}", fmt.count(count)) for channel, count in found.by_channel[:5]),
            Field("Distributions", fmt.count(known(found.distributions)), substitute="seen in publications"),
            Field("Messages delivered", "–", substitute="not told by the API; shown: publications by distribution"),
            Field("by distribution", f"{found.distributed:,} published, {fmt.count(found.redemptions)} redeemed"),
            Field("Redemption rate", fmt.percent(found.rate_permille, 1000), substitute="of what distributions sent"),
        ]
        return PanelData(title, tuple(fields), source_note=note, foot_note=SUBSTITUTE)

    return load
