import base64
import io
import json
import logging
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.redact import MASK, Scrubber, known, redact, redact_record, remember

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


def test_a_log_holds_neither_message_nor_arguments_nor_traceback_with_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.redact._known", {})
    remember(SECRET)
    stream = io.StringIO()
    logger = logging.Logger("test")
    handler = logging.StreamHandler(stream)
    handler.addFilter(redact_record)
    logger.addHandler(handler)
    try:
        raise RuntimeError(f"no way: {SECRET}")
    except RuntimeError:
        logger.exception("sent %s to %d hosts", f"?token={SECRET}", 2)
    assert SECRET not in stream.getvalue()
    assert f"sent ?token={MASK} to 2 hosts" in stream.getvalue()
    assert "RuntimeError" in stream.getvalue()


TOKEN = "4f9c2b1a-77d0-4e5b-9a3c-0b1d2e3f4a5b"
SPELLED = {
    "as it is": TOKEN,
    "URL, every character": "".join(f"%{ord(char):02X}" for char in TOKEN),
    "URL, twice": "".join(f"%25{ord(char):02x}" for char in TOKEN),
    "URL, dashes only": TOKEN.replace("-", "%2D"),
    "JSON, every character": "".join(f"\\u{ord(char):04x}" for char in TOKEN),
    "JSON, one character": TOKEN.replace("f", "\\u0066"),
    "JSON inside JSON": TOKEN.replace("f", "\\\\u0066"),
    "HTML": "".join(f"&#{ord(char)};" for char in TOKEN),
    "HTML, hexadecimal": "".join(f"&#x{ord(char):X};" for char in TOKEN),
    "hex": TOKEN.encode().hex(),
    "HEX": TOKEN.encode().hex().upper(),
}
BASE64 = [base64.b64encode(f"{before}{TOKEN}{after}".encode()).decode()
          for before in ("", "a", "ab", "app:") for after in ("", "z", "zz")]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLED, ids=str)
def test_a_secret_is_found_in_every_spelling(spelling: str) -> None:
    told = SPELLED[spelling]
    assert Scrubber(TOKEN).text(f"before {told} after") == f"before {MASK} after"
    assert Scrubber(TOKEN).content(f"before {told} after".encode()) == f"before {MASK} after".encode()
    assert redact(f"before {told} after", [TOKEN]) == f"before {MASK} after"


@pytest.mark.parametrize("told", BASE64)
def test_a_secret_is_found_in_base64_wherever_its_groups_begin(told: str) -> None:
    cleaned = Scrubber(TOKEN).text(f"Basic {told}")
    assert MASK in cleaned
    # What is left names less than three characters of the secret at either end.
    left = cleaned.removeprefix("Basic ").split(MASK)
    assert all(len(part) <= 7 for part in left)


@pytest.mark.parametrize("secret", ['sl/ash"quo\\te', "zażółć gęślą", "\U0001f600emoji!!"])
def test_secrets_of_any_characters_are_found(secret: str) -> None:
    for told in (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], quote(secret),
                 json.dumps(secret)[1:-1].replace("/", "\\/"), secret):  # fmt: skip
        assert Scrubber(secret).text(f"<{told}>") == f"<{MASK}>"
        assert Scrubber(secret).content(f"<{told}>".encode()) == f"<{MASK}>".encode()


def test_documents_without_a_secret_are_the_same_object() -> None:
    content = b'{"name":"50% off \\u0142","url":"https:\\/\\/x.test\\/?a=%20"}'
    assert Scrubber(TOKEN).content(content) is content


def test_a_short_secret_is_a_word_and_stays_in_documents() -> None:
    assert Scrubber("token12").content(b'{"a":"token12"}') == b'{"a":"token12"}'
    assert Scrubber("token123").content(b'{"a":"token123"}') == f'{{"a":"{MASK}"}}'.encode()


@pytest.mark.parametrize(
    ("secret", "document", "value"),
    [
        ("12345678", '{"a":12345678,"b":[1123456780,7],"c":"x12345678"}', {"a": None, "b": [None, 7], "c": f"x{MASK}"}),
        ("nope-token", '{"a":"\\nope-token"}', {"a": "\nope-token"}),
        ("e9abcdefgh", '{"a":"\\u00e9abcdefgh","b":"e9abcdefgh"}', {"a": "éabcdefgh", "b": MASK}),
        ("key-of-the-shop", '{"key-of-the-shop":{"x":1e2}}', {MASK: {"x": 100.0}}),
        ("12345678", '{"a":12345678,"big":9223372036854775808999}', {"a": None, "big": 9223372036854775808999}),
    ],
)
def test_json_stays_json_wherever_the_secret_stands(secret: str, document: str, value: object) -> None:
    assert json.loads(Scrubber(secret).content(document.encode())) == value


def test_remembered_secrets_are_masked_without_being_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.redact._known", {})
    remember(TOKEN, "", "token")
    assert known() == (TOKEN,)
    assert redact(f"a {TOKEN.replace('-', '%2d')} b") == f"a {MASK} b"


def test_a_long_secret_is_found_as_it_is() -> None:
    secret = "0123456789abcdef" * 256
    assert Scrubber(secret).text(f"<{secret}>") == f"<{MASK}>"
