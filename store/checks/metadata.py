"""Secrets and personal data in metadata. Metadata is not masked, and every API key can read it."""

from collections.abc import Iterator
from dataclasses import dataclass

from store.checks.finding import PROJECT, Asked, Case
from store.checks.sensitive import SECRETS, found_in, may_hold
from store.json_text import stored
from store.queries.reader import holds
from store.ref import Ref


@dataclass(frozen=True, slots=True)
class _Source:
    """A table whose documents have metadata: what its rows are, what they are called and the campaign they are of."""

    table: str
    kind: str
    called: str
    campaign: str
    is_personal: bool = False


_SOURCES = (
    _Source("campaigns", "campaign", "name", "id"),
    _Source("promotion_tiers", "promotion_tier", "name", "campaign_id"),
    _Source("earning_rules", "earning_rule", "name", "campaign_id"),
    _Source("loyalty_tiers", "loyalty_tier", "name", "campaign_id"),
    _Source("rewards", "reward", "name", "null"),
    _Source("vouchers", "voucher", "code", "campaign_id"),
    _Source("publications", "publication", "voucher_code", "campaign_id"),
    _Source("redemptions", "redemption", "voucher_code", "campaign_id"),
    _Source("customers", "customer", "id", "null", is_personal=True),
)
SCANNED = tuple(source.table for source in _SOURCES)


def exposed_in_metadata(asked: Asked) -> Iterator[Case]:
    """Each place in a record's own metadata that holds something; of customers, whose records are personal, secrets."""
    for source in _SOURCES:
        if not holds(asked.connection, source.table):
            continue
        # Documents in the order they lie in: what is of a record is looked up for the few that hold something.
        query = (
            f"select id, json_extract(json, '$.metadata') from \"{source.table}_raw\""
            " where instr(json, '\"metadata\"') and json_valid(json)"
        )
        for identity, held in asked.connection.execute(query):
            if isinstance(held, str) and may_hold(held):
                yield from _exposed(asked, source, identity, held)


def _exposed(asked: Asked, source: _Source, identity: str, held: str) -> Iterator[Case]:
    found = sorted(set(found_in(stored(held))))
    told = [(path, kind) for path, family, kind in found if family == SECRETS or not source.is_personal]
    if not told:
        return
    query = (
        f"select coalesce({source.called}, id), {source.campaign}, created_at from {source.table}"
        " where id = ? and missing_since is null"
    )
    for called, campaign, made in asked.connection.execute(query, (identity,)):
        thing = PROJECT if campaign is None else Ref.campaign(campaign)
        for path, kind in told:
            words = f"metadata “{path}” holds {kind}"
            yield Case(thing, Ref(source.kind, identity), called, words, made, f"{path}|{kind}")
