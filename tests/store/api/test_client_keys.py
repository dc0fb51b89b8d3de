"""Keys: those that cannot work, and who sees them."""

import logging

import pytest

from store.api import errors
from store.api.client import ApiClient, Credentials
from store.wire import Response
from tests.store.api.test_client import FINE, Replay
from tests.support.list_server import client_of


@pytest.mark.parametrize(
    ("base", "url", "keys"),
    [
        ("https://api.voucherify.io", "https://download.voucherify.io/v1/exports/e?token=t", True),
        ("https://us1.api.voucherify.io", "https://us1.download.voucherify.io/x", True),
        ("https://api.voucherify.io", "https://us1.download.voucherify.io/x", False),
        ("https://api.voucherify.io", "https://download.voucherify.io.evil.test/x", False),
        ("https://api.voucherify.io", "https://u@download.voucherify.io/x", False),
        ("https://evil-api.voucherify.io", "https://download.voucherify.io/x", False),
        ("https://api.voucherify.io", "https://download.voucherify.io:8443/x", False),
        ("http://127.0.0.1:8080/p", "http://127.0.0.1:8080/file", True),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8081/file", None),
        ("https://api.voucherify.io", "http://download.voucherify.io/x", None),
        ("https://api.test", "ftp://api.test/x", None),
        ("https://api.test", "https://api.test:99999/x", None),
        ("https://api.test", "//", None),
        ("https://api.test", "", None),
        ("https://api.test", "https://\x00/", None),
    ],
)
async def test_who_sees_the_keys_of_a_download(base: str, url: str, keys: bool | None) -> None:
    server = Replay(Response(200, {"content-type": "text/csv"}, b"ID\nv_1\n" * 40_000))
    async with ApiClient(Credentials(base, "app", "s3cret"), responder=server) as client:
        if keys is None:
            with pytest.raises(errors.RedirectRefused):
                async with client.download(url):
                    pass
            assert server.requests == []
            return
        async with client.download(url) as pieces:
            sizes = [len(piece) async for piece in pieces]
    assert sum(sizes) == 280_000
    assert len(sizes) > 3
    sent = server.requests[0].headers
    assert ("x-app-token" in sent, "x-app-id" in sent) == (keys, keys)
    assert client.calls == 1


async def test_a_download_that_breaks_says_so_and_the_readers_own_errors_stay_theirs() -> None:
    server = Replay(Response(200, {"content-length": "999"}, b"ID\nv_1\n"), Response(404), FINE)
    with client_of(server) as client:
        got = b""
        with pytest.raises(errors.ConnectionLost):  # noqa: PT012  the pieces before the break count
            async with client.download("https://api.test/file") as pieces:
                async for piece in pieces:
                    got += piece
        assert got == b"ID\nv_1\n"
        with pytest.raises(errors.NotFound):
            async with client.download("https://api.test/file"):
                pass
        with pytest.raises(OSError, match="disk full"):
            async with client.download("https://api.test/file"):
                raise OSError("disk full")


BASES = [
    "",
    "api.voucherify.io",
    "ftp://x.test",
    "https://",
    "https://u:p@x.test",
    "https://x.test?a=1",
    "https://x.test/#a",
    "https://x .test",
    "https://x.test:99999",
    "https://ü.test",
]


KEYS = ["", " x", "a\nb", "ü", "a\x00"]


@pytest.mark.parametrize(
    ("base", "app_id", "token"),
    [
        *((base, "a", "b") for base in BASES),
        *(("https://x.test", key, "b") for key in KEYS),
        *(("https://x.test", "a", key) for key in KEYS),
    ],
)
def test_credentials_that_cannot_work_are_refused_at_once(base: str, app_id: str, token: str) -> None:
    with pytest.raises(ValueError, match=r"^The (address|app)"):
        Credentials(base, app_id, token)


def test_the_token_is_not_shown() -> None:
    assert "s3cret" not in repr(Credentials("https://x.test", "app", "s3cret"))


async def test_the_token_of_a_download_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), client_of(Replay(FINE)) as client:
        async with client.download("https://api.test/v1/exports/e?token=t0ps3cret"):
            pass
    assert "api.test/v1/exports/e" in caplog.text
    assert "t0ps3cret" not in caplog.text
