"""Changes to a living world: redemptions, rollbacks and deletions while a test looks on."""

from datetime import datetime

from store.sandbox.table import Document
from store.sandbox.world import World, moments
from store.sandbox.world.benefits import discount_given
from store.sandbox.world.operations import DeletedObject
from store.sandbox.world.records import OrderRow, RedemptionRow, TransactionRow, VoucherRow


class ChangingWorld(World):
    """A world in which more can happen. Truth and summaries follow every change.

    `at` defaults to the world's `now`; the same instant may be used as often as wanted.
    """

    _serial = 0

    def _new_id(self, prefix: str, at: str) -> str:
        self._serial += 1
        return f"{prefix}_0{moments.instant(at) // 1000:x}{0xF000000 + self._serial:07x}"

    def add_redemption(
        self,
        campaign_id: str,
        *,
        at: datetime | None = None,
        failure_code: str | None = None,
        order_amount: int = 10_000,
    ) -> str:
        """Redeem the campaign's next free code (or first tier) for some customer; returns the redemption's id.

        Gift cards need credit left for it. Raises KeyError for an unknown campaign and ValueError when no
        code is free.
        """
        campaign, when = self._campaign(campaign_id), self._text(at)
        voucher, tier = self._redeemable(campaign)
        people = self.sheets["customers"]
        who = people.row(self._chance.randrange(len(people)))
        customer = voucher.holder_id if voucher and voucher.holder_id else who.id
        gift = voucher is not None and voucher.type == "GIFT_VOUCHER"
        given = 0 if failure_code else min(order_amount, self._given(campaign, voucher, tier, order_amount))
        key = self._new_id("rf" if failure_code else "r", when)
        order = None if failure_code else self._order(key, when, customer, order_amount, given)
        row = RedemptionRow(
            id=key,
            object="redemption",
            created_at=when,
            result="FAILURE" if failure_code else "SUCCESS",
            status="FAILED" if failure_code else "SUCCEEDED",
            campaign_id=campaign_id,
            campaign=campaign["name"],
            related_object_type="promotion_tier" if tier else "voucher",
            related_object_id=tier["id"] if tier else (voucher.id if voucher else None),
            parent_redemption_id=None,
            redemption=None,
            voucher_id=voucher.id if voucher else None,
            voucher_code=voucher.code if voucher else None,
            customer_id=customer,
            tracking_id=who.tracking_id,
            failure_code=failure_code,
            amount=given if gift and not failure_code else None,
            order_id=order,
            order_amount=0 if failure_code else order_amount,
            discount_amount=given,
            channel="API",
            reward_assignment_id=None,
            reason=None,
        )
        self.sheets["redemptions"].add(row)
        if voucher is not None and not failure_code:
            self.sheets["vouchers"].replace(voucher.id, updated_at=when)
            if gift:
                self._post(row, "CREDITS_REDEMPTION", -given, when)
        self.sheets["customers"].replace(customer, updated_at=when)
        self._activity.forget()
        return key

    def _redeemable(self, campaign: Document) -> tuple[VoucherRow | None, Document | None]:
        tiers = [t for t in self.documents["promotion_tiers"].documents if t["campaign_id"] == campaign["id"]]
        if tiers:
            return None, tiers[0]
        used = set(self.sheets["redemptions"].column("voucher_id"))
        for row in self.sheets["vouchers"].rows():
            free = row.quantity is None or row.id not in used
            if row.campaign_id == campaign["id"] and row.active and free and self._credit(row) != 0:
                return row, None
        raise ValueError(f"no free code in {campaign['id']}")

    def _credit(self, row: VoucherRow) -> int:
        """What a gift card holds; -1 for codes that hold nothing to run out of."""
        if row.type != "GIFT_VOUCHER":
            return -1
        return row.amount + sum(self.facts.movements(row.id).values())

    def _given(self, campaign: Document, voucher: VoucherRow | None, tier: Document | None, order_amount: int) -> int:
        if tier is not None:
            return discount_given(tier["action"]["discount"], order_amount, 0.5)
        if voucher is not None and voucher.type == "GIFT_VOUCHER":
            return self._credit(voucher)
        discount = campaign["voucher"].get("discount")
        return discount_given(discount, order_amount, 0.5) if discount else 0

    def _order(self, redemption_id: str, when: str, customer: str, amount: int, discount: int) -> str:
        key = self._new_id("ord", when)
        row = OrderRow(key, None, when, None, "PAID", customer, None, amount, discount, redemption_id)
        self.sheets["orders"].add(row)
        return key

    def _post(self, row: RedemptionRow, kind: str, amount: int, when: str) -> None:
        voucher = self.sheets["vouchers"].find(row.voucher_id)
        if voucher is None:
            return
        credited = self.sheets["transactions"].having("voucher_id", voucher.id)
        balance = voucher.amount + sum(t.amount for t in credited) + amount
        undone = row.object == "redemption_rollback"
        self.sheets["transactions"].add(
            TransactionRow(
                id=self._new_id("vtx", when),
                created_at=when,
                campaign_id=voucher.campaign_id,
                voucher_id=voucher.id,
                type=kind,
                amount=amount,
                balance=balance,
                total=credited[-1].total if credited else voucher.amount,
                source_id=None,
                source=None,
                reason=None,
                related_transaction_id=None,
                order_id=row.order_id,
                redemption_id=row.redemption if undone else row.id,
                rollback_id=row.id if undone else None,
                earning_rule_id=None,
                reward_id=None,
                other_voucher_id=None,
            )
        )

    def rollback(self, redemption_id: str, *, at: datetime | None = None, reason: str | None = None) -> str:
        """Undo a succeeded redemption; its own row only changes `status`. Returns the rollback's id.

        Raises KeyError for an unknown id and ValueError when there is nothing to undo.
        """
        sheet = self.sheets["redemptions"]
        old: RedemptionRow | None = sheet.find(redemption_id)
        if old is None:
            raise KeyError(redemption_id)
        if old.object != "redemption" or old.status != "SUCCEEDED":
            raise ValueError(f"{redemption_id} cannot be rolled back")
        when = self._text(at)
        sheet.replace(redemption_id, status="ROLLED_BACK")
        # The same with negative amounts (schema RedemptionRollback).
        row = old._replace(
            id=self._new_id("rr", when), object="redemption_rollback", created_at=when, status="SUCCEEDED",
            redemption=old.id, parent_redemption_id=None, amount=None if old.amount is None else -old.amount,
            order_amount=-old.order_amount, discount_amount=-old.discount_amount, reason=reason,
        )  # fmt: skip
        sheet.add(row)
        if old.order_id is not None:
            self.sheets["orders"].replace(old.order_id, status="CANCELED", updated_at=when)
        if old.voucher_id is not None:
            self.sheets["vouchers"].replace(old.voucher_id, updated_at=when)
        if old.amount is not None:
            self._post(row, "POINTS_REFUND" if old.reward_assignment_id else "CREDITS_REFUND", old.amount, when)
        self._activity.forget()
        return row.id

    def rename_campaign(self, campaign_id: str, name: str, *, at: datetime | None = None) -> Document:
        """Give a campaign another name."""
        return self.edit_campaign(campaign_id, at=at, name=name)

    def delete_voucher(self, voucher_id: str, *, at: datetime | None = None, permanent: bool = False) -> None:
        """Delete a code with its redemptions and publications: to the bin, or for good."""
        row = self.sheets["vouchers"].find(voucher_id)
        if row is None:
            raise KeyError(voucher_id)
        when = self._text(at)
        gone = DeletedObject(when, "voucher", row.id, row.campaign_id, row.type, row.created_at, row.amount)
        self.deletions.append(gone)
        if not permanent:
            self._bin(when, "voucher", row.id, row.code, row.campaign_id)
        self.sheets["vouchers"].remove("id", voucher_id)
        self._forget_rows("voucher_id", voucher_id)

    def delete_campaign(self, campaign_id: str, *, at: datetime | None = None, permanent: bool = False) -> None:
        """Delete a campaign with everything in it: to the bin, or for good."""
        campaign, when = self._campaign(campaign_id), self._text(at)
        self.deletions.append(DeletedObject(when, "campaign", campaign_id, None, None, None))
        if not permanent:
            self._bin(when, "campaign", campaign_id, campaign["name"], None)
        self.documents["campaigns"].keep(lambda other: other["id"] != campaign_id)
        for name in ("promotion_tiers", "promotion_stacks", "loyalty_tiers"):
            self.documents[name].keep(lambda other: other["campaign_id"] != campaign_id)
        self.sheets["vouchers"].remove("campaign_id", campaign_id)
        self._forget_rows("campaign_id", campaign_id)

    def _bin(self, when: str, kind: str, key: str, name: str, parent: str | None) -> None:
        self.documents["trash_bin"].add(
            {
                "id": self._new_id("tbe", when),
                "created_at": when,
                "deleted_by_user_id": None,
                "resource_id": key,
                "resource_type": kind,
                "resource_name": name,
                "resource_parent_id": parent,
                "object": kind,
            }
        )

    def _forget_rows(self, column: str, value: str) -> None:
        for name in ("redemptions", "publications", "transactions", "pending_points", "points_expiration", "holders"):
            self.sheets[name].remove(column, value)
        self._activity.forget()
