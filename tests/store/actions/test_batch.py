"""Batches: what they cost, what stops them, how they go on, and what files they are read from."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import httpx2
import pytest

from store.actions.action import Action, Fate
from store.actions.audit import Audit, AuditUnreadable
from store.actions.batch import Row, RowResult, is_of_all, price_of, run_batch, settle_unknown
from store.actions.batch_file import FileRefused, read_batch_file
from store.actions.plan import make_plan
from store.api.actions import permit
from store.api.client import ApiClient, Credentials
from store.api.errors import error_from
from store.api.limits import LimitState
from store.sync.rate_limiter import RateLimiter
from store.wire import Request, Responder, Response
from tests.support.acting import named
from tests.support.faults import Fault, FaultRule, Faults
from tests.support.writing import Writer, request_of, writer

ALLOWED = permit("test", profile_allows=True, asked_for=True)


@pytest.fixture(scope="module")
def project() -> Writer:
    return writer()


@pytest.fixture(scope="module")
def codes(project: Writer) -> Callable[[int], list[str]]:
    """Takes codes that are enabled, each once."""
    left = (one["code"] for one in project.all("/v1/vouchers") if one["active"])
    return lambda number: [next(left) for _ in range(number)]


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    return Audit(tmp_path / "project.db", "test")


def send(
    project: Writer, audit: Audit, wanted: list[str], respond: Responder | None = None, *, is_planned: bool = False,
    is_stopped: Callable[[], bool] = lambda: False, what: Action | None = None,
) -> list[tuple[str, Fate]]:  # fmt: skip
    """Disable codes, or do something else, as batch `b`, after looking for what is not known of it."""
    action = what or named("voucher", "disable")
    told: list[RowResult] = []

    async def work() -> list[RowResult]:
        keys = Credentials("https://api.example.test", "demo", "demo-token")
        responder, gate = respond or project.respond, RateLimiter(project.clock)
        client = ApiClient(keys, clock=project.clock, gate=gate, responder=responder, permission=ALLOWED)
        async with client:
            await settle_unknown(client, action, audit, "b", told.append)
            plans = [await make_plan(client, action, one, {}) if is_planned else None for one in wanted]
            rows = [Row(code, {}, plan) for code, plan in zip(wanted, plans, strict=True)]
            return await run_batch(client, action, rows, audit, batch="b", tell=told.append, is_stopped=is_stopped)

    results = asyncio.run(work())
    assert told[len(told) - len(results) :] == results
    return [(one.record, one.fate) for one in told]


def state(project: Writer, code: str) -> bool:
    return bool(project.get(f"/v1/vouchers/{code}")["active"])


def test_the_price_is_what_the_limit_and_its_reserve_leave() -> None:
    unknown = SimpleNamespace(limit=None, remaining=None, reserve=0, period=60.0)
    assert (price_of(500, unknown).calls, price_of(500, unknown).waits) == (1_500, None)
    # 70 of 100 calls a minute; 40 of them are left now: 60 calls wait for one minute, 120 for two.
    business = SimpleNamespace(limit=100, remaining=70, reserve=30, period=60.0)
    assert [price_of(rows, business).waits for rows in (13, 20, 40)] == [0, 60, 120]
    assert price_of(10, business, calls_each=4).calls == 40


def test_a_refusal_of_one_record_lets_the_others_go_on(
    project: Writer, audit: Audit, codes: Callable[[int], list[str]]
) -> None:
    first, second = codes(2)
    project.write("POST", f"/v1/vouchers/{first}/disable")
    assert send(project, audit, [first, "NO-SUCH-CODE", second]) == [
        (first, Fate.NOT_DONE), ("NO-SUCH-CODE", Fate.NOT_DONE), (second, Fate.DONE),
    ]  # fmt: skip
    # What was done is not sent again, the others are.
    assert send(project, audit, [first, second]) == [(first, Fate.NOT_DONE)]


@pytest.mark.parametrize(
    ("status", "is_stop"), [(401, 1), (402, 1), (403, 1), (429, 1), (500, 1), (503, 1), (400, 0), (404, 0), (409, 0)]
)
def test_what_the_next_record_would_meet_stops_a_batch(status: int, is_stop: int) -> None:
    assert is_of_all(error_from(status, b"{}", limits=LimitState(), request_id=None)) is bool(is_stop)
    assert not is_of_all(None)


def test_an_unknown_fate_stops_and_is_looked_for_when_it_goes_on(
    project: Writer, audit: Audit, codes: Callable[[int], list[str]]
) -> None:
    first, second, third = codes(3)
    is_lost = True

    def respond(request: Request) -> Response:
        if is_lost and request.path.endswith(f"{second}/disable"):
            raise TimeoutError
        if is_lost and request.path.endswith(second) and any(row["record"] == second for row in audit.rows()):
            raise TimeoutError
        return project.respond(request)

    assert send(project, audit, [first, second, third], respond) == [
        (first, Fate.DONE), (second, Fate.UNKNOWN), (third, Fate.NOT_TRIED),
    ]  # fmt: skip
    is_lost = False
    kept = audit.batch("b")
    assert kept is not None
    assert (kept.kind, kept.action, list(kept.rows)) == ("voucher", "disable", [first, second, third])
    assert send(project, audit, list(kept.rows), respond) == [
        (second, Fate.NOT_DONE), (second, Fate.DONE), (third, Fate.DONE),
    ]  # fmt: skip
    assert [state(project, code) for code in (first, second, third)] == [False] * 3
    assert send(project, audit, list(kept.rows)) == []


def test_a_record_that_is_not_as_it_was_shown_stops_a_batch(
    project: Writer, audit: Audit, codes: Callable[[int], list[str]]
) -> None:
    first, second = codes(2)
    seen: list[str] = []

    def respond(request: Request) -> Response:
        seen.append(request.path)
        if seen.count(f"/v1/vouchers/{first}") == 2:
            project.respond(request_of("POST", f"/v1/vouchers/{first}/disable"))
        return project.respond(request)

    assert send(project, audit, [first, second], respond, is_planned=True) == [
        (first, Fate.NOT_DONE), (second, Fate.NOT_TRIED),
    ]  # fmt: skip
    assert state(project, second)


def test_redemptions_of_one_stack_are_no_surprise_to_each_other(project: Writer, audit: Audit) -> None:
    rows = [
        one for one in project.all("/v1/redemptions")
        if (one["object"], one["result"], one.get("status")) == ("redemption", "SUCCESS", "SUCCEEDED")
        and one["date"] > "2026-09"
    ]  # fmt: skip
    stacks = Counter(one.get("redemption") for one in rows)
    stack = next(key for key, number in stacks.items() if key and number >= 2)
    first, second = [one["id"] for one in rows if one.get("redemption") == stack and one["id"] != stack][:2]
    alone = next(one["id"] for one in rows if not one.get("redemption") and not one.get("related_redemptions"))
    wanted, what = [first, second, alone], named("redemption", "roll-back")
    assert send(project, audit, wanted, is_planned=True, what=what) == [
        (first, Fate.DONE), (second, Fate.NOT_DONE), (alone, Fate.DONE),
    ]  # fmt: skip


def test_a_call_that_the_limit_turned_away_is_sent_again(
    project: Writer, audit: Audit, codes: Callable[[int], list[str]]
) -> None:
    (code,) = codes(1)
    faults = Faults(FaultRule(Fault.LIMIT, path="*/disable", method="POST", times=1))
    assert send(project, audit, [code], faults.wrap(project.respond)) == [(code, Fate.DONE)]
    assert [row["fate"] for row in audit.rows()] == ["done", "refused"]


@pytest.mark.parametrize("is_gate", [True, False])
def test_what_never_left_this_machine_was_not_done_and_stops_a_batch(
    project: Writer, audit: Audit, codes: Callable[[int], list[str]], is_gate: bool
) -> None:
    first, second = codes(2)
    nearly_used = {"X-Rate-Limit-Type": "api_calls_cycle", "X-Rate-Limit-Limit": "100", "X-Rate-Limit-Remaining": "9"}

    def respond(request: Request) -> Response:
        if request.method == "POST" and not is_gate:
            raise httpx2.ConnectError("refused")
        answer = project.respond(request)
        return Response(answer.status, {**answer.headers, **nearly_used}, answer.body) if is_gate else answer

    assert send(project, audit, [first, second], respond) == [(first, Fate.NOT_DONE), (second, Fate.NOT_TRIED)]
    assert {row["fate"] for row in audit.rows()} <= {"not done"}
    # It is not left out for good.
    assert send(project, audit, [first]) == [(first, Fate.DONE)]


@pytest.mark.parametrize("is_stop", [True, False])
def test_the_call_limit_is_waited_for_before_the_last_look_and_the_wait_can_be_stopped(
    project: Writer, audit: Audit, codes: Callable[[int], list[str]], is_stop: bool
) -> None:
    (code,) = codes(1)
    began, told = project.clock.monotonic(), iter([32])

    def respond(request: Request) -> Response:
        # Of 100 calls 30 are left to others: the look before the change takes the last one of this hour.
        if project.clock.monotonic() - began > 600 and state(project, code):
            project.write("POST", f"/v1/vouchers/{code}/disable")
        answer, left = project.respond(request), next(told, 30)
        retry = (project.clock.now() + timedelta(hours=1)).timestamp()
        limits = {"X-Rate-Limit-Limit": "100", "X-Rate-Limit-Remaining": str(left), "X-Rate-Limit-Retry": str(retry)}
        return Response(answer.status, {**answer.headers, **limits}, answer.body)

    def is_stopped() -> bool:
        return is_stop and project.clock.monotonic() - began > 300

    end = Fate.NOT_TRIED if is_stop else Fate.NOT_DONE
    assert send(project, audit, [code], respond, is_planned=True, is_stopped=is_stopped) == [(code, end)]
    assert audit.rows() == []
    assert (project.clock.monotonic() - began > 3_000, state(project, code)) == (not is_stop, is_stop)


def test_an_audit_of_the_first_release_is_read_and_goes_on(
    project: Writer, audit: Audit, codes: Callable[[int], list[str]]
) -> None:
    (code,) = codes(1)
    with closing(sqlite3.connect(audit.path)) as connection, connection:
        connection.execute(
            "create table audit (id integer primary key, at text not null, user text not null, profile text not null, "
            "action text not null, kind text not null, record text not null, method text not null, path text not null, "
            "body text not null, changes text not null, before text not null, after text not null, fate text not null, "
            "said text not null, request_id text, batch text not null, undo text not null)"
        )
        cells = ("2026-11-01T00:00:00.000Z", "me", "p", "disable", "voucher", code, "POST", "/x", "", "[]", "{}", "")
        row = (*cells, "done", "It was done.", None, "b", '{"action":"enable","values":{}}')
        connection.execute(f"insert into audit values (null, {', '.join('?' * len(row))})", row)
    assert (audit.open_ends(), audit.done_of("b"), audit.batch("b")) == ([], {code}, None)
    (old,) = audit.rows()
    assert (old["given"], old["undoes"], old["undone_by"], old["async_id"]) == (None, None, None, None)
    assert send(project, audit, [code]) == []
    kept = audit.batch("b")
    assert kept is not None
    assert list(kept.rows) == [code]


def test_whoever_reads_the_audit_does_not_spoil_the_end_of_a_batch(
    project: Writer, audit: Audit, codes: Callable[[int], list[str]]
) -> None:
    first, second = codes(2)
    assert send(project, audit, [first]) == [(first, Fate.DONE)]
    with closing(sqlite3.connect(audit.path, timeout=0)) as reader:

        def respond(request: Request) -> Response:
            if request.method == "POST":
                reader.execute("begin")
                reader.execute("select * from audit").fetchone()
            return project.respond(request)

        assert send(project, audit, [second], respond) == [(second, Fate.DONE)]
    assert audit.done_of("b") == {first, second}


def test_an_audit_that_is_in_use_is_not_to_be_moved_away(
    project: Writer, audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit.keep_batch("b", "voucher", "disable", {})
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **given: connect(*args, **{**given, "timeout": 0}))
    with closing(connect(audit.path)) as other:
        other.execute("begin exclusive")
        with pytest.raises(AuditUnreadable, match=r"locked\)\. Try again later\."):
            audit.end(1, Fate.DONE, "", None, None)


def test_two_batches_at_a_time_are_refused(project: Writer, audit: Audit) -> None:
    with audit.alone(project.clock), pytest.raises(AuditUnreadable, match="A batch is being sent already"):
        send(project, Audit(audit.path.with_name("project.db"), "other"), [])


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("A\nB\nA\n", {"A": {}, "B": {}}),
        ("code\nA\n\n", {"A": {}}),
        ("\ufeffid;amount\r\nA;1,50\r\nB;\r\n", {"A": {"amount": "1,50"}, "B": {}}),
        ("amount,code,note\n5,'=A,x\n", {"'=A": {"amount": "5"}}),
        ("name\tamount\nA\t1\n", {"A": {"amount": "1"}}),
        ('code,reason\nA,"two\nlines, [/x]\x1b[2J"\n', {"A": {"reason": "two\nlines, [/x]\x1b[2J"}}),
    ],
)
def test_a_file_names_records_and_fields(content: str, rows: dict[str, dict[str, str]]) -> None:
    assert read_batch_file(content.encode(), ("amount", "reason")).rows == rows


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"code\n", "names no record"),
        (b"code\nA\n\xff\n", r"not UTF-8 text \(byte 7\)"),
        (b"code,amount\nA\n", "Line 2 has 1 cells where 2 are named"),
        (b"code,amount\n,5\n", "Line 2 names no record"),
        (b"code,amount\nA\x1b[2J,5\n", "Line 2 names no record"),
        (b"code,amount\nA,5\nA,6\n", "Line 3 names “A” again, with other values"),
        (b"A,5\nB,6\n", "Line 1 names no column"),
        (b"code,amount,amount\nA,5,6\n", "names a column twice"),
        (b"code,amont\nA,5\n", "no field “amont”. Did you mean “amount”"),
        (b'code,amount\nA,"5\n', "Line 2 is no CSV"),
        (b"code\nA\n" + b"x" * 501, "Line 3 names no record"),
    ],
)
def test_a_file_that_cannot_be_meant_names_the_line(content: bytes, why: str) -> None:
    with pytest.raises(FileRefused, match=why):
        read_batch_file(content, ("amount", "reason"))
