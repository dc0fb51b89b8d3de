"""Budget management and distributions: what was given against the limits, and how codes reached customers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo

from store import words as fmt
from store.days import local_time, parse_instant
from store.domain.limits import amount_text
from store.models import Figure, Unit
from store.queries.budget import LimitUse, lifetime_totals, limit_uses, net, order_counts, tightest
from store.queries.distributions import SUBSTITUTE, DistributionOverview, distribution_overview
from store.queries.reader import Reader
from store.queries.wallets import outstanding, wallet_totals
from tui.campaigns.panels.movements import other_fields
from tui.kit.context import SubjectContext
from tui.kit.figures import all_time, figure_field, source_words, state_words, unknown_field, value_field
from widgets.panel.panel import Field, PanelData
from widgets.text.lines import Role

NET = "limits count net of rollbacks"


def discount_budget(context: SubjectContext) -> PanelData:
    """Discount, orders and redemptions with what was rolled back of them, and every limit with what it leaves."""
    now = context.reader.now()
    totals = context.reader.ask(lifetime_totals, context.subject.id)
    fields = [
        *_gross_and_net("Discount", "given", totals.discount, totals.discount_back, context, now),
        *_order_fields(context),
        *_gross_and_net("Redemptions", "made", totals.redemptions, totals.redemptions_back, context, now),
        *limit_fields(context),
    ]
    source = totals.discount
    return PanelData(
        "Budget management",
        tuple(fields),
        source_note=all_time(source_words(source.source, source.as_of, now)),
        foot_note=NET,
    )


def gift_budget(context: SubjectContext) -> PanelData:
    """Gift credit: issued, added, removed, redeemed, rolled back, what is outstanding on all cards, and every limit."""
    connection, now = context.reader.connection, context.reader.now()
    totals = wallet_totals(connection, context.subject.id, gift=True, zone=context.zone)
    fields = [figure_field(name.capitalize(), figure, context.currency, now) for name, figure in totals.items()]
    redeemed = net(totals["redeemed"], totals["rolled back"])
    fields += [
        figure_field("Redeemed net", redeemed, context.currency, now),
        figure_field("Outstanding", outstanding(connection, context.subject.id, Unit.MINOR), context.currency, now),
        *other_fields(context, Unit.MINOR),
        *_order_fields(context),
        *limit_fields(context),
    ]
    return PanelData(
        "Budget management",
        tuple(fields),
        source_note=all_time(source_words(redeemed.source, redeemed.as_of, now)),
        foot_note=NET,
    )


def _gross_and_net(
    what: str, verb: str, gross: Figure, back: Figure, context: SubjectContext, now: datetime
) -> list[Field]:
    return [
        figure_field(f"{what} {verb}", gross, context.currency, now),
        figure_field("- rolled back", back, context.currency, now),
        figure_field(f"{what} net", net(gross, back), context.currency, now),
    ]


def _order_fields(context: SubjectContext) -> list[Field]:
    """How many orders, their value, and what was rolled back of both."""
    totals, now = context.reader.ask(lifetime_totals, context.subject.id), context.reader.now()
    counted = context.reader.ask(order_counts, context.subject.id)
    return [
        figure_field("Orders", counted.count, None, now),
        figure_field("Orders rolled back", counted.rolled_back, None, now),
        *_gross_and_net("Orders", "value", totals.orders, totals.orders_back, context, now),
    ]


def limit_fields(context: SubjectContext) -> list[Field]:
    """Every limit of the campaign's rules, the tightest first; a line that says so when there is none."""
    uses = uses_of(context)
    if not uses:
        return [Field("Limit", "none found in the rules", "muted")]
    return [field for use in uses for field in _limit_fields(use, context)]


def uses_of(context: SubjectContext) -> list[LimitUse]:
    """The campaign's limits and what was used of each, the tightest first."""
    return context.reader.ask(
        limit_uses, context.subject.id, context.reader.now(), context.zone, context.currency, context.week_start
    )


def limit_in_short(reader: Reader, campaign_id: str, zone: tzinfo, currency: str | None) -> Field | None:
    """What the tightest limit of a campaign leaves, as one line; None without a limit that can be told."""
    use = tightest(reader.ask(limit_uses, campaign_id, reader.now(), zone, currency, reader.week_start))
    if use is None:
        return None
    label = f"Left {use.limit.counts.period.now_words}".rstrip()
    of = " · ".join(part for part in (f"of {use.limit.text(currency)}", use.part, use.note) if part)
    return Field(label, left_words(use, currency), left_role(use), substitute=of)


def _limit_fields(use: LimitUse, context: SubjectContext) -> list[Field]:
    limit = use.limit
    condition = "" if limit.is_certain else "only if the rule's other conditions are met"
    part = f" for {use.part}" if use.part else ""
    head = Field("Limit", limit.text(context.currency), source=f"rule “{use.rule}”{part}", substitute=condition)
    known = use.used.known
    if known is None or limit.highest is None:
        return [head, unknown_field("Left", use.note or use.used.why)]
    period = f" {limit.counts.period.now_words}".rstrip()
    used = amount_text(known, limit.counts.measure, context.currency)
    meter = (max(known, 0), limit.highest) if limit.highest > 0 else None
    resets = f"resets {_moment(use.resets, context)}" if use.resets else ""
    return [
        head,
        Field(f"Used{period}", f"at least {used}" if use.left_is_most else used, meter=meter, substitute=use.note),
        Field(f"Left{period}", left_words(use, context.currency), left_role(use), substitute=resets),
    ]


def left_words(use: LimitUse, currency: str | None) -> str:
    """What a limit leaves: `€12.00`, `at most 7 redemptions`, `over by 731`; a dash when it cannot be told."""
    left, measure = use.left, use.limit.counts.measure
    if left is None:
        return fmt.UNKNOWN
    if left < 0:
        over = amount_text(-left, measure, currency) if measure.is_money else fmt.count(-left)
        return f"over by {'at least ' if use.left_is_most else ''}{over}"
    words = amount_text(left, measure, currency)
    return f"at most {words}" if use.left_is_most else words


def left_role(use: LimitUse) -> Role:
    """A limit that is reached or passed warns."""
    return "strong" if (use.left or 0) > 0 else "bad"


def _moment(instant: str | None, context: SubjectContext) -> str:
    """An instant as day and clock time of the project's zone."""
    if instant is None:
        return ""
    local = local_time(parse_instant(instant), context.zone)
    return f"{fmt.day(local.date())} {local:%H:%M}"


def distribution_panel(title: str) -> Callable[[SubjectContext], PanelData]:
    """Publications by channel and the redemptions of distributed codes, under the dashboard's name for the type."""

    def load(context: SubjectContext) -> PanelData:
        found = distribution_overview(context.reader.connection, context.subject.id)
        note = all_time(state_words(found.state, context.reader.now()))
        if not found.publications and not found.failed and found.state.as_of is None:
            empty = f"No publications are synced yet. Press r to fetch this campaign's rows ({context.cost})."
            return PanelData(title, source_note=note, empty_note=empty)
        known, so_far = found.state.known, found.state.brief
        lacking = found.failed_reason if found.failed is None or found.failed_reason != so_far else ""
        why, published, distributions = found.state.why, known(found.publications), known(found.distributions)
        seen = "" if distributions is None else "seen in publications"
        rate = Field("Redemption rate", fmt.percent(found.rate_permille, 1000), substitute="of codes published once")
        fields = [
            Field("Published", fmt.count(published), "strong", substitute=why if published is None else so_far),
            Field("Failed", fmt.count(found.failed), "bad" if found.failed else "text", substitute=lacking),
            value_field("Customers", fmt.count(known(found.customers)), why, "text"),
            *(Field(f"by {channel}", fmt.count(count)) for channel, count in found.by_channel[:5]),
            replace(value_field("Distributions", fmt.count(distributions), why, "text"), source=seen),
            unknown_field("Messages delivered", "not available from the API; publications by distribution stand below"),
            *([] if distributions is None else [_by_distribution(found)]),
            unknown_field("Redemption rate", found.rate_reason) if found.rate_permille is None else rate,
        ]
        return PanelData(title, tuple(fields), source_note=note, foot_note=SUBSTITUTE)

    return load


def _by_distribution(found: DistributionOverview) -> Field:
    """What distributions published and what was redeemed of it, where a code's redemptions tell its distribution."""
    words = f"{found.distributed:,} published"
    if found.redemptions or not found.unattributed:
        words = f"{words}, {found.redemptions:,} redeemed"
    lacking = f"{found.unattributed:,} redemptions of codes published more than once belong to no one distribution"
    return Field("by distribution", words, substitute=lacking if found.unattributed else "")
