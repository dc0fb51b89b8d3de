"""Tabs of a program's parts that are more than a list: tiers, expiring and pending points, referral rewards."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from textual.widget import Widget

from store import words as fmt
from store.domain.loyalty import tier_mapping_texts, tier_range_text, tiers_expiration_text
from store.domain.referral import conversion_text, referee_reward_text
from store.domain.values import called, visible
from store.queries import tiers
from store.queries.freshness import data_state, needs
from store.queries.points import Amount, Expiring, expiring_points, pending_points
from store.queries.referrals import reward_redemptions
from store.queries.totals import without_amount
from store.queries.wallets import tier_members
from store.queries.webhooks import reward_states
from tui.campaign_kit.lists.points import EXPIRATION_ROWS, PENDING_ROWS
from tui.campaigns.context import CampaignContext
from tui.campaigns.lists.programs import REFERRAL_REWARD_ROWS
from tui.kit.bodies import LoadedChart, LoadedLadder, LoadedPanel, figures
from tui.kit.composed_tab import Build, ComposedTab, composed
from tui.kit.context import SubjectContext
from tui.kit.figure_words import known_words
from tui.kit.figures import state_words, unknown_field
from tui.kit.formatter import Formatter
from tui.kit.lists.tab import rows_tab
from widgets.chart.bars import Bar, BarSpec
from widgets.panel.ladder import Rung
from widgets.panel.panel import Field, PanelData
from widgets.panel.stats import StatData
from widgets.text.lines import Role


def _panel(title: str, load: Callable[[CampaignContext], PanelData]) -> Build[CampaignContext]:
    return lambda context: LoadedPanel(title, context, load)


def _rungs(context: CampaignContext) -> tuple[Sequence[Rung], str]:
    """The tiers, lowest first, with members and what they change; and why there are none."""
    connection, campaign = context.reader.connection, context.campaign
    members = tier_members(connection, campaign.id, campaign.name)
    known = data_state(connection, "customers").as_of is not None
    names = tiers.changed_by_tiers(connection)
    rungs = []
    for tier in tiers.loyalty_tiers(connection, campaign.id):
        mappings = tier_mapping_texts(tier)
        changes = [f"{kind} {visible(names.get(identity)) or identity}: {words}" for kind, identity, words in mappings]
        count = members.get(str(tier.get("id")), members.get(str(tier.get("name")), 0)) if known else None
        rungs.append(Rung(called(tier), tier_range_text(tier), count, "; ".join(changes)))
    return rungs, _no_tiers(context)


def _no_tiers(context: CampaignContext) -> str:
    """What is known where no tier is cached."""
    state = data_state(context.reader.connection, "loyalty_tiers", context.subject)
    if state.completed_at is not None:
        return "No tiers: the list was read and is empty."
    if state.as_of is not None:
        return f"No tiers yet: {state.brief}."
    return "No tiers are synced yet. Press r to fetch this program's (1 call)."


def _tier_facts(context: CampaignContext) -> PanelData:
    """When a tier is kept or lost, and how far the member counts can be trusted."""
    connection = context.reader.connection
    people = data_state(connection, "customers")
    rules = context.campaign.document.get("loyalty_tiers_expiration")
    fields = [Field("Kept", tiers_expiration_text(rules) if rules else "no rule is stated")]
    if not people.complete:
        known = "partial" if people.as_of else fmt.UNKNOWN
        fields.append(Field("Members", known, substitute=needs("customers", people)))
    else:
        fields.append(Field("Members", "customers whose card is of this program", "muted"))
    state = data_state(connection, "loyalty_tiers", context.subject)
    return PanelData("Tiers", tuple(fields), source_note=state_words(state, context.reader.now()))


def loyalty_tiers(context: CampaignContext) -> Widget:
    """The ladder of tiers with the members on each."""
    return ComposedTab(context, [lambda inner: LoadedLadder(inner, _rungs), _panel("Tiers", _tier_facts)])


def count_loyalty_tiers(context: CampaignContext) -> int | None:
    """How many tiers there are; None while they were never read."""
    connection = context.reader.connection
    state = data_state(connection, "loyalty_tiers", context.subject)
    return state.known(tiers.count_loyalty_tiers(connection, context.subject.id))


_ENTRIES, _BUCKETS, _CARDS = ("entry", "entries"), ("bucket", "buckets"), ("card", "cards")


def _tile(
    label: str, amount: Amount, noun: tuple[str, str], *, why: str = "", note: str = "", role: Role = "strong"
) -> StatData:
    """Points and how many entries make them; `why` says that nothing is known of them."""
    if why:
        return StatData(label, fmt.points(None), note=why)
    entries = fmt.counted(amount.entries, *noun)
    notes = " · ".join(part for part in (note, without_amount(amount.unusable, "record", "number")) if part)
    return StatData(label, known_words(amount.figure, None), source_text=entries, note=notes, role=role)


def _expiring_stats(context: SubjectContext) -> Sequence[StatData]:
    """Every bucket is in one of these, those of the next days in the longer ranges, too."""
    found = expiring_points(context.reader.connection, context.subject.id, context.today)
    why = found.state.why if found.state.known(found.any_to_come) is None else ""
    noun = _CARDS if found.by_card else _BUCKETS
    tiles = [_tile(f"Next {days} days", amount, noun, why=why) for days, amount in found.within.items()]
    tiles.append(_tile("Later", found.later, noun, why=why))
    rest = [
        _tile("Past, still active", found.past, noun, note="should have expired", role="bad"),
        _tile("Without a day", found.undated, noun, note="no expiration is stated"),
        _tile("Expired", found.expired, noun, role="muted"),
        *(_tile(status.capitalize(), amount, noun, role="muted") for status, amount in found.other.items()),
    ]
    amounts = (found.past, found.undated, found.expired, *found.other.values())
    return [*tiles, *(tile for tile, amount in zip(rest, amounts, strict=True) if amount.entries)]


def expiring_source(found: Expiring, context: SubjectContext) -> str:
    """Where expiring points come from, how old that is, and what it leaves out."""
    words = state_words(found.state, context.reader.now())
    if found.state.as_of is None:
        return words
    return f"each card's next expiration only · {words}" if found.by_card else words


def _month(text: str) -> str:
    year, _, month = text.partition("-")
    return f"{fmt.MONTHS[int(month) - 1]} {year}" if month.isdigit() and 1 <= int(month) <= 12 else text


def _expiring_months(context: SubjectContext) -> BarSpec:
    """Points by the month they expire in."""
    found = expiring_points(context.reader.connection, context.subject.id, context.today)
    return BarSpec(
        "Points by month of expiration",
        tuple(
            Bar(f"{_month(month)} · {fmt.counted(cards, 'card')}", points) for month, points, cards in found.by_month
        ),
        label_head="Month",
        unit="points",
        source_note=expiring_source(found, context),
        value_format=fmt.points,
        empty_note="No points are known to expire from today on.",
    )


def expiration_tab(context: SubjectContext) -> Widget:
    """What expires next, by month, and bucket by bucket."""

    def chart(inner: SubjectContext) -> Widget:
        return LoadedChart("Points by month of expiration", inner, _expiring_months)

    return composed(figures(_expiring_stats), chart, below=rows_tab(EXPIRATION_ROWS))(context)


def _pending_stats(context: SubjectContext) -> Sequence[StatData]:
    """Pending points in all, then every entry by its day."""
    connection = context.reader.connection
    found = pending_points(connection, context.subject.id, context.today)
    why = found.state.why if found.state.known(found.all.entries) is None else ""
    source = state_words(found.state, context.reader.now())
    overdue = found.overdue.entries > 0
    return [
        replace(_tile("Pending", found.all, _ENTRIES, why=why), source_text="" if why else source),
        _tile("Due within 7 days", found.due_soon, _ENTRIES, why=why),
        _tile(
            "Overdue", found.overdue, _ENTRIES, why=why, note="should have been activated" if overdue else "",
            role="bad" if overdue else "strong",
        ),
        _tile("Later", found.later, _ENTRIES, why=why),
        *([_tile("Without a day", found.undated, _ENTRIES)] if found.undated.entries else []),
    ]  # fmt: skip


def pending_tab(context: SubjectContext) -> Widget:
    """Points that wait for their activation day, and those whose day has passed."""
    return composed(figures(_pending_stats), below=rows_tab(PENDING_ROWS))(context)


def _referee_side(context: CampaignContext) -> PanelData:
    document = context.campaign.document
    fields = (
        Field("Referee gets", referee_reward_text(document, context.currency), "strong"),
        Field("When", conversion_text(document)),
    )
    return PanelData("Referee's reward", fields, source_note="campaign document")


def _referrer_side(_: SubjectContext) -> PanelData:
    fields = (
        unknown_field("Referrer gets", "not available from the API: it has no endpoint for referrer tiers"),
        Field("Seen in", "customer.rewarded events and webhooks name the reward when one is given"),
    )
    return PanelData("Referrer's rewards", fields, source_note="not in the API")


def referral_rewards(context: CampaignContext) -> Widget:
    """What the invited get, and why what the inviters get cannot be shown."""
    sides = [_panel("Referee's reward", _referee_side), _panel("Referrer's rewards", _referrer_side)]
    return ComposedTab(context, sides)


_UNNAMED = "no redemption names a reward; some may have been given"


def _reward_states(context: SubjectContext) -> PanelData:
    """Reward redemptions by status, which only customers' own activity and webhooks state."""
    connection = context.reader.connection
    taken, standing = reward_redemptions(connection, context.subject.id)
    state = data_state(connection, "redemptions", context.subject)
    known, why = taken > 0, _UNNAMED if state.as_of else state.why
    done, undone = (standing, taken - standing) if known else (None, None)
    fields = (
        _pending_rewards(context),
        Field("Completed", fmt.count(done), substitute="reward redemptions in force" if known else why),
        Field("Rolled back", fmt.count(undone), substitute="reward redemptions rolled back" if known else why),
    )
    return PanelData("By status", fields, source_note=state_words(state, context.reader.now()))


def _pending_rewards(context: SubjectContext) -> Field:
    found = context.reader.ask(reward_states, context.subject.id)
    if found is None:
        return unknown_field("Created, pending", "only in each customer's activity, and in webhooks")
    since = Formatter.of(context).day(found.since)
    return Field(
        "Created, pending", fmt.count(found.pending), substitute=f"customer.reward_redemptions webhooks since {since}"
    )


def referral_reward_redemptions(context: CampaignContext) -> Widget:
    """Reward redemptions by status as far as it is known, and those that redemptions show."""
    return composed(_panel("By status", _reward_states), below=rows_tab(REFERRAL_REWARD_ROWS))(context)
