"""Scripted misfortune strikes when and how it was told to."""

import json

import pytest

from store.wire import Response
from tests.support.faults import Fault, FaultRule, Faults
from tests.support.sandbox_asking import Asker, ask_tiny

PATH = "/v1/vouchers"


def ask(*rules: FaultRule, seed: int = 7) -> tuple[Asker, Faults]:
    faults = Faults(*rules, seed=seed)
    return ask_tiny(faults=faults), faults


def test_the_nth_call_of_a_path_fails_and_no_other() -> None:
    asker, faults = ask(FaultRule(Fault.SERVER_ERROR, path="/v1/vou*", nth={2, 4}))
    assert [asker.send(PATH).status for _ in range(5)] == [200, 500, 200, 500, 200]
    assert asker.send("/v1/campaigns").status == 200
    assert faults.struck == [(Fault.SERVER_ERROR, PATH)] * 2


def test_chance_is_seeded_and_can_be_bounded() -> None:
    def struck(seed: int, times: int | None = None) -> list[int]:
        asker, _ = ask(FaultRule(Fault.SERVER_ERROR, rate=0.4, times=times), seed=seed)
        return [asker.send(PATH).status for _ in range(30)]

    assert struck(1) == struck(1) != struck(2)
    assert struck(1, times=2).count(500) == 2
    assert 3 < struck(1).count(500) < 25


def test_a_method_can_be_meant() -> None:
    asker, _ = ask(FaultRule(Fault.SERVER_ERROR, method="POST"))
    assert asker.send(PATH).status == 200
    assert asker.send("/v1/exports", method="POST", body={"exported_object": "order"}).status == 500


@pytest.mark.parametrize(
    ("fault", "kind", "waits"),
    [
        (Fault.LIMIT, "api_calls", True), (Fault.BULK_LIMIT, "bulk_api_calls", True),
        (Fault.CYCLE_LIMIT, "api_calls_cycle", False), (Fault.SILENT_LIMIT, None, False),
    ],
)  # fmt: skip
def test_each_kind_of_limit(fault: Fault, kind: str | None, waits: bool) -> None:
    asker, _ = ask(FaultRule(fault, wait=9))
    response = asker.send(PATH)
    assert response.status == 429
    assert response.headers.get("X-Rate-Limit-Type") == kind
    assert response.headers.get("Retry-After") == ("9" if waits else None)


@pytest.mark.parametrize(("fault", "error"), [(Fault.RESET, ConnectionError), (Fault.TIMEOUT, TimeoutError)])
def test_connections_break(fault: Fault, error: type[Exception]) -> None:
    asker, _ = ask(FaultRule(fault))
    with pytest.raises(error):
        asker.send(PATH)


def test_bodies_come_broken() -> None:
    whole = ask_tiny().send(PATH)

    def broken(fault: Fault) -> Response:
        return ask(FaultRule(fault))[0].send(PATH)

    half = broken(Fault.TRUNCATED)
    assert whole.body.startswith(half.body)
    with pytest.raises(json.JSONDecodeError):
        json.loads(half.body)
    dropped = broken(Fault.DROPPED)
    assert int(dropped.headers["Content-Length"]) == len(whole.body) > len(dropped.body)
    assert broken(Fault.EMPTY).body == b""
    for fault, status in ((Fault.WRONG_TYPE, 200), (Fault.BAD_GATEWAY, 502)):
        page = broken(fault)
        assert (page.status, page.headers["Content-Type"]) == (status, "text/html")


def test_a_page_comes_twice() -> None:
    asker, _ = ask(FaultRule(Fault.DUPLICATE_PAGE, nth={2}))
    first, second, third = (asker.ids(PATH, ("page", str(page))) for page in (1, 2, 3))
    assert first == second
    assert not set(third) & set(first)


def test_a_list_without_end() -> None:
    asker, _ = ask(FaultRule(Fault.ENDLESS))
    pages = [asker.ids(PATH, ("page", str(page))) for page in (1, 2, 3)]
    assert pages[0] == pages[1] == pages[2]
    assert asker.get(PATH)["total"] > 1_000_000
    bin_pages = [asker.get("/v1/trash-bin", ("starting_after_id", key)) for key in ("", "tbe_zzz")]
    assert bin_pages[0] == bin_pages[1]
    assert bin_pages[0]["has_more"] is True
