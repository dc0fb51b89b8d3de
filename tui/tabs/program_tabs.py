"""Tabs of a program's parts that are more than a list: tiers, expiring and pending points, referral rewards."""

from collections.abc import Callable, Sequence

from textual.widget import Widget

from store.domain.loyalty import tier_mapping_texts, tier_range_text, tiers_expiration_text
from store.domain.referral import conversion_text, referee_reward_text
from store.json_text import stored_object
from store.queries.freshness import data_state
from store.queries.wallets import expiring_points, pending_totals, tier_members
from store.queries.webhooks import reward_states
from tui.bodies import LoadedChart, LoadedLadder, LoadedPanel, LoadedStats
from tui.figures import state_words
from tui.spec import CampaignContext
from tui.tabs.composed_tab import Build, composed
from tui.tabs.lists_points import EXPIRATION_ROWS, PENDING_ROWS
from tui.tabs.lists_programs import REWARD_REDEMPTION_ROWS
from tui.tabs.rows_tab import rows_tab
from tui.tabs.scene import Scene
from widgets import format as fmt
from widgets.bars import Bar, BarSpec
from widgets.ladder import Rung
from widgets.panel import Field, PanelData
from widgets.stats import StatData

_NEEDS_PEOPLE = "members are told by the customers list, which is not cached whole"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


_NAMES = (
    "select id, name from earning_rules union all select id, name from rewards"
    " union all select a.id, r.name from reward_assignments a join rewards r on r.id = a.reward_id"
)
"""What people call the objects a tier changes; rewards stand in it under their own id or their assignment's."""


def _panel(title: str, load: Callable[[CampaignContext], PanelData]) -> Build:
    return lambda context: LoadedPanel(title, context, load)


def _rungs(context: CampaignContext) -> Sequence[Rung]:
    """The tiers, lowest first, with members and what they change."""
    connection, campaign = context.reader.connection, context.campaign
    rows = connection.execute(
        "select r.json from loyalty_tiers t join loyalty_tiers_raw r on r.id = t.id"
        " where t.campaign_id = ? and t.missing_since is null order by t.points_from, t.created_at",
        (campaign.id,),
    ).fetchall()
    members = tier_members(connection, campaign.id, campaign.name)
    known = data_state(connection, "customers").as_of is not None
    names: dict[str, str | None] = dict(connection.execute(_NAMES).fetchall())
    rungs = []
    for (text,) in rows:
        tier = stored_object(text)
        mappings = tier_mapping_texts(tier)
        changes = [f"{kind} {names.get(identity) or identity}: {words}" for kind, identity, words in mappings]
        count = members.get(str(tier.get("id")), members.get(str(tier.get("name")), 0)) if known else None
        rungs.append(Rung(str(tier.get("name") or tier.get("id")), tier_range_text(tier), count, "; ".join(changes)))
    return rungs


def _tier_facts(context: CampaignContext) -> PanelData:
    """When a tier is kept or lost, and how far the member counts can be trusted."""
    connection = context.reader.connection
    people = data_state(connection, "customers")
    rules = context.campaign.document.get("loyalty_tiers_expiration")
    fields = [Field("Kept", tiers_expiration_text(rules) if rules else "no rule is stated")]
    if not people.complete:
        fields.append(Field("Members", "partial" if people.as_of else "–", substitute=_NEEDS_PEOPLE))
    else:
        fields.append(Field("Members", "customers whose card is of this program", "muted"))
    tiers = data_state(connection, "loyalty_tiers", context.campaign.id)
    return PanelData("Tiers", tuple(fields), source_note=state_words(tiers, context.reader.now()))


def loyalty_tiers(context: CampaignContext) -> Widget:
    """The ladder of tiers with the members on each."""
    empty = "No tiers cached. Press r to fetch this program's tiers (1 call), or it has none."

    def ladder(inner: CampaignContext) -> Widget:
        return LoadedLadder(inner, _rungs, empty_note=empty)

    return composed(ladder, _panel("Tiers", _tier_facts))(context)


def count_loyalty_tiers(context: CampaignContext) -> int | None:
    """How many tiers there are; None while they were never read."""
    connection = context.reader.connection
    if data_state(connection, "loyalty_tiers", context.campaign.id).as_of is None:
        return None
    query = "select count(*) from loyalty_tiers where campaign_id = ? and missing_since is null"
    return int(connection.execute(query, (context.campaign.id,)).fetchone()[0])


def _expiring_stats(context: CampaignContext) -> Sequence[StatData]:
    found = expiring_points(context.reader.connection, context.campaign.id, context.today)
    known = found.as_of is not None
    return [
        StatData(label, fmt.points(value if known else None), source_text=found.source if known else "not cached")
        for label, value in (
            ("Next 7 days", found.days_7),
            ("Next 30 days", found.days_30),
            ("Next 90 days", found.days_90),
        )
    ]


def _month(text: str) -> str:
    year, _, month = text.partition("-")
    return f"{_MONTHS[int(month) - 1]} {year}" if month.isdigit() and 1 <= int(month) <= 12 else text


def _expiring_months(context: CampaignContext) -> BarSpec:
    """Points by the month they expire in."""
    found = expiring_points(context.reader.connection, context.campaign.id, context.today)
    return BarSpec(
        "Points by month of expiration",
        tuple(
            Bar(f"{_month(month)} · {cards:,} card{'' if cards == 1 else 's'}", points)
            for month, points, cards in found.by_month
        ),
        label_head="Month",
        unit="points",
        source_note=found.source,
        value_format=fmt.points,
        empty_note="No points are known to expire.",
    )


def points_expiration(context: CampaignContext) -> Widget:
    """What expires next, by month, and bucket by bucket."""

    def chart(inner: CampaignContext) -> Widget:
        return LoadedChart("expiring-months", "Points by month of expiration", inner, _expiring_months)

    return composed(lambda inner: LoadedStats(inner, _expiring_stats), chart, below=rows_tab(EXPIRATION_ROWS))(context)


def _pending_stats(context: CampaignContext) -> Sequence[StatData]:
    connection = context.reader.connection
    state = data_state(connection, "pending_points", context.campaign.id)
    found = pending_totals(connection, context.campaign.id, context.today)
    known, source = state.as_of is not None, state_words(state, context.reader.now())
    return [
        StatData("Pending", fmt.points(found.points if known else None), source_text=source),
        StatData("Due within 7 days", fmt.points(found.due_soon if known else None)),
        StatData(
            "Overdue",
            fmt.points(found.overdue if known else None),
            note="should have been activated" if found.overdue else "",
            role="bad" if found.overdue else "strong",
        ),
    ]


def pending_points(context: CampaignContext) -> Widget:
    """Points that wait for their activation day, and those whose day has passed."""
    return composed(lambda inner: LoadedStats(inner, _pending_stats), below=rows_tab(PENDING_ROWS))(context)


def _referee_side(context: CampaignContext) -> PanelData:
    document = context.campaign.document
    fields = (
        Field("Referee gets", referee_reward_text(document, context.currency), "strong"),
        Field("When", conversion_text(document)),
    )
    return PanelData("Referee's reward", fields, source_note="campaign document")


def _referrer_side(_: CampaignContext) -> PanelData:
    fields = (
        Field("Referrer gets", "–", substitute="not told: referrer tiers and their rewards have no public endpoint"),
        Field("Seen in", "customer.rewarded events and webhooks name the reward when one is given"),
    )
    return PanelData("Referrer's rewards", fields, source_note="not in the API")


def referral_rewards(context: CampaignContext) -> Widget:
    """What the invited get, and why what the inviters get cannot be shown."""
    return composed(_panel("Referee's reward", _referee_side), _panel("Referrer's rewards", _referrer_side))(context)


def _reward_states(context: CampaignContext) -> PanelData:
    """Reward redemptions by status: only customers' own activity and webhooks tell the status."""
    connection = context.reader.connection
    taken, undone = connection.execute(
        "select count(*), count(rolled_back_by) from redemptions where campaign_id = ? and reward_id is not null"
        " and result = 'SUCCESS' and object is not 'redemption_rollback'",
        (context.campaign.id,),
    ).fetchone()
    state = data_state(connection, "redemptions", context.campaign.id)
    fields = (
        _pending_rewards(context),
        Field("Completed", fmt.count(taken - undone), substitute="redemptions of a reward that stand"),
        Field("Rolled back", fmt.count(undone), substitute="redemptions of a reward that were undone"),
    )
    return PanelData("By status", fields, source_note=state_words(state, context.reader.now()))


def _pending_rewards(context: CampaignContext) -> Field:
    found = context.reader.ask(reward_states, context.campaign.id)
    if found is None:
        why = "created, pending and completed are told by each customer's activity only"
        return Field("Created, pending", "–", substitute=why)
    since = Scene.of(context).day(found.since)
    return Field(
        "Created, pending", fmt.count(found.pending), substitute=f"customer.reward_redemptions webhooks since {since}"
    )


def referral_reward_redemptions(context: CampaignContext) -> Widget:
    """Reward redemptions by status as far as it is known, and those that redemptions show."""
    return composed(_panel("By status", _reward_states), below=rows_tab(REWARD_REDEMPTION_ROWS))(context)
