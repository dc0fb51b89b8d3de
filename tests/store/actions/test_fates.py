"""What proves that something was done, and what does not: other people's records, tasks and movements prove nothing."""

import asyncio
from collections.abc import Awaitable, Mapping
from pathlib import Path
from typing import Any

import pytest

from store.actions.action import Fate, ValueRefused
from store.actions.balances import SOURCE_ID
from store.wire import Request, Response
from tests.support.acting import Actor, named
from tests.support.action_cases import CASES, names_of
from tests.support.faults import Fault, FaultRule, Faults


def found(kind: str, name: str, before: dict[str, Any], values: dict[str, Any], answers: Mapping[str, Any]) -> Any:
    """What an action finds of itself where these paths have these answers."""
    find = named(kind, name).find
    assert find is not None

    async def get(path: str, *_: tuple[str, str]) -> Any:
        return answers[path]

    return asyncio.run(_awaited(find(get, before, values)))


def test_an_import_is_found_though_its_file_is_gone(actor: Actor) -> None:
    action, case = named("campaign", "import-codes"), CASES["campaign", "import-codes"]
    values = names_of(actor.project, case.values, actor.folder)
    plan = actor.plan(action, case.prepare(actor.project), values)
    lost = Faults(FaultRule(Fault.UNANSWERED, method="POST")).wrap(actor.project.respond)

    def respond(request: Request) -> Response:
        if request.method == "POST":
            Path(values["file"]).unlink()
        return lost(request)

    assert actor.run(plan, respond).fate is Fate.DONE
    assert actor.audit.rows()[0]["given"] == {**values, "count": 3}


@pytest.mark.parametrize(
    ("row", "is_own"),
    [
        ({}, True),
        ({"related_object_id": "camp_2"}, False),
        ({"related_object_type": "voucher"}, False),
        ({"rule_id": "val_2"}, False),
        ({"related_object_id": None}, False),
    ],
)
def test_only_the_records_own_assignment_counts(row: dict[str, Any], is_own: bool) -> None:
    own = {"id": "asgm_1", "rule_id": "val_1", "related_object_type": "campaign", "related_object_id": "camp_1"}
    answers = {
        "/v1/validation-rules/val_1": {"id": "val_1", "name": "Night"},
        "/v1/validation-rules-assignments": {"data_ref": "data", "data": [{**own, **row}], "total": 1},
    }

    async def get(path: str, *_: tuple[str, str]) -> Any:
        return answers[path]

    record: dict[str, Any] = {"id": "camp_1"}
    beside = named("campaign", "remove-rule").beside
    assert beside is not None
    record["beside"] = asyncio.run(_awaited(beside(get, record, {"rule": "val_1"})))
    assert (named("campaign", "remove-rule").offered(record) == "") is is_own
    assert (named("campaign", "assign-rule").offered(record) == "") is not is_own


async def _awaited(work: Awaitable[Any]) -> Any:
    return await work


@pytest.mark.parametrize(
    ("status", "codes", "is_done"), [("SUCCESS", 14, True), ("SUCCESS", 13, None), ("FAILED", 10, None)]
)
def test_a_task_of_another_campaign_does_not_tell(status: str, codes: int, is_done: bool | None) -> None:
    """Four codes were asked for where ten were; the task that failed may be anybody's."""
    task = {"id": "aa_2", "type": "CAMPAIGN.VOUCHERS_GENERATE", "status": "DONE", "operation_status": status}
    answers = {
        "/v1/async-actions": {"data_ref": "async_actions", "async_actions": [task, {**task, "id": "aa_1"}]},
        "/v1/campaigns/camp_1": {"id": "camp_1", "vouchers_count": codes},
    }
    before = {"id": "camp_1", "vouchers_count": 10, "beside": {"tasks": ["aa_1"]}}
    assert found("campaign", "add-codes", before, {"count": 4}, answers) is is_done


@pytest.mark.parametrize(
    ("change", "is_done"),
    [
        ({}, True),
        ({"id": "vtx_1"}, None),
        ({"type": "POINTS_ACCRUAL"}, None),
        ({"details": {"balance": {"points": 41}, "order": {"id": "ord_1"}}}, None),
        ({"details": {"balance": {"points": 40}, "order": {"id": "ord_2"}}}, None),
    ],
)
def test_points_that_are_gone_were_activated_only_if_the_card_says_so(
    change: dict[str, Any], is_done: bool | None
) -> None:
    made: dict[str, Any] = {"id": "vtx_2", "type": "PENDING_POINTS_ACTIVATION"}
    made |= {"details": {"balance": {"points": 40}, "order": {"id": "ord_1"}}}
    answers = {"/v1/vouchers/v_1/transactions": {"data": [{**made, **change}]}}
    before: dict[str, Any] = {"id": "lopp_1", "voucher_id": "v_1", "points": 40, "order_id": "ord_1"}
    before["beside"] = {"activations": ["vtx_1"]}
    assert found("pending_points", "activate", before, {}, answers) is is_done
    # A cancel that was never sent looks the same once the points activate by themselves.
    assert named("pending_points", "cancel").has_happened(before, {}, {}) is None
    assert named("pending_points", "cancel").has_happened(before, before, {}) is False


MOVEMENTS = ({SOURCE_ID: None}, {SOURCE_ID: "theirs"})


@pytest.mark.parametrize(("mark", "is_done"), [("ours", True), ("other", None), ("", None), (None, None)])
@pytest.mark.parametrize(
    ("kind", "name", "path", "rows"),
    [
        ("voucher", "add-credit", "/v1/vouchers/GIFT-1/transactions", "data"),
        ("campaign", "publish", "/v1/publications", "publications"),
        ("voucher", "publish", "/v1/publications", "publications"),
    ],
)
def test_a_movement_without_a_mark_is_nobodys(
    kind: str, name: str, path: str, rows: str, mark: str | None, is_done: bool | None
) -> None:
    answers = {path: {rows: [*MOVEMENTS, {SOURCE_ID: "ours"}]}}
    values: dict[str, Any] = {"customer": "cust_1", "amount": 5, **({} if mark is None else {SOURCE_ID: mark})}
    assert found(kind, name, {"id": "x_1", "code": "GIFT-1"}, values, answers) is is_done


def test_a_code_is_not_published_to_its_holder() -> None:
    """Nothing would change; and that they hold it afterwards would not tell that it was done."""
    publish, values = named("voucher", "publish"), {"customer": "cust_1"}
    codes: list[dict[str, Any]] = [{"holder_id": None}, {"holder_id": "cust_1"}, {"holder_id": "cust_2"}]
    assert [bool(publish.changes(one, values)) for one in codes] == [True, False, True]
    assert [publish.has_happened(one, codes[1], values) for one in codes] == [True, None, True]
    assert [publish.has_happened(codes[0], one, values) for one in codes] == [None, True, None]


@pytest.mark.parametrize(
    ("metadata", "body", "undo"),
    [
        ({"": "y"}, {"metadata": {"": "y"}}, {"": "x"}),
        ({"": None}, {"unset_metadata_fields": [""]}, {"": "x"}),
        ({"a.b": 1}, {"metadata": {"a.b": 1}}, {"a.b": None}),
        ({"": "x"}, {}, {}),
    ],
)
def test_a_key_of_metadata_may_be_empty_or_have_a_point(
    metadata: dict[str, Any], body: dict[str, Any], undo: dict[str, Any]
) -> None:
    edit, record = named("campaign", "edit"), {"id": "camp_1", "metadata": {"": "x"}}
    assert edit.request(record, {"metadata": metadata}).body == body
    taken_back = edit.undo(record, {"metadata": metadata})
    assert taken_back is not None
    assert taken_back.values == ({"metadata": undo} if undo else {})
    with pytest.raises(ValueRefused, match="the empty one"):
        named("voucher", "edit").request({"id": "v_1", "metadata": {"": "x"}}, {"metadata": {"": None}})


@pytest.mark.parametrize(
    ("held", "wanted", "is_change"),
    [
        (True, 1, True), (False, 0, True), (1, 1.0, True), (2**53 + 1, float(2**53), True), ("1", 1, True),
        ({"a": True, "b": [1]}, {"b": [1], "a": 1}, True), ({"a": 1, "b": 2}, {"b": 2, "a": 1}, False),
        (None, 0, True), (1, 1, False), ([True], [True], False),
    ],
)  # fmt: skip
def test_true_is_not_one(held: Any, wanted: Any, is_change: bool) -> None:
    edit, values = named("campaign", "edit"), {"metadata": {"vip": wanted}}
    record = {"id": "camp_1", "metadata": {"vip": held}}
    assert bool(edit.changes(record, values)) is is_change
    assert edit.has_happened({}, record, values) is not is_change


def test_a_call_that_a_gateway_sent_twice_was_done(actor: Actor) -> None:
    case, action = CASES["voucher", "publish"], named("voucher", "publish")
    record = case.prepare(actor.project)
    plan = actor.plan(action, record, names_of(actor.project, case.values, actor.folder))

    def twice(request: Request) -> Response:
        if request.method == "POST":
            assert actor.project.respond(request).status == 200
        return actor.project.respond(request)

    outcome = actor.run(plan, twice)
    assert outcome.error is not None
    assert outcome.error.key == "duplicate_source_id"
    assert (outcome.fate, outcome.said) == (
        Fate.DONE, "The API knows this call already. It was looked for, and it was done.",
    )  # fmt: skip


def test_what_became_protected_is_refused_in_the_apis_words(actor: Actor) -> None:
    body = b'{"code":400,"key":"resource_protected","message":"Resource is protected","details":"It is protected."}'
    record = CASES["campaign", "edit"].prepare(actor.project)
    plan = actor.plan(named("campaign", "edit"), record, {"description": "Another"})

    def protected(request: Request) -> Response:
        if request.method != "PUT":
            return actor.project.respond(request)
        return Response(400, {"Content-Type": "application/json"}, body)

    outcome = actor.run(plan, protected)
    assert outcome.error is not None
    assert (outcome.fate, outcome.error.key) == (Fate.REFUSED, "resource_protected")
    assert "protected" in outcome.said
