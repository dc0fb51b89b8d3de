"""Why a publication was refused: codes that are left, earlier publications, and who has joined."""

from collections.abc import Iterator

from store.domain.values import inside, number, word
from store.explain.answer import Retry
from store.explain.case import RefusedCase
from store.explain.clue import MET, NOT_MET, UNKNOWN, Clue, result_of
from store.ref import Ref


def codes_left(case: RefusedCase) -> Iterator[Clue]:
    """The campaign had a code that nobody holds and that was never published."""
    claim = "the campaign had a code left to publish"
    state = case.state("vouchers", campaign=True)
    call = f"GET /v1/vouchers?campaign_id={case.campaign_id}" if case.campaign_id else ""
    if not case.campaign_id:
        yield Clue(claim, UNKNOWN, source="codes", note="the attempt names no campaign", call=call)
        return
    if case.campaign.known("type").now == "AUTO_UPDATE":
        yield Clue(claim, MET, "makes codes as they are asked for", "", "campaign", case.campaign.as_of)
        return
    total, free_then, free_now = case.connection.execute(
        "select count(*),"
        " coalesce(sum((v.missing_since is null or v.missing_since > ?2)"
        "  and not exists (select 1 from publications p where p.voucher_id = v.id and p.result is not 'FAILURE'"
        "  and p.created_at <= ?2)), 0),"
        " coalesce(sum(v.holder_id is null and coalesce(v.publish_count, 0) = 0 and v.missing_since is null), 0)"
        " from vouchers v where v.campaign_id = ?1 and v.created_at <= ?2",
        (case.campaign_id, case.at),
    ).fetchone()
    publications = case.state("publications", campaign=True)
    doubt = case.doubt(state, "codes") or case.doubt(publications, "publications")
    truth = None if doubt else free_then > 0
    then = "" if doubt else f"{free_then:,} of {total:,} codes left"
    retry = Retry(True) if free_now else Retry(False, condition="codes are added to the campaign")
    yield Clue(
        claim, result_of(truth), then, f"{free_now:,} left" if not doubt else "", "codes and publications", state.as_of,
        doubt, "no code was left to publish" if truth is False else "", retry if truth is False else None, call,
    )  # fmt: skip


def enough_codes(case: RefusedCase) -> Iterator[Clue]:
    """The same for a publication of several codes."""
    asked = number(inside(case.call.request if case.call else {}, "campaign", "count"))
    yield from codes_left(case)
    if asked is not None:
        yield Clue("as many codes as were asked for", UNKNOWN, f"{asked:,} asked", "", "API log",
                      case.call.at if case.call else None)  # fmt: skip


def not_joined_before(case: RefusedCase) -> Iterator[Clue]:
    """A customer who may join once had not joined before."""
    once = case.campaign.known("join_once")
    claim = "the customer had not joined before"
    if case.campaign.is_cached and not once.doubt and once.then is not True:
        yield Clue(claim, MET, "may join more than once", "", "campaign", case.campaign.as_of)
        return
    yield from _published_before(case, claim, "p.campaign_id = :campaign and p.customer_id = :customer",
                                 bool(case.campaign_id and case.customer_id), once.doubt)  # fmt: skip


def not_published_before(case: RefusedCase) -> Iterator[Clue]:
    """The code had not been given to anybody."""
    code = case.code
    yield from _published_before(case, "the code had not been published before", "p.voucher_id = :voucher",
                                 bool(case.voucher_id), "")  # fmt: skip
    holder = code.known("holder_id")
    if word(holder.then) and not holder.doubt:
        yield Clue(
            "nobody holds the code", NOT_MET, word(holder.then), word(holder.now), "code", code.as_of, "",
            f"{word(holder.then)} holds the code", Retry(False, condition="another code is published"),
        )  # fmt: skip


def new_source_id(case: RefusedCase) -> Iterator[Clue]:
    """The publication's own source id was not used before."""
    claim = "the publication's source id was new"
    source = word(case.document.get("source_id"))
    where = "p.source_id = :source"
    yield from _published_before(case, claim, where, bool(source), "" if source else "the row names no source id")


def _published_before(case: RefusedCase, claim: str, where: str, can_ask: bool, doubt: str) -> Iterator[Clue]:
    state = case.state("publications", campaign=True)
    if not can_ask or doubt:
        note = doubt or "the attempt does not name both"
        yield Clue(claim, UNKNOWN, source="publications", as_of=state.as_of, note=note, call=case.campaign.call)
        return
    values = {"campaign": case.campaign_id, "customer": case.customer_id, "voucher": case.voucher_id, "at": case.at,
              "id": case.id, "source": word(case.document.get("source_id"))}  # fmt: skip
    row = case.connection.execute(
        "select p.id, p.created_at, coalesce(p.voucher_code, '') from publications p"
        f" where {where} and p.result is not 'FAILURE' and p.created_at <= :at and p.id is not :id"
        " order by p.created_at limit 1",
        values,
    ).fetchone()
    if row is None:
        why = case.doubt(state, "publications")
        yield Clue(
            claim, UNKNOWN if why else MET, "" if why else "none before", "", "publications", state.as_of, why,
            call="GET /v1/publications",
        )  # fmt: skip
        return
    identity, at, code = row
    told = f"{code or identity} was published at {case.when(at)}"
    yield Clue(claim, NOT_MET, told, "", "publications", state.as_of, "", told, Retry(False),
                  links=(Ref("publication", identity),))  # fmt: skip


def may_auto_join(case: RefusedCase) -> Iterator[Clue]:
    """Customers join the campaign by themselves."""
    known = case.campaign.known("auto_join")
    truth = known.then if isinstance(known.then, bool) and not known.doubt else None
    note = known.doubt or ("" if truth is not None else "the campaign does not state it")
    yield Clue(
        "customers join the campaign by themselves", result_of(truth),
        "" if truth is None else "yes" if truth else "no",
        "" if known.now is None else "yes" if known.now else "no", "campaign", case.campaign.as_of, note,
        "customers do not join the campaign by themselves" if truth is False else "",
        Retry(False, condition="auto-join is switched on, or the code is published") if truth is False else None,
        case.campaign.call,
    )  # fmt: skip


def reward_in_stock(case: RefusedCase) -> Iterator[Clue]:
    """The reward was in stock: stock and what was redeemed of it, as they are now."""
    claim = "the reward was in stock"
    reward = word(inside(case.document, "reward", "id")) or word(case.document.get("reward_id"))
    row = case.connection.execute("select stock, redeemed, name from rewards where id = ?", (reward,)).fetchone()
    as_of = case.state("rewards", campaign=True).as_of
    call = f"GET /v1/rewards/{reward}" if reward else ""
    if row is None or row[0] is None or row[1] is None:
        note = "the attempt names no reward" if not reward else "the reward's stock is not cached"
        yield Clue(claim, UNKNOWN, source="reward", as_of=as_of, note=note, call=call)
        return
    now = f"{row[1]:,} of {row[0]:,} given"
    gone = row[1] >= row[0]
    yield Clue(
        claim, NOT_MET if gone else UNKNOWN, "", now, "reward", as_of,
        "as it is now" if gone else "how it was then is not known",
        f"all {row[0]:,} of “{row[2] or reward}” are given" if gone else "",
        Retry(False, condition="the stock is raised") if gone else None, call, (Ref("reward", reward),),
    )  # fmt: skip


def member_of_program(_: RefusedCase) -> Iterator[Clue]:
    """Members and programs of Loyalty v2, which no list of the cache holds."""
    yield Clue("the member and the program are active", UNKNOWN, source="", note="Loyalty v2 is not synced",
                  call="GET /v2/loyalties/programs/{id}")  # fmt: skip
