"""Referral programs: referrers, referees, rewards: what the API states, and what can be derived (API §4.4)."""

import sqlite3
from collections import Counter
from dataclasses import dataclass
from datetime import date, tzinfo

from store.cache.sums import exact_total
from store.days import WeekStart, local_date
from store.models import Figure, Source, Unit, oldest
from store.queries.budget import STANDS
from store.queries.freshness import data_state, needs
from store.queries.names import called_sql
from store.queries.series import Origin, Series, bucketed, known_at_all, known_until
from store.ref import Ref
from store.words import Bucket, DateSpan, bucket_start

NO_HOLDERS = "no customer has a code yet"


@dataclass(frozen=True, slots=True)
class ReferralCodes:
    """Referral codes: how many there are, how many have a holder, how many were redeemed."""

    codes: Figure
    published: Figure
    redeemed: Figure


def referral_codes(connection: sqlite3.Connection, campaign_id: str) -> ReferralCodes:
    """Count a referral campaign's codes."""
    state = data_state(connection, "vouchers", Ref.campaign(campaign_id))
    total, assigned, redeemed = connection.execute(
        "select count(*), count(holder_id), coalesce(sum(redeemed_quantity > 0), 0) from vouchers"
        " where campaign_id = ? and missing_since is null",
        (campaign_id,),
    ).fetchone()
    gone = connection.execute(
        "select count(*) from vouchers where campaign_id = ? and missing_since is not null", (campaign_id,)
    ).fetchone()[0]
    note = state.brief or (f"{gone:,} that the API no longer returns are listed but not counted" if gone else "")
    known = state.as_of is not None

    def figure(value: int) -> Figure:
        return Figure.counted(
            state.known(value) if known else None, Unit.COUNT, Source.ROWS, state.as_of, state.complete, note
        )

    return ReferralCodes(figure(total), figure(assigned), figure(redeemed))


@dataclass(frozen=True, slots=True)
class ProgramNumbers:
    """The program in numbers, each customer counted once.

    Attributes:
        holders: customers with a code.
        referrers: customers who referred at least one person, whether they still have a code or not.
        referees: customers who were referred.
        conversion: of the holders, those who referred at least one, in thousandths; needs both lists read to their end.
    """

    holders: Figure
    referrers: Figure
    referees: Figure
    conversion: Figure


def program_numbers(connection: sqlite3.Connection, campaign_id: str) -> ProgramNumbers:
    """Count holders, referrers and referees of a referral campaign."""
    codes = data_state(connection, "vouchers", Ref.campaign(campaign_id))
    people = data_state(connection, "customers")
    holders, who_referred = connection.execute(
        "select count(*), coalesce(sum(exists (select 1 from customer_referrals f where f.referrer_id = h.holder_id"
        " and +f.campaign_id = ?1)), 0) from (select distinct holder_id from vouchers"
        " where campaign_id = ?1 and missing_since is null and holder_id is not null) h",
        (campaign_id,),
    ).fetchone()
    referrers, referees = connection.execute(
        "select count(distinct referrer_id), count(distinct customer_id) from customer_referrals where campaign_id = ?",
        (campaign_id,),
    ).fetchone()
    note = needs("customers", people)
    known = people.as_of is not None

    def people_figure(value: int) -> Figure:
        known_value = people.known(value) if known else None
        return Figure.counted(known_value, Unit.COUNT, Source.ROWS, people.as_of, people.complete, note)

    both = people.completed_at is not None and codes.completed_at is not None
    share = (who_referred * 2000 + holders) // (2 * holders) if both and holders else None
    why = "" if share is not None else NO_HOLDERS if both else needs("codes and customers", codes, people)
    as_of, complete = oldest(codes.as_of, people.as_of), codes.complete and people.complete
    conversion = Figure(share, Unit.PERMILLE, Source.ROWS, as_of, complete, why)
    return ProgramNumbers(
        Figure.counted(
            codes.known(holders) if codes.as_of else None, Unit.COUNT, Source.ROWS, codes.as_of, codes.complete
        ),
        people_figure(referrers),
        people_figure(referees),
        conversion,
    )


def referred_series(
    connection: sqlite3.Connection,
    campaign_id: str,
    span: DateSpan,
    bucket: Bucket,
    zone: tzinfo,
    week_start: WeekStart = WeekStart.MONDAY,
) -> Series:
    """Referred customers per bucket, each by the date of their first referral."""
    people = data_state(connection, "customers")
    days: Counter[date] = Counter()
    for (instant,) in connection.execute(
        "select min(date) from customer_referrals where campaign_id = ? and date is not null group by customer_id",
        (campaign_id,),
    ):
        days[local_date(instant, zone)] += 1
    until, zero = known_until(people, zone), people.known(0)
    values = [days[day] or (zero if day.isoformat() <= until else None) for day in span]
    note = needs("customers", people)
    source = Source.ROWS if people.as_of else Source.NONE
    origin = known_at_all(values, Origin(source, people.as_of, people.complete, note))
    return bucketed("referred_customers", [bucket_start(day, bucket, week_start) for day in span], values, origin)


@dataclass(frozen=True, slots=True)
class Referrer:
    """One referrer: id, name where the customer is cached, code, and how many customers they brought."""

    customer_id: str
    name: str
    referred: int


def top_referrers(connection: sqlite3.Connection, campaign_id: str, limit: int = 5) -> list[Referrer]:
    """Who brought the most customers, most first."""
    rows = connection.execute(
        f"select f.referrer_id, coalesce({called_sql('customers', 'c')}, f.referrer_id),"
        " count(distinct f.customer_id) as n"
        " from customer_referrals f left join customers c on c.id = f.referrer_id"
        " where f.campaign_id = ? and f.referrer_id is not null group by 1 order by n desc, 1 limit ?",
        (campaign_id, limit),
    )
    return [Referrer(*row) for row in rows]


def credits_given(connection: sqlite3.Connection, campaign_id: str) -> tuple[int, int | None]:
    """How often credits or points were given by a campaign, and how many in all; None where no amount is known."""
    count, amount = connection.execute(
        f"select count(*), {exact_total('amount')} from transactions where campaign_id = ?"
        " and type in ('POINTS_ACCRUAL', 'CREDITS_ADDITION')",
        (campaign_id,),
    ).fetchone()
    return count, amount


def reward_redemptions(connection: sqlite3.Connection, campaign_id: str) -> tuple[int, int]:
    """How many redemptions of a campaign took a reward, and how many of these stand."""
    taken, standing = connection.execute(
        f"select count(*), count(*) filter (where {STANDS.format(t='r')}) from redemptions r where r.campaign_id = ?"
        " and r.reward_id is not null and r.result = 'SUCCESS' and r.object is not 'redemption_rollback'",
        (campaign_id,),
    ).fetchone()
    return taken, standing
