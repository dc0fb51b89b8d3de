"""Whether a delivery was signed by the project: `x-voucherify-signature` (API §8)."""

import hashlib
import hmac
import re

HEADER = "x-voucherify-signature"

_STRUCTURED = re.compile(rb"[ \t\r\n]*[{\[]")
# A string literal always matches to its end, or to the body's when it has none, so that no body makes the search start
# over inside it: the time is linear in the body's length, whoever wrote it.
_LITERAL_OR_SPACE = re.compile(rb'("[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z))|[ \t\r\n\f\v]+', re.DOTALL)


def signed_bytes(body: bytes) -> bytes:
    """What is hashed of a body: a JSON object or array without the whitespace outside its strings, a text untouched."""
    if not _STRUCTURED.match(body):
        return body
    return _LITERAL_OR_SPACE.sub(lambda match: match[1] or b"", body)


def sign(body: bytes, secret: str) -> str:
    """The signature of a body: lower-case hexadecimal HMAC-SHA256 under the project's webhook secret."""
    return hmac.new(secret.encode("utf-8"), signed_bytes(body), hashlib.sha256).hexdigest()


def is_signed(body: bytes, signature: str | None, secret: str) -> bool:
    """Whether a body carries its own signature. Takes as long whatever the signature is."""
    received = (signature or "").strip().lower().encode("utf-8", "replace")
    return hmac.compare_digest(sign(body, secret).encode("ascii"), received)
