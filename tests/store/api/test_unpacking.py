"""Compressed bodies: what they hold comes out whole, and a few kilobytes never become gigabytes."""

import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.api import errors
from store.api.csv_stream import CsvStream, CsvTrouble
from store.api.unpacking import PIECE, Gunzip, Unusable, unpacked
from store.wire import Request, Response
from tests.support.list_server import client_of

MIB = 1024 * 1024


async def body(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def read(packed: bytes, encodings: str, size: int = 1000) -> bytes:
    pieces = [packed[start : start + size] for start in range(0, len(packed), size)]
    return b"".join([piece async for piece in unpacked(body(*pieces), encodings)])


def zeros(megabytes: int) -> bytes:
    """A gzip of so many megabytes of zeros: a thousandth of its content."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    return b"".join(packer.compress(bytes(MIB)) for _ in range(megabytes)) + packer.flush()


def peak_of(act: Callable[[], object]) -> int:
    """Bytes that were held at once."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("encodings", ["", "identity", "gzip", "GZIP", "x-gzip", "gzip, gzip", "gzip,identity, gzip,"])
@pytest.mark.parametrize("size", [1, 7, 10**6])
async def test_every_layer_is_taken_off(encodings: str, size: int) -> None:
    content = b'{"id":"camp_1"}' * 20
    packed = content
    for _ in range(encodings.lower().count("gzip")):
        packed = gzip.compress(packed)
    assert await read(packed, encodings, size) == content


@pytest.mark.parametrize("encodings", ["deflate", "br", "zstd", "gzip, br", ", ".join(["gzip"] * 5), "gzip," * 50_000])
async def test_what_was_not_asked_for_is_refused(encodings: str) -> None:
    with pytest.raises(Unusable, match="not asked for"):
        await read(zlib.compress(b"{}"), encodings)


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=4), st.integers(1, 40), st.integers(0, 3))
def test_members_come_one_behind_the_other(members: list[bytes], size: int, padding: int) -> None:
    packed = b"".join(map(gzip.compress, members)) + bytes(padding)
    stream = Gunzip()
    came = b"".join(part for start in range(0, len(packed), size) for part in stream.feed(packed[start : start + size]))
    assert (came, stream.is_whole) == (b"".join(members), True)


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_pieces_are_small_and_none_is_kept_back(length: int) -> None:
    stream = Gunzip()
    parts = list(stream.feed(gzip.compress(b"a" * length)))
    assert sum(map(len, parts)) == length
    assert max(map(len, parts), default=0) <= PIECE
    assert stream.is_whole


@pytest.mark.parametrize("cut", [1, 8, 12])
async def test_a_body_that_ends_early_is_no_body(cut: int) -> None:
    with pytest.raises(Unusable, match="ends early"):
        await read(gzip.compress(b"{}" * 100)[:-cut], "gzip")


async def test_what_lies_behind_a_member_is_no_member() -> None:
    with pytest.raises(Unusable, match="damaged"):
        await read(gzip.compress(b"{}") + b"no member", "gzip")


def test_a_text_may_swell_and_a_bomb_may_not() -> None:
    list(Gunzip().feed(zeros(64)))
    stream = Gunzip()
    with pytest.raises(Unusable, match="256 times"):
        list(stream.feed(zeros(65)))


@pytest.mark.parametrize("layers", [1, 2, 3])
async def test_an_answer_of_some_bytes_never_takes_gigabytes(layers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.api.client.LARGEST_REPLY", 4 * MIB)
    packed = zeros(32)
    for _ in range(layers - 1):
        packed = gzip.compress(packed)
    answer = Response(200, {"content-encoding": ", ".join(["gzip"] * layers)}, packed)
    with client_of(lambda _: answer, retries=0) as client:
        tracemalloc.start()
        try:
            with pytest.raises(errors.NotUnderstood, match="larger than 4 MiB"):
                await client.get("/v1/x")
            assert tracemalloc.get_traced_memory()[1] < 12 * MIB
        finally:
            tracemalloc.stop()


async def test_only_gzip_is_asked_for() -> None:
    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(request.headers["accept-encoding"])
        return Response(200, {"content-encoding": "br"}, b"{}")

    with client_of(answer, retries=0) as client:
        with pytest.raises(errors.NotUnderstood, match="packed in a way that was not asked for"):
            await client.get("/v1/x")
        with pytest.raises(errors.NotUnderstood, match="packed in a way that was not asked for"):
            async with client.download("https://api.test/file") as pieces:
                await anext(aiter(pieces))
    assert asked == ["gzip", "gzip"]


def test_a_packed_file_is_read_in_constant_memory() -> None:
    row = b"v_1," + b"CODE" * 20 + b"\n"
    packed = gzip.compress(b"id,code\n" + row * (8 * MIB // len(row)))
    assert len(packed) < MIB / 8
    stream, count = CsvStream(2), 0

    def act() -> None:
        nonlocal count
        count = sum(1 for _ in stream.feed(packed))

    assert peak_of(act) < 6 * MIB
    assert count == 8 * MIB // len(row)
    assert not stream.broken_off


def test_a_packed_file_of_one_endless_record_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.api.csv_stream.LARGEST_RECORD", MIB)

    def act() -> None:
        with pytest.raises(CsvTrouble, match="longer than any"):
            list(CsvStream(2).feed(zeros(48)))

    assert peak_of(act) < 6 * MIB


def test_a_packed_file_of_two_members_is_read_to_its_end() -> None:
    stream = CsvStream(2)
    rows = list(stream.feed(gzip.compress(b"id,code\nv_1,A\n") + gzip.compress(b"v_2,B\n")))
    assert rows == [["v_1", "A"], ["v_2", "B"]]
    assert not stream.broken_off
