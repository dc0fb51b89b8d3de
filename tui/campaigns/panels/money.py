"""Budget management and distributions: what was given against the limits, and how codes reached customers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import tzinfo

from store import words as fmt
from store.days import local_time, parse_instant
from store.domain.limits import amount_text
from store.models import Figure, Unit
from store.queries.budget import LimitUse, lifetime_totals, limit_uses, net, order_counts, tightest
from store.queries.distributions import SUBSTITUTE, DistributionOverview, distribution_overview
from store.queries.reader import Reader
from store.queries.wallets import outstanding, wallet_totals
from tui.campaign_kit.limits import left_role, left_words, limit_field
from tui.campaigns.panels.movements import other_fields
from tui.kit.context import SubjectContext
from tui.kit.figure_words import known_words
from tui.kit.figures import all_time, figure_field, source_words, sourced_field, state_words, unknown_field, value_field
from widgets.panel.panel import Field, PanelData

NET = "limits count net of rollbacks"


def discount_budget(context: SubjectContext) -> PanelData:
    """Discount, orders and redemptions with what was rolled back of them, and every limit with what it leaves."""
    now = context.reader.now()
    totals = context.reader.ask(lifetime_totals, context.subject.id)
    fields = [
        *_gross_and_net("Discount", "given", totals.discount, totals.discount_back, context),
        *_order_fields(context),
        *_gross_and_net("Redemptions", "made", totals.redemptions, totals.redemptions_back, context),
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
    main = totals["redeemed"].source
    fields = [sourced_field(name.capitalize(), one, context.currency, now, main) for name, one in totals.items()]
    redeemed = net(totals["redeemed"], totals["rolled back"])
    fields += [
        figure_field("Redeemed net", redeemed, context.currency),
        figure_field("Outstanding", outstanding(connection, context.subject.id, Unit.MINOR), context.currency),
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


def _gross_and_net(what: str, verb: str, gross: Figure, back: Figure, context: SubjectContext) -> list[Field]:
    return [
        figure_field(f"{what} {verb}", gross, context.currency),
        figure_field("- rolled back", back, context.currency),
        figure_field(f"{what} net", net(gross, back), context.currency),
    ]


def _order_fields(context: SubjectContext) -> list[Field]:
    """How many orders, their value, and what was rolled back of both."""
    totals = context.reader.ask(lifetime_totals, context.subject.id)
    counted = context.reader.ask(order_counts, context.subject.id)
    return [
        figure_field("Orders", counted.count, None),
        figure_field("Orders rolled back", counted.rolled_back, None),
        *_gross_and_net("Orders", "value", totals.orders, totals.orders_back, context),
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
    """What the tightest limit of a campaign leaves, as one line; None without a limit that is known."""
    use = tightest(reader.ask(limit_uses, campaign_id, reader.now(), zone, currency, reader.week_start))
    return None if use is None else limit_field(use, currency)


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
        if not found.publications and found.state.as_of is None:
            empty = f"No publications are synced yet. Press r to fetch this campaign's rows ({context.cost})."
            return PanelData(title, source_note=note, empty_note=empty)
        so_far, why = found.state.brief, found.state.why
        lacking = found.failed.note if found.failed.known is None or found.failed.note != so_far else ""

        def words(found_of_it: int) -> str:
            return known_words(Figure.counted(found.state.known(found_of_it), complete=found.state.complete), None)

        published, distributions = words(found.publications), words(found.distributions)
        seen = "" if distributions == fmt.UNKNOWN else "seen in publications"
        rate = Field("Redemption rate", fmt.percent(found.rate_permille, 1000), substitute="of codes published once")
        fields = [
            Field("Published", published, "strong", substitute=why if published == fmt.UNKNOWN else so_far),
            Field(
                "Failed", known_words(found.failed, None), "bad" if found.failed.known else "text", substitute=lacking
            ),
            value_field("Customers", words(found.customers), why, "text"),
            *(Field(f"by {channel}", words(count)) for channel, count in found.by_channel[:5]),
            replace(value_field("Distributions", distributions, why, "text"), source=seen),
            unknown_field("Messages delivered", "not available from the API; publications by distribution stand below"),
            *([] if distributions == fmt.UNKNOWN else [_by_distribution(found)]),
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
