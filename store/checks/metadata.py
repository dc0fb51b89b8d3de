"""Secrets and personal data in metadata: where nobody masks them, and where every key that reads sees them."""

from collections.abc import Iterator
from dataclasses import dataclass

from store.checks.finding import PROJECT, Asked, Case
from store.checks.sensitive import MAY_HOLD, SECRETS, found_in
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
        query = (
            f"select t.id, coalesce(t.{source.called}, t.id), {_column(source)}, t.created_at, w.held from"
            " (select id, json_extract(json, '$.metadata') as held"
            f' from "{source.table}_raw" where instr(json, \'"metadata"\') and json_valid(json)) w'
            f" join {source.table} t on t.id = w.id"
            " where w.held is not null and w.held <> '{}' and t.missing_since is null"
        )
        for identity, called, campaign, made, held in asked.connection.execute(query):
            if not isinstance(held, str) or not MAY_HOLD.search(held):
                continue
            thing = PROJECT if campaign is None else Ref.campaign(campaign)
            for path, family, kind in sorted(set(found_in(stored(held)))):
                if family == SECRETS or not source.is_personal:
                    words = f"metadata “{path}” holds {kind}"
                    ref = Ref(source.kind, identity)
                    yield Case(thing, ref, called, words, made, f"{path}|{kind}")


def _column(source: _Source) -> str:
    return source.campaign if source.campaign == "null" else f"t.{source.campaign}"
