"""The lists of people a campaign knows, one row a customer: card holders, referrers, referees (API §4.3, §4.4)."""

import sqlite3

from store.cache.sums import exact_sum
from store.queries.derived import read_whole
from store.queries.names import called_sql
from store.queries.rows import OF_CAMPAIGN, Need, RowView

_NAMED = called_sql("customers", "c")
# The plus keeps SQLite on the index by customer: a campaign has a million codes, a customer a few.
_HELD = "from vouchers o where o.holder_id = t.holder_id and +o.campaign_id = t.campaign_id and o.missing_since is null"


def _of_held(expression: str) -> str:
    """A value over all codes of the row's customer."""
    return f"(select {expression} {_HELD})"


def _all_known(column: str) -> str:
    """A sum over a customer's codes; NULL where one of them lacks its part."""
    return _of_held(f"case when count(o.{column}) = count(*) then {exact_sum(f'o.{column}')} end")


_GOT = (
    "(select min(g.created_at) from (select p.created_at from publications p where p.voucher_id = o.id"
    " and p.customer_id = o.holder_id and p.result is not 'FAILURE'"
    " union all select h.created_at from holders h where h.redeemable_id = o.id and h.customer_id = o.holder_id"
    " and h.holder_role is not 'REFEREE') g)"
)
"""When the holder of a code got it: by the first publication to them, or the record that made them its holder."""

_JOINED = (
    f"(select case when min(coalesce(got, made, '')) = min(got) then min(got) end"
    f" from (select o.created_at as made, {_GOT} as got {_HELD}))"
)
"""When a customer got their first code. A code of unknown date leaves it open, unless it was made only later."""

_FIRST = (
    f"t.holder_id is not null and t.missing_since is null and not exists (select 1 {_HELD}"
    " and (coalesce(o.created_at, ''), o.rowid) < (coalesce(t.created_at, ''), t.rowid))"
)
"""The first code of each customer stands for the customer."""

_HOLDER = {
    "id": "t.holder_id", "holder_id": "t.holder_id", "name": _NAMED, "email": "c.email", "code": "t.code",
    "codes": _of_held("group_concat(o.code, char(10))"), "cards": _of_held("count(*)"), "joined": _JOINED,
    "created_at": "t.created_at", "redeemed_quantity": _all_known("redeemed_quantity"), "campaign_id": "t.campaign_id",
}  # fmt: skip

_PERSON = frozenset({"name", "email"})
_NEEDED = {"joined": Need("publications"), "name": Need("customers"), "email": Need("customers")}

PARTICIPANTS = RowView(
    name="participants",
    table="vouchers",
    source=(
        "vouchers t left join customers c on c.id = t.holder_id"
        " left join customer_loyalty l on l.customer_id = t.holder_id and l.campaign = t.campaign"
    ),
    columns={**_HOLDER, "balance": _all_known("balance"), "loyalty_tier": "l.loyalty_tier"},
    search=("name", "email", "holder_id", "codes"),
    scopes=OF_CAMPAIGN,
    where=_FIRST,
    needs={**_NEEDED, "loyalty_tier": Need("customers")},
    personal=_PERSON,
)
"""Customers with loyalty cards; `code` is the first of their cards, `balance` what all of them hold together."""

REFERRERS = RowView(
    name="referrers",
    table="vouchers",
    source=(
        "vouchers t left join customers c on c.id = t.holder_id"
        " left join (select campaign_id, referrer_id, count(distinct customer_id) as referred,"
        " max(date) as last_referral"
        " from customer_referrals group by campaign_id, referrer_id) f"
        " on f.campaign_id = t.campaign_id and f.referrer_id = t.holder_id"
    ),
    columns={
        **_HOLDER,
        "referred": f"coalesce(f.referred, case when {read_whole('customers')} then 0 end)",
        "last_referral": "f.last_referral",
    },
    search=("name", "email", "id", "codes"),
    scopes=OF_CAMPAIGN,
    where=_FIRST,
    sort="referred",
    needs={**_NEEDED, "referred": Need("customers"), "last_referral": Need("customers")},
    personal=_PERSON,
)
"""Customers with referral codes; whom they referred is unknown until the customers list is complete."""

REFEREES = RowView(
    name="referees",
    table="customer_referrals",
    source=(
        "customer_referrals t left join customers c on c.id = t.customer_id"
        " left join customers f on f.id = t.referrer_id left join redemptions r on r.id = t.related_object_id"
    ),
    columns={
        "id": "t.customer_id", "name": _NAMED, "referrer_id": "t.referrer_id",
        "referrer": called_sql("customers", "f"), "related_object_type": "t.related_object_type",
        "related_object_id": "t.related_object_id", "date": "t.date", "voucher_code": "r.voucher_code",
        "order_amount": "r.order_amount", "result": "r.result",
    },
    search=("name", "id", "referrer", "referrer_id", "voucher_code"),
    scopes=OF_CAMPAIGN,
    where=(
        "not exists (select 1 from customer_referrals o where o.customer_id = t.customer_id"
        " and +o.campaign_id is t.campaign_id and (coalesce(o.date, '9'), o.rowid) < (coalesce(t.date, '9'), t.rowid))"
    ),
    sort="date",
    personal=frozenset({"name", "referrer"}),
)  # fmt: skip
"""Customers who were referred, each by the first referral that names the campaign."""


def held_cards(connection: sqlite3.Connection, campaign_id: str) -> int:
    """How many codes of a campaign that the API still returns have a customer."""
    query = "select count(holder_id) from vouchers where campaign_id = ? and missing_since is null"
    return int(connection.execute(query, (campaign_id,)).fetchone()[0])
