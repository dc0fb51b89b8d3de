"""The sandbox on loopback, spoken to with clients that know nothing of it."""

import gzip
import http.client
import io
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from store.http_server import BackgroundServer
from store.sandbox.serve import serve
from store.wire import Request, Response
from tests.support.faults import Fault, FaultRule, Faults
from tests.support.sandbox_asking import KEYS, Asker, ask_tiny, segment


@pytest.fixture
def asker() -> Asker:
    return ask_tiny()


@pytest.fixture
def server(asker: Asker) -> Iterator[BackgroundServer]:
    with serve(asker.sandbox.respond) as running:
        yield running


def connect(server: BackgroundServer) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)


def test_the_same_answer_as_in_process(
    asker: Asker, server: BackgroundServer, capfd: pytest.CaptureFixture[str]
) -> None:
    request = urllib.request.Request(f"{server.url}/v1/campaigns?limit=100&expand=category", headers=KEYS)
    with urllib.request.urlopen(request, timeout=20) as response:
        served = response.read()
        assert response.headers["Content-Type"].startswith("application/json")
        assert response.headers["Date"].endswith("GMT")
    assert served == asker.send("/v1/campaigns", ("limit", "100"), ("expand", "category")).body
    assert capfd.readouterr() == ("", "")


def test_names_and_brackets_survive_the_wire(asker: Asker, server: BackgroundServer) -> None:
    name = next(name for name in asker.column("campaigns", "name") if "/" in name or "[" in name or not name.isascii())
    key = asker.column("campaigns", "id")[asker.column("campaigns", "name").index(name)]
    connection = connect(server)
    connection.request("GET", f"/v1/campaigns/{segment(name)}", headers=KEYS)
    assert json.loads(connection.getresponse().read())["id"] == key
    field = "filters%5Brelated_object_parent_id%5D%5Bconditions%5D%5B%24is%5D%5B0%5D"
    connection.request("GET", f"/v1/redemptions?{field}={key}", headers=KEYS)
    total = json.loads(connection.getresponse().read())["total"]
    assert total == asker.column("redemptions", "campaign_id").count(key)


def test_one_connection_carries_many_requests(server: BackgroundServer) -> None:
    connection = connect(server)
    sockets = set()
    for path, status in (("/v1/campaigns", 200), ("/v1/vouchers/none", 404), ("/v1/orders", 200)):
        connection.request("GET", path, headers=KEYS)
        response = connection.getresponse()
        response.read()
        assert response.status == status
        sockets.add(connection.sock)
    assert len(sockets) == 1


def test_answers_are_compressed_when_asked(asker: Asker, server: BackgroundServer) -> None:
    connection = connect(server)
    connection.request("GET", "/v1/campaigns?limit=100", headers={**KEYS, "Accept-Encoding": "gzip, br"})
    response = connection.getresponse()
    packed = response.read()
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == asker.send("/v1/campaigns", ("limit", "100")).body


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_large_file_is_streamed(encoding: str) -> None:
    text = b"ID,Code\n" + b"".join(b"v_%d,%x\n" % (i, i * 7919) for i in range(60_000))

    def respond(_: Request) -> Response:
        return Response(200, {"Content-Type": "text/csv; charset=utf-8"}, text)

    with serve(respond) as running:
        connection = connect(running)
        connection.request("GET", "/file", headers={"Accept-Encoding": encoding})
        response = connection.getresponse()
        assert response.headers["Transfer-Encoding"] == "chunked"
        body = response.read()
        assert (gzip.decompress(body) if encoding == "gzip" else body) == text
        connection.request("GET", "/again")
        assert connection.getresponse().read() == text


def test_an_export_is_downloaded_from_the_address_it_names(asker: Asker, server: BackgroundServer) -> None:
    connection = connect(server)
    order = json.dumps({"exported_object": "voucher", "parameters": {"fields": ["id"]}})
    plain = {name: value for name, value in KEYS.items() if name != "host"}
    connection.request("POST", "/v1/exports", order, plain)
    job = json.loads(connection.getresponse().read())
    asker.clock.advance(10)
    connection.request("GET", f"/v1/exports/{job['id']}", headers=plain)
    url = json.loads(connection.getresponse().read())["result"]["url"]
    assert url.startswith(server.url)
    with urllib.request.urlopen(url, timeout=20) as response:
        lines = io.TextIOWrapper(response).read().splitlines()
    assert len(lines) == len(asker.column("vouchers", "id")) + 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RESET, (http.client.RemoteDisconnected, ConnectionError)),
        (Fault.DROPPED, (http.client.IncompleteRead,)),
    ],
)  # fmt: skip
def test_scripted_breaks_reach_the_wire(fault: Fault, error: tuple[type[Exception], ...]) -> None:
    broken = ask_tiny(faults=Faults(FaultRule(fault, times=1)))
    with serve(broken.respond) as running:
        connection = connect(running)
        connection.request("GET", "/v1/campaigns", headers=KEYS)
        with pytest.raises(error):
            connection.getresponse().read()
        connection.close()
        connection.request("GET", "/v1/campaigns", headers=KEYS)
        assert connection.getresponse().status == 200


def test_a_silent_server_answers_nobody() -> None:
    silent = ask_tiny(faults=Faults(FaultRule(Fault.TIMEOUT)))
    with serve(silent.respond) as running:
        connection = http.client.HTTPConnection(urlsplit(running.url).netloc, timeout=0.2)
        connection.request("GET", "/v1/campaigns", headers=KEYS)
        with pytest.raises(TimeoutError):
            connection.getresponse()
        connection.close()


def test_a_body_of_untold_or_absurd_length_is_refused(server: BackgroundServer) -> None:
    connection = connect(server)
    connection.putrequest("POST", "/v1/exports")
    connection.putheader("Content-Length", "99999999999")
    connection.endheaders()
    assert connection.getresponse().status == 413


def test_a_defect_of_the_responder_is_an_answer() -> None:
    def respond(request: Request) -> Response:
        raise KeyError(request.path)

    with serve(respond) as running:
        connection = connect(running)
        for _ in range(2):
            connection.request("GET", "/v1/campaigns")
            response = connection.getresponse()
            assert response.status == 500
            assert json.loads(response.read())["code"] == 500
        connection.close()


def test_many_clients_at_once_never_mix(asker: Asker, server: BackgroundServer) -> None:
    keys = asker.column("vouchers", "id")[:24]
    found: dict[str, str] = {}

    def fetch(key: str) -> None:
        connection = connect(server)
        connection.request("GET", f"/v1/vouchers/{key}", headers=KEYS)
        found[key] = json.loads(connection.getresponse().read())["id"]
        connection.close()

    threads = [threading.Thread(target=fetch, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {key: key for key in keys}


def test_closing_frees_the_port_and_may_be_done_twice(asker: Asker) -> None:
    first = serve(asker.sandbox.respond)
    port = urlsplit(first.url).port
    assert port
    first.close()
    first.close()
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        urllib.request.urlopen(f"{first.url}/v1/campaigns", timeout=5)
    with serve(asker.sandbox.respond, port) as again:
        assert again.url == first.url
        with pytest.raises(OSError, match=r"(?i)in use"):
            serve(asker.sandbox.respond, port)
