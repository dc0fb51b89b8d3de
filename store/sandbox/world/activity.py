"""The activity of every customer, derived from the other tables when it is first asked for (API §6)."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from typing import Any

from store.sandbox.table import Document, Table
from store.sandbox.world import moments
from store.sandbox.world.event_documents import EventDocuments, group_id
from store.sandbox.world.happenings import Happening, Happenings, chance
from store.sandbox.world.sheet import DocumentSheet

_EFFECTS = (
    "rewarded", "voucher.", "reward_redemptions.", "loyalty.", "segment.", "holder.", "referred", "email.", "sms.",
    "activecampaign.", "braze.", "mailchimp.", "intercom.", "shopify.", "klaviyo.", "batch.",
)  # fmt: skip
"""How the types of what was done to a customer begin; everything else a customer did."""
_SOURCES: tuple[Document, ...] = (
    {"channel": "API", "api_key": {"name": "Shop backend", "app_id": "8a824b12-0530-4ef4-9479-d9e9b9930176"}},
    {"channel": "USER_PORTAL", "user": {"id": "user_g24UoRO3Caxu7FCT4n5tpYEa"}},
    {"channel": "CLIENT_API", "api_key": {"name": "Shop front", "app_id": "011240bf-d5fc-4ef1-9e82-11eb68c43bf5"}},
    {"channel": "INTERNAL"},
)
_NO_SIGNS = str.maketrans("", "", "-:.TZ")
_COLUMNS = ("id", "customer_id", "created_at", "type", "category", "campaign_id", "campaign_type", "voucher_id")


class ShopActivity:
    """Makes the `customer_activity` table; `forget` or `move_on` after a change of the world.

    Attributes:
        table: columns `customer_id`, `type`, `category` (ACTION or EFFECT), `campaign_id`, `campaign_type`.
    """

    def __init__(
        self,
        database: sqlite3.Connection,
        happenings: Happenings,
        sheets: Mapping[str, Table[Any]],
        documents: Mapping[str, DocumentSheet],
    ) -> None:
        self._happenings = happenings
        self._campaigns = documents["campaigns"]
        self._documents = EventDocuments(sheets, documents)
        self._events: dict[str, Happening] = {}
        self.table: Table[str] = Table(
            database, "customer_activity", _COLUMNS, lambda row: str(row[0]), self._render, self._rows
        )

    def forget(self) -> None:
        """Let the next reader see the present state of the other tables."""
        self.table.forget()

    def move_on(self, present: str) -> None:
        """Tell what happened up to `present` by rows made or changed since the last time; what was told stays."""
        since, self._happenings.now = self._happenings.now, max(self._happenings.now, present)
        if self.table.is_made:
            latest = takewhile(lambda event: event.at >= since, reversed(self._events.values()))
            told = {event[:6] for event in latest}
            new = [event for event in self._happenings.every(since) if event[:6] not in told]
            self.table.add(*self._told_rows(new))

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        """Every event in the order of time; what one request did keeps its order."""
        self._events.clear()
        return self._told_rows(self._happenings.every())

    def _told_rows(self, events: Iterable[Happening]) -> Iterator[tuple[Any, ...]]:
        kinds = {campaign["id"]: campaign["campaign_type"] for campaign in self._campaigns.documents}
        for i, event in enumerate(sorted(events, key=lambda event: event.at), len(self._events)):
            # Ids sort by time, as those of the API do.
            key = f"evcus_{event.at.translate(_NO_SIGNS)}{i:07x}"
            self._events[key] = event
            yield (
                key, event.customer_id, event.at, f"customer.{event.type}",
                "EFFECT" if event.type.startswith(_EFFECTS) else "ACTION", event.campaign_id,
                kinds.get(event.campaign_id or ""), event.voucher_id,
            )  # fmt: skip

    def _render(self, key: str) -> Document:
        event = self._events[key]
        return {
            "id": key,
            "type": f"customer.{event.type}",
            "data": {"data": self._documents.data(event), "event_source": _source(event)},
            "created_at": moments.wire(event.at),
            "group_id": group_id(event.group),
        }


def _source(event: Happening) -> Document:
    """Who caused an event: one and the same for a whole group; time itself is internal."""
    if event.type.endswith(("points_expired", "points_activated", "pending_points.activated", "tier.left")):
        return _SOURCES[3]
    return _SOURCES[(0, 0, 0, 1, 0, 2)[chance(event.group) % 6]]
