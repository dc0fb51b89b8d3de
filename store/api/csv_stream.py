"""Rows out of a CSV file that arrives in pieces, in constant memory."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator

from store.api.unpacking import Gunzip, Unusable

_GZIP = b"\x1f\x8b"
LARGEST_RECORD = 16 * 1024 * 1024
"""Characters of one record: an API log carries request and response bodies."""


class CsvTrouble(ValueError):
    """The file is no CSV that can be read; the text says why, in one clause."""


class CsvStream:
    """Feeds on pieces of bytes cut anywhere, gives complete records.

    Args:
        columns: how many columns every record must have. The separator, which is not documented (API §3), is the one
            among comma, semicolon and tab that cuts the heading into so many.
        clean: what is done to the text of complete records before they are parsed.

    Attributes:
        heading: the labels of the first record; None before it came.
    """

    def __init__(self, columns: int, clean: Callable[[str], str] = str) -> None:
        self._columns = columns
        self._clean = clean
        self._begun = False
        self._unpacker: Gunzip | None = None
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._pending: list[str] = []
        self._pending_size = 0
        self._open = False
        self._delimiter = ","
        self.heading: list[str] | None = None

    @property
    def broken_off(self) -> bool:
        """Whether the file, if it ended here, would lack something: all of it, a closing quote, or columns."""
        rest = "".join(self._pending)
        if self._unpacker is not None and not self._unpacker.is_whole:
            return True
        if self._open or (self.heading is None and not rest.strip()):
            return True
        cells = next(csv.reader(io.StringIO(rest, newline=""), delimiter=self._delimiter), [])
        return bool(cells) and self.heading is not None and len(cells) < self._columns

    @property
    def ended(self) -> bool:
        """Whether the last record that came has a line end."""
        return not "".join(self._pending)

    def feed(self, piece: bytes) -> Iterator[list[str]]:
        """Records that are complete now.

        Raises:
            CsvTrouble: the text is no UTF-8, a record is malformed, too long or of another width.
        """
        try:
            for part in self._unpacked(piece):
                yield from self._rows(self._decode(part, final=False))
        except Unusable as unusable:
            raise CsvTrouble(str(unusable)) from None

    def finish(self) -> Iterator[list[str]]:
        """The last record, if no line end followed it.

        Raises:
            CsvTrouble: also when the file ends inside a quoted cell, or is empty.
        """
        yield from self._rows(self._decode(b"", final=True))
        rest = "".join(self._pending)
        self._pending, self._pending_size = [], 0
        if self._open:
            raise CsvTrouble("it ends inside a quoted cell")
        yield from self._records(rest)
        if self.heading is None:
            raise CsvTrouble("it is empty")

    def _unpacked(self, piece: bytes) -> Iterator[bytes]:
        """The text's bytes: a file may be packed without the answer saying so."""
        if not self._begun and piece:
            self._begun = True
            self._unpacker = Gunzip() if piece.startswith(_GZIP) else None
        return iter((piece,)) if self._unpacker is None else self._unpacker.feed(piece)

    def _decode(self, piece: bytes, *, final: bool) -> str:
        try:
            return self._decoder.decode(piece, final)
        except UnicodeDecodeError:
            raise CsvTrouble("its text is not UTF-8") from None

    def _rows(self, text: str) -> Iterator[list[str]]:
        """Cut behind the last line end that lies outside quotes; the rest waits for the next piece."""
        cut = _last_line_end(text, inside=self._open)
        head, rest = text[:cut], text[cut:]
        if cut:
            head = "".join([*self._pending, head])
            self._pending, self._pending_size, self._open = [], 0, False
        self._pending.append(rest)
        self._pending_size += len(rest)
        self._open ^= rest.count('"') % 2 == 1
        if self._pending_size > LARGEST_RECORD:
            raise CsvTrouble("one record is longer than any should be")
        return self._records(head) if cut else iter(())

    def _records(self, text: str) -> Iterator[list[str]]:
        if not text:
            return
        text = self._clean(text)
        if self.heading is None:
            self._delimiter = self._find_delimiter(text)
        csv.field_size_limit(max(LARGEST_RECORD, csv.field_size_limit()))
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter, strict=True)
        try:
            for record in reader:
                if not record:
                    continue
                if len(record) != self._columns:
                    raise CsvTrouble(f"a record has {len(record)} columns where {self._columns} were asked for")
                if self.heading is None:
                    self.heading = record
                else:
                    yield record
        except csv.Error as error:
            raise CsvTrouble(f"a record is malformed ({error})") from None

    def _find_delimiter(self, text: str) -> str:
        for delimiter in ",;\t":
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            if len(next(reader, [])) == self._columns:
                return delimiter
        return ","


def _last_line_end(text: str, *, inside: bool) -> int:
    """Index behind the last line end outside quotes, 0 when there is none; `inside` says how the text begins."""
    quoted = inside ^ (text.count('"') % 2 == 1)
    end = len(text)
    while (line_end := text.rfind("\n", 0, end)) >= 0:
        quoted ^= text.count('"', line_end, end) % 2 == 1
        if not quoted:
            return line_end + 1
        end = line_end
    return 0
