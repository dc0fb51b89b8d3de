"""The activity of every customer, derived from the other tables when it is first asked for (API §6)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from store.sandbox.table import Document, Table
from store.sandbox.world import moments
from store.sandbox.world.sheet import DocumentSheet, Sheet
from store.sandbox.world.stage import Referral
from store.sandbox.world.vocabulary import PUBLICATION_CHANNELS

_POINTS = {
    "POINTS_ACCRUAL": "rewarded.loyalty_points",
    "POINTS_ADDITION": "voucher.loyalty_card.points_added",
    "POINTS_EXPIRATION": "voucher.loyalty_card.points_expired",
    "POINTS_TRANSFER_IN": "voucher.loyalty_card.points_transferred",
    "POINTS_TRANSFER_OUT": "voucher.loyalty_card.points_transferred",
    "PENDING_POINTS_ACTIVATION": "voucher.loyalty_card.pending_points.activated",
    "CREDITS_ADDITION": "voucher.gift.balance_added",
}


class Occurrence(NamedTuple):
    """One event before it is rendered: where it came from and what it is."""

    id: str
    customer_id: str
    created_at: str
    type: str
    category: str
    campaign_id: str | None
    campaign_type: str | None
    source: str
    key: str


class _LateColumns(dict[str, list[Any]]):
    """Columns that are made when the first one is asked for."""

    def __init__(self, build: Callable[[], Iterator[Occurrence]]) -> None:
        super().__init__()
        self._build = build

    def __missing__(self, name: str) -> list[Any]:
        rows = sorted(self._build(), key=lambda row: (row.created_at, row.id))
        for field, values in zip(Occurrence._fields, zip(*rows, strict=True), strict=True):
            dict.__setitem__(self, field, list(values))
        if name not in self:
            raise KeyError(name)
        return self[name]


class Activity:
    """Makes the `customer_activity` table; `forget` after a change of the world.

    Attributes:
        table: columns `customer_id`, `type`, `category` (ACTION or EFFECT), `campaign_id`, `campaign_type`.
    """

    def __init__(
        self,
        sheets: Mapping[str, Sheet[Any]],
        documents: Mapping[str, DocumentSheet],
        referrals: Mapping[str, list[Referral]],
    ) -> None:
        self._sheets = sheets
        self._documents = documents
        self._referrals = referrals
        self._columns = _LateColumns(self._occurrences)
        self.table = Table("customer_activity", self._columns, self._render)

    def forget(self) -> None:
        """Let the next reader see the present state of the other tables."""
        self._columns.clear()
        self.table.version += 1

    def _occurrences(self) -> Iterator[Occurrence]:
        for source in (
            self._profiles,
            self._redemptions,
            self._publications,
            self._orders,
            self._balances,
            self._brought,
        ):
            for n, (customer, at, kind, category, campaign, table, key) in enumerate(source()):
                stem = "".join(letter for letter in at if letter.isdigit())
                found = self._documents["campaigns"].find(campaign)
                yield Occurrence(
                    f"evcus_{stem}{table[:2]}{n:06d}",
                    customer,
                    at,
                    f"customer.{kind}",
                    category,
                    campaign,
                    found["campaign_type"] if found else None,
                    table,
                    key,
                )

    def _profiles(self) -> "Iterator[_Event]":
        for row in self._sheets["customers"].rows():
            yield row.id, row.created_at, "created", "ACTION", None, "customers", row.id

    def _redemptions(self) -> "Iterator[_Event]":
        for row in self._sheets["redemptions"].rows():
            if row.customer_id is None:
                continue
            ending = "succeeded" if row.result == "SUCCESS" else "failed"
            undone = row.object == "redemption_rollback"
            kind = f"redemption.rollback.{ending}" if undone else f"redemption.{ending}"
            about = (row.campaign_id, "redemptions", row.id)
            if not undone:
                yield row.customer_id, row.created_at, f"validation.{ending}", "ACTION", *about
            yield row.customer_id, row.created_at, kind, "ACTION", *about
            if row.reward_assignment_id is not None and row.result == "SUCCESS":
                reward = "reward_redemptions.rolledback" if undone else "reward_redemptions.completed"
                yield row.customer_id, row.created_at, reward, "EFFECT", *about

    def _publications(self) -> "Iterator[_Event]":
        for row in self._sheets["publications"].rows():
            ending = "succeeded" if row.result == "SUCCESS" else "failed"
            about = (row.campaign_id, "publications", row.id)
            yield row.customer_id, row.created_at, f"publication.{ending}", "ACTION", *about
            if row.channel == PUBLICATION_CHANNELS[0] and row.result == "SUCCESS":
                sent = "email.failed" if row.id.endswith("0") else "email.sent"
                yield row.customer_id, row.created_at, sent, "EFFECT", *about

    def _orders(self) -> "Iterator[_Event]":
        for row in self._sheets["orders"].rows():
            if row.customer_id is not None:
                yield row.customer_id, row.created_at, "order.paid", "ACTION", None, "orders", row.id

    def _balances(self) -> "Iterator[_Event]":
        held = self._sheets["vouchers"].table.columns
        holders = dict(zip(held["id"], held["holder_id"], strict=True))
        for row in self._sheets["transactions"].rows():
            holder, kind = holders.get(row.voucher_id), _POINTS.get(row.type)
            if holder is not None and kind is not None:
                yield holder, row.created_at, kind, "EFFECT", row.campaign_id, "transactions", row.id
        for row in self._sheets["pending_points"].rows():
            if row.customer_id is not None:
                kind = "voucher.loyalty_card.pending_points.added"
                yield row.customer_id, row.created_at, kind, "EFFECT", row.campaign_id, "pending_points", row.id

    def _brought(self) -> "Iterator[_Event]":
        for customer, known in self._referrals.items():
            for one in known:
                yield customer, one.date, "referred", "EFFECT", one.campaign_id, "customers", one.referrer_id

    def _render(self, index: int) -> Document:
        row = Occurrence(*(self._columns[field][index] for field in Occurrence._fields))
        data: Document = {"customer": {"id": row.customer_id, "object": "customer"}}
        if row.campaign_id is not None:
            campaign = self._documents["campaigns"].find(row.campaign_id) or {}
            data["campaign"] = {key: campaign.get(key) for key in ("id", "name", "campaign_type", "object")}
        data.update(self._details(row))
        api = index % 3 != 0
        source: Document = {"channel": "API" if api else "USER_PORTAL"}
        source["api_key" if api else "user"] = (
            {"name": "Shop backend", "app_id": "8a824b12-0530-4ef4-9479-d9e9b9930176"}
            if api
            else {"id": "user_g24UoRO3Caxu7FCT4n5tpYEa"}
        )
        return {
            "id": row.id,
            "type": row.type,
            "data": {"data": data, "event_source": source},
            "created_at": moments.wire(row.created_at),
            "group_id": f"v-0{row.key[-16:]}",
        }

    def _details(self, row: Occurrence) -> Document:
        index = self._sheets[row.source].index_of(row.key)
        if index is None:
            return {}
        document = self._sheets[row.source].table.document(index)
        if row.source == "redemptions":
            if ".validation." in row.type:
                return {"validation": _validation(document)}
            name = "redemption_rollback" if document["object"] == "redemption_rollback" else "redemption"
            parts = {
                part: document[part] for part in ("voucher", "promotion_tier", "order", "reward") if document.get(part)
            }
            return {name: document, **parts}
        if row.source == "publications":
            sent = (
                {"distribution": {"id": document["metadata"].get("distribution_id")}} if ".email." in row.type else {}
            )
            return {"publication": document, **sent}
        if row.source == "orders":
            return {"order": document}
        if row.source == "transactions":
            return {"transaction": document, "balance": document["details"]["balance"]}
        if row.source == "pending_points":
            return {"pending_points": document}
        return {"referrer": {"id": row.key, "object": "customer"}} if row.type.endswith("referred") else {}


def _validation(document: Document) -> Document:
    redeemable = {
        "id": document["related_object_id"],
        "object": document["related_object_type"],
        "status": "APPLICABLE" if document["result"] == "SUCCESS" else "INAPPLICABLE",
    }
    return {
        "id": f"valid_{document['id'].partition('_')[2]}",
        "session_id": None,
        "status": document["result"],
        "redeemables": [redeemable],
    }


_Event = tuple[str, str, str, str, str | None, str, str]
