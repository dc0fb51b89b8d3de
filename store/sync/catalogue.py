"""The resources a sync mirrors: one declaration each, and the engine knows no endpoint by name (API §2).

A declaration says where a list is, what keeps it up to date, how it is paged, when it is read and for whom, and
what can replace it in bulk. What it leaves out is the default of `Paging`, `Schedule` and `Scoping`.
"""

from dataclasses import replace
from datetime import timedelta

from store.api.pages import PagingStyle
from store.cache import customer_tables, tables, type_tables
from store.sync.export_mappings import API_LOG_EXPORT, POINTS_EXPORT, TRANSACTIONS_EXPORT, VOUCHER_EXPORT
from store.sync.exporting import JOB_CALLS
from store.sync.request import CampaignRef
from store.sync.resource import CAMPAIGN_TYPES, AtOnce, Paging, Params, Resource, Schedule, Scoping
from store.sync.strategies.cursors import BackfillByEndDate, FromCursor
from store.sync.strategies.customers import (
    GONE,
    GONE_CODE,
    MERGED,
    OTHER_CODE,
    CustomerActivity,
    OneRecord,
)
from store.sync.strategies.export_only import ExportOnly, ProjectExport
from store.sync.strategies.full_refresh import FullRefresh
from store.sync.strategies.incremental import Append, Incremental, Reverse
from store.sync.strategies.per_code import PerCode

LOYALTY = frozenset({"LOYALTY_PROGRAM"})
REFERRAL = frozenset({"REFERRAL_PROGRAM"})
WALLETS = frozenset({"LOYALTY_PROGRAM", "GIFT_VOUCHERS"})
WITH_VOUCHERS = CAMPAIGN_TYPES - {"PROMOTION"}
PEOPLE_FIRST = LOYALTY | REFERRAL
"""Types whose participants and referees are only known from the customers themselves (API §4.3, §4.4)."""


def _in_path(_: CampaignRef) -> tuple[Params, ...]:
    return ((),)


def _by_campaign_id(campaign: CampaignRef) -> tuple[Params, ...]:
    return ((("campaign_id", campaign.id),),)


def _condition(field: str, value: str) -> Params:
    return ((f"filters[{field}][conditions][$is][0]", value),)


def _by_parent_or_name(campaign: CampaignRef) -> tuple[Params, ...]:
    """By id where the server honours the filter, by name otherwise: names can be reused (API §11.1)."""
    return (_condition("related_object_parent_id", campaign.id), (("campaign", campaign.name),))


def _by_object_or_name(campaign: CampaignRef) -> tuple[Params, ...]:
    return (_condition("parent_object_id", campaign.id), (("campaign", campaign.name),))


ROUTINE = Schedule(routine=True)
NOT_EVERYWHERE = Schedule(routine=True, optional=True)
IF_THERE = Schedule(optional=True)
SETTINGS = Schedule(optional=True, keeps=timedelta(days=1))
NUMBERED = Paging(order="created_at")
UNPAGED = Paging(style=PagingStyle.NONE)
NO_LIST = Paging((), PagingStyle.NONE)
BY_ID = Paging(style=PagingStyle.ID_CURSOR, order="id")


def _keyset(key: str, time_field: str = "created_at") -> Paging:
    return Paging((key,), PagingStyle.KEYSET, "created_at", "-created_at", page_cap=99, time_field=time_field)


def _of(types: frozenset[str], per_code: str = "") -> Scoping:
    """Of one campaign of these types, which the path names."""
    return Scoping(_in_path, types, project=False, per_code=per_code)


CAMPAIGNS = Resource(
    tables.CAMPAIGNS, "/v1/campaigns", FullRefresh(),
    Paging(("campaigns",), order="created_at", params=(("expand", "category"),)), ROUTINE,
)  # fmt: skip

CATALOGUE: tuple[Resource, ...] = (
    CAMPAIGNS,
    # Two expands in one call are not documented, so access settings take a reading of their own (API §2).
    Resource(
        tables.ACCESS_SETTINGS, "/v1/campaigns", FullRefresh(),
        Paging(("campaigns",), order="created_at", params=(("expand", "access_settings_assignments"),)), ROUTINE,
    ),
    Resource(tables.CATEGORIES, "/v1/categories", FullRefresh(), UNPAGED, ROUTINE),
    Resource(
        type_tables.PROMOTION_TIERS, "/v1/promotions/tiers", FullRefresh(), Paging(("tiers",), order="created_at"),
        ROUTINE,
    ),
    Resource(type_tables.PROMOTION_STACKS, "/v1/promotions/stacks", FullRefresh(), NUMBERED, NOT_EVERYWHERE),
    Resource(tables.VALIDATION_RULES, "/v1/validation-rules", FullRefresh(), NUMBERED, ROUTINE),
    Resource(
        tables.VALIDATION_RULES_ASSIGNMENTS, "/v1/validation-rules-assignments", FullRefresh(), NUMBERED, ROUTINE
    ),
    Resource(type_tables.REWARDS, "/v1/rewards", FullRefresh(), schedule=NOT_EVERYWHERE),
    Resource(
        type_tables.METADATA_SCHEMAS, "/v1/metadata-schemas", FullRefresh(),
        Paging(("schemas", "data"), PagingStyle.NONE), NOT_EVERYWHERE,
    ),
    # New in July 2026 and only for keys that may read areas; stores have no list at all (API §2).
    Resource(
        tables.AREAS, "/v1/areas", FullRefresh(), Paging(("data", "areas")),
        Schedule(routine=True, optional=True, min_interval=timedelta(days=1)),
    ),
    Resource(tables.TRASH_BIN, "/v1/trash-bin", FromCursor(), BY_ID, ROUTINE),
    Resource(
        tables.ASYNC_ACTIONS, "/v1/async-actions", BackfillByEndDate(unfinished="status not in ('DONE', 'FAILED')"),
        Paging(("async_actions", "data"), PagingStyle.END_DATE), ROUTINE,
    ),
    Resource(
        type_tables.SEGMENTS, "/v1/segments", FullRefresh(), Paging(("data", "segments"), PagingStyle.NONE),
        NOT_EVERYWHERE,
    ),
    # No pages, but a limit, which is 10 where none is sent (API §2).
    Resource(
        type_tables.LOYALTY_TIERS, "/v1/loyalties/{campaign}/tiers", FullRefresh(),
        Paging(style=PagingStyle.NONE, params=(("limit", "100"),)), SETTINGS, _of(LOYALTY),
    ),
    Resource(
        type_tables.EARNING_RULES, "/v1/loyalties/{campaign}/earning-rules", FullRefresh(), NUMBERED, SETTINGS,
        _of(LOYALTY),
    ),
    Resource(
        type_tables.REWARD_ASSIGNMENTS, "/v1/loyalties/{campaign}/reward-assignments", FullRefresh(),
        schedule=SETTINGS, scoping=_of(LOYALTY),
    ),
    Resource(
        type_tables.PENDING_POINTS, "/v1/loyalties/{campaign}/pending-points", FullRefresh(), BY_ID,
        Schedule(optional=True, keeps=timedelta(hours=6)), _of(LOYALTY),
    ),
    # Redemptions first: they are the numbers people look for.
    Resource(
        tables.REDEMPTIONS, "/v1/redemptions", Append(), _keyset("redemptions", "date"),
        scoping=Scoping(_by_parent_or_name), no_export="its export lacks status, discount, related and parent ids",
    ),
    Resource(
        tables.VOUCHERS, "/v1/vouchers", Incremental(), _keyset("vouchers"),
        scoping=Scoping(_by_campaign_id, WITH_VOUCHERS), export=VOUCHER_EXPORT,
    ),
    Resource(
        tables.PUBLICATIONS, "/v1/publications", Reverse(),
        Paging(("publications",), order="created_at", newest="-created_at", page_cap=1000),
        # A refused publication has no code, and so no campaign but in the campaign's own list.
        scoping=Scoping(_by_object_or_name, WITH_VOUCHERS, tells_campaign=False),
        no_export="its export lacks ids, results and failure reasons",
    ),
    Resource(
        type_tables.TRANSACTIONS, "/v1/campaigns/{campaign}/transactions", FromCursor(), BY_ID, IF_THERE,
        _of(WALLETS), TRANSACTIONS_EXPORT, AtOnce(ProjectExport(), above=JOB_CALLS),
    ),
    Resource(
        type_tables.POINTS_EXPIRATION, "/v1/exports", ExportOnly(), NO_LIST,
        Schedule(optional=True, min_interval=timedelta(hours=6)), _of(LOYALTY), POINTS_EXPORT,
        AtOnce(ExportOnly(), above=1, always=True),
    ),
    Resource(
        tables.CUSTOMERS, "/v1/customers", Incremental(), _keyset("customers"), Schedule(needs_people=True),
        no_export="its export lacks points and tier per campaign and who referred whom",
    ),
    # One call a code: only codes that were used.
    Resource(
        type_tables.HOLDERS, "/v1/referrals/members/{member}/holders", PerCode(), BY_ID, IF_THERE,
        _of(
            REFERRAL,
            "select id, coalesce(updated_at, '') || ' ' || redeemed_quantity as mark, updated_at as newest"
            " from vouchers where campaign_id = ?1 and redeemed_quantity > 0 and missing_since is null",
        ),
    ),
    Resource(
        type_tables.API_LOG, "/v1/exports", ExportOnly(), NO_LIST,
        Schedule(with_campaigns=True, optional=True, min_interval=timedelta(hours=1)), export=API_LOG_EXPORT,
    ),
)  # fmt: skip

OF_CUSTOMERS: tuple[Resource, ...] = (
    # Whoever is looked at has a history of their own; the project's list of customers would fill the journal.
    Resource(
        replace(tables.CUSTOMERS, journal=True), "/v1/customers/{customer}", OneRecord(GONE, MERGED), NO_LIST, IF_THERE
    ),
    Resource(
        customer_tables.CUSTOMER_ACTIVITY, "/v1/customers/{customer}/activity", CustomerActivity(),
        Paging(style=PagingStyle.ID_CURSOR, order="created_at", newest="-created_at"), IF_THERE,
    ),
)  # fmt: skip
"""What is read of each named or watched customer, one customer at a time: no list of the project has it (API §6)."""

WORKED_OUT: tuple[Resource, ...] = (
    Resource(
        customer_tables.CUSTOMER_REDEEMABLES, "/v1/customers/{customer}/redeemables", FullRefresh(), BY_ID, IF_THERE
    ),
    Resource(
        customer_tables.CUSTOMER_SEGMENTS, "/v1/customers/{customer}/segments", FullRefresh(), UNPAGED, IF_THERE
    ),
)  # fmt: skip
"""What the API works out of a customer when it is asked: wallet and segments. Read of named customers alone."""


def _by_related_object(voucher_id: str) -> Params:
    return _condition("related_object_id", voucher_id)


OF_CODES: tuple[Resource, ...] = (
    Resource(tables.VOUCHERS, "/v1/vouchers/{code}", OneRecord(GONE_CODE, OTHER_CODE), NO_LIST, IF_THERE),
    Resource(
        tables.REDEMPTIONS, "/v1/redemptions", FullRefresh(), _keyset("redemptions", "date"), IF_THERE,
        Scoping(by_code=_by_related_object),
    ),
    Resource(
        tables.PUBLICATIONS, "/v1/publications", FullRefresh(),
        Paging(("publications",), order="created_at", newest="-created_at", page_cap=1000), IF_THERE,
        Scoping(by_code=_by_related_object),
    ),
    Resource(type_tables.TRANSACTIONS, "/v1/vouchers/{code}/transactions", FullRefresh(), BY_ID, IF_THERE),
    Resource(type_tables.HOLDERS, "/v1/referrals/members/{code}/holders", FullRefresh(), BY_ID, IF_THERE),
)  # fmt: skip
"""What is read of one code alone, of those lists that a request names."""
