"""Every documented answer, and samples of every list, through the API client: nothing crashes, exact records arrive."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from store.api.client import ApiClient, Credentials
from store.api.errors import ApiError, IncompleteListing, NotUnderstood, error_from
from store.api.limits import LimitState
from store.api.pages import read_pages
from store.clock import ManualClock
from store.wire import Request, Response
from tests.contract.bodies import list_body, records
from tests.contract.endpoints import LISTS, OBJECTS, Endpoint
from tests.contract.samples import Variant, answer, list_answer
from tests.contract.spec import Spec

CREDENTIALS = Credentials("https://api.example.test", "app", "token")
FEW = 8
"""Calls after which a list that repeats itself must have been given up."""


class Once:
    """Answers every request with one body."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.calls = 0

    def respond(self, request: Request) -> Response:
        self.calls += 1
        return Response(200, {"Content-Type": "application/json"}, self.body)


def client_of(server: Once) -> ApiClient:
    return ApiClient(CREDENTIALS, clock=ManualClock(datetime(2026, 11, 20, tzinfo=UTC)), responder=server.respond)


async def read(endpoint: Endpoint, server: Once) -> tuple[list[bytes], str | None]:
    """All rows of a list, and why it ended early if it did."""
    found: list[bytes] = []
    async with client_of(server) as client:
        try:
            async for page in read_pages(client, endpoint.listing()):
                found += page.rows
        except IncompleteListing as stopped:
            return found, stopped.reason
    return found, None


async def check(endpoint: Endpoint, document: dict[str, Any], key: str) -> None:
    sent = records(document[key])
    server = Once(list_body(document, key, sent))
    found, reason = await read(endpoint, server)
    assert set(found) == set(sent)
    assert server.calls <= FEW
    assert reason is None or reason.strip()


@pytest.mark.parametrize("endpoint", LISTS, ids=str)
async def test_list_examples_arrive_to_the_byte(spec: Spec, endpoint: Endpoint) -> None:
    for example in spec.examples("GET", endpoint.template, "200"):
        await check(endpoint, example.document, endpoint.key)


@pytest.mark.parametrize("variant", Variant, ids=str)
@pytest.mark.parametrize("endpoint", LISTS, ids=str)
async def test_list_samples_arrive_to_the_byte(spec: Spec, endpoint: Endpoint, variant: Variant) -> None:
    await check(endpoint, list_answer(spec, endpoint, variant), endpoint.key)


@pytest.mark.parametrize("endpoint", LISTS, ids=str)
async def test_a_list_that_repeats_for_ever_is_given_up(spec: Spec, endpoint: Endpoint) -> None:
    document = list_answer(spec, endpoint, Variant.FULL)
    sent = records(document[endpoint.key])
    last = document[endpoint.key][-1]["id"]
    endless = {**document, "total": 1_000_000, "has_more": True, "more_starting_after": last}
    server = Once(list_body(endless, endpoint.key, sent))
    found, reason = await read(endpoint, server)
    assert set(found) == set(sent)
    assert server.calls <= FEW
    assert reason, "a list that is not whole must say so"


@pytest.mark.parametrize("endpoint", LISTS, ids=str)
async def test_an_empty_list_is_an_empty_list(endpoint: Endpoint) -> None:
    for empty in (b"[]", b"null"):
        server = Once(b'{"object": "list", "total": 0, "' + endpoint.key.encode() + b'": ' + empty + b"}")
        assert await read(endpoint, server) == ([], None)
        assert server.calls == 1


@pytest.mark.parametrize("endpoint", OBJECTS, ids=str)
async def test_object_answers_arrive_whole(spec: Spec, endpoint: Endpoint) -> None:
    documents = [example.document for example in spec.examples("GET", endpoint.template, "200")]
    documents += [answer(spec, endpoint, variant) for variant in Variant]
    for document in documents:
        body = json.dumps(document, indent=1).encode()
        async with client_of(Once(body)) as client:
            reply = await client.get(endpoint.path)
        assert reply.content == body
        assert reply.document() == document
        assert {name: json.loads(bytes(raw)) for name, raw in reply.members().items()} == document


def test_documented_errors_become_sentences(spec: Spec) -> None:
    seen = 0
    for route in spec.routes():
        for example in spec.examples(route.method, route.path):
            if example.status >= "400" and isinstance(example.document, dict):
                seen += 1
                body = json.dumps(example.document).encode()
                error = error_from(int(example.status), body, limits=LimitState(), request_id=None)
                assert isinstance(error, ApiError)
                assert error.sentence.strip()
                named = example.document.get("request_id")
                assert named is None or error.request_id == named
    assert seen > 50


async def test_a_text_cut_in_the_middle_of_an_emoji_does_not_stop_the_list() -> None:
    """A server written in JavaScript escapes what is left of a cut pair, which is legal JSON by RFC 8259 §8.2."""
    rows = [rb'{"id": "cat_1", "name": "\ud83d"}', b'{"id": "cat_2"}']
    endpoint = next(endpoint for endpoint in LISTS if endpoint.template == "/v1/categories")
    found, reason = await read(endpoint, Once(list_body({"data": [], "total": 2}, "data", rows)))
    assert found == rows
    assert reason is None


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b'"text"', b"{", b"", b'{"a": 1} {"b": 2}', b"\xff\xfe{}"])
async def test_what_is_no_object_is_not_understood(body: bytes) -> None:
    async with client_of(Once(body)) as client:
        with pytest.raises(NotUnderstood):
            await client.get("/v1/campaigns")
