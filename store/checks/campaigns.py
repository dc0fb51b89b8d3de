"""Campaigns whose dates contradict each other, and those that gave more than their limits allow."""

from collections.abc import Iterator

from store.checks.codes import DATE
from store.checks.finding import Asked, Case
from store.domain.limit_names import LimitPeriod, Measure
from store.queries.budget import STANDS, LimitUse, limit_uses
from store.queries.campaign_rules import rules_by_campaign
from store.queries.freshness import data_state
from store.ref import Ref
from store.times import instant_of
from store.words import counted, money

_PARTS = (
    ("campaign", "campaigns", "id", "the campaign"),
    ("promotion_tier", "promotion_tiers", "campaign_id", "tier"),
    ("earning_rule", "earning_rules", "campaign_id", "earning rule"),
)


def dates_turned_round(asked: Asked) -> Iterator[Case]:
    """Campaigns, tiers and earning rules that end before they start."""
    for kind, table, campaign, noun in _PARTS:
        query = (
            f"select id, coalesce(name, ''), {campaign}, start_date, expiration_date, created_at from {table}"
            f" where start_date {DATE} and expiration_date {DATE} and expiration_date < start_date"
            " and missing_since is null order by id"
        )
        for identity, name, owner, start, end, made in asked.connection.execute(query):
            what = noun if kind == "campaign" else f"{noun} {name or identity}"
            words = f"{what} ends {end[:10]}, before it starts {start[:10]}"
            yield Case(asked.under(owner), Ref(kind, identity), name or identity, words, made)


def limits_passed(asked: Asked) -> Iterator[Case]:
    """Limits of campaigns' rules that were passed when redemptions were read; what is not known exactly is no proof."""
    connection = asked.connection
    query = "select id from campaigns where missing_since is null order by id"
    with_rules = rules_by_campaign(connection)
    unknown = 0
    for (campaign,) in connection.execute(query).fetchall():
        if campaign not in with_rules:
            continue
        state = data_state(connection, "redemptions", Ref.campaign(campaign))
        at = asked.now if state.as_of is None else min(instant_of(state.as_of), asked.now)
        uses = limit_uses(connection, campaign, at, asked.zone, asked.currency, asked.week_start)
        for use in uses:
            if not _is_judged(use):
                continue
            if use.used.value is None:
                unknown += 1
            elif use.left is not None and use.left < 0:
                since = _passed_at(asked, campaign, use) if state.complete else None
                yield _passed(asked, campaign, use, since)
    if unknown:
        asked.lacks.append(f"what was used of {counted(unknown, 'limit')} is not known")


def _is_judged(use: LimitUse) -> bool:
    """Whether a limit has one count that can be compared; one of each code is not, where all were counted together."""
    counts = use.limit.counts
    if counts.measure in (Measure.UNKNOWN, Measure.UNITS) or counts.per or use.limit.highest is None:
        return False
    return use.limit.is_certain and (use.used.value is None or not use.note)


def _passed_at(asked: Asked, campaign: str, use: LimitUse) -> str | None:
    """When the first redemption beyond a campaign's count for life was made; None for other limits."""
    counts = use.limit.counts
    if counts.measure is not Measure.REDEMPTIONS or counts.period is not LimitPeriod.LIFE or use.part:
        return None
    query = (
        f"select r.created_at from redemptions r where r.campaign_id = ? and {STANDS.format(t='r')}"
        " order by r.created_at limit 1 offset ?"
    )
    row = asked.connection.execute(query, (campaign, use.limit.highest)).fetchone()
    return None if row is None else row[0]


def _passed(asked: Asked, campaign: str, use: LimitUse, since: str | None) -> Case:
    over = -(use.left or 0)
    beyond = money(over, asked.currency) if use.limit.counts.measure.is_money else f"{over:,}"
    part = f" for {use.part}" if use.part else ""
    words = f"{use.limit.text(asked.currency)}{part}: passed by {beyond} (rule {use.rule})"
    key = f"{use.rule}|{use.limit.words}|{use.part}|{use.resets or ''}"
    return Case(Ref.campaign(campaign), Ref.campaign(campaign), use.rule, words, since, key)
