"""An answer of the API, sliced without being rebuilt: each record keeps the exact bytes it came in."""

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import msgspec

from store.api.errors import NotUnderstood
from store.api.slices import elements_of, members_of
from store.json_text import decode

_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ROWS = msgspec.json.Decoder(list[msgspec.Raw] | None)
MOST_RECORDS = 10_000
"""Records of one answer: pages have 100, and each record takes memory before it can be looked at."""
_NAMES = frozenset((
    "campaigns", "vouchers", "redemptions", "publications", "customers", "orders", "products", "skus", "tiers",
    "schemas", "async_actions", "segments", "exports", "webhooks",
))  # fmt: skip
"""Keys that name what a list holds: under one of these that was not asked for lies another list."""
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Reply:
    """A successful answer whose body is one JSON object.

    Attributes:
        status: HTTP status, 2xx.
        request_id: of the call, when the headers or the body name it.
        content: the body, decompressed, exactly as it came.
    """

    status: int
    request_id: str | None
    content: bytes

    @cached_property
    def _sliced(self) -> dict[str, msgspec.Raw]:
        content = self.content.removeprefix(_BOM)
        try:
            content.decode()
            return _MEMBERS.decode(content)
        except msgspec.ValidationError:
            raise self._doubt("a JSON object was expected") from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self._sliced_slowly(content)

    def _sliced_slowly(self, content: bytes) -> dict[str, msgspec.Raw]:
        try:
            members = members_of(content)
            for name, raw in members.items():
                # One record of a list may be spoilt; elsewhere it is the answer that is.
                b"".join((name.encode(), b"" if raw.startswith(b"[") else raw)).decode()
        except UnicodeError:
            raise self._doubt("the text is not UTF-8") from None
        except (ValueError, RecursionError) as error:
            raise self._doubt(str(error)) from None
        return {name: msgspec.Raw(raw) for name, raw in members.items()}

    def members(self) -> dict[str, msgspec.Raw]:
        """The members of the top-level object, each as the bytes it came in.

        Raises:
            NotUnderstood: the body is not one complete JSON object.
        """
        return dict(self._sliced)

    def rows(self, *keys: str) -> list[bytes]:
        """The exact bytes of every record of the list.

        Args:
            keys: where the list may lie, tried in this order; after them the key that `data_ref` names, because
                the API is not of one mind about these names (API §11.16). A null list is an empty one only where the
                answer counts no records: taken for empty otherwise, all cached records would be marked missing.

        Raises:
            NotUnderstood: there is no such list.
        """
        named = self.value("data_ref")
        names = [*keys, named] if isinstance(named, str) and named not in _NAMES else keys
        for key in names:
            raw = self._sliced.get(key)
            if raw is not None and (bytes(raw) != b"null" or self.value("total") in (0, "0")):
                try:
                    found = _elements(raw)
                except (ValueError, RecursionError):
                    continue
                if found is None:
                    raise self._doubt(f"it lists more than {MOST_RECORDS:,} records, more than any page")
                return found
        raise self._doubt(f"there is no list under {' or '.join(keys) or 'data_ref'}")

    def value(self, key: str) -> Any:
        """One member of the top-level object as a plain value; None when it is absent or cannot be understood.

        Raises:
            NotUnderstood: the body is not one complete JSON object.
        """
        raw = self._sliced.get(key)
        if raw is None:
            return None
        try:
            return decode(bytes(raw))
        except (msgspec.DecodeError, RecursionError):
            return None

    def document(self) -> dict[str, Any]:
        """The body as plain values.

        Raises:
            NotUnderstood: the body is not one complete JSON object.
        """
        try:
            found = decode(self.content.removeprefix(_BOM))
        except (msgspec.DecodeError, RecursionError) as error:
            raise self._doubt(str(error)) from None
        if not isinstance(found, dict):
            raise self._doubt("a JSON object was expected")
        return found

    def _doubt(self, reason: str) -> NotUnderstood:
        return NotUnderstood(reason, status=self.status, request_id=self.request_id)


def _elements(raw: msgspec.Raw) -> list[bytes] | None:
    """The records of a list; None where they are more than any page has."""
    try:
        found = _ROWS.decode(raw) or ()
        return None if len(found) > MOST_RECORDS else [bytes(row) for row in found]
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        cut = list(islice(elements_of(bytes(raw)), MOST_RECORDS + 1))
        return None if len(cut) > MOST_RECORDS else cut
