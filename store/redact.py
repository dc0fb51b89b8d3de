"""Keys out of every text that leaves the process: logs, tracebacks, reports."""

import logging
import re
from collections.abc import Iterable

MASK = "•••"

_HEADER = re.compile(
    r"""(?ix)
    (x-(?:app|management|client)-(?:id|token) | x-client-application-id | x-voucherify-oauth | (?:proxy-)?authorization)
    (["']? \s* [:=,] \s* (?:b? ["'])? (?:(?:bearer|basic)\s+)?)
    ([^\s"',;&)\]}]+)
    """
)
_QUERY = re.compile(r"""(?i)([?&;](?:access_)?(?:token|secret|password|api_key)=)([^\s&"'#<>)]+)""")
_FIELD = re.compile(
    r"""(?ix)
    (["']? \b (?:app_token|app_id|webhook_secret|client_secret|access_token|refresh_token) ["']?
     \s* [:=] \s* (?:b? ["'])?)
    ([^\s"',;&)\]}]+)"""
)
_USERINFO = re.compile(r"""(?i)(\b[a-z][a-z0-9+.-]*://)([^\s/@"']+)@""")


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text with every key in it masked.

    Masks the values of key headers, of `token`-like query parameters (the download address of an export carries
    one), of token fields, of user names in addresses (a proxy may have one), and the given secrets wherever they
    stand.

    Args:
        text: any text.
        secrets: values known to be secret; empty ones are ignored.
    """
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, MASK)
    text = _HEADER.sub(rf"\1\2{MASK}", text)
    text = _QUERY.sub(rf"\1{MASK}", text)
    text = _FIELD.sub(rf"\1{MASK}", text)
    return _USERINFO.sub(rf"\1{MASK}@", text)


class RedactingFilter(logging.Filter):
    """Masks keys in each record that passes through a logger or handler."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = tuple(secrets)

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record's message, its arguments folded in, and its traceback; always let it pass."""
        record.msg = redact(record.getMessage(), self._secrets)
        record.args = ()
        if record.exc_info:
            rendered = record.exc_text or logging.Formatter().formatException(record.exc_info)
            record.exc_text = redact(rendered, self._secrets)
        return True
