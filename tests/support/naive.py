"""A campaign's summary counted the plain way, record by record: what the program's figures are held against.

It reads the documents that the sandbox would send and shares no code with the program, nor with the sandbox's own sums.
"""

from collections import defaultdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from store.sandbox.world import World

Record = dict[str, Any]
CREDITS = {
    "CREDITS_ADDITION": ("amount_added", 1),
    "CREDITS_REMOVAL": ("amount_subtracted", -1),
    "CREDITS_REDEMPTION": ("amount_redeemed", -1),
    "CREDITS_REFUND": ("amount_rolledback", 1),
}
POINTS = {
    "POINTS_ACCRUAL": ("points_rewarded", 1),
    "PENDING_POINTS_ACTIVATION": ("points_rewarded", 1),
    "POINTS_ADDITION": ("points_added", 1),
    "POINTS_REMOVAL": ("points_subtracted", -1),
    "POINTS_REDEMPTION": ("points_redeemed", -1),
    "POINTS_REFUND": ("points_rolledback", 1),
    "POINTS_EXPIRATION": ("points_expired", -1),
    "POINTS_TRANSFER_IN": ("points_transferred_in", 1),
    "POINTS_TRANSFER_OUT": ("points_transferred_out", -1),
}
"""Names of movements in the API's summary, and the sign that makes them positive."""


class NaiveSummaries:
    """Summaries of every campaign of a world.

    Args:
        world: whose documents are counted.
        zone: whose days they are counted by.
    """

    def __init__(self, world: World, zone: ZoneInfo) -> None:
        self._zone = zone
        self._world = world
        self._found: dict[str, list[tuple[date, str, int]]] = defaultdict(list)
        self._redemptions()
        self._publications()
        self._codes()
        self._movements()
        self._referrals()

    def of(self, campaign_id: str, start: date, end: date) -> dict[str, int]:
        """Every figure that has something to count on the days from `start` to `end`, both included; others are 0."""
        sums: dict[str, int] = defaultdict(int)
        for day, name, value in self._found[campaign_id]:
            if start <= day <= end:
                sums[name] += value
        return sums

    def _documents(self, table: str) -> list[Record]:
        return list(self._world.tables[table].documents())

    def _note(self, campaign_id: str | None, at: str, **values: int) -> None:
        moment = datetime.fromisoformat(at)
        day = moment.astimezone(self._zone).date()
        self._found[campaign_id or ""] += [(day, name, value) for name, value in values.items()]

    def _redemptions(self) -> None:
        for row in self._documents("redemptions"):
            tier = row.get("promotion_tier", {}).get("campaign", {}).get("id")
            campaign = row.get("voucher", {}).get("campaign_id") or tier
            undone, good = row["object"] == "redemption_rollback", row["result"] == "SUCCESS"
            kind = "rollbacks" if undone else "redemptions"
            self._note(campaign, row["date"], **{f"{kind}_{'succeeded' if good else 'failed'}": 1})
            if good and row["order"]:
                order, given = row["order"]["amount"], row["order"]["total_applied_discount_amount"]
                if undone:
                    self._note(
                        campaign, row["date"], orders_rolledback_amount=-order, rolledback_discounted_amount=-given
                    )
                else:
                    self._note(campaign, row["date"], orders_amount=order, discounted_amount=given)

    def _publications(self) -> None:
        # A refused publication names no campaign; the list it stands in does.
        campaigns = self._world.tables["publications"].column("campaign_id")
        for campaign, row in zip(campaigns, self._documents("publications"), strict=True):
            ending = "succeeded" if row["result"] == "SUCCESS" else "failed"
            self._note(campaign, row["created_at"], **{f"publications_{ending}": 1})

    def _codes(self) -> None:
        for row in self._documents("vouchers"):
            self._note(row["campaign_id"], row["created_at"], vouchers_created=1)
        for gone in self._world.deletions:
            if gone.resource_type == "voucher" and gone.created_at is not None:
                self._note(gone.campaign_id, gone.created_at, vouchers_created=1)
                self._note(gone.campaign_id, gone.at, vouchers_deleted=1)

    def _movements(self) -> None:
        for row in self._documents("transactions"):
            name, sign = {**CREDITS, **POINTS}[row["type"]]
            change = row["details"]["balance"]
            amount = change["amount"] if row["type"] in CREDITS else change["points"]
            self._note(row["campaign_id"], row["created_at"], **{name: sign * amount})

    def _referrals(self) -> None:
        for row in self._documents("customers"):
            for one in row["referrals"]["campaigns"]:
                self._note(one["campaign_id"], one["date"], referred_customers=1)
