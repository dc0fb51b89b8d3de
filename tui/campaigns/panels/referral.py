"""Referral panels: codes, conversion, the program in numbers, who brought whom, and what referrers were given."""

from dataclasses import replace

from msgspec import structs

from store import words as fmt
from store.days import local_date
from store.domain.referral import conversion_text, referee_reward_text
from store.models import Figure, Source
from store.queries.freshness import data_state, needs
from store.queries.lifetime import referred_customers
from store.queries.referrals import (
    credits_given,
    program_numbers,
    referral_codes,
    referred_series,
    top_referrers,
)
from store.queries.webhooks import rewards_given
from tui.campaigns.context import CampaignContext
from tui.campaigns.panels.charts import drawn, over_time
from tui.campaigns.panels.details import campaign_facts, status_field
from tui.kit.figures import figure_field, source_words, state_words, unknown_field, value_field
from tui.kit.masking import masked
from widgets.chart.bars import Bar, BarSpec
from widgets.chart.plot import ChartSpec
from widgets.panel.panel import Field, PanelData


def codes_panel(context: CampaignContext) -> PanelData:
    """How many codes there are, with a holder and redeemed, beside the campaign's own details."""
    now = context.reader.now()
    found = referral_codes(context.reader.connection, context.subject.id)
    fields = (
        status_field(context),
        value_field("Codes", fmt.count(context.campaign.vouchers_count)),
        figure_field("Synced", found.codes, None),
        figure_field("With a holder", found.published, None),
        figure_field("Used", found.redeemed, None),
        Field("Referee gets", referee_reward_text(context.campaign.document, context.currency)),
        *campaign_facts(context),
        Field("Id", context.subject.id, "muted"),
    )
    note = source_words(found.codes.source, found.codes.as_of, now) or fmt.NOT_SYNCED
    return PanelData("Referral codes", fields, source_note=note)


def conversion_event(context: CampaignContext) -> PanelData:
    """What makes a referral count."""
    return PanelData(
        "Conversion event", (Field("", conversion_text(context.campaign.document)),), source_note="campaign document"
    )


def numbers_panel(context: CampaignContext) -> PanelData:
    """Holders, referrers who referred, referees and the conversion between them."""
    now = context.reader.now()
    found = program_numbers(context.reader.connection, context.subject.id)
    fields = (
        _people("Code holders", found.holders, "customers with a code: the Referrers tab"),
        _people("Referrers", found.referrers, "customers who referred somebody"),
        _people("Referees", found.referees, "customers who were referred"),
        figure_field("Holders who referred", found.conversion, None),
        unknown_field("Invitations", "not available from the API: invited, not yet converted"),
    )
    note = source_words(Source.ROWS, found.referees.as_of, now) or f"customers {fmt.NOT_SYNCED}"
    return PanelData("Program in numbers", fields, source_note=note)


def _people(label: str, figure: Figure, who: str) -> Field:
    """A number of customers, and which they are."""
    return replace(figure_field(label, figure, None), source=who)


def total_referred(context: CampaignContext) -> ChartSpec:
    """Referred customers over time."""
    series = referred_series(
        context.reader.connection, context.subject.id, context.period.span, context.period.bucket, context.zone,
        context.week_start,
    )  # fmt: skip
    if context.period.whole_life:
        lifetime = referred_customers(context.reader.connection, context.subject.id)
        series = structs.replace(series, lifetime=lifetime)
    lines = [drawn("referred customers", series, "line", "accent")]
    empty = series.note or "No customer was referred in this range."
    return over_time(context, "Total referred", lines, series, unit="customers", empty_note=empty)


def rewards_summary(context: CampaignContext) -> PanelData:
    """What referrers were given: known from customers' own activity and webhooks alone (API §4.4)."""
    connection, now = context.reader.connection, context.reader.now()
    people = data_state(connection, "customers")
    times, amount = credits_given(connection, context.subject.id)
    brought = program_numbers(connection, context.subject.id).referees
    fields = [_rewards_given(context), figure_field("Conversions", brought, None)]
    if times:
        fields.append(Field("Credits or points", f"{times:,} accruals, {fmt.count(amount)}"))
    return PanelData(
        "Referrers rewards summary", tuple(fields), source_note=state_words(people, now),
        foot_note="the API has no list of rewards given",
    )  # fmt: skip


def _rewards_given(context: CampaignContext) -> Field:
    found = rewards_given(context.reader.connection, context.subject.id)
    if found is None:
        return unknown_field("Rewards given", "only in each customer's activity; conversions stand below")
    words = f"{fmt.count(found.rewards)} to {fmt.counted(found.customers, 'customer')}"
    since = fmt.day(local_date(found.since, context.zone))
    return Field("Rewards given", words, "strong", substitute=f"customer.rewarded webhooks since {since}")


def top_five(context: CampaignContext) -> BarSpec:
    """The five referrers who brought most customers."""
    connection = context.reader.connection
    found = top_referrers(connection, context.subject.id)
    state = data_state(connection, "customers")
    everybody = program_numbers(connection, context.subject.id).referees.value
    return BarSpec(
        "Top 5 referrers",
        tuple(Bar(one.name if one.name == one.customer_id else masked(one.name), one.referred) for one in found),
        label_head="Referrer",
        unit="customers",
        whole=everybody,
        source_note=state_words(state, context.reader.now()),
        empty_note="No customer was referred yet." if state.complete else f"{needs('customers', state).capitalize()}.",
    )
