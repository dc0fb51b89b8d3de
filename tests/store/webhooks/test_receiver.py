"""The receiver on loopback: what it takes, what it refuses, and who cannot hold it up."""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from store.webhooks.intake import DeliveryVerdict, Outcome
from store.webhooks.receiver import LARGEST_BODY, Receiver

KEPT = Outcome(DeliveryVerdict.KEPT)


class Desk:
    """Takes everything, and remembers it."""

    def __init__(self, outcome: Outcome = KEPT) -> None:
        self.outcome = outcome
        self.taken: list[tuple[bytes, str | None]] = []

    def __call__(self, body: bytes, signature: str | None) -> Outcome:
        self.taken.append((body, signature))
        return self.outcome


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def receiver(desk: Desk) -> Iterator[Receiver]:
    with Receiver(desk) as running:
        yield running


@contextmanager
def connected(receiver: Receiver) -> Iterator[socket.socket]:
    parts = urlsplit(receiver.url)
    with socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=60) as client:
        yield client


def talk(receiver: Receiver, text: bytes) -> bytes:
    """Send bytes, read all that comes back."""
    with connected(receiver) as client:
        client.sendall(text)
        return b"".join(iter(lambda: client.recv(65_536), b""))


def status(answer: bytes) -> int:
    assert answer.startswith(b"HTTP/1.1 "), answer[:80]
    return int(answer[9:12])


def post(receiver: Receiver, body: bytes, path: str = "/", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(urlsplit(receiver.url).netloc, timeout=60)
    connection.request("POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


def test_a_delivery_arrives_byte_for_byte_with_its_signature(
    receiver: Receiver, desk: Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    body = ' {"name": "żółć\\u0000",\r\n"a" : 1}\n'.encode()
    assert post(receiver, body, "/any/path?x=1", X_Voucherify_Signature="abc").status == 200
    assert desk.taken == [(body, "abc")]
    assert post(receiver, body).status == 200
    assert desk.taken[1] == (body, None)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("verdict", list(DeliveryVerdict))
def test_the_decision_is_the_answer(verdict: DeliveryVerdict) -> None:
    with Receiver(Desk(Outcome(verdict, reason="because [/b]"))) as running:
        response = post(running, b"{}")
        assert response.status == verdict.value
        assert (response.headers["Retry-After"] is not None) == (verdict is DeliveryVerdict.HIDDEN)
        assert response.headers["Connection"] == "close"


def test_a_tunnel_may_send_in_chunks(receiver: Receiver, desk: Desk) -> None:
    head = b"POST /hook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n"
    assert status(talk(receiver, head + b'4;ext=1\r\n{"a"\r\n3\r\n:1}\r\n0\r\nTrailer: x\r\n\r\n')) == 200
    assert desk.taken == [(b'{"a":1}', None)]


def test_a_client_that_asks_first_is_told_to_go_on(receiver: Receiver, desk: Desk) -> None:
    with connected(receiver) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 100")
        client.sendall(b"{}")
        assert status(client.recv(1000)) == 200
    assert desk.taken == [(b"{}", None)]


HUGE = str(LARGEST_BODY + 1).encode()


@pytest.mark.parametrize(
    ("request_head", "refused"),
    [
        (b"Content-Length: " + HUGE, 413),
        (b"Content-Length: " + b"9" * 5_000, 413),
        (b"Content-Length: -1", 400),
        (b"Content-Length: 1_0", 400),
        (b"Content-Length: \xb2", 400),
        (b"X: y", 411),
        (b"Transfer-Encoding: gzip, chunked", 400),
        (b"Transfer-Encoding: chunked\r\nContent-Length: 2", 400),
        (b"Content-Encoding: gzip\r\nContent-Length: 2", 415),
        (b"Content-Length: 2\r\nContent-Length: 2", 400),
        (b"Content-Length: 2\r\ncontent-length: 1", 400),
        (b"Content-Length: 2, 2", 400),
        (b"Content-Length : 2", 400),
        (b" Content-Length: 2\r\nContent-Length: 2", 400),
        (b"Content-Length: 2\r\nno header", 400),
        (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", 400),
        (b"Transfer-Encoding: chunked\r\nTransfer-Encoding\x0b: x", 400),
        (b"Transfer-Encoding:\r\n chunked\r\nContent-Length: 2", 400),
        (b"Content-Length: 2\r\nX-Voucherify-Signature: a\r\nX-Voucherify-Signature: b", 400),
    ],
)
def test_a_length_that_is_not_believed(receiver: Receiver, desk: Desk, request_head: bytes, refused: int) -> None:
    with connected(receiver) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n" + request_head + b"\r\n\r\n{}")
        client.shutdown(socket.SHUT_WR)
        assert status(client.recv(1000)) == refused
    assert desk.taken == []


@pytest.mark.parametrize(
    ("chunks", "refused"),
    [
        (b"zz\r\n", 400),
        (b"\r\n", 400),
        (b"+1\r\na\r\n", 400),
        (b"0x1\r\na\r\n", 400),
        (b"fffffffff\r\n", 400),
        (b"ffffffff\r\n", 413),
        (b"1\r\nab\r\n", 400),
        (b"5\r\nab", 400),
        (b"1" * 2_000, 400),
        (b"2\n{}\n0\n\n", 400),
        (b"2\r\n{}\n0\r\n\r\n", 400),
    ],
)
def test_chunks_that_are_not_believed(receiver: Receiver, desk: Desk, chunks: bytes, refused: int) -> None:
    with connected(receiver) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
        client.shutdown(socket.SHUT_WR)
        assert status(client.recv(1000)) == refused
    assert desk.taken == []


def test_the_largest_body_is_taken_and_one_byte_more_is_not(receiver: Receiver, desk: Desk) -> None:
    assert post(receiver, b"x" * LARGEST_BODY).status == 200
    assert post(receiver, b"x" * (LARGEST_BODY + 1)).status == 413
    assert [len(body) for body, _ in desk.taken] == [LARGEST_BODY]


def test_a_body_that_ends_early_is_no_delivery(receiver: Receiver, desk: Desk) -> None:
    with connected(receiver) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{}")
        client.shutdown(socket.SHUT_WR)
        assert status(client.recv(1000)) == 400
    assert desk.taken == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_only_posts_are_deliveries(receiver: Receiver, desk: Desk, method: str) -> None:
    answer = talk(receiver, f"{method} / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".encode())
    assert status(answer) == 405
    assert b"Allow: POST" in answer
    assert desk.taken == []


@pytest.mark.parametrize(
    "noise",
    [b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"\r\n" * 50, b"POST / HTTP/9.9\r\n\r\n", b"A" * 70_000 + b"\r\n\r\n"],
)
def test_noise_is_survived(receiver: Receiver, desk: Desk, noise: bytes) -> None:
    with connected(receiver) as client:
        try:
            client.sendall(noise)
            client.shutdown(socket.SHUT_WR)
            client.recv(1000)
        except OSError:
            pass
    assert desk.taken == []
    assert post(receiver, b"{}").status == 200


def test_the_slow_hold_up_nobody_and_are_hung_up_on() -> None:
    desk = Desk()
    with Receiver(desk, reading_time=1.0) as running, connected(running) as silent, connected(running) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\n{")
        assert post(running, b"{}").status == 200
        stopped = threading.Event()

        def drip() -> None:
            # Never silent for long: only a limit on the whole request ends it.
            try:
                while not stopped.wait(0.05):
                    slow.sendall(b" ")
            except OSError:
                pass

        dripping = threading.Thread(target=drip)
        dripping.start()
        assert silent.recv(10) == b""
        dripping.join(60)
        stopped.set()
        assert not dripping.is_alive()
    assert desk.taken == [(b"{}", None)]


def test_one_connection_too_many_is_told_to_come_again() -> None:
    with Receiver(Desk(), most_connections=2) as running:
        with connected(running) as first, connected(running) as second:
            for client in (first, second):
                client.sendall(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{")
            answer = talk(running, b"")
            assert status(answer) == 503
            assert b"Retry-After" in answer
            first.sendall(b"}")
            assert status(first.recv(1000)) == 200
        while status(talk(running, b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")) != 200:
            pass


def test_a_burst_is_taken_whole() -> None:
    everybody = threading.Barrier(40)

    def take(body: bytes, signature: str | None) -> Outcome:
        everybody.wait(60)  # Each is answered only when all forty are being served.
        return KEPT

    answers: list[int] = []
    with Receiver(take) as running:
        senders = [threading.Thread(target=lambda: answers.append(post(running, b"{}").status)) for _ in range(40)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
    assert answers == [200] * 40


def test_those_who_fill_every_place_and_send_nothing_make_room() -> None:
    desk = Desk()
    running = Receiver(desk, most_connections=2, reading_time=300.0)
    with running, connected(running) as first, connected(running) as second:
        for client in (first, second):
            client.sendall(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{")
        assert status(talk(running, b"")) == 503, "they had no fair time yet"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("store.webhooks.receiver._FAIR", 0.0)
            assert post(running, b"{}").status == 200
        assert b"200" not in first.recv(10), "the one that came first makes room"
        second.sendall(b"}")
        assert status(second.recv(1000)) == 200
    assert desk.taken == [(b"{}", None)] * 2


FORM = b"application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("head", "refused"),
    [
        (b"Origin: https://evil.test", 403),
        (b"origin: null", 403),
        (b"Sec-Fetch-Site: cross-site", 403),
        (b"Sec-Fetch-Site: same-origin\r\nContent-Type: application/json", 403),
        (b"Sec-Fetch-Mode: no-cors", 403),
        (b"Content-Type: " + FORM, 415),
        (b"Content-Type: Text/Plain; charset=utf-8", 415),
        (b"Content-Type: multipart/form-data; boundary=x", 415),
        (b"Content-Type: application/json\r\nContent-Type: text/plain", 400),
        (b"Content-Type: application/json", 200),
        (b"Content-Type: application/json; charset=utf-8", 200),
        (b"X: y", 200),
    ],
)
def test_without_a_secret_a_page_on_the_web_cannot_write(desk: Desk, head: bytes, refused: int) -> None:
    sent = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n" + head + b"\r\n\r\n{}"
    with Receiver(desk, unsigned=True) as running:
        answer = talk(running, sent)
    assert status(answer) == refused
    assert b"access-control" not in answer.lower()
    assert desk.taken == ([(b"{}", None)] if refused == 200 else [])


def test_with_a_secret_the_signature_decides(receiver: Receiver, desk: Desk) -> None:
    assert post(receiver, b"{}", Origin="https://hooks.test", Content_Type="text/plain").status == 200


def test_closing_waits_for_the_answer_and_frees_the_port() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def take(body: bytes, signature: str | None) -> Outcome:
        begun.set()
        assert go_on.wait(60)
        return KEPT

    running = Receiver(take)
    answers: list[int] = []
    sender = threading.Thread(target=lambda: answers.append(post(running, b"{}").status))
    sender.start()
    assert begun.wait(60)
    closing = threading.Thread(target=running.close)
    closing.start()
    go_on.set()
    closing.join()
    sender.join()
    assert answers == [200]
    running.close()
    with Receiver(take, port=int(urlsplit(running.url).port or 0)) as again:
        assert again.url == running.url
        with pytest.raises(OSError, match=r"(?i)in use"):
            Receiver(take, port=int(urlsplit(running.url).port or 0))


def test_other_addresses(desk: Desk) -> None:
    with pytest.raises(OSError, match=r".+"):
        Receiver(desk, host="192.0.2.1")
    if socket.has_ipv6:
        try:
            running = Receiver(desk, host="::1")
        except OSError:
            pytest.skip("no IPv6 on this machine")
        with running:
            assert running.url.startswith("http://[::1]:")
            assert post(running, b"{}").status == 200
