"""The lists people look at, named: plain resource tables and the joins behind tabs."""

from dataclasses import replace

from store.cache.registry import TABLES
from store.cache.sums import exact_sum
from store.queries.derived import FILLED, NEEDS, WORKED_OUT, read_whole
from store.queries.rows import OF_CAMPAIGN, Need, RowView, table_view
from store.ref import CAMPAIGN, CUSTOMER, VOUCHER
from store.times import NOT_A_DATE


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


_STORED = table_view("vouchers", ("code", "id", "holder_id"), {CUSTOMER: "t.holder_id = ?", VOUCHER: "t.id = ?"})
VOUCHERS = replace(_STORED, columns={**_STORED.columns, **FILLED, "worked_out": WORKED_OUT}, needs=NEEDS)
"""Vouchers, with what an export left out worked out; `worked_out` names those columns."""
CODES = replace(
    _with_life(VOUCHERS),
    columns={
        **_with_life(VOUCHERS).columns,
        "used_up": "coalesce(t.redeemed_quantity >= t.redemption_quantity, 0)",
    },
)
"""Vouchers for people."""
REDEMPTIONS = table_view(
    "redemptions", ("voucher_code", "customer_id", "id", "order_id", "failure_code", "tracking_id")
)
ATTEMPTS = replace(
    REDEMPTIONS,
    columns={**REDEMPTIONS.columns, "undone": "(t.status is 'ROLLED_BACK' or t.rolled_back_by is not null)"},
    search=(*REDEMPTIONS.search, "channel_type"),
)
"""Redemptions and rollbacks: whether a redemption was rolled back, by whichever trace shows it."""
PUBLICATIONS = table_view("publications", ("voucher_code", "customer_id", "id", "channel", "source_id"))
CUSTOMERS = table_view(
    "customers", ("name", "email", "source_id", "id"), {CUSTOMER: "t.id = ?"},
    personal=frozenset({"name", "email", "phone", "source_id"}),
)  # fmt: skip


def _with_other_end(view: RowView) -> RowView:
    """The view of transactions with the code of the card at the other end of a transfer."""
    other = (
        "(select v.code from transactions x join vouchers v on v.id = x.voucher_id"
        " where x.id = t.related_transaction_id)"
    )  # fmt: skip
    return replace(view, columns={**view.columns, "related_card": other}, search=(*view.search, "related_card"))


_OF_HELD_CARDS = {CUSTOMER: "t.voucher_id in (select v.id from vouchers v where v.holder_id = ?)"}
TRANSACTIONS = _with_other_end(
    _with_code(table_view("transactions", ("voucher_id", "id", "type", "reason", "source_id"), _OF_HELD_CARDS))
)
HOLDERS = table_view("holders", more_scopes={VOUCHER: "t.redeemable_id = ?"})
TIERS = _with_life(table_view("promotion_tiers", ("name", "id"), sort="hierarchy", ascending=True))
LOYALTY_TIERS = table_view("loyalty_tiers", ("name", "id"), sort="points_from", ascending=True)
EARNING_RULES = _with_life(table_view("earning_rules", ("name", "event", "id")))
PENDING_POINTS = _with_code(
    table_view("pending_points", ("voucher_id", "customer_id", "order_id", "id"), sort="activates_at", ascending=True)
)
POINTS_EXPIRATION = _with_code(
    table_view(
        "points_expiration", ("voucher_id", "id"), _OF_HELD_CARDS, sort="expires_at", ascending=True,
        needs={name: Need("", f"t.{name} is null") for name in ("created_at", "updated_at")},
    )
)  # fmt: skip
CUSTOMER_ACTIVITY = table_view(
    "customer_activity", ("type", "id", "voucher_code", "campaign", "order_id", "redemption_id", "group_id")
)
WEBHOOK_DELIVERIES = table_view(
    "webhook_deliveries",
    ("type", "id", "entity_id", "group_id"),
    {CAMPAIGN: "t.id in (select w.delivery_id from webhook_records w where w.member = 'campaign' and w.record_id = ?)"},
    sort="received_at",
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
    scopes=OF_CAMPAIGN,
    sort="last_seen",
)  # fmt: skip
"""One row per distribution id seen in publications: no endpoint lists distributions (API §4.2 B, K)."""

REWARD_REDEMPTIONS = replace(
    ATTEMPTS,
    search=("voucher_code", "customer_id", "id", "reward_id"),
    where="t.reward_id is not null and t.object is not 'redemption_rollback'",
)
"""Redemptions of rewards, refused ones too; a rollback is no redemption, it is shown on the one it undid."""

_NONE_TAKEN = f"case when {read_whole('redemptions')} then 0 end"

REWARDS = RowView(
    name="rewards_catalog",
    table="reward_assignments",
    source=(
        "reward_assignments t left join rewards w on w.id = t.reward_id"
        " left join (select reward_id, campaign_id, count(*) as taken,"
        f" case when count(amount) = count(*) then {exact_sum('amount')} end as points_spent from redemptions"
        " where reward_id is not null and result = 'SUCCESS' and object is not 'redemption_rollback'"
        " group by reward_id, campaign_id) u on u.reward_id = t.reward_id and u.campaign_id = t.campaign_id"
    ),
    columns={
        "id": "t.id", "reward_id": "t.reward_id", "name": "w.name", "type": "w.type", "points": "t.points",
        "stock": "w.stock", "redeemed": "w.redeemed", "taken": f"coalesce(u.taken, {_NONE_TAKEN})",
        "points_spent": f"case when u.taken is null then {_NONE_TAKEN} else u.points_spent end",
        "created_at": "t.created_at",
    },
    search=("name", "type", "reward_id"),
    scopes=OF_CAMPAIGN,
    sort="points",
    ascending=True,
    where="t.missing_since is null",
    needs={"taken": Need("redemptions"), "points_spent": Need("redemptions")},
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
    scopes=OF_CAMPAIGN,
    sort="start_date",
)  # fmt: skip
"""What the API summed up for a campaign and a range of days; it gives a summary no id."""

UNREADABLE = RowView(
    name="unreadable",
    table="unreadable",
    source="unreadable t",
    columns={
        "id": "t.id", "resource": "t.resource", "campaign_id": "t.campaign_id", "reason": "t.reason",
        "json": "t.json", "missing_since": "t.missing_since",
    },
    search=("id", "resource", "reason"),
    scopes=OF_CAMPAIGN,
    sort="resource",
    ascending=True,
)  # fmt: skip
"""Records that could not be understood, as they came: what they hold is no proper JSON, or has no id."""

_OWN = (
    VOUCHERS, REDEMPTIONS, PUBLICATIONS, CUSTOMERS, TRANSACTIONS, TIERS, LOYALTY_TIERS, EARNING_RULES,
    PENDING_POINTS, POINTS_EXPIRATION, HOLDERS, CUSTOMER_ACTIVITY, WEBHOOK_DELIVERIES, CAMPAIGNS,
    SUMMARIES, UNREADABLE,
)  # fmt: skip

RESOURCE_VIEWS: dict[str, RowView] = {
    **{name: table_view(name) for name in TABLES},
    **{view.name: view for view in _OWN},
}
"""Every cached resource by name: what `promoscope list` can list."""
