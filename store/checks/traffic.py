"""Redemptions of cancelled orders and without a discount, and publications to customers that are gone."""

import json
from collections.abc import Iterator

from store.checks.finding import Asked, Case
from store.queries.budget import STANDS
from store.queries.reader import holds
from store.ref import Ref
from store.words import money

_COVERED = "(:whole or r.campaign_id in (select value from json_each(:campaigns)))"
_STANDING = f"r.is_parent is not 1 and {STANDS.format(t='r')} and r.missing_since is null and {_COVERED}"
_TOLD_BY_ORDER = f"""
select r.id, coalesce(r.voucher_code, r.id), r.campaign_id, r.created_at, r.order_id, r.discount_amount,
    'its own record'
from redemptions r join redemptions_raw w on w.id = r.id
where r.order_id is not null and instr(w.json, '"CANCELED"') > 0 and json_valid(w.json)
and json_extract(w.json, '$.order.status') = 'CANCELED' and {_STANDING}
"""
_TOLD_BY_EVENTS = f"""
select r.id, coalesce(r.voucher_code, r.id), r.campaign_id, e.created_at, r.order_id, r.discount_amount, 'an event'
from customer_activity e join redemptions r on r.order_id = e.order_id
where e.type = 'customer.order.canceled' and e.missing_since is null and {_STANDING}
and not exists (select 1 from customer_activity l where l.order_id = e.order_id and l.created_at > e.created_at
    and l.type like 'customer.order.%' and l.type <> 'customer.order.canceled')
"""
_TOLD_BY_WEBHOOKS = f"""
select r.id, coalesce(r.voucher_code, r.id), r.campaign_id, d.created_at, r.order_id, r.discount_amount, 'a webhook'
from webhook_deliveries d join webhook_records x on x.delivery_id = d.id and x.member = 'order'
join redemptions r on r.order_id = x.record_id
where d.type like '%order.canceled' and {_STANDING}
"""
_WITHOUT_DISCOUNT = f"""
select r.id, coalesce(r.voucher_code, t.name, r.id), r.campaign_id, r.created_at, r.order_amount
from redemptions r left join vouchers v on v.id = r.voucher_id left join promotion_tiers t on t.id = r.promotion_tier_id
where r.discount_amount = 0 and r.order_amount > 0 and {_STANDING}
and (v.type = 'DISCOUNT_VOUCHER' or (v.id is null and r.promotion_tier_id is not null))
order by r.created_at, r.id
"""
_TO_NOBODY = """
select p.id, coalesce(p.voucher_code, p.id), p.campaign_id, p.created_at, p.customer_id, c.missing_since
from publications p left join customers c on c.id = p.customer_id
where p.customer_id is not null and p.result is not 'FAILURE' and p.missing_since is null
and (c.missing_since is not null or (c.id is null and :whole
    and p.created_at < strftime('%Y-%m-%dT%H:%M:%fZ', :read, '-5 minutes')))
order by p.created_at, p.id
"""


def _bound(asked: Asked) -> dict[str, object]:
    """What `_COVERED` asks for: a rollback that is not cached must not make a redemption stand."""
    known = asked.covered("redemptions")
    return {"whole": known.whole, "campaigns": json.dumps(sorted(known.campaigns))}


def cancelled_orders(asked: Asked) -> Iterator[Case]:
    """Redemptions that stand although their order is cancelled, by whatever tells so."""
    seen: set[str] = set()
    queries = [_TOLD_BY_ORDER]
    queries += [_TOLD_BY_EVENTS] if holds(asked.connection, "customer_activity") else []
    queries += [_TOLD_BY_WEBHOOKS] if holds(asked.connection, "webhook_records") else []
    for query in reversed(queries):
        # The newest witness knows when; the order inside a redemption does not.
        for identity, code, campaign, at, order, discount, told in asked.connection.execute(query, _bound(asked)):
            if identity in seen:
                continue
            seen.add(identity)
            given = f", {money(discount, asked.currency)} of discount stand" if discount else ""
            words = f"order {order} is cancelled, {told} says{given}"
            yield Case(asked.under(campaign), Ref("redemption", identity), code, words, at)


def without_discount(asked: Asked) -> Iterator[Case]:
    """Redemptions of discounts that succeeded, stand, and took nothing off an order that had a value."""
    found = asked.connection.execute(_WITHOUT_DISCOUNT, _bound(asked))
    for identity, code, campaign, at, amount in found:
        words = f"{identity} took nothing off {money(amount, asked.currency)}"
        yield Case(asked.under(campaign), Ref("redemption", identity), code, words, at)


def published_to_nobody(asked: Asked) -> Iterator[Case]:
    """Publications to customers that were deleted: seen gone, or not in the whole list that was read later."""
    people = asked.covered("customers")
    values = {"whole": people.whole, "read": people.as_of or ""}
    for identity, code, campaign, at, customer, gone in asked.connection.execute(_TO_NOBODY, values):
        told = f"was gone by {gone[:10]}" if gone else "is not in the list of customers"
        yield Case(asked.under(campaign), Ref("publication", identity), code, f"customer {customer} {told}", gone or at)
