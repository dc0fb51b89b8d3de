"""Codes that contradict their limit, their campaign's dates, their own dates or one another."""

import json
from collections.abc import Iterator

from store.checks.finding import PROJECT, Asked, Case
from store.folding import fold
from store.ref import VOUCHER, Ref

DATE = "glob '[0-9][0-9][0-9][0-9]-*Z'"
"""SQL: what is an instant, and not a text that should have been one (`store.times`)."""

_OVERUSED = """
select v.id, coalesce(v.code, v.id), v.campaign_id, v.redeemed_quantity, v.redemption_quantity from vouchers v
where v.redeemed_quantity > v.redemption_quantity and v.redemption_quantity > 0 and v.missing_since is null
"""
_BOTH = f"""
from vouchers v join campaigns c on c.id = v.campaign_id
where v.missing_since is null and c.missing_since is null
and not coalesce(v.start_date {DATE} and v.expiration_date {DATE} and v.expiration_date < v.start_date, 0)
"""
_DISJOINT = f"""
((v.expiration_date {DATE} and c.start_date {DATE} and v.expiration_date < c.start_date)
 or (v.start_date {DATE} and c.expiration_date {DATE} and v.start_date > c.expiration_date))
"""
_DATES = """
coalesce(v.start_date, ''), coalesce(v.expiration_date, ''), coalesce(c.start_date, ''), coalesce(c.expiration_date, '')
"""
_OUTSIDE = f"""
select v.id, coalesce(v.code, v.id), v.campaign_id, v.created_at, {_DATES} {_BOTH}
and not coalesce({_DISJOINT}, 0)
and ((v.start_date {DATE} and c.start_date {DATE} and v.start_date < c.start_date)
  or (v.expiration_date {DATE} and c.expiration_date {DATE} and v.expiration_date > c.expiration_date))
"""
_NEVER = f"""
select v.id, coalesce(v.code, v.id), v.campaign_id, v.created_at, v.start_date, v.expiration_date, '', ''
from vouchers v where v.missing_since is null
and v.start_date {DATE} and v.expiration_date {DATE} and v.expiration_date < v.start_date
union all select v.id, coalesce(v.code, v.id), v.campaign_id, v.created_at, {_DATES} {_BOTH} and {_DISJOINT}
"""
_FOLDED = "iif(code glob '*[^ -~]*', folded(code), lower(code))"
_NOT_CAPITALS = "select 1 from vouchers where code <> upper(code) or code glob '*[^ -~]*' limit 1"
"""Of two codes that differ in capitals alone one has a small letter: most projects have none."""
_SHARED = f"select {_FOLDED} from vouchers where code is not null group by 1 having min(code) <> max(code)"
"""Answered from the index of codes alone, however large their records are."""
_TWINS = f"""
select v.id, v.code, v.campaign_id, v.created_at, {_FOLDED.replace("code", "v.code")} as known
from vouchers v where v.code is not null and v.missing_since is null and known in (select value from json_each(?))
order by known, v.created_at, v.id
"""


def overused_codes(asked: Asked) -> Iterator[Case]:
    """Codes that were redeemed more often than their own limit allows; one of 0 is not taken for a limit."""
    for identity, code, campaign, used, limit in asked.connection.execute(_OVERUSED):
        words = f"used {used:,} times, its limit is {limit:,}"
        yield Case(asked.under(campaign), Ref(VOUCHER, identity), code, words)


def codes_outside_campaign(asked: Asked) -> Iterator[Case]:
    """Codes whose own dates reach beyond those of their campaign, but overlap with them."""
    for identity, code, campaign, made, start, end, opens, closes in asked.connection.execute(_OUTSIDE):
        parts = []
        if start and opens and start < opens:
            parts.append(f"starts {start[:10]}, the campaign {opens[:10]}")
        if end and closes and end > closes:
            parts.append(f"ends {end[:10]}, the campaign {closes[:10]}")
        yield Case(asked.under(campaign), Ref(VOUCHER, identity), code, "; ".join(parts), made)


def codes_never_valid(asked: Asked) -> Iterator[Case]:
    """Codes whose own end comes before their start, or whose dates have no instant in common with their campaign's."""
    for identity, code, campaign, made, start, end, opens, closes in asked.connection.execute(_NEVER):
        if start and end and end < start:
            words = f"it ends {end[:10]}, before it starts {start[:10]}"
        elif start and closes and start > closes:
            words = f"it starts {start[:10]}, after its campaign ended {closes[:10]}"
        else:
            words = f"it ends {end[:10]}, before its campaign starts {opens[:10]}"
        yield Case(asked.under(campaign), Ref(VOUCHER, identity), code, words, made, "dates")


def codes_alike(asked: Asked) -> Iterator[Case]:
    """Codes that differ from an older one by capitals alone; the older one is the evidence."""
    asked.connection.create_function("folded", 1, fold, deterministic=True)
    if asked.connection.execute(_NOT_CAPITALS).fetchone() is None:
        return
    shared = [row[0] for row in asked.connection.execute(_SHARED)]
    if not shared:
        return
    before, known = "", None
    for identity, code, campaign, made, folded in asked.connection.execute(_TWINS, (json.dumps(shared),)):
        if folded != known:
            before, known = code, folded
            continue
        thing = PROJECT if campaign is None else Ref.campaign(campaign)
        yield Case(thing, Ref(VOUCHER, identity), code, f"“{before}” is another code", made)
