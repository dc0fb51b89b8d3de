"""What surrounds an attempt: earlier attempts, other failures of that hour, and what was changed since."""

from collections.abc import Iterator

from store.cache.journal import CHANGES, CODE_CHANGES
from store.days import local_time
from store.domain.changes import object_words
from store.domain.values import flag, joined, members, number, shown, word
from store.explain.answer import Change
from store.explain.case import RefusedCase
from store.explain.dates import own_dates_differ
from store.explain.records import CODE
from store.json_text import stored
from store.queries.reader import holds
from store.times import instant_of, shifted, utc_text
from store.words import counted

_MOST = 20
_HOUR = 60 * 60 * 1000
_NAMED = 5
_TIERS = (
    "select distinct coalesce(t.name, c.loyalty_tier) from customer_loyalty c"
    " left join loyalty_tiers t on t.id = c.loyalty_tier where c.customer_id = ? order by 1"
)
_GROUPS = (
    ("segment", "select coalesce(name, segment_id) from customer_segments where customer_id = ? order by 1"),
    ("loyalty tier", _TIERS),
)
"""What a customer is in, and SQL for the names."""
_NO_ROLLBACK = "object is not 'redemption_rollback' and is_parent is not 1"


def context(case: RefusedCase) -> Iterator[str]:
    """A sentence for each thing around it."""
    if differ := own_dates_differ(case):
        yield differ
    if case.failure_message:
        yield f"The API said: {case.failure_message}"
    yield from _amounts(case)
    yield from _people(case)
    if case.customer_id:
        yield from _earlier(case, "customer_id", case.customer_id, "this customer")
    if case.voucher_id:
        yield from _earlier(case, "voucher_id", case.voucher_id, "this code")
    if case.campaign_id:
        yield from _that_hour(case)


def _amounts(case: RefusedCase) -> Iterator[str]:
    """The order before and after discounts: rules on one are often taken for rules on the other."""
    order = members(case.document.get("order"))
    named = (("amount", "before discounts"), ("total_amount", "after them"), ("initial_amount", "at first"))
    known = [(number(order.get(name)), words) for name, words in named]
    told = [f"{case.money(amount)} {words}" for amount, words in known if amount is not None]
    if told:
        yield f"The order was {joined(told)}."


def _people(case: RefusedCase) -> Iterator[str]:
    """Who holds the code, and the customer's segments and tiers: as they are now."""
    holder = word(case.code.doc.get("holder_id"))
    if holder:
        whose = "this customer" if holder == case.customer_id else holder
        yield f"The code is held by {whose} now."
    if not case.customer_id:
        return
    for what, query in _GROUPS:
        names = [row[0] for row in case.connection.execute(query, (case.customer_id,)) if row[0]]
        if names:
            yield f"This customer is in {what} {joined(names[:_NAMED])}{' and others' if names[_NAMED:] else ''} now."


def _earlier(case: RefusedCase, column: str, value: str, words: str) -> Iterator[str]:
    rows = case.connection.execute(
        "select coalesce(failure_code, ''), count(*), max(created_at) from redemptions"
        f" where {column} = ? and created_at < ? and {_NO_ROLLBACK} group by 1",
        (value, case.at),
    ).fetchall()
    partial = case.doubt(case.state("redemptions", campaign=column != "voucher_id"), "redemptions")
    least = "at least " if partial else ""
    tried = sum(row[1] for row in rows)
    if not tried:
        yield f"No earlier attempt of {words} is cached{f' ({partial})' if partial else ''}."
        return
    refused = [row for row in rows if row[0]]
    same = next((row[1] for row in refused if row[0] == case.failure_code), 0)
    said = (
        f"{counted(sum(row[1] for row in refused), 'refusal')}, {same:,} for the same reason"
        if refused
        else "no refusal"
    )
    last = max(row[2] for row in rows)
    yield f"Before it {words} had {least}{counted(tried, 'attempt')}, with {said}; the last one at {case.when(last)}."


def _that_hour(case: RefusedCase) -> Iterator[str]:
    """The hour by the project's clock that holds the attempt."""
    local = local_time(case.moment, case.about.zone)
    begins = shifted(case.at, -((local.minute * 60 + local.second) * 1000 + local.microsecond // 1000))
    ends = shifted(begins, _HOUR)
    rows = case.connection.execute(
        "select coalesce(failure_code, ''), count(*) from redemptions where campaign_id = ? and created_at >= ?"
        f" and created_at < ? and id is not ? and {_NO_ROLLBACK} group by 1 order by 2 desc, 1",
        (case.campaign_id, begins, ends, case.id),
    ).fetchall()
    least = "at least " if case.doubt(case.state("redemptions", campaign=True), "redemptions") else ""
    refused = [row for row in rows if row[0]]
    number = sum(row[1] for row in refused)
    codes = ", ".join(f"{code} {many:,}" for code, many in refused[:3])
    hour = f"{local:%H}:00–{local_time(instant_of(ends), case.about.zone):%H}:00"
    total = sum(row[1] for row in rows)
    if not total:
        yield f"In that hour ({hour}) no other attempt on the campaign is cached."
        return
    others = f"{least}{counted(number, 'other refusal')}" if number else "no other refusal that is cached"
    yield (
        f"In that hour ({hour}) the campaign had {others} among {counted(total, 'other attempt')}"
        f"{f': {codes}' if codes else ''}."
    )


def changed_since(case: RefusedCase) -> tuple[Change, ...]:
    """Edits of the code, the campaign, the tier and the rules after the attempt, the newest first."""
    named = {"vouchers": case.voucher_id, "campaigns": case.campaign_id, "promotion_tiers": case.tier_id}
    wanted = [(table, identity) for table, identity in named.items() if identity]
    wanted += [("validation_rules", rule.id) for rule in case.rules]
    wanted += [("validation_rules_assignments", one.id) for rule in case.rules for one in rule.assignments if one.id]
    found = [change for table, identity in wanted for change in _changes(case, table, identity)]
    return tuple(sorted(found, key=lambda one: one.seen_at, reverse=True)[:_MOST])


def _changes(case: RefusedCase, table: str, identity: str) -> Iterator[Change]:
    journal = CODE_CHANGES if table == "vouchers" else CHANGES
    if not holds(case.connection, journal):
        return
    rows = case.connection.execute(
        f"select field, before, after, seen_at from {journal} where resource = ? and record_id = ? and seen_at > ?"
        " and field is not '/updated_at' order by seen_at desc, id limit ?",
        (table, identity, case.at, _MOST),
    )
    what = CODE if table == "vouchers" else object_words(table).lower()
    for field, before, after, seen_at in rows:
        if field == "":
            yield Change(what, "" if before is None else "there", "" if after is None else "there", seen_at)
        else:
            name = " ".join(field.strip("/").replace("_", " ").split("/"))
            yield Change(f"{what} {name}", _value(case, before), _value(case, after), seen_at)


def _value(case: RefusedCase, text: str | None) -> str:
    if text is None:
        return ""
    value = stored(text)
    if value is None:
        return "none"
    known = flag(value) if isinstance(value, bool) else None
    if known is not None:
        return "yes" if known else "no"
    return case.when(utc_text(value)) if utc_text(value) else shown(value)
