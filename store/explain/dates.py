"""Was it within its time: starts, ends, codes that run out after publishing, and recurring days and hours."""

from collections.abc import Iterator

from store.days import local_time
from store.domain.durations import duration_text, parse_duration
from store.domain.next_opening import next_opening
from store.domain.validity import opening, span_after, validity_text
from store.explain.answer import Result, Retry
from store.explain.case import RefusedCase
from store.explain.clue import MET, NOT_MET, UNKNOWN, Clue, result_of
from store.explain.records import CAMPAIGN, CODE, FieldThen, RecordThen
from store.times import date_text, instant_of, is_endless, is_instant, shifted, text_of, utc_text

_HALF_A_DAY = 12 * 60 * 60 * 1000
_RECURRING = ("validity_timeframe", "validity_day_of_week", "validity_hours")


def started(case: RefusedCase) -> Iterator[Clue]:
    """Each start date lies before the attempt."""
    for record in case.dated:
        yield _date(case, record, "start_date", is_end=False)


def not_ended(case: RefusedCase) -> Iterator[Clue]:
    """Each end date lies after the attempt; a code that runs out some time after publishing has not."""
    for record in case.dated:
        yield _date(case, record, "expiration_date", is_end=True)
    if case.voucher_id and case.campaign.is_cached:
        yield from _after_publishing(case)


def _date(case: RefusedCase, record: RecordThen, name: str, *, is_end: bool) -> Clue:
    known = record.known(name)
    claim = f"the {record.kind} {'has not ended' if is_end else 'has started'}"
    results = {_passes(value, case.at, is_end=is_end) for value in (known.then, *known.others)}
    result = results.pop() if len(results) == 1 and _usable(known) else UNKNOWN
    then = _date_words(case, known.then, is_end=is_end) if record.is_cached else ""
    now = _date_words(case, known.now, is_end=is_end) if record.is_cached else ""
    because, retry = "", None
    if result is NOT_MET:
        verb = "ended" if is_end else "starts only"
        because = f"the {record.kind} {verb} at {case.when(date_text(known.then))}"
        retry = _end_retry(case, record, known) if is_end else Retry(True, utc_text(known.now) or utc_text(known.then))
    unreadable = "" if result is not UNKNOWN or known.doubt else "the date cannot be read"
    return Clue(
        claim, result, then, now, record.kind, record.as_of, known.doubt or unreadable, because, retry, record.call
    )


def _usable(known: FieldThen) -> bool:
    """Whether a field is certain, or all it may have been comes to the same."""
    return not known.doubt or bool(known.others)


def _end_retry(case: RefusedCase, record: RecordThen, known: FieldThen) -> Retry:
    moved = _passes(known.now, text_of(case.about.now), is_end=True) is MET
    return Retry(True) if moved else Retry(False, condition=f"the end of the {record.kind} is moved")


def _passes(value: object, at: str, *, is_end: bool) -> Result:
    text = date_text(value)
    if text is None or (is_end and is_endless(text)):
        return MET
    if not is_instant(text):
        return UNKNOWN
    return result_of(text > at if is_end else text <= at)


def _date_words(case: RefusedCase, value: object, *, is_end: bool) -> str:
    text = date_text(value)
    if text is None or is_endless(text):
        return "no end" if is_end else "no start"
    verb = "ends" if is_end else "starts"
    return f"{verb} {case.when(text)}" if is_instant(text) else text


def _after_publishing(case: RefusedCase) -> Iterator[Clue]:
    """Nothing where the campaign's codes do not run out by themselves."""
    known = case.campaign.known("activity_duration_after_publishing")
    words, span = duration_text(known.then), parse_duration(known.then)
    if not words and not known.others:
        return
    claim = f"the code is used within {words} of its publication"
    state = case.state("publications")
    query = (
        "select created_at from publications where voucher_id = ? and result is not 'FAILURE' and created_at <= ?"
        " order by created_at"
    )
    found = [row[0] for row in case.connection.execute(query, (case.voucher_id, case.at))]
    why = known.doubt or case.doubt(state, "publications")
    if span is None or not found:
        note = why or ("the duration cannot be read" if span is None else "no publication of it before is cached")
        yield Clue(claim, UNKNOWN, source="publications", as_of=state.as_of, note=note, call=_publications(case))
        return
    ends = [text_of(span_after(span, instant_of(at), 1, case.about.zone)) for at in found]
    passed = {end > case.at for end in ends}
    result = UNKNOWN if len(passed) > 1 or known.doubt else result_of(passed.pop())
    note = known.doubt or ("it was published more than once" if result is UNKNOWN else "")
    because = f"the code ran out at {case.when(ends[0])}, {words} after its publication" if result is NOT_MET else ""
    retry = Retry(False, condition="another code is published") if result is NOT_MET else None
    then = f"published {case.when(found[0])}"
    yield Clue(claim, result, then, "", "publications", state.as_of, note, because, retry)


def _publications(case: RefusedCase) -> str:
    return f"GET /v1/publications?voucher={case.code.name}" if case.code.name else ""


def within_hours(case: RefusedCase) -> Iterator[Clue]:
    """Recurring days, hours and intervals admit the attempt; nothing of what runs all the time."""
    for record in case.dated:
        if any(record.known(name).now or record.known(name).then for name in _RECURRING):
            yield _opening(case, record)


def in_its_hours(case: RefusedCase) -> Iterator[Clue]:
    """The same where that is why the API refused: it is not known where no hours are cached."""
    found = list(within_hours(case))
    yield from found
    if not found:
        record = next((one for one in case.dated if not one.is_cached), case.dated[-1])
        note = record.lacks or "nothing cached has days or hours"
        yield Clue(
            "its days and hours admit the attempt", UNKNOWN, source=record.kind, as_of=record.as_of, note=note,
            call=record.call,
        )  # fmt: skip


def in_its_time(case: RefusedCase) -> Iterator[Clue]:
    """Start, end, days and hours together, where one of them is why the API refused."""
    found = [*started(case), *not_ended(case)]
    yield from found
    refused = any(one.result is NOT_MET for one in found)
    yield from (within_hours(case) if refused else in_its_hours(case))


def _opening(case: RefusedCase, record: RecordThen) -> Clue:
    zone = case.about.zone
    known = [record.known(name) for name in (*_RECURRING, "start_date")]
    doubt = next((one.doubt for one in known if one.doubt), "")
    states = [opening(one, case.moment, zone) for one in (record.early, record.late)]
    same = states[0].open == states[1].open
    stale = record.as_of is not None and record.as_of < case.at
    result = result_of(states[1].open) if same and not stale else UNKNOWN
    local = local_time(case.moment, zone)
    then = f"{local:%a %H:%M}; it runs {validity_text(_recurring(record.late))}"
    notes = [doubt, "" if result is not UNKNOWN else states[1].reason, _clock_doubt(case)]
    because, retry = "", None
    if result is NOT_MET:
        because = f"the {record.kind} runs {validity_text(_recurring(record.late))}, and it was {local:%A %H:%M}"
        retry = Retry(True, _opens_next(case, record))
    return Clue(
        f"the {record.kind}'s days and hours admit the attempt", result, then,
        f"it runs {validity_text(_recurring(record.doc))}", record.kind, record.as_of,
        "; ".join(note for note in notes if note), because, retry, record.call,
    )  # fmt: skip


def _recurring(doc: object) -> dict[str, object]:
    return {name: doc[name] for name in _RECURRING if name in doc} if isinstance(doc, dict) else {}


def _clock_doubt(case: RefusedCase) -> str:
    """A day on which the clocks change is not the API's own maths."""
    around = (instant_of(shifted(case.at, shift)) for shift in (-_HALF_A_DAY, _HALF_A_DAY))
    offsets = {local_time(one, case.about.zone).utcoffset() for one in around}
    return "the clocks changed around it: an estimate" if len(offsets) > 1 else ""


def _opens_next(case: RefusedCase, record: RecordThen) -> str | None:
    """The first moment from now on that its days and hours admit, once it has started; None where none is known."""
    start = utc_text(record.doc.get("start_date"))
    after = max(case.about.now, instant_of(start)) if start else case.about.now
    found = next_opening((record.doc,), after, case.about.zone)
    return text_of(found) if found else None


def own_dates_differ(case: RefusedCase) -> str:
    """That a code has dates of its own, where they differ from its campaign's; "" otherwise."""
    code, campaign = case.code, case.campaign
    if code.kind != CODE or campaign.kind != CAMPAIGN or not (code.is_cached and campaign.is_cached):
        return ""
    for name, word in (("expiration_date", "end"), ("start_date", "start")):
        one, other = utc_text(code.doc.get(name)), utc_text(campaign.doc.get(name))
        if one != other:
            return (
                f"The code's own {word} is {case.when(one) or 'open'}; the campaign's is {case.when(other) or 'open'}."
            )
    return ""
