"""Signatures of deliveries: the documented vectors, the documented rule, and bodies made to break it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.signature import is_signed, sign, signed_bytes
from tests.support.deliveries import SECRET
from tests.support.json_values import JSON

VECTORS = [
    (b'{"a":1}', "a17d2ac229d1ebbb5f10e839c7985c4818e5986eab297f7e5979196d4d7d3ed2"),
    (b'{"a\\"b":1}', "f7cf97814a03146abedb9793f56e1dec34f618f82d10395310d053f749483ffb"),
    (b"  message  ", "53ff92957e1427ce23ad5bda9d0c5f2f4ff384d0806b83eeacb510c842d3a358"),
]


def rule(text: str) -> str:
    """The documented rule, letter by letter: whitespace outside string literals goes."""
    kept, inside, escaped = [], False, False
    for letter in text:
        if inside or not letter.isspace():
            kept.append(letter)
        if escaped:
            escaped = False
        elif inside and letter == "\\":
            escaped = True
        elif letter == '"':
            inside = not inside
    return "".join(kept)


@pytest.mark.parametrize(("body", "signature"), VECTORS)
def test_the_documented_vectors(body: bytes, signature: str) -> None:
    assert sign(body, SECRET) == signature
    assert is_signed(body, signature, SECRET)
    assert is_signed(body, f" {signature.upper()} ", SECRET)


@pytest.mark.parametrize("body", [b' { "a" : 1 }', b'{\r\n\t"a":\n1}\n', b'\n{"a":1}'])
def test_layout_is_not_signed(body: bytes) -> None:
    assert is_signed(body, VECTORS[0][1], SECRET)


@pytest.mark.parametrize("signature", [None, "", "x", "é", VECTORS[0][1][:-1], VECTORS[1][1], VECTORS[0][1] + "0"])
def test_another_signature_is_wrong(signature: str | None) -> None:
    assert not is_signed(VECTORS[0][0], signature, SECRET)


def test_another_secret_or_another_body_is_wrong() -> None:
    body = '{"name": "zażółć  gęślą"}'.encode()
    signature = sign(body, "sekret ż")
    assert is_signed(body, signature, "sekret ż")
    assert not is_signed(body, signature, "sekret z")
    assert not is_signed(body.replace(b"  ", b" "), signature, "sekret ż")


@given(JSON, st.sampled_from([None, 1, "\t"]))
def test_documents_lose_their_layout_and_nothing_else(value: object, indent: int | str | None) -> None:
    text = json.dumps({"value": value}, indent=indent)
    stripped = signed_bytes(text.encode())
    assert stripped.decode() == rule(text)
    assert stripped == json.dumps({"value": value}, separators=(",", ":")).encode()
    assert signed_bytes(stripped) == stripped


@given(st.lists(st.sampled_from(['"', "\\", " ", "\n", "{", "}", "a", ":", "\\u0020"]), max_size=60))
def test_what_begins_like_a_document_follows_the_rule_whether_it_is_one_or_not(parts: list[str]) -> None:
    text = "{" + "".join(parts)
    assert signed_bytes(text.encode()).decode() == rule(text)


@given(st.binary(max_size=200))
def test_no_body_is_too_odd_to_be_signed(body: bytes) -> None:
    assert is_signed(body, sign(body, SECRET), SECRET)


@pytest.mark.parametrize("unit", [b'\\"', b'"', b"\\", b' "', b"{ "])
def test_unfinished_literals_cost_no_more_than_their_length(unit: bytes) -> None:
    """Searching anew from every quote inside would take hours for this body."""
    body = b'{"' + unit * (4_000_000 // len(unit))
    assert signed_bytes(body).startswith(b'{"')
