"""The generic mock server: it answers as documented, the same for ever, also over a socket."""

import json
from urllib.error import HTTPError
from urllib.request import Request as Outgoing
from urllib.request import urlopen

import pytest

from store.wire import Request
from tests.contract.endpoints import LISTS, OBJECTS, Endpoint
from tests.contract.mock import Mock, served
from tests.contract.samples import Variant
from tests.contract.spec import Spec


def get(path: str, *query: tuple[str, str]) -> Request:
    return Request("GET", path, query)


@pytest.mark.parametrize("endpoint", LISTS + OBJECTS, ids=str)
def test_every_page_holds_the_same(spec: Spec, endpoint: Endpoint) -> None:
    mock = Mock(spec)
    first = mock.respond(get(endpoint.path))
    again = mock.respond(get(endpoint.path, ("page", "7"), ("starting_after_id", "x")))
    assert first.status == 200
    assert first.body == again.body
    assert mock.calls == 2
    if endpoint.key:
        assert isinstance(json.loads(first.body)[endpoint.key], list)


def test_variants_and_endless_lists(spec: Spec) -> None:
    document = json.loads(Mock(spec, Variant.EXTRA, repeats=True).respond(get("/v1/vouchers")).body)
    assert document["vouchers"][0]["x_new_member"]
    assert document["total"] == 1_000_000
    assert document["more_starting_after"] == document["vouchers"][-1]["id"]


def test_exports_are_created_told_and_downloaded(spec: Spec) -> None:
    mock = Mock(spec)
    created = mock.respond(Request("POST", "/v1/exports", body=b'{"exported_object": "voucher"}'))
    assert json.loads(created.body)["id"]
    assert json.loads(mock.respond(get("/v1/exports/exp_1")).body)["status"] == "DONE"
    assert mock.respond(get("/v1/exports/exp_1", ("token", "t"))).body.startswith(b"ID,Code,")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/nothing", 404), ("PATCH", "/v1/campaigns", 405), ("DELETE", "/v1/campaigns/camp_1", 403)],
)
def test_what_a_reader_has_no_business_with_is_refused(spec: Spec, method: str, path: str, status: int) -> None:
    answer = Mock(spec).respond(Request(method, path))
    assert answer.status == status
    assert spec.validate("GET", "/v1/campaigns", status, json.loads(answer.body)) == []


def test_over_a_socket(spec: Spec) -> None:
    with served(Mock(spec).respond) as url:
        with urlopen(f"{url}/v1/campaigns?page=2&limit=1") as answer:
            assert len(json.load(answer)["campaigns"]) > 1
        with pytest.raises(HTTPError, match="404"):
            urlopen(Outgoing(f"{url}/v1/nothing", headers={"X-App-Id": "a"}))
