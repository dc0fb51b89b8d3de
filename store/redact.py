"""Keys out of every text that leaves the process or comes in: logs, tracebacks, reports, what a server sends."""

import base64
import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from store.json_text import decode

if TYPE_CHECKING:
    from logging import LogRecord

MASK = "•••"
SHORTEST = 8
"""Characters of a secret that is searched for by itself: a shorter one looks like a word."""

# Patterns as text: `re` keeps them compiled once one is used, and most runs use none.
_HEADER = r"""(?ix)
    (x-(?:app|management|client)-(?:id|token) | x-client-application-id | x-voucherify-oauth | (?:proxy-)?authorization)
    (["']? \s* [:=,] \s* (?:b? ["'])? (?:(?:bearer|basic)\s+)?)
    ([^\s"',;&)\]}]+)
    """
_QUERY = r"""(?i)([?&;](?:access_)?(?:token|secret|password|api_key)=)([^\s&"'#<>)]+)"""
_FIELD = r"""(?ix)
    (["']? \b (?:app_token|app_id|webhook_secret|client_secret|access_token|refresh_token) ["']?
     \s* [:=] \s* (?:b? ["'])?)
    ([^\s"',;&)\]}]+)"""
_USERINFO = r"""(?i)(\b[a-z][a-z0-9+.-]*://)([^\s/@"']+)@"""

_LONGEST = 512
"""Characters of a form that is looked for in other spellings; no key is nearly as long."""
_ESCAPED = '"\\/'
"""What JSON escapes by a backslash alone."""

_known: dict[str, None] = {}


def remember(*secrets: str) -> None:
    """Mask these secrets from now on in all that `redact` cleans; those shorter than `SHORTEST` are ignored."""
    _known.update(dict.fromkeys(secret for secret in secrets if len(secret) >= SHORTEST))


def known() -> tuple[str, ...]:
    """The secrets of this process so far."""
    return tuple(_known)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text with every key in it masked.

    Masks the values of key headers, of `token`-like query parameters (the download address of an export carries
    one), of token fields, of user names in addresses (a proxy may have one), and the secrets of this process and the
    given ones wherever they stand, encoded ones too.

    Args:
        text: any text.
        secrets: values known to be secret; empty ones are ignored.
    """
    wanted = sorted({*known(), *filter(None, secrets)}, key=lambda secret: (-len(secret), secret))
    text = scrubber(*wanted).text(text)
    for secret in wanted:
        text = text.replace(secret, MASK)
    text = re.sub(_HEADER, rf"\1\2{MASK}", text)
    text = re.sub(_QUERY, rf"\1{MASK}", text)
    text = re.sub(_FIELD, rf"\1{MASK}", text)
    return re.sub(_USERINFO, rf"\1{MASK}@", text)


class Scrubber:
    """Takes secrets out of what was received: as they are, URL-encoded, JSON- or HTML-escaped, in base64 or hex.

    Args:
        secrets: those shorter than `SHORTEST` are left alone.
    """

    def __init__(self, *secrets: str) -> None:
        forms = [form for secret in secrets if len(secret) >= SHORTEST for form in _forms(secret)]
        forms = sorted(set(forms), key=lambda form: (-len(form), form))
        self._forms = forms
        self._plain = tuple(form.encode() for form in forms)
        self._spelled = [re.compile(sign.encode()) for sign in _signs("".join(forms))] if forms else []

    @cached_property
    def _pattern(self) -> str:
        return "|".join(map(_any_spelling, self._forms))

    @cached_property
    def _text(self) -> re.Pattern[str]:
        # Late: it takes longer to build than most commands take, and few ever need it.
        return re.compile(self._pattern)

    @cached_property
    def _bytes(self) -> re.Pattern[bytes]:
        return re.compile(self._pattern.encode())

    def text(self, text: str) -> str:
        """A text without the secrets."""
        return self._text.sub(MASK, text) if self._may_hold(text.encode("utf-8", "surrogatepass")) else text

    def content(self, content: bytes) -> bytes:
        """A body or header without the secrets; JSON stays JSON, and what holds none stays the same object."""
        if not self._may_hold(content):
            return content
        cleaned = self._bytes.sub(MASK.encode(), content)
        # A secret may stand where no text can, in a number or right behind a backslash.
        return self._rebuilt(content) if _is_json(content) and not _is_json(cleaned) else cleaned

    def _may_hold(self, content: bytes) -> bool:
        """Whether the slow search is worth it: a secret is there, or one of its characters spelled another way."""
        return any(form in content for form in self._plain) or any(sign.search(content) for sign in self._spelled)

    def _rebuilt(self, content: bytes) -> bytes:
        # Late: most bodies hold no secret, and a start reads none.
        import json

        return json.dumps(self._value(json.loads(content.decode("utf-8-sig", "replace")))).encode()

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(key): self._value(held) for key, held in value.items()}
        if isinstance(value, list):
            return [self._value(held) for held in value]
        return value if self.text(str(value)) == str(value) else None


@lru_cache(maxsize=16)
def scrubber(*secrets: str) -> Scrubber:
    """A scrubber of these secrets."""
    return Scrubber(*secrets)


def _forms(secret: str) -> Iterator[str]:
    """A secret as it is, in hex, and in base64 at each of the three places where a group of it may begin."""
    raw = secret.encode()
    yield secret
    yield raw.hex()
    yield raw.hex().upper()
    for before in range(3):
        first, last = -(-8 * before // 6), 8 * (before + len(raw)) // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(bytes(before) + raw).decode()[first:last]


def _any_spelling(form: str) -> str:
    return re.escape(form) if len(form) > _LONGEST else "".join(map(_spellings, form))


def _spellings(char: str) -> str:
    """A pattern for one character in every spelling that a URL, JSON (also inside JSON) or HTML has for it."""
    percent = "".join(f"%(?:25)*{byte:02x}" for byte in char.encode())
    escaped = "".join(rf"\\+u{unit}" for unit in _units(char))
    spelled = [re.escape(char), rf"(?i:{percent}|{escaped}|&\#(?:0*{ord(char)}|x0*{ord(char):x});)"]
    if char in _ESCAPED:
        spelled.append(rf"\\+{re.escape(char)}")
    return f"(?:{'|'.join(spelled)})"


def _signs(text: str) -> Iterator[str]:
    """Patterns that together find any of these characters in another spelling; a fixed beginning makes each quick."""
    chars = sorted(set(text))
    yield f"%(?:25)*(?i:{'|'.join(f'{char.encode()[0]:02x}' for char in chars)})"
    yield rf"\\u(?i:{'|'.join(_units(char)[0] for char in chars)})"
    yield rf"&\#(?i:{'|'.join(f'0*{ord(char)}|x0*{ord(char):x}' for char in chars)});"
    yield from (rf"\\{re.escape(char)}" for char in chars if char in _ESCAPED)


def _units(char: str) -> list[str]:
    """A character's UTF-16 units, as JSON escapes them."""
    units = char.encode("utf-16-be").hex()
    return [units[start : start + 4] for start in range(0, len(units), 4)]


def _is_json(content: bytes) -> bool:
    try:
        decode(content.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def redact_record(record: "LogRecord") -> bool:
    """A logging filter: masks keys in the message, its arguments folded in, and the traceback; all records pass."""
    record.msg = redact(record.getMessage())
    record.args = ()
    if record.exc_info:
        # Late: commands that log nothing start without it.
        from logging import Formatter

        record.exc_text = redact(record.exc_text or Formatter().formatException(record.exc_info))
    return True
