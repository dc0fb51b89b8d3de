"""Cards whose movements do not add up to what they hold (API §11.14, §12)."""

import sqlite3
from collections.abc import Iterator

from store.cache.sums import exact_total
from store.checks.finding import Asked, Case
from store.models import Unit
from store.queries.card_ledger import TAKEN, CardLedger, card_ledger
from store.queries.freshness import data_state
from store.ref import VOUCHER, Ref
from store.words import counted, money, points

_TAKEN = "', '".join(sorted(TAKEN))
_ADDED = exact_total(f"iif(coalesce(type, '') in ('{_TAKEN}'), 0, amount)")
_DOUBTFUL = f"""
with moved as (
    select voucher_id, created_at, type, amount, balance, lag(balance) over each as before,
        row_number() over each as place, lead(id) over each is null as is_last
    from transactions where campaign_id = :campaign window each as (partition by voucher_id order by created_at, id)),
cards as (
    select voucher_id, max(created_at) as newest, {_ADDED} as added,
        max(amount is null or balance is null or (place > 1 and before + amount is not balance)) as is_odd,
        max(iif(place = 1, balance - amount, null)) as opening, max(iif(is_last, balance, null)) as last
    from moved group by voucher_id)
select v.id, c.is_odd or c.opening < 0 or (v.amount is not null and c.opening is not v.amount - c.added)
        or c.newest <= :read as is_to_be_judged
from cards c join vouchers v on v.id = c.voucher_id
where v.missing_since is null and (c.is_odd or c.opening < 0 or v.balance is not c.last
    or (v.amount is not null and c.opening is not v.amount - c.added))
union all
select v.id, 1 from vouchers v
where v.campaign_id = :campaign and v.type in ('GIFT_VOUCHER', 'LOYALTY_CARD') and v.amount <> v.balance
    and v.missing_since is null and not exists (select 1 from transactions t where t.voucher_id = v.id)
"""
"""Cards that may not add up: the ledger judges each, since movements of one instant have no order of their own."""


def unbalanced_cards(asked: Asked) -> Iterator[Case]:
    """Cards whose ledger has a gap, in campaigns all of whose movements are cached."""
    connection = asked.connection
    unread = 0
    for campaign in sorted(asked.covered("transactions").campaigns):
        read = data_state(connection, "vouchers", Ref.campaign(campaign)).as_of or ""
        for card, is_to_be_judged in connection.execute(_DOUBTFUL, {"campaign": campaign, "read": read}):
            if not is_to_be_judged:
                unread += 1
                continue
            ledger = card_ledger(connection, card)
            if ledger.adds_up is False:
                yield _case(asked, campaign, ledger)
    if unread:
        asked.lacks.append(f"{counted(unread, 'card')} read before the newest movement")


def _case(asked: Asked, campaign: str, ledger: CardLedger) -> Case:
    def amount(value: int | None) -> str:
        return money(value, asked.currency) if ledger.unit is Unit.MINOR else points(value)

    gap = next((one for one in ledger.movements if one.id == ledger.first_gap), None)
    if gap is not None and gap.agrees is False:
        words = f"{gap.id} says {amount(gap.balance)}, its movements come to {amount(gap.recomputed)}"
    elif gap is not None:
        words = f"it held {amount(ledger.opening)} before {gap.id}, which is not what it was given"
    else:
        last = ledger.movements[-1].recomputed if ledger.movements else _given(asked.connection, ledger.id)
        words = f"it holds {amount(ledger.balance)}, its movements come to {amount(last)}"
    since = None if gap is None else gap.at
    return Case(Ref.campaign(campaign), Ref(VOUCHER, ledger.id), ledger.code, words, since, ledger.first_gap or "")


def _given(connection: sqlite3.Connection, card: str) -> int | None:
    row = connection.execute("select amount from vouchers where id = ?", (card,)).fetchone()
    return None if row is None else row[0]
