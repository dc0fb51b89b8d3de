"""Lists that exist code by code: read a few codes a run, each once, and called complete when all are read."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from store.api.client import ApiClient, Credentials
from store.cache.ledger import Ledger, SyncCheckpoint, campaign_scope
from store.sync import request as requests
from store.sync.context import SyncContext
from store.sync.planner import PlanLine, Planner
from store.sync.request import SyncRequest, read_campaigns
from store.wire import Request, Response
from tests.support.list_server import answer
from tests.support.sizes import TINY
from tests.support.syncing import ZONE, Project, dump

ONLY = frozenset({"campaigns", "vouchers", "holders"})
ALL = SyncRequest(everything=True, only=ONLY)
SIZES = replace(TINY, redemptions=900, publications=400)
"""Enough for a campaign with some thirty used codes."""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "c.db", SIZES)


def named(project: Project, **more: Any) -> SyncRequest:
    campaigns = project.world.tables["campaigns"]
    kinds = zip(campaigns.column("id"), campaigns.column("campaign_type"), strict=True)
    used = used_codes(project)
    chosen = [identity for identity, kind in kinds if kind == "REFERRAL_PROGRAM" and used.get(identity)]
    return replace(SyncRequest(campaigns=(chosen[0],), only=ONLY), **more)


def used_codes(project: Project) -> dict[str, set[str]]:
    """Used referral codes by campaign: what the holders list is read for."""
    vouchers = project.world.tables["vouchers"]
    found: dict[str, set[str]] = {}
    for document in vouchers.documents():
        if document["redemption"]["redeemed_quantity"] > 0 and document.get("is_referral_code"):
            found.setdefault(document["campaign_id"], set()).add(document["id"])
    return found


def state(project: Project, request: SyncRequest) -> SyncCheckpoint:
    return Ledger(project.connect()).state("holders", campaign_scope(request.campaigns[0]))


class Counting:
    """The sandbox, and for which codes holders were asked."""

    def __init__(self, project: Project, instead: Callable[[str], Response | None] = lambda code: None) -> None:
        self.codes: list[str] = []
        self._respond, self._instead = project.sandbox.respond, instead

    def __call__(self, request: Request) -> Response:
        if not request.path.endswith("/holders"):
            return self._respond(request)
        code = request.path.split("/")[-2]
        self.codes.append(code)
        return self._instead(code) or self._respond(request)


def planned(project: Project, request: SyncRequest) -> PlanLine:
    async def plan() -> list[PlanLine]:
        connection = project.connect()
        credentials = Credentials("https://api.example.test", "demo", "demo-token")
        async with ApiClient(credentials, clock=project.clock, responder=project.sandbox.respond) as client:
            context = SyncContext(client, connection, Ledger(connection), project.clock, lambda *_: None)
            return await Planner(context, ZONE, lambda: None).plan(request, read_campaigns(connection))

    [line] = [line for line in asyncio.run(plan()) if line.resource == "holders"]
    return line


def opened(project: Project) -> SyncRequest:
    """A campaign that was opened, of whose holders nothing is read yet; gives what would name it."""
    request = named(project)
    project.sync(replace(request, only=ONLY - {"holders"}))
    return request


def test_a_plain_sync_reads_a_few_codes_a_run_until_all_are_read(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its portion done, the run is complete; the list is not, before its last code is read."""
    monkeypatch.setattr(requests, "CODES_PER_RUN", 10)
    whole, request, server = Project(tmp_path / "whole.db", SIZES), opened(project), Counting(project)
    codes = len(used_codes(project)[request.campaigns[0]])
    assert codes > 20
    for done in range(10, codes, 10):
        report = project.sync(responder=server)
        reason = f"read for {done} of {codes} codes; the next sync resumes"
        assert (report.state, report.reason, report.ended) == ("complete", f"holders: {reason}", False)
        assert (report.resources["holders"].state, report.resources["holders"].reason) == ("partial", reason)
        assert (state(project, request).state, state(project, request).reason) == ("partial", reason)
        assert planned(project, SyncRequest()).calls == min(10, codes - done)
        assert planned(project, request).calls == codes - done
    report = project.sync(responder=server)
    assert (report.state, report.resources["holders"].reason) == ("complete", None)
    assert state(project, request).state == "complete"
    assert len(server.codes) == len(set(server.codes)) == codes
    assert planned(project, SyncRequest()).calls == 0
    assert project.sync(responder=server).state == "complete"
    assert len(server.codes) == codes
    whole.sync(replace(request, full=True))
    assert dump(project.connect())["holders"] == dump(whole.connect())["holders"] != []


def test_a_named_campaign_is_read_on_from_a_portion_and_to_its_end(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "CODES_PER_RUN", 10)
    request, server = opened(project), Counting(project)
    project.sync(responder=server)
    assert len(server.codes) == 10
    report = project.sync(replace(request, max_calls=6), responder=server)
    assert (report.state, report.error) == ("partial", "budget")
    assert 10 < len(server.codes) < len(used_codes(project)[request.campaigns[0]])
    assert state(project, request).state == "partial"
    assert project.sync(request, responder=server).state == "complete"
    assert (state(project, request).state, state(project, request).reason) == ("complete", None)
    assert sorted(server.codes) == sorted(used_codes(project)[request.campaigns[0]])


def test_trouble_in_a_portion_makes_the_run_partial(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "CODES_PER_RUN", 5)
    opened(project)
    endless = answer(200, {"data": [{"id": "rh_1"}], "has_more": True, "more_starting_after": "rh_1"})
    report = project.sync(responder=Counting(project, lambda code: endless))
    assert report.state == "partial"
    assert "the list's cursor repeats" in str(report.resources["holders"].reason)


@pytest.mark.parametrize(
    "request_of", [lambda p: ALL, named, lambda p: named(p, full=True)], ids=["all", "named", "full"]
)
def test_everything_named_and_full_read_all_codes(
    project: Project, monkeypatch: pytest.MonkeyPatch, request_of: Callable[[Project], SyncRequest]
) -> None:
    monkeypatch.setattr(requests, "CODES_PER_RUN", 5)
    server = Counting(project)
    assert project.sync(request_of(project), responder=server).state == "complete"
    assert len(server.codes) == len(used_codes(project)[named(project).campaigns[0]]) > 10


def test_a_plain_sync_after_all_reads_a_few_codes_at_a_time(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Following what was once asked for must not spend the shop's calls unasked."""
    monkeypatch.setattr(requests, "CODES_PER_RUN", 5)
    project.sync(named(project))
    project.sync(SyncRequest(everything=True))
    connection = project.connect()
    connection.execute("delete from members_read")
    connection.close()
    server = Counting(project)
    assert project.sync(SyncRequest(), responder=server).resources["holders"].state == "partial"
    assert len(server.codes) == 5


def test_a_full_reading_cut_off_goes_on_and_reads_every_code_once(project: Project) -> None:
    request = named(project, full=True)
    assert project.sync(request).state == "complete"
    server = Counting(project)
    for _ in range(3):
        report = project.sync(replace(request, max_calls=project_calls(project) + 7), responder=server)
        assert (report.state, report.error) == ("partial", "budget")
        known = state(project, request)
        assert (known.state, known.attempt_state) == ("complete", "partial"), "what was read before is not unlearned"
    assert project.sync(request, responder=server).state == "complete"
    assert sorted(server.codes) == sorted(used_codes(project)[request.campaigns[0]])


def project_calls(project: Project) -> int:
    """What the lists before the holders cost."""
    request = named(project, full=True, only=ONLY - {"holders"})
    return project.sync(request).calls


def test_a_code_whose_pages_are_cut_off_is_read_again(project: Project) -> None:
    request = named(project)
    project.sync(replace(request, only=ONLY - {"holders"}))
    cut = 0

    def serve(request: Request) -> Response:
        nonlocal cut
        query = dict(request.query)
        if request.path.endswith("/holders"):
            if "starting_after_id" in query:
                cut += 1
                if cut == 1:
                    return answer(401, {"message": "no"})
            request = structs.replace(
                request, query=(*(pair for pair in request.query if pair[0] != "limit"), ("limit", "1"))
            )
        return project.sandbox.respond(request)

    report = project.sync(request, responder=serve)
    assert (report.state, report.error) == ("partial", "credentials")
    assert project.sync(request, responder=serve).state == "complete"
    mine = request.campaigns[0]
    holders = project.world.tables["holders"]
    wanted = {
        identity
        for identity, owner in zip(holders.column("id"), holders.column("voucher_id"), strict=True)
        if owner in used_codes(project)[mine]
    }
    assert {row[0] for row in project.connect().execute("select id from holders")} == wanted != set()


def test_a_code_is_read_again_when_it_was_used_again(project: Project) -> None:
    request, server = named(project), Counting(project)
    project.sync(request)
    [code] = sorted(used_codes(project)[request.campaigns[0]])[:1]
    connection = project.connect()
    connection.execute("update vouchers set redeemed_quantity = redeemed_quantity + 1 where id = ?", (code,))
    connection.close()
    assert planned(project, request).calls == 1
    assert project.sync(request, responder=server).state == "complete"
    assert server.codes == [code]


def test_a_code_without_an_end_holds_up_no_other(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    request = named(project)
    codes = used_codes(project)[request.campaigns[0]]
    bad = set(sorted(codes)[:6])
    monkeypatch.setattr(requests, "CODES_PER_RUN", 5)
    endless = answer(200, {"data": [{"id": "rh_1"}], "has_more": True, "more_starting_after": "rh_1"})
    server = Counting(project, lambda code: endless if code in bad else None)
    for _ in range(len(codes) // 5 + 2):
        report = project.sync(request, responder=server)
    assert report.state == "partial"
    reason = report.resources["holders"].reason or ""
    assert f"read for {len(codes) - 6} of {len(codes)} codes" in reason
    assert "the list's cursor repeats" in reason
    assert set(server.codes) >= codes


def test_a_code_the_api_does_not_know_holds_up_no_other(project: Project) -> None:
    request = named(project)
    codes = sorted(used_codes(project)[request.campaigns[0]])
    server = Counting(project, lambda code: answer(404, {"message": "no"}) if code in codes[:2] else None)
    assert project.sync(request, responder=server).state == "complete"
    assert set(server.codes) == set(codes)


def test_codes_that_are_gone_are_facts_of_their_own(project: Project) -> None:
    """The first codes asked for are deleted: neither they nor their holders are known."""
    request = named(project)
    project.sync(replace(request, only=ONLY - {"holders"}))
    marks = project.connect().execute(
        "select id from vouchers where campaign_id = ? and redeemed_quantity > 0 order by updated_at desc, id",
        request.campaigns,
    )
    gone = {row[0] for row in marks.fetchall()[:4]}
    server = Counting(project, lambda code: answer(404, {"message": "no"}) if code in gone else None)

    def serve(asked: Request) -> Response:
        if asked.path.removeprefix("/v1/vouchers/") in gone:
            return answer(404, {"message": "no"})
        return server(asked)

    assert project.sync(request, responder=serve).state == "complete"
    assert set(server.codes) == used_codes(project)[request.campaigns[0]]


def test_a_code_the_server_fails_at_holds_up_no_other(project: Project) -> None:
    request = named(project)
    codes = sorted(used_codes(project)[request.campaigns[0]])
    server = Counting(project, lambda code: answer(500, {"message": "oops"}) if code in codes[::4] else None)
    report = project.sync(request, responder=server)
    assert report.state == "partial"
    assert "Voucherify has a fault of its own" in str(report.resources["holders"].reason)
    assert set(server.codes) == set(codes)
    assert project.sync(request).state == "complete"


def test_a_project_without_the_list_is_asked_a_few_times_only(project: Project) -> None:
    server = Counting(project, lambda code: answer(404, {"message": "no such thing"}))
    report = project.sync(named(project), responder=server)
    assert report.resources["holders"].state == "failed"
    assert "no such thing" in str(report.resources["holders"].reason)
    assert report.state == "complete", "not every project has it"
    assert len(server.codes) == 3


def test_a_plan_before_anything_is_held_tells_the_most(project: Project) -> None:
    project.sync()
    request = named(project)
    line = planned(project, request)
    row = project.connect().execute("select json from campaigns_raw where id = ?", request.campaigns).fetchone()
    assert line.calls == json.loads(row[0])["vouchers_count"] > 40
    assert "at most" in line.why
    assert planned(project, ALL).calls >= line.calls
