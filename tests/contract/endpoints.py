"""The reading endpoints the product uses, with what a test must know to read them (API §2)."""

from dataclasses import dataclass

from store.api.pages import Listing, PagingStyle


@dataclass(frozen=True)
class Endpoint:
    """One GET path of the API.

    Attributes:
        template: path with the parameter names of the specification.
        key: member that holds the rows; empty when the answer is one object.
        style: how a list is continued.
        order: an order that reads it ascending, where there is one.
        time_field: member of a row that holds its instant.
    """

    template: str
    key: str = ""
    style: PagingStyle = PagingStyle.PAGE
    order: str | None = None
    time_field: str = "created_at"

    @property
    def path(self) -> str:
        """A path to ask for, each parameter filled in."""
        return "/".join("some_id" if part.startswith("{") else part for part in self.template.split("/"))

    def listing(self) -> Listing:
        """The list, for the client's paging."""
        return Listing(self.path, (self.key,), self.style, order=self.order, time_field=self.time_field)

    def __str__(self) -> str:
        return self.template


NONE, PAGE, KEYSET = PagingStyle.NONE, PagingStyle.PAGE, PagingStyle.KEYSET
ID_CURSOR, END_DATE = PagingStyle.ID_CURSOR, PagingStyle.END_DATE

LISTS = (
    Endpoint("/v1/campaigns", "campaigns", PAGE, "created_at"),
    Endpoint("/v1/vouchers", "vouchers", KEYSET, "created_at"),
    Endpoint("/v1/redemptions", "redemptions", KEYSET, "created_at", "date"),
    Endpoint("/v1/publications", "publications", PAGE, "created_at"),
    Endpoint("/v1/customers", "customers", KEYSET, "created_at"),
    Endpoint("/v1/customers/{customerId}/activity", "data", ID_CURSOR, "created_at"),
    Endpoint("/v1/customers/{customerId}/redeemables", "data", ID_CURSOR, "id"),
    Endpoint("/v1/customers/{customerId}/segments", "data", NONE),
    Endpoint("/v1/campaigns/{campaignId}/transactions", "data", ID_CURSOR, "id"),
    Endpoint("/v1/vouchers/{code}/transactions", "data", ID_CURSOR, "id"),
    Endpoint("/v1/validation-rules", "data", PAGE, "created_at"),
    Endpoint("/v1/validation-rules-assignments", "data", PAGE, "created_at"),
    Endpoint("/v1/promotions/tiers", "tiers", PAGE, "created_at"),
    Endpoint("/v1/promotions/{campaignId}/tiers", "tiers", NONE),
    Endpoint("/v1/promotions/stacks", "data", PAGE, "created_at"),
    Endpoint("/v1/promotions/{campaignId}/stacks", "data", NONE),
    Endpoint("/v1/categories", "data", NONE),
    Endpoint("/v1/trash-bin", "data", ID_CURSOR, "id"),
    Endpoint("/v1/async-actions", "async_actions", END_DATE),
    Endpoint("/v1/orders", "orders", PAGE, "created_at"),
    Endpoint("/v1/exports", "exports", PAGE, "created_at"),
    Endpoint("/v1/loyalties/{campaignId}/tiers", "data", NONE),
    Endpoint("/v1/loyalties/{campaignId}/earning-rules", "data", PAGE, "created_at"),
    Endpoint("/v1/loyalties/{campaignId}/rewards", "data", PAGE),
    Endpoint("/v1/loyalties/{campaignId}/reward-assignments", "data", PAGE),
    Endpoint("/v1/loyalties/{campaignId}/pending-points", "data", ID_CURSOR, "id"),
    Endpoint("/v1/loyalties/{campaignId}/members/{memberId}/points-expiration", "data", PAGE),
    Endpoint("/v1/rewards", "data", PAGE),
    Endpoint("/v1/referrals/members/{memberId}/holders", "data", ID_CURSOR, "id"),
    Endpoint("/v1/referrals/{campaignId}/members/{memberId}/holders", "data", ID_CURSOR, "id"),
    Endpoint("/v1/segments", "data", NONE),
    Endpoint("/v1/metadata-schemas", "schemas", NONE),
)

OBJECTS = (
    Endpoint("/v1/campaigns/{campaignId}"),
    Endpoint("/v1/campaigns/{campaignId}/summary"),
    Endpoint("/v1/vouchers/{code}"),
    Endpoint("/v1/redemptions/{redemptionId}"),
    Endpoint("/v1/customers/{customerId}"),
    Endpoint("/v1/validation-rules/{validationRuleId}"),
    Endpoint("/v1/promotions/tiers/{promotionTierId}"),
    Endpoint("/v1/async-actions/{asyncActionId}"),
    Endpoint("/v1/exports/{exportId}"),
    Endpoint("/v1/rewards/{rewardId}"),
    Endpoint("/v1/orders/{orderId}"),
    Endpoint("/v1/segments/{segmentId}"),
)
