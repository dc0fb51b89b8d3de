"""What an export of codes leaves out, worked out from other lists once those are complete (API §3).

Expressions for a query in which `t` is the vouchers table; NULL while the other list is not cached.
"""

from store.cache.sums import exact_sum
from store.queries.rows import Need
from store.times import NOT_A_DATE


def read_whole(resource: str) -> str:
    """Whether a complete list covers the row's campaign."""
    return (
        f"exists (select 1 from sync_states s where s.resource = '{resource}' and s.completed_at is not null"
        " and s.scope in ('project', 'campaign:' || t.campaign_id))"
    )


def _moved(*kinds: str) -> str:
    """What transactions of these types moved on a card, signed; NULL where one has no usable amount."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    return (
        f"(select case when count(*) = 0 then 0 when count(x.amount) = count(*) then {exact_sum('x.amount')} end"
        f" from transactions x where x.voucher_id = t.id and x.type in ({listed}))"
    )


_GIFT_TAKEN = ("CREDITS_REDEMPTION", "CREDITS_REFUND", "CREDITS_REMOVAL")
_POINTS_TAKEN = ("POINTS_REDEMPTION", "POINTS_REFUND", "POINTS_REMOVAL", "POINTS_EXPIRATION", "POINTS_TRANSFER_OUT")

AMOUNT = (
    f"coalesce(t.amount, case when t.balance is not null and {read_whole('transactions')} then case t.type"
    f" when 'GIFT_VOUCHER' then t.balance - {_moved(*_GIFT_TAKEN)}"
    f" when 'LOYALTY_CARD' then t.balance - {_moved(*_POINTS_TAKEN)} end end)"
)
"""All a card was ever given, minor units or points: its balance less what was taken from it (API §11.14).

Worked out, it is an estimate: a balance may have been read before the newest of its transactions.
"""

PUBLISH_COUNT = (
    f"coalesce(t.publish_count, case when {read_whole('publications')} then (select count(*) from publications p"
    " where p.voucher_id = t.id and p.result is not 'FAILURE') end)"
)
"""How often a code was published."""

REDEEMED_AMOUNT = (
    f"coalesce(t.redeemed_amount, case when {read_whole('transactions')} then case t.type"
    f" when 'GIFT_VOUCHER' then -{_moved('CREDITS_REDEMPTION', 'CREDITS_REFUND')}"
    f" when 'LOYALTY_CARD' then -{_moved('POINTS_REDEMPTION', 'POINTS_REFUND')} end end)"
)
"""What was redeemed off a card and not given back, minor units or points."""

PENDING = (
    f"coalesce(t.pending_points, case when t.type = 'LOYALTY_CARD' and {read_whole('pending_points')} then"
    f" (select case when count(*) = 0 then 0 when count(x.points) = count(*) then {exact_sum('x.points')} end"
    " from pending_points x where x.voucher_id = t.id and x.missing_since is null) end)"
)
"""Points of a card that wait for their day."""

_BUCKETS = (
    "from points_expiration x where x.voucher_id = t.id and x.status = 'ACTIVE' and x.missing_since is null"
    f" and x.expires_at < '9999' and x.expires_at not like '%{NOT_A_DATE}'"
)
CATEGORY_ID = (
    "coalesce(t.category_id, (select case when count(*) = 1 then min(n.id) end from categories n"
    " where n.name = t.category))"
)
"""The category of that name, where one alone has it."""

EXPORTED = "t.publish_count is null"
"""Whether a code came by an export: pages always tell how often a code was published, and exports never."""

_LOYALTY = f"{EXPORTED} and t.type = 'LOYALTY_CARD'"
_BY_BUCKETS = f"{_LOYALTY} and {read_whole('points_expiration')}"

NEXT_EXPIRATION_DATE = (
    f"case when {_BY_BUCKETS} then (select min(x.expires_at) {_BUCKETS}) else t.next_expiration_date end"
)
"""The day the next points of a card expire; NULL, too, when none will."""

NEXT_EXPIRATION_POINTS = (
    f"case when {_BY_BUCKETS} then (select case when count(x.points) = count(*) then {exact_sum('x.points')} end"
    f" {_BUCKETS} and x.expires_at = (select min(x.expires_at) {_BUCKETS})) else t.next_expiration_points end"
)
"""How many points that is."""

_ON_CARDS = "t.type in ('GIFT_VOUCHER', 'LOYALTY_CARD')"
_FILLED = {
    "amount": (AMOUNT, "transactions", f"t.amount is null and {_ON_CARDS}"),
    "redeemed_amount": (REDEEMED_AMOUNT, "transactions", f"t.redeemed_amount is null and {_ON_CARDS}"),
    "publish_count": (PUBLISH_COUNT, "publications", EXPORTED),
    "pending_points": (PENDING, "pending_points", f"{_LOYALTY} and t.pending_points is null"),
    "next_expiration_date": (NEXT_EXPIRATION_DATE, "points_expiration", _LOYALTY),
    "next_expiration_points": (NEXT_EXPIRATION_POINTS, "points_expiration", _LOYALTY),
    "category_id": (CATEGORY_ID, "categories", "t.category_id is null and t.category is not null"),
}
FILLED = {name: expression for name, (expression, _, _) in _FILLED.items()}
"""The columns an export of codes leaves empty, worked out where they are."""

NEEDS = {name: Need(resource, lacking) for name, (_, resource, lacking) in _FILLED.items()}
"""Which list each of them is worked out from, and of which rows."""

WORKED_OUT = "trim(" + " || ".join(
    f"case when {lacking} then '{name} ' else '' end" for name, (_, _, lacking) in _FILLED.items()
) + ")"  # fmt: skip
"""The names of the columns in which a row's values are worked out, or unknown."""
