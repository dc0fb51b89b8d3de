"""Views of the cache for people with `sqlite3` or Datasette: what the app works out, in SQL.

Amounts are minor units, times UTC text, as in the tables.
"""

from store.times import NOT_A_DATE

_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
_UNREADABLE = f"like '%{NOT_A_DATE}'"

_CAMPAIGNS = f"""
select c.id, c.name, c.campaign_type,
    case
        when c.missing_since is not null then 'deleted'
        when c.creation_status = 'DRAFT' then 'draft'
        when 'IN_PROGRESS' in (c.creation_status, c.vouchers_generation_status) then 'generating'
        when 'MODIFYING' in (c.creation_status, c.vouchers_generation_status) then 'updating'
        when 'FAILED' in (c.creation_status, c.vouchers_generation_status) then 'failed'
        when c.active = 0 then 'disabled'
        when c.expiration_date not {_UNREADABLE} and c.expiration_date <= {_NOW} then 'expired'
        when c.start_date {_UNREADABLE} or c.expiration_date {_UNREADABLE} then 'unknown'
        when c.start_date > {_NOW} then 'scheduled'
        else 'active'
    end as status,
    c.start_date, c.expiration_date, c.category, c.vouchers_count, c.created_at, c.updated_at, c.missing_since
from campaigns c
"""

_REDEMPTIONS = """
select r.id, r.created_at, r.campaign_id, coalesce(c.name, r.campaign) as campaign, c.campaign_type,
    r.voucher_id, r.voucher_code, r.promotion_tier_id, r.customer_id,
    case
        when r.status = 'ROLLED_BACK' or r.rolled_back_by is not null then 'rolled back'
        when r.result = 'FAILURE' then 'failed'
        when r.result = 'SUCCESS' then 'succeeded'
        else lower(coalesce(r.status, r.result))
    end as outcome,
    r.result, r.failure_code, r.failure_message, r.order_id, r.order_amount, r.discount_amount, r.amount,
    r.reward_id, r.is_parent, r.parent_redemption_id, r.rolled_back_by, r.missing_since
from redemptions r left join campaigns c on c.id = r.campaign_id
where r.object is not 'redemption_rollback'
"""

_ROLLBACKS = """
select b.id, b.created_at, b.undone_redemption_id as redemption_id, r.created_at as redeemed_at,
    coalesce(b.campaign_id, r.campaign_id) as campaign_id, coalesce(c.name, b.campaign, r.campaign) as campaign,
    coalesce(b.voucher_id, r.voucher_id) as voucher_id, coalesce(b.voucher_code, r.voucher_code) as voucher_code,
    coalesce(b.customer_id, r.customer_id) as customer_id,
    b.result, b.failure_code, b.failure_message, b.reason, b.amount, b.missing_since
from redemptions b
left join redemptions r on r.id = b.undone_redemption_id
left join campaigns c on c.id = coalesce(b.campaign_id, r.campaign_id)
where b.object = 'redemption_rollback'
"""

SQL_VIEWS = {"v_campaigns": _CAMPAIGNS, "v_redemptions": _REDEMPTIONS, "v_rollbacks": _ROLLBACKS}
"""Their names and queries. `v_campaigns.status` is that of the moment of the query, by the rules of `derive_status`."""
