"""The conditions a rehearsal looks at, in the order in which they are told: each a check with its evidence."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote

from store.domain.durations import duration_text, parse_duration
from store.domain.evaluation import ConditionOutcome, Role, RuleOutcome, evaluate
from store.domain.limit_names import limit_name
from store.domain.next_opening import next_opening
from store.domain.validity import opening, span_after, validity_text
from store.domain.values import called, members
from store.domain.windows import is_recurring
from store.explain.answer import Evidence, NotKnown, Result
from store.explain.limits_used import facts_for, stretch_at
from store.explain.tried_code import TriedCode
from store.queries.campaign_rules import CampaignRule
from store.queries.history import states_around
from store.queries.reader import document
from store.times import instant_of, is_endless, is_instant, text_of
from store.words import clock, count, money, points

MET, NOT_MET, UNKNOWN = Result.MET, Result.NOT_MET, Result.UNKNOWN
_NOT_THEN = "what is cached is the state of now, not of that moment"
_EDITED = "it was edited after that moment"
_TIMES = (
    "start_date", "expiration_date", "validity_timeframe", "validity_day_of_week", "validity_hours",
    "activity_duration_after_publishing",
)  # fmt: skip
NAME_A_CUSTOMER = NotKnown("Nobody is named who redeems it: --customer names a customer.")
NAME_AN_ORDER = NotKnown("No order is named: --order states its amount.")


@dataclass(frozen=True, slots=True)
class Tested:
    """One condition and what follows from it.

    Attributes:
        evidence: the line of the explanation.
        key: the failure key where it does not hold.
        because: why it does not hold, as the end of a sentence.
        decides: whether the attempt fails with it; an alternative that another one stands in for does not.
        opens: UTC text of the first moment at which it may hold, where time alone makes it hold; None otherwise.
        tells: what would tell it, where it is not known.
    """

    evidence: Evidence
    key: str = ""
    because: str = ""
    decides: bool = True
    opens: str | None = None
    tells: NotKnown | None = None

    @property
    def fails(self) -> bool:
        """Whether the attempt is refused for it."""
        return self.decides and self.evidence.result is NOT_MET

    @property
    def is_open(self) -> bool:
        """Whether the attempt may be refused for it."""
        return self.decides and self.evidence.result is UNKNOWN


def checks_at(tried: TriedCode, at: str) -> list[Tested]:
    """Every condition of the attempt as it stands at a moment (UTC text)."""
    found = [_known(tried)]
    if not tried.columns:
        return found
    found += _switches(tried)
    found += _dates(tried, at)
    found += _after_publishing(tried, at)
    found += _windows(tried, at)
    found += _uses(tried)
    found += _referral(tried)
    for rule in tried.rules:
        found += _rule(tried, rule, at)
    found += _further_rules(tried)
    return _as_then(tried, found) if at < text_of(tried.about.now) else found


def _as_then(tried: TriedCode, found: list[Tested]) -> list[Tested]:
    """Conditions at the moment that is gone: those on dates, hours and rules that were edited since are not known."""
    records: list[tuple[str, str, str | None, tuple[str, ...]]] = [
        ("code", "vouchers", tried.voucher_id, _TIMES),
        ("campaign", "campaigns", tried.campaign_id, _TIMES),
        *((_source(rule), "validation_rules", rule.id, ("rules",)) for rule in tried.rules),
    ]
    edited = {
        source for source, table, identity, names in records if identity and _edited(tried, table, identity, names)
    }
    return [_not_then(one) if one.evidence.source in edited else one for one in found]


def _edited(tried: TriedCode, table: str, identity: str, names: tuple[str, ...]) -> bool:
    """Whether one of these fields was another, or may have been, at the moment that is rehearsed."""
    now = members(document(tried.connection, table, identity))
    states = [members(one) for one in states_around(tried.connection, table, identity, tried.at)]
    return any(one.get(name) != now.get(name) for one in states for name in names)


def _not_then(one: Tested) -> Tested:
    evidence = replace(one.evidence, result=UNKNOWN, then="", note=_EDITED)
    return replace(one, evidence=evidence, tells=NotKnown(f"Whether {one.evidence.claim}: {_EDITED}."))


def _voucher_call(tried: TriedCode) -> str:
    return f"GET /v1/vouchers/{quote(tried.code, safe='')}"


def _result(truth: bool | None) -> Result:
    return UNKNOWN if truth is None else MET if truth else NOT_MET


def _state(tried: TriedCode, claim: str, truth: bool | None, value: str, key: str, because: str) -> Tested:
    """A condition on the code's record, which tells of now alone."""
    result = UNKNOWN if tried.is_past else _result(truth)
    why = _NOT_THEN if tried.is_past else "the record does not say" if truth is None else ""
    evidence = Evidence(
        claim, result, "" if tried.is_past else value, value, "code", tried.state("vouchers").as_of, why
    )
    tells = NotKnown(f"Whether {claim} is not known: {why}.", "" if tried.is_past else _voucher_call(tried))
    return Tested(evidence, key, because, tells=tells)


def _known(tried: TriedCode) -> Tested:
    claim, as_of = "the code is in the project", tried.state("vouchers").as_of
    if not tried.columns:
        note = "no record of it is cached; capitals count"
        tells = NotKnown(f"The code {tried.code} is not cached.", _voucher_call(tried))
        return Tested(Evidence(claim, UNKNOWN, source="code", as_of=as_of, note=note), tells=tells)
    gone = tried.columns["missing_since"]
    if gone is None:
        return Tested(Evidence(claim, MET, tried.code, tried.code, "code", as_of))
    value = f"not returned any more since {_when(tried, gone)}"
    return Tested(Evidence(claim, NOT_MET, value, value, "code", as_of), "not_found", "the code was deleted")


def _when(tried: TriedCode, text: str) -> str:
    return clock(instant_of(text), tried.about.zone) if is_instant(text) else text


def _switches(tried: TriedCode) -> Iterator[Tested]:
    active = tried.columns["active"]
    truth = None if active is None else bool(active)
    value = "" if truth is None else "on" if truth else "off"
    yield _state(tried, "the code is switched on", truth, value, "voucher_disabled", "the code is switched off")
    if tried.campaign_id is None:
        return
    claim, as_of = "the campaign is switched on", tried.state("campaigns").as_of
    on = tried.campaign.get("active")
    known = on if isinstance(on, bool) and not tried.is_past else None
    value = "on" if on is True else "off" if on is False else ""
    note = "" if known is not None else _NOT_THEN if tried.is_past else "the campaign is not cached or does not say"
    tells = NotKnown(f"Whether {claim} is not known: {note}.", f"GET /v1/campaigns/{tried.campaign_id}")
    evidence = Evidence(claim, _result(known), value if known is not None else "", value, "campaign", as_of, note)
    yield Tested(evidence, "voucher_disabled", "the campaign is switched off", tells=tells)


def _dates(tried: TriedCode, at: str) -> Iterator[Tested]:
    of_code = (tried.columns["start_date"], tried.columns["expiration_date"])
    yield from _pair_of_dates(tried, "code", of_code, at)
    if tried.campaign:
        query = "select start_date, expiration_date from campaigns where id = ?"
        start, end = tried.connection.execute(query, (tried.campaign_id,)).fetchone()
        until = None if tried.campaign.get("activity_duration_after_publishing") else end
        yield from _pair_of_dates(tried, "campaign", (start, until), at)


def _pair_of_dates(tried: TriedCode, thing: str, dates: tuple[str | None, str | None], at: str) -> Iterator[Tested]:
    start, end = dates
    as_of = tried.state("vouchers" if thing == "code" else "campaigns").as_of
    for text, is_end in ((start, False), (end, True)):
        if text is None or is_endless(text):
            continue
        claim = f"the {thing} {'has not ended' if is_end else 'has started'}"
        words = f"{'ends' if is_end else 'starts'} {_when(tried, text)}"
        if not is_instant(text):
            tells = NotKnown(f"The date of the {thing} cannot be read: {text}.")
            yield Tested(Evidence(claim, UNKNOWN, source=thing, as_of=as_of, note=text), tells=tells)
            continue
        holds = text > at if is_end else text <= at
        verb = "starts only" if not is_end else "ended" if text <= text_of(tried.about.now) else "ends"
        because = f"the {thing} {verb} {_when(tried, text)}"
        key = "voucher_expired" if is_end else "voucher_not_active"
        evidence = Evidence(claim, _result(holds), words, words, thing, as_of)
        yield Tested(evidence, key, because, opens=None if is_end else text)


def _after_publishing(tried: TriedCode, at: str) -> Iterator[Tested]:
    """A code that runs out some time after it is published."""
    stated = tried.campaign.get("activity_duration_after_publishing")
    if not stated:
        return
    span, state = parse_duration(stated), tried.state("publications")
    claim = f"the code is within {duration_text(stated) or 'its time'} of its publication"
    query = (
        "select created_at from publications where voucher_id = ? and result is not 'FAILURE' and created_at <= ?"
        " order by created_at"
    )
    found = [row[0] for row in tried.connection.execute(query, (tried.voucher_id, at)) if row[0]]
    ends = [] if span is None else [text_of(span_after(span, instant_of(one), 1, tried.about.zone)) for one in found]
    truths = {end > at for end in ends}
    truth = truths.pop() if len(truths) == 1 and state.complete else None
    why = "" if truth is not None else state.brief or "no publication of it is cached, or several that differ"
    words = f"published {_when(tried, found[-1])}" if found else ""
    tells = NotKnown(f"When the code was published is not known: {why}.", "GET /v1/publications")
    because = f"the code ran out {_when(tried, ends[-1])}" if ends else ""
    evidence = Evidence(claim, _result(truth), words, words, "publications", state.as_of, why)
    yield Tested(evidence, "voucher_expired", because, tells=tells)


def _windows(tried: TriedCode, at: str) -> Iterator[Tested]:
    held = [(name, one) for name, one in (("code", tried.document), ("campaign", tried.campaign)) if is_recurring(one)]
    if not held:
        return
    # A code repeats its campaign's hours but not the date that its intervals are counted from.
    thing, document = held[-1]
    if thing == "code" and not document.get("start_date") and tried.campaign.get("start_date"):
        document = {**document, "start_date": tried.campaign["start_date"]}
    moment = instant_of(at)
    found, words = opening(document, moment, tried.about.zone), validity_text(document)
    reason = found.reason if tried.attempt.at is None else found.reason.replace(" now", "")
    next_one = None if found.open is not False else next_opening((document,), moment, tried.about.zone)
    evidence = Evidence(
        f"the {thing} is within its days and hours", _result(found.open), words, words, thing,
        tried.state("campaigns").as_of, reason,
    )  # fmt: skip
    tells = NotKnown(f"Whether the {thing} is within its hours is not known: {reason}.")
    opens = text_of(next_one) if next_one else None
    yield Tested(evidence, "voucher_not_active_now", f"the {thing} is {reason}", opens=opens, tells=tells)


def _uses(tried: TriedCode) -> Iterator[Tested]:
    limit, used = tried.columns["redemption_quantity"], tried.columns["redeemed_quantity"]
    if limit is not None:
        value = f"{count(used)} of {count(limit)} used"
        truth = None if used is None else used < limit
        yield _state(
            tried, "the code has uses left", truth, value, "quantity_exceeded", f"the code is used up: {value}"
        )
    kind, balance = tried.columns["type"], tried.columns["balance"]
    if kind == "GIFT_VOUCHER":
        value = money(balance, tried.about.currency)
        truth = None if balance is None else balance > 0
        yield _state(
            tried, "the card has credit left", truth, value, "gift_amount_exceeded", "the card has no credit left"
        )
    if kind == "LOYALTY_CARD":
        truth = None if balance is None else balance > 0
        value, because = points(balance, short=False), "the card has no points left"
        yield _state(tried, "the card has points left", truth, value, "loyalty_card_points_exceeded", because)
        claim, note = "the call names a reward that the points pay for", "a rehearsal names no reward"
        tells = NotKnown("Points are spent on a reward, and a rehearsal names none.")
        yield Tested(Evidence(claim, UNKNOWN, source="call", note=note), "missing_reward", tells=tells)


def _referral(tried: TriedCode) -> Iterator[Tested]:
    """A referral code needs a referrer, who cannot redeem it."""
    if not tried.columns["is_referral_code"]:
        return
    holder, customer = tried.columns["holder_id"], tried.customer
    held = None if holder is None and not _tells_holder(tried) else holder is not None
    value = "published" if held else "not published"
    because = "the code is not published to a referrer"
    yield _state(tried, "the code is published to a referrer", held, value, "not_published", because)
    if held is False:
        return
    truth = None if customer is None or holder is None else customer.id != holder
    because = "whoever refers others cannot use the code themselves"
    value = "" if truth is None else "another customer" if truth else "the referrer"
    evidence = Evidence(
        "whoever redeems is not the referrer", _result(truth), value, "", "customer", tried.state("vouchers").as_of,
        "" if truth is not None else _nobody(tried).what,
    )  # fmt: skip
    yield Tested(evidence, "referrer_not_permitted_to_redeem", because, tells=_nobody(tried))


def _tells_holder(tried: TriedCode) -> bool:
    """Whether the record says who holds the code, be it nobody; a code's export leaves out what is empty."""
    return "holder_id" in tried.document


def _nobody(tried: TriedCode) -> NotKnown:
    named = tried.attempt.customer
    if not named:
        return NAME_A_CUSTOMER
    return NotKnown(f"The customer {named} is not cached.", f"GET /v1/customers/{quote(named, safe='')}")


def _further_rules(tried: TriedCode) -> Iterator[Tested]:
    """That rules may apply which are not cached; nothing where the list of what they apply to is complete."""
    state = tried.state("validation_rules_assignments")
    if state.complete:
        return
    claim = "each further rule that applies is met"
    tells = NotKnown(f"Which further rules apply is not known: {state.why}.", "GET /v1/validation-rules-assignments")
    yield Tested(Evidence(claim, UNKNOWN, source="rules", as_of=state.as_of, note=state.why), tells=tells)


def _source(rule: CampaignRule) -> str:
    return f"rule {called(rule.document) or rule.id}"


def _rule(tried: TriedCode, rule: CampaignRule, at: str) -> Iterator[Tested]:
    """A line for each condition of a rule; one for a rule of which no condition is known."""
    outcome = evaluate(rule.document, facts_for(tried, rule, at), tried.about.currency)
    name, as_of = called(rule.document) or rule.id, tried.state("validation_rules").as_of
    source = _source(rule)
    if outcome.truth is None and not any(one.truth is None for one in outcome.conditions):
        why = " ".join(outcome.notes) if rule.document else "the rule is not cached"
        tells = NotKnown(f"What the rule {name} asks is not known: {why}", f"GET /v1/validation-rules/{rule.id}")
        yield Tested(Evidence(f"the rule {name} is met", UNKNOWN, source=source, as_of=as_of, note=why), tells=tells)
    for one in outcome.conditions:
        yield _condition(tried, one, outcome, source, at, as_of)


def _condition(
    tried: TriedCode, one: ConditionOutcome, rule: RuleOutcome, source: str, at: str, as_of: str | None
) -> Tested:
    decides = one.role is not Role.UNUSED and rule.truth is not True and (one.truth is not False or rule.truth is False)
    spared = "" if decides or one.truth is True else "the rule is met without it"
    if one.role is Role.UNUSED:
        spared = "the rule's logic does not use it"
    elif not decides and rule.truth is None:
        spared = "another condition may stand in for it"
    note = ". ".join(part for part in (one.why, spared) if part)
    evidence = Evidence(one.text, _result(one.truth), one.value, one.value, source, as_of, note)
    because = f"the {source} asks that {one.text}" + (f"; it is {one.value}" if one.value else "")
    return Tested(evidence, _key(one), because, decides, _resets(tried, one, at), _teller(tried, one))


def _resets(tried: TriedCode, one: ConditionOutcome, at: str) -> str | None:
    """When a limit of a day, week or month begins anew."""
    counts = limit_name(one.name)
    stretch = None if counts is None or one.truth is not False else stretch_at(tried, counts.period, at)
    return stretch.resets if stretch else None


def _key(one: ConditionOutcome) -> str:
    if one.lacks in ("order", "customer"):
        return f"missing_{one.lacks}"
    family = one.name.split(".")[0]
    if one.key == "items" or one.key.startswith("bundle"):
        family = "order"
    return f"{family}_rules_violated" if family in ("order", "customer") else "redemption_rules_violated"


def _teller(tried: TriedCode, one: ConditionOutcome) -> NotKnown:
    """What would tell a condition that is not known."""
    counts, family = limit_name(one.name), one.name.split(".")[0]
    if (family == "customer" or (counts and counts.per == "customer")) and tried.customer is None:
        return _nobody(tried)
    if (family == "order" or one.name == "campaign.orders.amount") and tried.attempt.order is None:
        return NAME_AN_ORDER
    what = f"Whether {one.text}: {one.why}."
    if family == "customer" and tried.customer is not None and tried.customer.id:
        part = "/segments" if one.name.endswith("segment") else ""
        return NotKnown(what, f"GET /v1/customers/{tried.customer.id}{part}")
    return NotKnown(what, "GET /v1/redemptions" if counts else "")
