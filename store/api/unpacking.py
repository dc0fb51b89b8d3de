"""Compressed bodies, unpacked in small pieces: a few bytes that swell to gigabytes never lie in memory."""

import zlib
from collections.abc import AsyncIterable, AsyncIterator, Iterator

ACCEPTED = "gzip"
"""The one encoding that is asked for."""
PIECE = 256 * 1024
"""Bytes unpacked at a time, at most."""
MOST_LAYERS = 4
SWELLS = 256
"""Times its packed length a text may have: CSV and JSON pack 5 to 50 times, zeros 1,000 times."""
_HARMLESS = 64 * 1024 * 1024
"""Bytes unpacked before `SWELLS` counts."""


class Unusable(ValueError):
    """The body cannot be unpacked; the text says why, in one clause."""


class Gunzip:
    """Unpacks a gzip stream of one or more members that arrives in pieces."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._packed = self._unpacked = 0

    @property
    def is_whole(self) -> bool:
        """Whether the stream may end here."""
        return self._member.eof or not self._packed

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """What a piece unpacks to, at most `PIECE` bytes at a time.

        Raises:
            Unusable: it is damaged, or swells more than text does.
        """
        self._packed += len(packed)
        more = bool(packed)
        while more:
            packed = self._next_member(packed)
            piece = self._unpack(packed)
            ended = self._member.eof
            packed = self._member.unused_data if ended else self._member.unconsumed_tail
            # A full piece may leave more of itself inside, though all that is packed was taken.
            more = bool(packed.strip(b"\0") if ended else packed) or len(piece) == PIECE
            yield piece

    def _next_member(self, packed: bytes) -> bytes:
        """Begin the next member where one has ended; zeros may pad a file behind its last one."""
        if self._member.eof and (packed := packed.lstrip(b"\0")):
            self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        return packed

    def _unpack(self, packed: bytes) -> bytes:
        try:
            piece = self._member.decompress(packed, PIECE)
        except zlib.error:
            raise Unusable("it is packed and damaged") from None
        self._unpacked += len(piece)
        if self._unpacked > max(_HARMLESS, SWELLS * self._packed):
            raise Unusable(f"it unpacks to more than {SWELLS} times its length")
        return piece


async def unpacked(pieces: AsyncIterable[bytes], encodings: str) -> AsyncIterator[bytes]:
    """A body's pieces as they were before they were packed.

    Args:
        pieces: as they come off the line.
        encodings: the `Content-Encoding` header; several may lie one inside the other.

    Raises:
        Unusable: it is packed in a way that was not asked for, damaged, cut off, or swells more than text does.
    """
    named = [name for name in (part.strip().lower() for part in encodings.split(",")) if name not in ("", "identity")]
    unknown = [name for name in named if name not in (ACCEPTED, f"x-{ACCEPTED}")]
    if unknown or len(named) > MOST_LAYERS:
        raise Unusable("it is packed in a way that was not asked for")
    layers = [Gunzip() for _ in named]
    async for piece in pieces:
        for part in _through(layers, piece):
            yield part
    if not all(layer.is_whole for layer in layers):
        raise Unusable("it is packed and ends early")


def _through(layers: list[Gunzip], piece: bytes) -> Iterator[bytes]:
    """One piece through all layers, the outermost last in the list."""
    if not layers:
        yield piece
        return
    for part in layers[-1].feed(piece):
        yield from _through(layers[:-1], part)
