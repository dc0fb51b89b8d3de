"""A code that is tried in a rehearsal: what the cache has of it, its campaign, who tries it, and its rules."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from store.domain.facts import CustomerFacts
from store.explain.answer import Attempt
from store.explain.circumstances import Circumstances
from store.models import Freshness
from store.queries.campaign_rules import CampaignRule, voucher_rules
from store.queries.customer_profile import segments_of
from store.queries.freshness import data_state
from store.queries.names import customers_called
from store.queries.reader import document
from store.queries.vouchers import KnownVoucher, voucher_called
from store.ref import CUSTOMER, VOUCHER, Ref
from store.times import instant_of, text_of, utc_text

_COLUMNS = (
    "type", "active", "holder_id", "is_referral_code", "start_date", "expiration_date", "redemption_quantity",
    "redeemed_quantity", "balance", "missing_since",
)  # fmt: skip
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class TriedCode:
    """All that a rehearsal looks at.

    Attributes:
        connection: a reader.
        typed: the code or id as it was asked for.
        attempt: what is assumed.
        about: the circumstances.
        at: UTC text of the moment that is rehearsed.
        voucher: what is cached of the code; None where nothing names it.
        columns: of its row; empty where its own record is not cached.
        document: of the code, as received.
        campaign: of its campaign, as received; empty where it has none or that is not cached.
        customer: what is known of who tries it; None where nobody is named or cached.
        rules: every rule that a redemption must meet.
    """

    connection: sqlite3.Connection
    typed: str
    attempt: Attempt
    about: Circumstances
    at: str
    voucher: KnownVoucher | None = None
    columns: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    document: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    campaign: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    customer: CustomerFacts | None = None
    rules: Sequence[CampaignRule] = ()
    _states: dict[str, Freshness] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """What customers type, as far as it is known."""
        return (self.voucher.code if self.voucher else None) or self.typed

    @property
    def voucher_id(self) -> str:
        """The code's id; "" where nothing cached names it."""
        return self.voucher.id if self.voucher else ""

    @property
    def campaign_id(self) -> str | None:
        """Its campaign's id; None where it has none or that is not known."""
        return self.voucher.campaign_id if self.voucher else None

    @property
    def moment(self) -> datetime:
        """The moment that is rehearsed."""
        return instant_of(self.at)

    @property
    def is_past(self) -> bool:
        """Whether that moment is gone, so that what is cached is not what was."""
        return self.at < text_of(self.about.now)

    def state(self, resource: str) -> Freshness:
        """How far a list can be trusted for this code."""
        if resource not in self._states:
            scope = Ref(VOUCHER, self.voucher_id) if self.voucher_id and resource == "vouchers" else None
            if resource in ("redemptions", "publications") and self.campaign_id is not None:
                scope = Ref.campaign(self.campaign_id)
            self._states[resource] = data_state(self.connection, resource, scope)
        return self._states[resource]


def tried_code(connection: sqlite3.Connection, code: Ref, attempt: Attempt, about: Circumstances) -> TriedCode:
    """Gather what a rehearsal looks at.

    Args:
        connection: a reader.
        code: a voucher, by id or by the code that customers type.
        attempt: what is assumed.
        about: the circumstances.
    """
    at = utc_text(attempt.at) or text_of(about.now)
    voucher = voucher_called(connection, code.id)
    if voucher is None:
        return TriedCode(connection, code.id, attempt, about, at)
    row = connection.execute(f"select {', '.join(_COLUMNS)} from vouchers where id = ?", (voucher.id,)).fetchone()
    columns = dict(zip(_COLUMNS, row, strict=True)) if row else {}
    campaign = document(connection, "campaigns", voucher.campaign_id) if voucher.campaign_id else {}
    return TriedCode(
        connection, code.id, attempt, about, at, voucher, columns, document(connection, "vouchers", voucher.id),
        campaign, _customer(connection, attempt.customer), voucher_rules(connection, voucher.id),
    )  # fmt: skip


def _customer(connection: sqlite3.Connection, named: str | None) -> CustomerFacts | None:
    """What is known of a customer named by id or source id; None unless they are cached, and only one is so named."""
    found = customers_called(connection, named) if named else []
    if len(found) != 1:
        return None
    identity = found[0]
    told = document(connection, "customers", identity)
    metadata = told.get("metadata")
    segments = data_state(connection, "customer_segments", Ref(CUSTOMER, identity))
    tiers = connection.execute(
        "select loyalty_tier from customer_loyalty where customer_id = ? and loyalty_tier is not null", (identity,)
    ).fetchall()
    return CustomerFacts(
        identity,
        metadata if isinstance(metadata, dict) else None,
        frozenset(one.id for one in segments_of(connection, identity)) if segments.complete else None,
        frozenset(str(row[0]) for row in tiers) if "loyalty" in told else None,
    )
