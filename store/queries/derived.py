"""What an export of vouchers leaves out, worked out from other lists once those were read whole (API §3).

Expressions for a query in which `t` is the vouchers table; NULL while the other list is not cached.
"""

from store.cache.sums import exact_total


def _read_whole(resource: str) -> str:
    return (
        f"exists (select 1 from sync_states s where s.resource = '{resource}' and s.completed_at is not null"
        " and s.scope in ('project', 'campaign:' || t.campaign_id))"
    )


GIFT_AMOUNT = (
    "coalesce(t.amount, case when t.type = 'GIFT_VOUCHER' and t.balance is not null"
    f" and {_read_whole('transactions')} then t.balance - (select {exact_total('x.amount')} from transactions x"
    " where x.voucher_id = t.id"
    " and x.type in ('CREDITS_REDEMPTION', 'CREDITS_REFUND', 'CREDITS_REMOVAL')) end)"
)
"""All credit a gift card was loaded with, in minor units: its balance less what was taken from it (API §11.14).

Worked out, it is an estimate: a balance may have been read before the newest of its transactions.
"""

PUBLISH_COUNT = (
    f"coalesce(t.publish_count, case when {_read_whole('publications')} then (select count(*) from publications p"
    " where p.voucher_id = t.id and p.result is not 'FAILURE') end)"
)
"""How often a code was published."""
