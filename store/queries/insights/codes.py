"""Codes that run out: on which day, at the rate of the last week."""

from collections.abc import Iterator
from datetime import date, timedelta

from store.cache.tables import FREE_CODES, IS_FREE
from store.days import day_bounds, local_time
from store.domain.values import inside, whole
from store.queries.campaigns import CampaignRow
from store.queries.insights.insight import RECENT_DAYS, Insight, InsightContext, recent_redemptions
from store.ref import Ref
from store.words import counted, day

AHEAD = 14
"""Days ahead that codes should last."""
_UNTAKEN = (
    "(publish_count is not null or not exists (select 1 from publications p where p.voucher_id = v.id"
    " and p.result is not 'FAILURE')) and (redeemed_quantity is not null or not exists"
    " (select 1 from redemptions r where r.voucher_id = v.id and r.result = 'SUCCESS'))"
)
"""Of codes that an export brought, which leaves these columns out, other lists say whether somebody has them."""
_JUDGED = (
    f"Codes left, at the rate of the {RECENT_DAYS} full days before today; told where they last at most {AHEAD} days"
    " and the campaign goes on longer. {how}"
)
_GIVEN = (
    "Left is what was neither published nor redeemed and has no holder; taken is what was published, or, where"
    " nothing is, redeemed."
)
_USES = "Left is the code's limit of uses less its uses."


def running_out(context: InsightContext) -> Iterator[Insight]:
    """Active campaigns with a fixed number of codes, or one code with a fixed number of uses."""
    # A cache of an earlier release has no index until it is synced; without one this takes a second a million codes.
    indexed = context.connection.execute("select 1 from sqlite_master where name = ?", (FREE_CODES,)).fetchone()
    for one in context.active:
        if one.document.get("type") == "AUTO_UPDATE" or not one.vouchers_count:
            continue
        is_one = one.vouchers_count == 1
        if not context.state("vouchers", one).complete or not (is_one or indexed):
            context.cannot_judge("codes")
        elif is_one:
            yield from _uses(context, one)
        else:
            yield from _codes(context, one, context.state("publications", one).complete)


def _codes(context: InsightContext, one: CampaignRow, has_publications: bool) -> Iterator[Insight]:
    taken = _published(context, one) if has_publications else 0
    way = "published" if taken else "redeemed"
    taken = taken or recent_redemptions(one) or 0
    if not taken:
        return
    left = context.connection.execute(
        f"select count(*) from (select 1 from vouchers v indexed by {FREE_CODES} where campaign_id = ? and {IS_FREE}"
        f" and {_UNTAKEN} limit ?)",
        (one.id, _most(taken) + 1),
    ).fetchone()[0]
    yield from _told(context, one, left, taken, ("code", f"{taken:,} {way}", _GIVEN))


def _published(context: InsightContext, one: CampaignRow) -> int:
    first = day_bounds((context.today - timedelta(days=RECENT_DAYS)).isoformat(), context.zone)[0]
    end = day_bounds(context.today.isoformat(), context.zone)[0]
    query = (
        "select count(*) from publications where campaign_id = ? and created_at >= ? and created_at < ?"
        " and result is not 'FAILURE'"
    )
    found: int = context.connection.execute(query, (one.id, first, end)).fetchone()[0]
    return found


def _uses(context: InsightContext, one: CampaignRow) -> Iterator[Insight]:
    row = context.connection.execute(
        "select redemption_quantity, redeemed_quantity from vouchers where campaign_id = ? and missing_since is null",
        (one.id,),
    ).fetchone()
    highest = None if row is None else row[0]
    if highest is None:
        highest = whole(inside(one.document, "voucher", "redemption", "quantity"))
    used, taken = None if row is None else row[1], recent_redemptions(one)
    if highest is not None and used is not None and taken:
        yield from _told(context, one, max(0, highest - used), taken, ("use", f"{taken:,} redeemed", _USES))


def _told(
    context: InsightContext, one: CampaignRow, left: int, taken: int, words: tuple[str, str, str]
) -> Iterator[Insight]:
    noun, how_many, how = words
    if left > _most(taken):
        return
    out = context.today + timedelta(days=left * RECENT_DAYS // taken)
    if left and _is_over_by(context, one, out):
        return
    says = f"{counted(left, noun)} left, out on ~ {day(out, year=False)}" if left else f"no {noun}s left"
    evidence = f"{how_many} in the {RECENT_DAYS} days before"
    evidence = f"{evidence} · of {one.vouchers_count:,}" if noun == "code" else evidence
    comes = day_bounds(out.isoformat(), context.zone)[0] if left else ""
    yield Insight(
        says, evidence, _JUDGED.format(how=how), Ref.campaign(one.id), one.display_name, recent_redemptions(one), comes
    )


def _most(taken: int) -> int:
    """How many codes last as long as they should."""
    return taken * AHEAD // RECENT_DAYS


def _is_over_by(context: InsightContext, one: CampaignRow, out: date) -> bool:
    ends = one.status.ends_at
    return ends is not None and local_time(ends, context.zone).date() <= out
