import io
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.redact import MASK, RedactingFilter, redact

SECRET = "7f3c-abc_DEF.123"


@pytest.mark.parametrize(
    "text",
    [
        "X-App-Token: {}",
        "x-app-id={} next",
        "{{'X-App-Id': 'a', 'X-App-Token': '{}'}}",
        "[(b'x-app-token', b'{}')]",
        '{{"app_token": "{}", "other": 1}}',
        "webhook_secret = '{}'",
        "Authorization: Bearer {}",
        "GET https://download.voucherify.io/v1/exports/exp_1?token={} HTTP/1.1",
        "https://x.test/?a=1&access_token={}&b=2",
        "proxy http://{}@proxy.test:3128/",
    ],
)
def test_keys_are_masked_wherever_they_usually_stand(text: str) -> None:
    cleaned = redact(text.format(SECRET))
    assert SECRET not in cleaned
    assert MASK in cleaned


def test_the_rest_stays() -> None:
    text = "GET https://x.test/v1/exports/e?token=abc&limit=5 took 2 s; tokens: 5; a token is fine"
    assert redact(text) == f"GET https://x.test/v1/exports/e?token={MASK}&limit=5 took 2 s; tokens: 5; a token is fine"


@given(st.text(), st.text(), st.text(alphabet="abcXYZ0-", min_size=8))
def test_named_secrets_are_gone_from_any_text(before: str, after: str, secret: str) -> None:
    assert secret not in redact(f"{before}{secret}{after}", [secret, "", secret[:4]])


def test_a_log_holds_neither_message_nor_arguments_nor_traceback_with_a_key() -> None:
    stream = io.StringIO()
    logger = logging.Logger("test")
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactingFilter([SECRET]))
    logger.addHandler(handler)
    try:
        raise RuntimeError(f"no way: {SECRET}")
    except RuntimeError:
        logger.exception("sent %s to %d hosts", f"?token={SECRET}", 2)
    assert SECRET not in stream.getvalue()
    assert f"sent ?token={MASK} to 2 hosts" in stream.getvalue()
    assert "RuntimeError" in stream.getvalue()
