"""The resources a sync mirrors: one declaration each, and the engine knows no endpoint by name (API §2).

A declaration says where a list stands, how it is paged, what makes it incremental, what can stand in for it in bulk,
and which table takes its records.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from store.api.addresses import segment
from store.api.pages import PagingStyle
from store.cache import tables, type_tables
from store.cache.columns import TableSpec
from store.sync.twins import API_LOG_TWIN, POINTS_TWIN, VOUCHER_TWIN, ExportTwin

Params = tuple[tuple[str, str], ...]


class Strategy(StrEnum):
    """How a list is kept up to date."""

    SWEEP = "sweep"
    """Read whole every time; what is not returned any more is missing."""
    INCREMENTAL = "incremental"
    """Whole once, then what was created since and what was updated since."""
    APPEND = "append"
    """Whole once, then what was created since: records of this list do not change."""
    NEWEST_FIRST = "newest first"
    """No date filter: whole once, then from the newest back to what is held."""
    CURSOR = "cursor"
    """Read on from the last id."""
    TAIL = "tail"
    """From the newest back to what is held, by an end date."""
    EXPORT = "export"
    """No list exists: read by export, from the last known instant where it can be narrowed to one."""


@dataclass(frozen=True, slots=True)
class CampaignRef:
    """The campaign a list is asked for: API id, name and type as received."""

    id: str
    name: str
    campaign_type: str


LOYALTY = frozenset({"LOYALTY_PROGRAM"})
REFERRAL = frozenset({"REFERRAL_PROGRAM"})
WALLETS = frozenset({"LOYALTY_PROGRAM", "GIFT_VOUCHERS"})
WITH_VOUCHERS = frozenset({"DISCOUNT_COUPONS", "GIFT_VOUCHERS", "LOYALTY_PROGRAM", "REFERRAL_PROGRAM"})
PEOPLE_FIRST = LOYALTY | REFERRAL
"""Types whose participants and referees are only told by the customers themselves (API §4.3, §4.4)."""


@dataclass(frozen=True)
class Resource:
    """One list of the API and the table that mirrors it.

    Attributes:
        table: where its records go; its name is the resource's name.
        path: list endpoint; `{campaign}` stands for the campaign id, `{member}` for a code's id.
        members: for lists that exist code by code: the codes of a campaign (`?1`) to read it for, as SQL that gives
            each one's id, a mark that differs once the code has changed, and its newest change to order by.
        keys: names the array may have in the answer (API §11.16).
        strategy, style: see `Strategy` and `PagingStyle`.
        order: ascending order to read in; empty when the endpoint has none.
        newest: descending order, for reading from the newest where dates do not help.
        page_cap: the last page the API serves.
        params: sent with every page.
        time_field: where a record says when it was created.
        by_campaign: parameter sets that narrow the list to one campaign, tried in turn; None when it cannot be.
        types: campaign types it exists for; None for all.
        project: whether it can be read for the whole project.
        tells_campaign: whether every record of the project's list names its campaign.
        routine: read by every sync, not only for named campaigns or `--all`.
        updated: whether `updated_at` is a filter.
        twin: the export that can stand in for it, if one carries enough.
        no_export: why none does, in words for the plan.
        needs_people: read whole when a campaign of `PEOPLE_FIRST` is named.
        with_campaigns: read for the project when any campaign is named.
        rest: after a reading it is left alone for so long, unless a full one is asked for.
        optional: not every project or role has it: being refused is noted and does not make a run partial.
    """

    table: TableSpec
    path: str
    keys: tuple[str, ...]
    strategy: Strategy
    style: PagingStyle
    order: str = ""
    newest: str = ""
    page_cap: int = 100
    params: Params = ()
    time_field: str = "created_at"
    by_campaign: Callable[[CampaignRef], tuple[Params, ...]] | None = None
    types: frozenset[str] | None = None
    project: bool = True
    tells_campaign: bool = True
    routine: bool = False
    updated: bool = False
    twin: ExportTwin | None = None
    no_export: str = "there is no export of it"
    needs_people: bool = False
    with_campaigns: bool = False
    optional: bool = False
    rest: timedelta = timedelta(0)
    members: str = ""

    @property
    def name(self) -> str:
        """The resource's name: its table's."""
        return self.table.name

    def applies_to(self, campaign_type: str) -> bool:
        """Whether a campaign of this type has such records; unknown types are given the benefit of the doubt."""
        known = campaign_type in WITH_VOUCHERS or campaign_type == "PROMOTION"
        return self.types is None or campaign_type in self.types or (not known and self.by_campaign is not None)

    def ways(self, campaign: CampaignRef | None) -> tuple[tuple[str, Params], ...]:
        """Path and parameters to ask for, in the order to try them."""
        if campaign is None:
            return ((self.path, self.params),)
        path = self.path.replace("{campaign}", segment(campaign.id))
        if self.by_campaign is None:
            return ((path, self.params),)
        return tuple((path, (*self.params, *narrow)) for narrow in self.by_campaign(campaign))


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


def _sweep(table: TableSpec, path: str, *keys: str, order: str = "created_at", optional: bool = False) -> Resource:
    return Resource(
        table, path, keys or ("data",), Strategy.SWEEP, PagingStyle.PAGE, order=order, routine=True, optional=optional
    )


def _loyalty(table: TableSpec, path: str, style: PagingStyle, *, order: str = "", params: Params = ()) -> Resource:
    return Resource(
        table, f"/v1/loyalties/{{campaign}}/{path}", ("data",), Strategy.SWEEP, style,
        order=order, params=params, by_campaign=_in_path, types=LOYALTY, project=False, optional=True,
    )  # fmt: skip


CAMPAIGNS = Resource(
    tables.CAMPAIGNS, "/v1/campaigns", ("campaigns",), Strategy.SWEEP, PagingStyle.PAGE,
    order="created_at", params=(("expand", "category"),), routine=True,
)  # fmt: skip

CATALOGUE: tuple[Resource, ...] = (
    CAMPAIGNS,
    # Two expands in one call are not documented, so access settings take a sweep of their own (API §2).
    Resource(
        tables.ACCESS_SETTINGS, "/v1/campaigns", ("campaigns",), Strategy.SWEEP, PagingStyle.PAGE,
        order="created_at", params=(("expand", "access_settings_assignments"),), routine=True,
    ),
    Resource(tables.CATEGORIES, "/v1/categories", ("data",), Strategy.SWEEP, PagingStyle.NONE, routine=True),
    _sweep(type_tables.PROMOTION_TIERS, "/v1/promotions/tiers", "tiers"),
    _sweep(type_tables.PROMOTION_STACKS, "/v1/promotions/stacks", optional=True),
    _sweep(tables.VALIDATION_RULES, "/v1/validation-rules"),
    _sweep(tables.VALIDATION_RULES_ASSIGNMENTS, "/v1/validation-rules-assignments"),
    _sweep(type_tables.REWARDS, "/v1/rewards", order="", optional=True),
    Resource(
        type_tables.METADATA_SCHEMAS, "/v1/metadata-schemas", ("schemas", "data"), Strategy.SWEEP, PagingStyle.NONE,
        routine=True, optional=True,
    ),
    # New in July 2026 and only for keys that may read areas; stores have no list at all (API §2).
    Resource(
        tables.AREAS, "/v1/areas", ("data", "areas"), Strategy.SWEEP, PagingStyle.PAGE, routine=True, optional=True,
        rest=timedelta(days=1),
    ),
    Resource(
        tables.TRASH_BIN, "/v1/trash-bin", ("data",), Strategy.CURSOR, PagingStyle.ID_CURSOR, order="id", routine=True
    ),
    Resource(
        tables.ASYNC_ACTIONS, "/v1/async-actions", ("async_actions", "data"), Strategy.TAIL, PagingStyle.END_DATE,
        routine=True,
    ),
    Resource(
        type_tables.SEGMENTS, "/v1/segments", ("data", "segments"), Strategy.SWEEP, PagingStyle.NONE,
        routine=True, optional=True,
    ),
    # No pages, but a limit, which is 10 where none is sent (API §2).
    _loyalty(type_tables.LOYALTY_TIERS, "tiers", PagingStyle.NONE, params=(("limit", "100"),)),
    _loyalty(type_tables.EARNING_RULES, "earning-rules", PagingStyle.PAGE, order="created_at"),
    _loyalty(type_tables.REWARD_ASSIGNMENTS, "reward-assignments", PagingStyle.PAGE),
    _loyalty(type_tables.PENDING_POINTS, "pending-points", PagingStyle.ID_CURSOR, order="id"),
    # Redemptions first: they are the numbers people look for.
    Resource(
        tables.REDEMPTIONS, "/v1/redemptions", ("redemptions",), Strategy.APPEND, PagingStyle.KEYSET,
        order="created_at", newest="-created_at", page_cap=99, time_field="date", by_campaign=_by_parent_or_name,
        no_export="its export lacks status, discount, related and parent ids",
    ),
    Resource(
        tables.VOUCHERS, "/v1/vouchers", ("vouchers",), Strategy.INCREMENTAL, PagingStyle.KEYSET,
        order="created_at", newest="-created_at", page_cap=99, updated=True, by_campaign=_by_campaign_id,
        types=WITH_VOUCHERS, twin=VOUCHER_TWIN,
    ),
    Resource(
        tables.PUBLICATIONS, "/v1/publications", ("publications",), Strategy.NEWEST_FIRST, PagingStyle.PAGE,
        order="created_at", newest="-created_at", page_cap=1000, by_campaign=_by_object_or_name, types=WITH_VOUCHERS,
        # A refused publication has no code, and so no campaign but in the campaign's own list.
        tells_campaign=False,
        no_export="its export lacks ids, results and failure reasons",
    ),
    Resource(
        type_tables.TRANSACTIONS, "/v1/campaigns/{campaign}/transactions", ("data",), Strategy.CURSOR,
        PagingStyle.ID_CURSOR, order="id", by_campaign=_in_path, types=WALLETS, project=False,
        no_export="reading on from the last id is cheaper", optional=True,
    ),
    Resource(
        type_tables.POINTS_EXPIRATION, "/v1/exports", (), Strategy.EXPORT, PagingStyle.NONE, by_campaign=_in_path,
        types=LOYALTY, project=False, twin=POINTS_TWIN, optional=True, rest=timedelta(hours=6),
    ),
    Resource(
        tables.CUSTOMERS, "/v1/customers", ("customers",), Strategy.INCREMENTAL, PagingStyle.KEYSET,
        order="created_at", newest="-created_at", page_cap=99, updated=True, needs_people=True,
        no_export="its export lacks points and tier per campaign and who referred whom",
    ),
    # One call a code: only codes that somebody used.
    Resource(
        type_tables.HOLDERS, "/v1/referrals/members/{member}/holders", ("data",), Strategy.SWEEP,
        PagingStyle.ID_CURSOR, order="id", by_campaign=_in_path, types=REFERRAL, project=False, optional=True,
        members=(
            "select id, coalesce(updated_at, '') || ' ' || redeemed_quantity as mark, updated_at as newest"
            " from vouchers where campaign_id = ?1 and redeemed_quantity > 0 and missing_since is null"
        ),
    ),
    Resource(
        type_tables.API_LOG, "/v1/exports", (), Strategy.EXPORT, PagingStyle.NONE, twin=API_LOG_TWIN,
        with_campaigns=True, optional=True, rest=timedelta(hours=1),
    ),
)  # fmt: skip

BY_NAME: dict[str, Resource] = {resource.name: resource for resource in CATALOGUE}
