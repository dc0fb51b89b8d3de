"""What is a secret or personal datum in a text, and what only looks like one."""

import json
from typing import Any

import pytest

from store.checks.sensitive import PERSONAL, SECRETS, found_in, is_card_number, kinds_in, may_hold

HEX = "0123456789abcdef0123456789abcdef"
FOUND: list[tuple[str, str, str, str]] = [
    ("note", "-----BEGIN RSA PRIVATE KEY-----\nMIIE", SECRETS, "a private key"),
    ("note", "AKIAIOSFODNN7EXAMPLE", SECRETS, "an AWS access key"),
    ("note", "use ghp_" + "aB3d" * 9 + " here", SECRETS, "a GitHub token"),
    ("note", "glpat-abcdefghij0123456789", SECRETS, "a GitLab token"),
    ("note", "AIza" + "Sy_-9" * 7, SECRETS, "a Google API key"),
    ("note", "xoxb-123456789012-abcdef", SECRETS, "a Slack token"),
    ("note", "sk_live_4eC39HqLyjWDarjtT1zdp7dc", SECRETS, "a Stripe key"),
    ("note", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4", SECRETS, "a signed token (JWT)"),
    ("url", "https://shop:s3cret@api.example.com/x", SECRETS, "a password in an address"),
    ("header", "Bearer 0123456789abcdefghijkl", SECRETS, "a bearer token"),
    ("apiKey", HEX, SECRETS, "a key or password, by its name"),
    ("client_secret", "f3c1-09ab-77de-1234", SECRETS, "a key or password, by its name"),
    ("X-App-Token", "3c1b9a7e-0d4f-4b6a-9d3e-5f2a1c0b7e88", SECRETS, "a key or password, by its name"),
    ("note", "ask anna.k+shop@mail.example.co.uk please", PERSONAL, "an e-mail address"),
    ("note", "call +48 600 700 800", PERSONAL, "a phone number"),
    ("note", "+1 (415) 555-0132", PERSONAL, "a phone number"),
    ("phone_number", "600 700 800", PERSONAL, "a phone number"),
    ("contactPhone", "0600700800", PERSONAL, "a phone number"),
    ("note", "4111 1111 1111 1111", SECRETS, "a payment card's number"),
    ("note", "paid with 5555-5555-5555-4444.", SECRETS, "a payment card's number"),
    ("note", "378282246310005", SECRETS, "a payment card's number"),
]
SOUND: list[tuple[str, str]] = [
    ("note", ""),
    ("note", "ghp_tooshort"),
    ("note", "AKIAIOSFODNN7EXAMPLEX"),
    ("key", "summer-sale"),
    ("token", "0123456789abcdef0123"),  # a token may be anything; no more is said than is sure
    ("api_key", "see the vault entry"),
    ("secret", "no"),
    ("passport_rule", HEX),
    ("keywords", "abc123abc123abc123"),
    ("note", "v1.2@latest"),
    ("handle", "@anna"),
    ("note", "user@localhost"),
    ("url", "https://example.com/@anna/post"),
    ("url", "https://example.com:8080/path"),
    ("note", "4111 1111 1111 1112"),  # the check digit is another
    ("note", "1234567890123456"),  # no issuer begins so
    ("sku", "A4111111111111111"),
    ("uuid", "41111111-1111-4111-8111-111111111111"),
    ("at", "2026-11-20T12:00:00+01:00"),
    ("ms", "1762000000000"),
    ("range", "+10%"),
    ("note", "+5 days, +10 points"),
    ("ean", "5901234123457"),
    ("amount", "600700800"),
]


@pytest.mark.parametrize(("name", "text", "family", "kind"), FOUND, ids=[f"{one[3]}: {one[1][:18]!r}" for one in FOUND])
def test_it_is_found_by_its_kind_alone(name: str, text: str, family: str, kind: str) -> None:
    assert list(kinds_in(text, name)) == [(family, kind)]
    assert may_hold(json.dumps({name: text}))


@pytest.mark.parametrize(("name", "text"), SOUND, ids=[f"{one[0]}: {one[1][:24]!r}" for one in SOUND])
def test_what_only_looks_like_one_is_not(name: str, text: str) -> None:
    assert list(kinds_in(text, name)) == []


@pytest.mark.parametrize("number", ["4242424242424242", "2223003122003222", "6011111111111117", "3530111333300000"])
def test_every_other_last_digit_is_no_card(number: str) -> None:
    # Luhn changes with each single digit, so exactly one last digit of ten is right.
    numbers = [number[:-1] + str(digit) for digit in range(10)]
    assert [one for one in numbers if is_card_number(one)] == [number]


def test_places_are_paths_and_hold_nothing_of_what_is_there() -> None:
    value: Any = {
        "a": {"b": [1, "x", {"c": "anna@example.com"}]}, "anna@example.com": "x", "n": 4242424242424242, "t": True,
    }  # fmt: skip
    found = list(found_in(value))
    assert found == [
        ("a.b.c", PERSONAL, "an e-mail address"), ("(a name)", PERSONAL, "an e-mail address"),
        ("n", SECRETS, "a payment card's number"),
    ]  # fmt: skip
    assert "anna" not in str(found)
    assert "4242" not in str(found)


def test_what_is_nested_without_end_comes_to_an_end() -> None:
    value: Any = "anna@example.com"
    for _ in range(200):
        value = {"x": value}
    assert list(found_in(value)) == []
