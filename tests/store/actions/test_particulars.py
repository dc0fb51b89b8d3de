"""What is particular about single actions: ladders, stacks, ends, refusals of the API, tasks, files of codes."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from store.actions.action import Change, Fate, NotOffered, ValueRefused
from store.actions.change_words import change_lines, change_words, warning_lines
from store.actions.code_files import LARGEST, read_codes
from store.actions.running import ChangedMeanwhile
from store.actions.tasks import task_end
from store.api.actions import check_request
from store.api.errors import MethodRefused
from store.wire import Request, Response
from tests.support.acting import ALLOWED, Actor, named
from tests.support.action_cases import CASES, RULES, names_of
from tests.support.faults import Fault, FaultRule, Faults
from tests.support.writing import SomebodyElse, request_of


def test_the_ladder_is_shown_whole_before_and_after(actor: Actor) -> None:
    tiers = actor.project.get("/v1/promotions/tiers", ("limit", "100"))["tiers"]
    campaign = next(one["campaign_id"] for one in tiers if one["hierarchy"] == 4)
    path = f"/v1/promotions/{campaign}/tiers"
    ladder = sorted(actor.project.get(path)["tiers"], key=lambda one: int(one["hierarchy"]))
    action = named("promotion_tier", "edit")
    plan = actor.plan(action, ladder[3]["id"], {"hierarchy": 2})
    names = [one["name"] for one in ladder]
    after = [names[0], names[3], names[1], names[2], *names[4:]]
    (change,) = [one for one in plan.changes if one.name == "ladder"]
    assert change.before == [f"{place}. {name}" for place, name in enumerate(names, 1)]
    assert change.after == [f"{place}. {name}" for place, name in enumerate(after, 1)]
    lines = change_lines(change, None, UTC)
    assert lines[:2] == ["ladder before:", f"  1. {names[0]}"]
    assert lines[len(names) + 1] == "ladder after:"
    assert actor.run(plan).fate is Fate.DONE
    now = sorted(actor.project.get(path)["tiers"], key=lambda one: int(one["hierarchy"]))
    assert [one["name"] for one in now] == after
    assert plan.undo is not None
    assert actor.act(action, ladder[3]["id"], plan.undo.values)[1].fate is Fate.DONE
    again = sorted(actor.project.get(path)["tiers"], key=lambda one: int(one["hierarchy"]))
    assert [one["name"] for one in again] == names


PARENT: dict[str, Any] = {
    "id": "r_1", "object": "redemption", "result": "SUCCESS", "status": "SUCCEEDED", "date": "2026-08-31T10:00:00.000Z",
    "order": {"status": "PAID", "total_applied_discount_amount": 1_953},
    "related_redemptions": {"redemptions": [{"id": "r_2"}, {"id": "r_3"}, {"id": "r_4"}]},
}  # fmt: skip
_BELOW: dict[str, Any] = {"object": "redemption", "result": "SUCCESS", "status": "SUCCEEDED", "redemption": "r_1"}
STACK: dict[str, dict[str, Any]] = {
    "r_1": PARENT,
    "r_2": {**_BELOW, "id": "r_2", "amount": 500, "gift": {"amount": 500}, "voucher": {"code": "GIFT-1"}},
    "r_3": {**_BELOW, "id": "r_3", "amount": 40, "loyalty_card": {"points": 40}, "voucher": {"code": "CARD-1"}},
    "r_4": {**_BELOW, "id": "r_4", "promotion_tier": {"name": "Spend 50"}},
}


@pytest.mark.parametrize("asked", ["r_1", "r_3"])
def test_a_stack_tells_all_that_it_undoes(asked: str) -> None:
    async def get(path: str, *_: tuple[str, str]) -> dict[str, Any]:
        return STACK[path.rpartition("/")[2]]

    action, record = named("redemption", "roll-back"), STACK[asked]

    async def read() -> dict[str, Any]:
        assert action.beside is not None
        return await action.beside(get, record, {})

    record = {**record, "beside": asyncio.run(read())}
    assert action.request(record, {"reason": "r"}).path == "/v1/redemptions/r_1/rollbacks"
    told = [f"{one.name}: {' → '.join(change_words(one, 'EUR', UTC))}" for one in action.changes(record, {})]
    assert told == [
        "status: SUCCEEDED → ROLLED_BACK",
        "redemption of GIFT-1: SUCCEEDED → ROLLED_BACK", "given back to GIFT-1: €0.00 → €5.00",
        "redemption of CARD-1: SUCCEEDED → ROLLED_BACK", "given back to CARD-1: 0 points → 40 points",
        "redemption of Spend 50: SUCCEEDED → ROLLED_BACK", "order: PAID → CANCELED", "discount: €19.53 → €0.00",
    ]  # fmt: skip
    assert action.warnings(record, {}) == ("It is a stack: 3 redemptions are rolled back together.",)


@pytest.mark.parametrize(
    ("made", "ends"),
    [
        ("2026-08-20T10:00:00.000Z", "2026-11-20T10:00:00+00:00"),
        ("2026-10-05T23:30:00.000Z", "2027-01-05T23:30:00+00:00"),
        ("2026-11-30T00:00:00.000Z", "2027-02-28T00:00:00+00:00"),
        ("2027-11-30T00:00:00.000Z", "2028-02-29T00:00:00+00:00"),
        (None, None),
    ],
)
def test_a_redemption_can_be_rolled_back_for_three_months(made: str | None, ends: str | None) -> None:
    action = named("redemption", "roll-back")
    record = {**STACK["r_4"], "date": made}
    end = action.until(record)
    assert end == (None if ends is None else datetime.fromisoformat(ends))
    if end is not None:
        assert action.reason(record, end).startswith("It is too late")
        assert action.reason(record, end - timedelta(seconds=1)) == ""


def test_a_plan_says_until_when(actor: Actor) -> None:
    plan = actor.plan(named("redemption", "roll-back"), CASES["redemption", "roll-back"].prepare(actor.project), {})
    assert plan.until is not None
    assert plan.until > actor.project.clock.now()
    assert warning_lines(plan, UTC)[-1].startswith("It can be done until ")


REFUSALS: tuple[tuple[str, str, dict[str, Any] | None, tuple[str, str, Any] | None, str], ...] = (
    ("pending_points", "activate", None, ("POST", "/activate", "cancel"), "invalid_pending_points_state"),
    ("pending_points", "cancel", None, ("POST", "/cancel", "activate"), "invalid_pending_points_state"),
    ("pending_points", "adjust", {"points": 1}, ("POST", "/balance", "cancel"), "invalid_pending_points_state"),
    ("redemption", "roll-back", None, ("POST", "/rollbacks", "rollback"), "already_rolled_back"),
    ("voucher", "add-credit", {"amount": -10**9}, None, "gift_amount_exceeded"),
    ("voucher", "add-points", {"points": -10**9}, None, "loyalty_card_points_exceeded"),
    (
        "voucher", "add-points",
        {"points": 1, "expiration": "CUSTOM_DATE", "expiration_date": "2020-01-01T00:00:00.000Z"}, None,
        "invalid_expiration_date",
    ),
    ("voucher", "transfer-points", {"from": "{other_card}", "points": 10**9}, None, "loyalty_card_points_exceeded"),
    ("voucher", "publish", {"customer": "cust_none"}, None, "not_found"),
    ("campaign", "publish", {"customer": "cust_none"}, None, "not_found"),
)  # fmt: skip


def _verb_beside(path: str, verb: str) -> str:
    return f"{path.rpartition('/')[0]}/{verb}"


@pytest.mark.parametrize(
    ("kind", "name", "values", "theirs", "key"), REFUSALS, ids=[f"{one[0]} {one[1]} {one[4]}" for one in REFUSALS]
)
def test_what_the_api_refuses_is_told(
    actor: Actor, kind: str, name: str, values: dict[str, Any] | None, theirs: tuple[str, str, Any] | None, key: str
) -> None:
    project, action = actor.project, named(kind, name)
    record = CASES[kind, name].prepare(project)
    respond = project.respond
    plan = actor.plan(action, record, names_of(project, values, actor.folder))
    if theirs is not None:
        sent = request_of("POST", _verb_beside(plan.request.path, theirs[2]))
        respond = SomebodyElse(project.respond, sent, (theirs[0], theirs[1])).respond
    outcome = actor.run(plan, respond)
    assert outcome.fate is Fate.REFUSED
    assert outcome.error is not None
    assert outcome.error.key == key
    assert outcome.request_id
    assert actor.audit.rows()[0]["fate"] == "refused"


def test_a_redemption_that_somebody_else_rolls_back_is_refused(actor: Actor) -> None:
    record = CASES["redemption", "roll-back"].prepare(actor.project)
    plan = actor.plan(named("redemption", "roll-back"), record, {})
    actor.project.habits.busy.add(record)
    outcome = actor.run(plan)
    actor.project.habits.busy.clear()
    assert outcome.error is not None
    assert (outcome.fate, outcome.error.key) == (Fate.REFUSED, "multiple_requests")


@pytest.mark.parametrize(
    ("kind", "name", "values", "why"),
    [
        ("reward_assignment", "edit", {"points": 0}, "more than 0"),
        ("pending_points", "adjust", {"points": -(10**6)}, "fewer than none"),
        ("campaign", "add-codes", {"count": 0}, "from 1 to"),
        ("campaign", "import-codes", {"file": "/nowhere.csv"}, "cannot be read"),
        ("earning_rule", "edit", {"metadata": {"order": None}}, "no key of this metadata away"),
        ("validation_rule", "edit", {"rules": {**RULES, "logic": "1 and 9"}}, "names the condition 9"),
        ("validation_rule", "edit", {"rules": {**RULES, "logic": "1 and"}}, "ends too early"),
        ("validation_rule", "edit", {"bundle_rules": {"1": {"name": ""}}}, "bundle_rules.1 has no name"),
        ("validation_rule", "edit", {"applicable_to": {"included": {}}}, "included is no list"),
    ],
)
def test_what_cannot_be_sent_is_refused_before(
    actor: Actor, kind: str, name: str, values: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValueRefused, match=why):
        actor.plan(named(kind, name), CASES[kind, name].prepare(actor.project), values)


@pytest.mark.parametrize(
    ("kind", "name", "record", "why"),
    [
        ("campaign", "add-codes", {"id": "c", "type": "STANDALONE", "voucher": {}}, "one code for everybody"),
        ("campaign", "import-codes", {"id": "c", "type": "AUTO_UPDATE"}, "It is a promotion"),
        ("campaign", "publish", {"id": "c"}, "It is a promotion"),
        ("campaign", "edit", {"id": "c", "protected": True}, "It is protected"),
        ("pending_points", "activate", {}, "do not wait any more"),
        ("campaign", "remove-rule", {"id": "c", "validation_rules_assignments": {"total": 0}}, "No rule holds"),
        ("campaign", "remove-rule", {"id": "c", "beside": {"assigned": []}}, "This rule does not hold"),
        ("campaign", "assign-rule", {"id": "c", "beside": {"assigned": ["asgm_1"]}}, "holds for it already"),
    ],
)
def test_a_record_in_the_wrong_state_says_why(kind: str, name: str, record: dict[str, Any], why: str) -> None:
    assert why in named(kind, name).offered(record)


@pytest.mark.parametrize(
    ("kind", "record"), [("earning_rule", "ern_1"), ("pending_points", "lopp_1"), ("reward_assignment", "/rewa_1")]
)
def test_a_part_is_named_with_what_holds_it(actor: Actor, kind: str, record: str) -> None:
    with pytest.raises(NotOffered, match="is named as"):
        actor.plan(named(kind, "activate" if kind == "pending_points" else "edit"), record, {"points": 1})


def test_a_rule_tells_who_uses_it_and_shows_its_tree(actor: Actor) -> None:
    record = CASES["validation_rule", "edit"].prepare(actor.project)
    users = actor.project.rows(f"/v1/validation-rules/{record}/assignments")
    rules = {**RULES, "3": {**RULES["3"], "name": "order.items.cuont"}}
    plan = actor.plan(named("validation_rule", "edit"), record, {"rules": rules})
    assert plan.warnings[0].startswith(f"Used by {len(users)} record")
    assert all(one["related_object_type"].replace("_", " ") in plan.warnings[0] for one in users)
    assert plan.warnings[1].startswith("Condition 3: the name “order.items.cuont” is not among those known. Did you")
    after = change_words(Change("rules", None, RULES, plan.changes[0].kind), "EUR", UTC)[1]
    assert after.splitlines() == [
        "all of", "  order amount before discounts > €50.00", "  any of", "    customer metadata “country” is PL or DE",
        "    not: order items count < 9",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "needs one column"), (b"\xef\xbb\xbfCode\n", "no codes"), (b"Name;Code\nx;y\n", "needs one column"),
        (b"Code,Code\na,b\n", "needs one column"), (b"Code\nA\nA\n", "line 3: the code of line 2 again"),
        (b"Code,Colour\nA\n", "line 2: 1 cell, not 2"), (b"Code\n\xff\n", "not UTF-8: see line 2"),
        (b"Code\n\nA,B\n", "line 3: 2 cells, not 1"), (b"Code,X\n ,1\n", "line 2: the code is missing"),
        (b"Code\n\x00\n", "zero byte"),
        (b'Code\n"A\n', "line 2"),
    ],
)  # fmt: skip
def test_a_file_of_codes_is_checked(tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "codes.csv"
    file.write_bytes(content)
    with pytest.raises(ValueRefused, match=why):
        read_codes(str(file))


def test_a_file_of_codes_is_read(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_bytes(b'\xef\xbb\xbf code ,Colour\r\nA-1,"red, dark"\r\n\r\nA-2,\r\n')
    found = read_codes(str(file))
    assert (found.codes, found.columns, found.upload.name) == (2, ("code", "Colour"), "codes.csv")
    with pytest.raises(ValueRefused, match="is no file"):
        read_codes(str(tmp_path))
    with file.open("wb") as large:
        large.truncate(LARGEST + 1)
    with pytest.raises(ValueRefused, match="larger than"):
        read_codes(str(file))


def test_a_file_that_changed_since_it_was_shown_is_not_sent(actor: Actor) -> None:
    values = names_of(actor.project, {"file": "{file}"}, actor.folder)
    plan = actor.plan(
        named("campaign", "import-codes"), CASES["campaign", "import-codes"].prepare(actor.project), values
    )
    Path(values["file"]).write_text("Code\nOTHER-1\nOTHER-2\nOTHER-3\n")
    with pytest.raises(ChangedMeanwhile):
        actor.run(plan)
    assert actor.sent == []


def _attempt(actor: Actor, name: str, respond: Callable[[Request], Response] | None = None) -> dict[str, Any]:
    case = CASES["campaign", name]
    values = names_of(actor.project, case.values, actor.folder)
    actor.act(named("campaign", name), case.prepare(actor.project), values, respond)
    return actor.audit.rows()[0]


def test_a_task_that_failed_is_told_with_its_request(actor: Actor) -> None:
    actor.project.habits.failing = frozenset({"CAMPAIGN.VOUCHERS_GENERATE"})
    row = _attempt(actor, "add-codes")
    actor.project.habits.failing = frozenset()
    assert (row["fate"], row["async_end"]) == ("not done", "FAILED")
    assert "it failed: The operation failed" in row["said"]
    assert row["request_id"] in row["said"]


def test_a_task_that_takes_long_stays_open_in_the_audit(actor: Actor) -> None:
    actor.project.habits.working = 3_600.0
    row = _attempt(actor, "add-codes")
    actor.project.habits.working = 2.0
    assert (row["fate"], row["async_end"]) == ("unknown", None)
    assert row["async_id"] in row["said"]
    assert [one["id"] for one in actor.audit.open_ends()] == [row["id"]]


@pytest.mark.parametrize(
    ("document", "fate", "said"),
    [
        ({"status": "ENQUEUED", "operation_status": "UNKNOWN"}, Fate.UNKNOWN, "still at it"),
        (
            {"status": "DONE", "operation_status": "SUCCESS", "result": {"done_count": 1_200}},
            Fate.DONE, "It was done: 1,200 codes.",
        ),
        (
            {"status": "DONE", "operation_status": "SUCCESS",
             "result": {"done_count": 1, "failed_count": 2, "failed": [{"code": "A", "reason": "Duplicate"}]}},
            Fate.DONE, "It was done: 1 code, 2 failed (A: Duplicate).",
        ),
        (
            {"status": "DONE", "result": {"done_count": 0, "failed_count": 1, "failed": [{"row": 1, "reason": "no"}]}},
            Fate.NOT_DONE, "it failed: 1: no (task aa_1, request v-1)",
        ),
        (
            {"status": "DONE", "operation_status": "FAILED", "result": {"message": "Stopped"}},
            Fate.NOT_DONE, "it failed: Stopped",
        ),
        ({"status": "FAILED"}, Fate.NOT_DONE, "the API does not say why"),
        ({"status": "DONE", "operation_status": "UNKNOWN"}, Fate.UNKNOWN, "does not say how (task aa_1). Check the"),
        ({"status": "DONE", "result": {"failed_count": 2}}, Fate.UNKNOWN, "does not say how"),
        ({"status": "DONE", "operation_status": "UNKNOWN", "result": {"done_count": 0}}, Fate.UNKNOWN, "not say how"),
        ({"status": "DONE", "result": {"done_count": 3}}, Fate.DONE, "It was done: 3 codes."),
    ],
)  # fmt: skip
def test_done_is_not_yet_success(document: dict[str, Any], fate: Fate, said: str) -> None:
    end = task_end("aa_1", {"request_id": "v-1", **document})
    assert end.fate is fate
    assert said in end.said


def test_who_has_a_code_gets_no_other_where_that_is_asked(actor: Actor) -> None:
    action, case = named("campaign", "publish"), CASES["campaign", "publish"]
    record, values = case.prepare(actor.project), names_of(actor.project, case.values, actor.folder)
    actor.act(action, record, values)
    plan = actor.plan(action, record, values)
    assert plan.changes[0].before == plan.changes[0].after - 1 >= 1
    with pytest.raises(NotOffered, match="Nothing would change"):
        actor.plan(action, record, {**values, "join_once": True})
    assert action.request({"id": "camp_1"}, {**values, "join_once": True, "source_id": "s"}).path.endswith(
        "/v1/publications?join_once=true"
    )


@pytest.mark.parametrize(
    ("page", "fate"),
    [(None, Fate.DONE), ({"data": [{}], "has_more": True}, Fate.UNKNOWN), ({"object": "list"}, Fate.UNKNOWN)],
)
def test_what_is_no_whole_list_does_not_tell_that_points_are_gone(
    actor: Actor, page: dict[str, Any] | None, fate: Fate
) -> None:
    """Points are gone once a list that came to its end does not have them; here the answer is lost, too."""
    action, respond = named("pending_points", "activate"), actor.project.respond
    plan = actor.plan(action, CASES["pending_points", "activate"].prepare(actor.project), {})
    lost = Faults(FaultRule(Fault.UNANSWERED, method="POST")).wrap(respond)

    def answer(request: Request) -> Response:
        if page and actor.sent and request.path.endswith("/pending-points"):
            return Response(200, {}, json.dumps(page).encode())
        return lost(request)

    assert actor.run(plan, answer).fate is fate


def test_what_else_changed_is_read_again(actor: Actor) -> None:
    action, case = named("pending_points", "activate"), CASES["pending_points", "activate"]
    record = case.prepare(actor.project)
    card, _, points = record.partition("/")
    outcome = actor.act(action, record, {})[1]
    assert (outcome.content, outcome.gone) == (b"", (("pending_points", points),))
    ((table, content),) = outcome.also
    assert (table, json.loads(content)) == ("vouchers", actor.project.get(f"/v1/vouchers/{card}"))


PATHS = (
    "POST /v1/campaigns/c/vouchers", "POST /v1/campaigns/c/importCSV", "PUT /v1/loyalties/c/earning-rules/e",
    "PUT /v1/loyalties/c/rewards/r", "POST /v1/loyalties/members/m/pending-points/p/activate",
    "POST /v1/loyalties/members/m/pending-points/p/cancel", "POST /v1/loyalties/members/m/pending-points/p/balance",
    "PUT /v1/validation-rules/v", "POST /v1/validation-rules/v/assignments",
    "DELETE /v1/validation-rules/v/assignments/a",
)  # fmt: skip
OTHERS = (
    "POST /v1/campaigns/c/import", "POST /v1/campaigns/c/vouchers/x", "DELETE /v1/loyalties/c/earning-rules/e",
    "POST /v1/loyalties/c/earning-rules", "PUT /v1/rewards/r/assignments/a", "DELETE /v1/loyalties/c/rewards/r",
    "POST /v1/loyalties/members/m/pending-points/p/expire", "DELETE /v1/validation-rules/v",
    "POST /v1/validation-rules", "PUT /v1/validation-rules/v/assignments/a", "PUT /v1/validation-rules/..",
    "DELETE /v1/validation-rules/v%2fassignments/a", "POST /v1/vouchers/import",
    "DELETE /v1/validation-rules/v/assignments/%2e%2e",
)  # fmt: skip


@pytest.mark.parametrize("request_line", [*PATHS, *OTHERS])
def test_just_the_declared_paths_pass_with_permission(request_line: str) -> None:
    method, _, path = request_line.partition(" ")
    for permission in (None, ALLOWED):
        if permission is not None and request_line in PATHS:
            check_request(method, path, permission=permission)
        else:
            with pytest.raises(MethodRefused):
                check_request(method, path, permission=permission)
