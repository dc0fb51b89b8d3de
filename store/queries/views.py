"""The lists people look at, named: plain resource tables and the joins behind tabs."""

from dataclasses import replace

from store.cache.registry import TABLES
from store.cache.sums import exact_sum, exact_total
from store.queries.derived import GIFT_AMOUNT, PUBLISH_COUNT
from store.queries.names import called_sql
from store.queries.rows import RowView, table_view
from store.times import NOT_A_DATE

_NAMED = called_sql("customers", "c")


def _with_code(view: RowView) -> RowView:
    """The view with the code of the card its rows are about, which people search by."""
    code = "(select v.code from vouchers v where v.id = t.voucher_id)"
    return replace(view, columns={**view.columns, "code": code}, search=("code", *view.search))


def _with_life(view: RowView) -> RowView:
    """The view with the bounds of its rows' lives, where open ends lie before and after every instant.

    `undated` is 1 where one of them cannot be read.
    """
    undated = " or ".join(f"coalesce(t.{name}, '') like '%{NOT_A_DATE}'" for name in ("start_date", "expiration_date"))
    life = {
        "begins": f"coalesce(iif(t.start_date like '%{NOT_A_DATE}', '', t.start_date), '')",
        "ends": f"coalesce(iif(t.expiration_date like '%{NOT_A_DATE}', '9999', t.expiration_date), '9999')",
        "undated": f"({undated})",
    }
    return replace(view, columns={**view.columns, **life})


VOUCHERS = table_view("vouchers", ("code", "id", "holder_id"))
CODES = replace(
    _with_life(VOUCHERS),
    columns={
        **_with_life(VOUCHERS).columns,
        "used_up": "coalesce(t.redeemed_quantity >= t.redemption_quantity, 0)",
        "amount": GIFT_AMOUNT,
        "amount_told": "t.amount is not null",
        "publish_count": PUBLISH_COUNT,
    },
)
"""Vouchers for people: what an export left out is worked out."""
REDEMPTIONS = table_view(
    "redemptions", ("voucher_code", "customer_id", "id", "order_id", "failure_code", "tracking_id")
)
ATTEMPTS = replace(
    REDEMPTIONS,
    columns={**REDEMPTIONS.columns, "undone": "(t.status is 'ROLLED_BACK' or t.rolled_back_by is not null)"},
    search=(*REDEMPTIONS.search, "channel_type"),
)
"""Redemptions and rollbacks for people: whether a redemption was rolled back, whichever trace tells it."""
PUBLICATIONS = table_view("publications", ("voucher_code", "customer_id", "id", "channel", "source_id"))
CUSTOMERS = table_view("customers", ("name", "email", "source_id", "id"))
TRANSACTIONS = _with_code(table_view("transactions", ("voucher_id", "id", "type", "reason", "source_id")))
TIERS = _with_life(table_view("promotion_tiers", ("name", "id"), sort="hierarchy", ascending=True))
LOYALTY_TIERS = table_view("loyalty_tiers", ("name", "id"), sort="points_from", ascending=True)
EARNING_RULES = _with_life(table_view("earning_rules", ("name", "event", "id")))
PENDING_POINTS = _with_code(
    table_view("pending_points", ("voucher_id", "customer_id", "order_id", "id"), sort="activates_at", ascending=True)
)
POINTS_EXPIRATION = _with_code(table_view("points_expiration", ("voucher_id", "id"), sort="expires_at", ascending=True))
WEBHOOK_DELIVERIES = table_view(
    "webhook_deliveries",
    ("type", "id", "entity_id", "group_id"),
    sort="received_at",
    of_campaign="t.id in (select w.delivery_id from webhook_records w where w.member = 'campaign' and w.record_id = ?)",
)
CAMPAIGNS = table_view("campaigns", ("name", "id", "category", "metadata"))

DISTRIBUTIONS = RowView(
    name="distributions",
    table="publications",
    source=(
        "(select min(rowid) as rowid, campaign_id, distribution_id as id, max(channel) as channel,"
        " sum(result is not 'FAILURE') as publications,"
        " case when exists (select 1 from sync_states s where s.resource = 'publications'"
        " and s.scope = 'campaign:' || publications.campaign_id and s.completed_at is not null)"
        " then sum(result is 'FAILURE') else nullif(sum(result is 'FAILURE'), 0) end as failed,"
        " count(distinct case when result is not 'FAILURE' then customer_id end) as customers,"
        " min(created_at) as first_seen, max(created_at) as last_seen,"
        " group_concat(distinct source_type) as source_type"
        " from publications where distribution_id is not null group by campaign_id, distribution_id) t"
    ),
    columns={
        "id": "t.id", "channel": "t.channel", "publications": "t.publications", "failed": "t.failed",
        "customers": "t.customers", "first_seen": "t.first_seen", "last_seen": "t.last_seen",
        "source_type": "t.source_type",
    },
    search=("id", "channel"),
    campaign="t.campaign_id",
    sort="last_seen",
)  # fmt: skip
"""One row per distribution id seen in publications: no endpoint lists distributions (API §4.2 B, K)."""

PARTICIPANTS = RowView(
    name="participants",
    table="vouchers",
    source=(
        "vouchers t left join customers c on c.id = t.holder_id"
        " left join customer_loyalty l on l.customer_id = t.holder_id and l.campaign = t.campaign"
    ),
    columns={
        "id": "t.id", "holder_id": "t.holder_id", "name": _NAMED, "email": "c.email", "code": "t.code",
        "balance": "t.balance", "loyalty_tier": "l.loyalty_tier", "created_at": "t.created_at",
        "redeemed_quantity": "t.redeemed_quantity", "campaign_id": "t.campaign_id",
    },
    search=("name", "email", "holder_id", "code"),
    campaign="t.campaign_id",
    where="t.holder_id is not null and t.missing_since is null",
)  # fmt: skip
"""Loyalty cards with a holder, joined to the customer when the customers list is cached."""

REFERRERS = RowView(
    name="referrers",
    table="customers",
    source=(
        "(select min(rowid) as rowid, campaign_id, holder_id, min(code) as code, count(*) as codes,"
        f" {exact_sum('redeemed_quantity')} as redeemed_quantity, min(created_at) as created_at from vouchers"
        " where holder_id is not null and missing_since is null group by campaign_id, holder_id) t"
        " left join customers c on c.id = t.holder_id"
        " left join (select campaign_id, referrer_id, count(distinct customer_id) as referred,"
        " max(date) as last_referral"
        " from customer_referrals group by campaign_id, referrer_id) f"
        " on f.campaign_id = t.campaign_id and f.referrer_id = t.holder_id"
    ),
    columns={
        "id": "t.holder_id", "name": _NAMED, "email": "c.email", "code": "t.code", "codes": "t.codes",
        "referred": "coalesce(f.referred, 0)", "last_referral": "f.last_referral",
        "redeemed_quantity": "t.redeemed_quantity", "created_at": "t.created_at",
    },
    search=("name", "email", "id", "code"),
    campaign="t.campaign_id",
    sort="referred",
)  # fmt: skip
"""One row per holder of referral codes; `code` is the first of them by name."""

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
    campaign="t.campaign_id",
    sort="date",
)  # fmt: skip

REWARD_REDEMPTIONS = replace(
    ATTEMPTS,
    search=("voucher_code", "customer_id", "id", "reward_id"),
    where="t.reward_id is not null and t.object is not 'redemption_rollback'",
)
"""Redemptions of rewards, refused ones too; a rollback is no redemption, it is told on the one it undid."""

REWARDS = RowView(
    name="rewards_catalog",
    table="reward_assignments",
    source=(
        "reward_assignments t left join rewards w on w.id = t.reward_id"
        " left join (select reward_id, campaign_id, count(*) as taken,"
        f" {exact_total('amount')} as points_spent from redemptions"
        " where reward_id is not null and result = 'SUCCESS' and object is not 'redemption_rollback'"
        " group by reward_id, campaign_id) u on u.reward_id = t.reward_id and u.campaign_id = t.campaign_id"
    ),
    columns={
        "id": "t.id", "reward_id": "t.reward_id", "name": "w.name", "type": "w.type", "points": "t.points",
        "stock": "w.stock", "redeemed": "w.redeemed", "taken": "coalesce(u.taken, 0)",
        "points_spent": "case when u.taken is null then 0 else u.points_spent end", "created_at": "t.created_at",
    },
    search=("name", "type", "reward_id"),
    campaign="t.campaign_id",
    sort="points",
    ascending=True,
    where="t.missing_since is null",
)  # fmt: skip

SUMMARIES = RowView(
    name="campaign_summaries",
    table="campaign_summaries",
    source="campaign_summaries t",
    columns={
        "id": "t.campaign_id || '/' || t.start_date || '/' || t.end_date", "campaign_id": "t.campaign_id",
        "start_date": "t.start_date", "end_date": "t.end_date", "closed": "t.closed", "summary": "t.json",
    },
    search=("campaign_id",),
    campaign="t.campaign_id",
    sort="start_date",
)  # fmt: skip
"""What the API summed up for a campaign and a range of days; it gives a summary no id."""

_OWN = (
    VOUCHERS, REDEMPTIONS, PUBLICATIONS, CUSTOMERS, TRANSACTIONS, TIERS, LOYALTY_TIERS, EARNING_RULES,
    PENDING_POINTS, POINTS_EXPIRATION, WEBHOOK_DELIVERIES, CAMPAIGNS,
    SUMMARIES,
)  # fmt: skip

RESOURCE_VIEWS: dict[str, RowView] = {
    **{name: table_view(name) for name in TABLES},
    **{view.name: view for view in _OWN},
}
"""Every cached resource by name: what `promoscope list` can list."""
