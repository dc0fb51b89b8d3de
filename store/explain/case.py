"""One attempt that was refused, as evidence functions see it: what was tried, by whom, when, and what the cache has."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from store import words as fmt
from store.days import parse_instant
from store.domain.values import inside, members, number, word
from store.explain.calls import LoggedCall, logged_call
from store.explain.circumstances import Circumstances
from store.explain.records import CAMPAIGN, CODE, TIER, RecordThen, record_at
from store.models import Freshness
from store.queries.campaign_rules import CampaignRule, rules_of_objects, voucher_rules
from store.queries.freshness import data_state
from store.ref import VOUCHER, Ref

REDEMPTION, PUBLICATION, VALIDATION, ROLLBACK = "redemption", "publication", "validation", "rollback"


@dataclass(frozen=True)
class RefusedCase:
    """One attempt.

    Attributes:
        connection: a reader.
        about: what surrounds the question.
        act: `redemption`, `publication`, `validation` or `rollback`.
        id: of its row; "" where only an event tells of it.
        at: when (UTC text).
        document: its row or event, in the shape of a redemption or publication.
        failure_code, failure_message: as received.
    """

    connection: sqlite3.Connection
    about: Circumstances
    act: str
    id: str
    at: str
    document: Mapping[str, Any] = field(default_factory=dict)
    failure_code: str = ""
    failure_message: str = ""

    @cached_property
    def moment(self) -> datetime:
        """When it was, as an aware instant."""
        return parse_instant(self.at)

    @cached_property
    def voucher_id(self) -> str:
        """The id of the code; "" where the attempt names none."""
        named = word(inside(self.document, "voucher", "id")) or word(next(iter(self._listed("vouchers_id")), ""))
        if named or self.tier_id:
            return named
        related = word(self.document.get("related_object_id"))
        return related if self.document.get("related_object_type") == "voucher" else ""

    def _listed(self, member: str) -> list[Any]:
        found = self.document.get(member)
        return found if isinstance(found, list) else []

    @cached_property
    def tier_id(self) -> str:
        """The id of the promotion tier; "" where the attempt names none."""
        named = word(inside(self.document, "promotion_tier", "id"))
        if not named and self.document.get("related_object_type") == "promotion_tier":
            named = word(self.document.get("related_object_id"))
        return named

    @cached_property
    def customer_id(self) -> str:
        """Who tried; "" where the attempt names nobody."""
        return word(self.document.get("customer_id")) or word(inside(self.document, "customer", "id"))

    @cached_property
    def campaign_id(self) -> str:
        """The campaign's id; "" where it is not known."""
        row = self.document
        tier = members(row.get("promotion_tier"))
        named = (
            word(inside(row, "voucher", "campaign_id"))
            or word(inside(tier, "campaign", "id"))
            or word(tier.get("campaign_id"))
            or word(inside(row, "campaign", "id"))
            or word(row.get("related_object_parent_id"))
        )
        if not named and self.voucher_id:
            named = word(self.code.doc.get("campaign_id"))
        if not named and self.tier_id:
            known = self.tier.doc
            named = word(inside(known, "campaign", "id")) or word(known.get("campaign_id"))
        return named or self._listed_under()

    def _listed_under(self) -> str:
        """The campaign in whose own list a refused publication was: it names none itself."""
        if self.act != PUBLICATION or not self.id:
            return ""
        row = self.connection.execute("select campaign_id from publications where id = ?", (self.id,)).fetchone()
        return word(row[0]) if row else ""

    @cached_property
    def code(self) -> RecordThen:
        """The code."""
        name = word(inside(self.document, "voucher", "code")) or word(next(iter(self._listed("vouchers")), ""))
        return record_at(self.connection, CODE, self.voucher_id, self.at, name)

    @cached_property
    def campaign(self) -> RecordThen:
        """The campaign."""
        row = self.document
        name = word(inside(row, "voucher", "campaign")) or word(inside(row, "promotion_tier", "campaign", "name"))
        return record_at(
            self.connection, CAMPAIGN, self.campaign_id, self.at, name or word(inside(row, "campaign", "name"))
        )

    @cached_property
    def tier(self) -> RecordThen:
        """The promotion tier."""
        name = word(inside(self.document, "promotion_tier", "name"))
        return record_at(self.connection, TIER, self.tier_id, self.at, name)

    @property
    def dated(self) -> tuple[RecordThen, ...]:
        """The records whose switches and dates count; what was to be redeemed where the attempt names none."""
        return tuple(one for one in (self.redeemed, self.campaign) if one.id) or (self.redeemed,)

    @property
    def redeemed(self) -> RecordThen:
        """What was to be redeemed: a tier or a code."""
        return self.tier if self.tier_id else self.code

    @cached_property
    def order_amount(self) -> int | None:
        """The order before discounts, minor units; None where the row states none."""
        return number(inside(self.document, "order", "amount"))

    @cached_property
    def call(self) -> LoggedCall | None:
        """The call that was refused, where the API log has it."""
        return logged_call(self.connection, self.id, self.at)

    @cached_property
    def typed(self) -> str:
        """The code as the call named it; "" where nothing cached says it."""
        if self.code.id:
            return self.code.name
        request = self.call.request if self.call else {}
        redeemables = request.get("redeemables")
        first = redeemables[0] if isinstance(redeemables, list) and redeemables else {}
        return word(inside(first, "id")) or word(request.get("voucher")) or word(request.get("code"))

    @cached_property
    def rules(self) -> list[CampaignRule]:
        """Every rule that applies."""
        if self.tier_id:
            return rules_of_objects(self.connection, self.tier_id, self.campaign_id)
        if self.voucher_id and self.code.is_cached:
            return voucher_rules(self.connection, self.voucher_id)
        return rules_of_objects(self.connection, self.voucher_id, self.campaign_id)

    def state(self, resource: str, *, campaign: bool = False) -> Freshness:
        """How far the rows of a list about this code (or else campaign) can be trusted."""
        if self.voucher_id and not campaign:
            return data_state(self.connection, resource, Ref(VOUCHER, self.voucher_id))
        return data_state(self.connection, resource, Ref.campaign(self.campaign_id) if self.campaign_id else None)

    def doubt(self, state: Freshness, rows: str) -> str:
        """Why a list does not tell how things stood at the moment; "" where it does."""
        if state.as_of is None:
            return f"{rows} are not synced yet"
        if state.as_of < self.at:
            return f"{rows} were read before the attempt"
        return "" if state.complete else f"not all {rows} are cached"

    def when(self, text: str | None) -> str:
        """A time by the project's clock; "" for none."""
        return self.about.when(text)

    def money(self, amount: int | None) -> str:
        """Minor units in words."""
        return fmt.money(amount, self.about.currency)
