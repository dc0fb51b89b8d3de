"""Several redeemables in one call, and rollbacks: what the others of the call came to, and what was undone before."""

from collections.abc import Iterator

from store.domain.values import entries, inside, members, word
from store.explain.answer import Retry
from store.explain.case import RefusedCase
from store.explain.clue import MET, NOT_MET, UNKNOWN, Clue, result_of
from store.ref import Ref

_STACKING = "GET /management/v1/projects/{projectId}/stacking-rules"
_LOG = "POST /v1/exports of api_log"
_REDEMPTION = "redemption"


def others_applied(case: RefusedCase) -> Iterator[Clue]:
    """Each redeemable of the call, with the key it was refused for."""
    parts = [part for one in (case.call.response if case.call else {}, case.document)
             for name in ("inapplicable_redeemables", "skipped_redeemables", "redeemables", "redemptions")
             for part in entries(one.get(name)) if members(part)]  # fmt: skip
    source, as_of = ("API log", case.call.at) if case.call else (case.act, None)
    found = list(_named(parts)) or list(_siblings(case))
    if not found:
        yield Clue("a redeemable of the call applied", UNKNOWN, source=source,
                      note="the call's other redeemables are not cached", call=_LOG)  # fmt: skip
    for identity, key, message in found:
        because = f"{identity} was refused: {key}" if key else ""
        truth = None if key is None else not key
        yield Clue(
            f"{identity} applied", result_of(truth), key or ("applied" if truth else ""), "", source, as_of, message,
        because, Retry(None, condition="each of its reasons is removed") if key else None,
        )  # fmt: skip


def _named(parts: list[object]) -> Iterator[tuple[str, str | None, str]]:
    for part in parts:
        identity = word(inside(part, "id")) or word(inside(part, "voucher", "code"))
        error = members(inside(part, "result", "error"))
        key = word(error.get("key")) or word(inside(part, "failure_code"))
        if identity:
            settled = inside(part, "status") in ("APPLICABLE", "SUCCEEDED") or inside(part, "result") == "SUCCESS"
            message = word(inside(error, "error", "message")) or word(error.get("message"))
            yield identity, key or ("" if settled else None), message


def _siblings(case: RefusedCase) -> Iterator[tuple[str, str | None, str]]:
    parent = word(case.document.get("redemption")) or case.id
    rows = case.connection.execute(
        "select coalesce(voucher_code, promotion_tier_id, id), failure_code, result, coalesce(failure_message, '')"
        " from redemptions where parent_redemption_id = ?1 and id is not ?2 and is_parent is not 1 order by id",
        (parent, case.id),
    )
    for identity, key, result, message in rows:
        yield identity, key or ("" if result == "SUCCESS" else None), message


def before_it_passed(case: RefusedCase) -> Iterator[Clue]:
    """An earlier redeemable of the call failed, so that this one was left out: a hint."""
    found = list(others_applied(case))
    yield from found
    if any(one.result is NOT_MET for one in found):
        return
    yield Clue(
        "the redeemables before it passed", UNKNOWN, source="stacking rules", call=_STACKING,
        note="their order and the application mode are in the Management API only",
    )  # fmt: skip


def few_enough(case: RefusedCase) -> Iterator[Clue]:
    """The call's redeemables against the project's stacking limits, which only the Management API has."""
    ids = entries(inside(case.call.request if case.call else {}, "redeemables"))
    then = f"{len(ids)} in the call" if ids else ""
    yield Clue("the redeemables are within the stacking limits", UNKNOWN, then, "", "API log" if ids else "",
                  case.call.at if ids and case.call else None,
                  "the project's stacking rules are in the Management API only",
                  call=_STACKING)  # fmt: skip


def not_undone(case: RefusedCase) -> Iterator[Clue]:
    """The redemption was not rolled back before."""
    claim, undone = "the redemption was not rolled back before", _undone(case)
    if not undone:
        yield Clue(claim, UNKNOWN, source=case.act, note="the row does not say what was to be undone", call=_LOG)
        return
    row = case.connection.execute(
        "select id, created_at from redemptions where undone_redemption_id = ? and id is not ? and created_at < ?"
        " and result is not 'FAILURE' order by created_at limit 1",
        (undone, case.id, case.at),
    ).fetchone()
    state = case.state("redemptions", campaign=True)
    doubt = case.doubt(state, "redemptions")
    if row is None:
        yield Clue(claim, UNKNOWN if doubt else MET, "" if doubt else "no rollback", "", "redemptions", state.as_of,
                      doubt, call=f"GET /v1/redemptions/{undone}")  # fmt: skip
        return
    yield Clue(
        claim, NOT_MET, f"{row[0]} at {case.when(row[1])}", "", "redemptions", state.as_of, "",
        f"{row[0]} had undone it at {case.when(row[1])}", Retry(False), links=(Ref(_REDEMPTION, row[0]),),
    )  # fmt: skip


def can_be_undone(case: RefusedCase) -> Iterator[Clue]:
    """What is to be undone succeeded, and is no part of a stack: these are undone with it."""
    undone = _undone(case)
    row = case.connection.execute(
        "select result, parent_redemption_id, is_parent from redemptions where id = ?", (undone,)
    ).fetchone()
    state = case.state("redemptions", campaign=True)
    if row is None:
        note = "the redemption that was to be undone is not cached"
        yield Clue("the redemption can be rolled back", UNKNOWN, source="redemptions", as_of=state.as_of, note=note,
                      call=f"GET /v1/redemptions/{undone}" if undone else _LOG)  # fmt: skip
        return
    result, parent, is_parent = row
    links = (Ref(_REDEMPTION, undone),)
    yield Clue("the redemption had succeeded", result_of(result == "SUCCESS"), result or "", "", "redemptions",
                  state.as_of, "", "" if result == "SUCCESS" else f"{undone} had not succeeded", Retry(False),
                  links=links)  # fmt: skip
    child = bool(parent) and parent != undone and not is_parent
    yield Clue(
        "it is not a part of a stack", result_of(not child), f"part of {parent}" if child else "on its own", "",
        "redemptions", state.as_of, "", f"{undone} is a part of the stack {parent}" if child else "",
        Retry(False, condition=f"the stack {parent} is rolled back instead") if child else None, links=links,
    )  # fmt: skip


def _undone(case: RefusedCase) -> str:
    linked = case.document.get("redemption")
    named = word(linked) or word(inside(linked, "id"))
    return named or (case.id if case.id.startswith(("r_", "rf_")) else "")
