"""Was it switched on: webhooks and the API log have the moment, the journal has it between two syncs."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from store.explain.answer import Retry
from store.explain.case import RefusedCase
from store.explain.clue import UNKNOWN, Clue, result_of
from store.explain.records import CAMPAIGN, CODE, TIER, RecordThen
from store.queries.reader import holds

_EVENTS = {CODE: "voucher", CAMPAIGN: "campaign", TIER: "campaign.promotion_tier"}
_CALLS = {CODE: "/vouchers/{}/", CAMPAIGN: "/campaigns/{}/", TIER: "/tiers/{}/"}


@dataclass(frozen=True, slots=True)
class Switch:
    """Something was switched on or off: when (UTC text), and which trace says so."""

    at: str
    on: bool
    source: str


def switched_on(case: RefusedCase) -> Iterator[Clue]:
    """Code or tier, and campaign, were on."""
    for record in case.dated:
        yield _switched_on(case, record)


def _switched_on(case: RefusedCase, record: RecordThen) -> Clue:
    known = record.known("active")
    switches = _switches(case, record)
    before = [one for one in switches if one.at <= case.at]
    after = next((one for one in switches if one.at > case.at), None)
    by_record = known.then if isinstance(known.then, bool) and not known.doubt else None
    told, by = (before[-1].on, before[-1]) if before else (not after.on, after) if after else (None, None)
    note = known.doubt or ("" if by_record is not None else f"the {record.kind} does not say")
    if told is not None:
        note = ""
    truth = by_record if told is None else told
    if before and by_record is not None and by_record is not told:
        truth, note = None, f"the {before[-1].source} and the {record.kind}'s own record do not agree"
    now = {True: "on", False: "off"}[known.now] if isinstance(known.now, bool) else ""
    source, as_of = (by.source, by.at) if by else (record.kind, record.as_of)
    because = f"the {record.kind} was switched off" if truth is False else ""
    if because and before:
        because += f" at {case.when(before[-1].at)}"
    retry = None
    if truth is False:
        retry = Retry(True) if now == "on" else Retry(False, condition=f"the {record.kind} is switched on again")
    then = "" if truth is None else "on" if truth else "off"
    return Clue(
        f"the {record.kind} is switched on", result_of(truth), then, now, source, as_of, note, because, retry,
        record.call,
    )  # fmt: skip


def _switches(case: RefusedCase, record: RecordThen) -> list[Switch]:
    """Every time it was known to be switched, the earliest first."""
    if not record.id:
        return []
    found = [*_from_webhooks(case, record), *_from_calls(case, record)]
    return sorted(found, key=lambda one: one.at)


def _from_webhooks(case: RefusedCase, record: RecordThen) -> Iterator[Switch]:
    if not holds(case.connection, "webhook_deliveries"):
        return
    name = _EVENTS[record.kind]
    rows = case.connection.execute(
        "select coalesce(created_at, received_at), type from webhook_deliveries where type in (?, ?) and id in"
        " (select delivery_id from webhook_records where record_id = ?)",
        (f"{name}.enabled", f"{name}.disabled", record.id),
    )
    for at, kind in rows:
        if at is None:
            continue
        yield Switch(at, kind.endswith("enabled"), "webhook")


def _from_calls(case: RefusedCase, record: RecordThen) -> Iterator[Switch]:
    names = {record.id, record.name if record.kind != TIER else record.id}
    paths = [_CALLS[record.kind].format(quote(name, safe="")) for name in sorted(names)]
    ends = {path + word: on for path in paths for word, on in (("enable", True), ("disable", False))}
    # One pass over a log that may be long, whatever the number of names.
    named = " or ".join(["instr(coalesce(url, endpoint), ?) > 0"] * len(ends))
    rows = case.connection.execute(
        "select created_at, coalesce(url, endpoint) from api_log where method = 'POST' and status between 200 and 299"
        f" and created_at is not null and ({named})",
        tuple(ends),
    )
    yield from (Switch(at, next(on for end, on in ends.items() if end in url), "API log") for at, url in rows)


def present(case: RefusedCase) -> Iterator[Clue]:
    """The code is there: cached, not in the bin, and still returned by the API."""
    record = case.redeemed
    claim = f"the {record.kind} exists"
    if not record.id:
        yield _looked_for(case, claim)
        return
    gone = case.connection.execute(
        "select min(created_at) from trash_bin where resource_id = ?", (record.id,)
    ).fetchone()[0]
    since = gone or record.missing_since
    now = "" if not (record.is_cached or gone) else f"gone since {case.when(since)}" if since else "there"
    truth: bool | None = None
    if gone:
        truth = gone > case.at
    elif record.is_cached and record.missing_since is None and not record.known("id").doubt:
        truth = True
    then = "" if truth is None else "there" if truth else f"deleted at {case.when(gone)}"
    because = f"the {record.kind} was deleted at {case.when(gone)}" if truth is False else ""
    retry = Retry(False, condition="it is restored from the bin") if truth is False else None
    unsure = "when it was deleted is not known" if record.missing_since else record.known("id").doubt
    note = "" if truth is not None else record.lacks or unsure
    source = "bin" if gone else record.kind
    yield Clue(claim, result_of(truth), then, now, source, record.as_of, note, because, retry, record.call)


def _looked_for(case: RefusedCase, claim: str) -> Clue:
    """A code that the attempt does not name as a record: what was typed stands in the request alone."""
    typed = case.typed
    if not typed:
        return Clue(
            claim, UNKNOWN, source="API log", call="POST /v1/exports of api_log",
            note="the row does not say which code was typed, and its call is not cached",
        )  # fmt: skip
    row = case.connection.execute("select id, missing_since from vouchers where code = ?", (typed,)).fetchone()
    if row is not None:
        return Clue(
            claim, UNKNOWN, "", "there" if row[1] is None else "gone", "code", note=f"a code {typed} is cached now",
            call=f"GET /v1/vouchers/{quote(typed, safe='')}",
        )  # fmt: skip
    near = near_codes(case, typed)
    state = case.state("vouchers")
    because = f"there is no code “{typed}”" + (f"; {near[0]} is near it" if near else "")
    truth = False if near or (state.complete and (state.as_of or "") >= case.at) else None
    note = f"near it: {', '.join(near)}" if near else case.doubt(state, "codes")
    retry = Retry(False, condition="the code is typed as it was issued") if truth is False else None
    return Clue(
        claim, result_of(truth), f"“{typed}”", "", "API log", case.call.at if case.call else None, note,
        because if truth is False else "", retry, f"GET /v1/vouchers/{quote(typed, safe='')}",
    )  # fmt: skip


_ALIKE = str.maketrans("0125", "OIZS")


def near_codes(case: RefusedCase, typed: str) -> list[str]:
    """Codes that differ from a typed one in capitals, blanks, or signs that look alike: a hint."""
    wanted = _folded(typed)
    prefix = typed.strip()[:1]
    if not wanted or not prefix:
        return []
    rows = case.connection.execute(
        "select code from vouchers where length(code) between ? and ? and code is not ?",
        (len(wanted), len(typed) + 2, typed),
    )
    return sorted(code for (code,) in rows if _folded(code) == wanted)[:3]


def _folded(code: str) -> str:
    return "".join(code.split()).replace("-", "").upper().translate(_ALIKE)
