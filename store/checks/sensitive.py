"""Secrets and personal data in a text, by forms that little else has: of what kind they are, never what they are."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

SECRETS = "secret"
PERSONAL = "personal"

_SECRET_FORMS = {
    "a private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
    "an AWS access key": r"(?<![A-Za-z0-9])A(?:KIA|SIA)[A-Z2-7]{16}(?![A-Za-z0-9])",
    "a GitHub token": r"(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40,})",
    "a GitLab token": r"(?<![A-Za-z0-9])glpat-[A-Za-z0-9_-]{20}",
    "a Google API key": r"(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])",
    "a SendGrid key": r"(?<![A-Za-z0-9])SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}",
    "a Slack token": r"(?<![A-Za-z0-9])xox[abeprs]-[A-Za-z0-9-]{10,}",
    "a Stripe key": r"(?<![A-Za-z0-9])[rs]k_(?:live|test)_[A-Za-z0-9]{16,}",
    "a signed token (JWT)": r"(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{16,}",
    "a password in an address": r"[a-z][a-z0-9+.-]*://[^\s/:@]+:[^\s/@]{3,}@[A-Za-z0-9]",
    "a bearer token": r"(?i:\bbearer) [A-Za-z0-9._~+/-]{20,}",
}
_SECRETS = {kind: re.compile(form) for kind, form in _SECRET_FORMS.items()}
_NAMED_SECRET = re.compile(
    r"(?:^|[_.\- ])(?:pass(?:word|wd|phrase)|secret|(?:api|app|access|private|auth|client)[_.\- ]?(?:key|token|secret))"
    r"(?:$|[_.\- ])"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SECRET_VALUE = re.compile(r"(?=[^\s]*[0-9])(?=[^\s]*[A-Za-z])[^\s]{16,}")
_ADDRESS = re.compile(
    r"(?<![A-Za-z0-9._%+/:-])[A-Za-z0-9](?:[A-Za-z0-9._%+-]{0,62}[A-Za-z0-9_])?"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}(?![A-Za-z0-9-])"
)
_PHONE = re.compile(r"(?<![\w+])\+[1-9](?:[ .\-/]?\(?\d\)?){7,14}(?![\d.])")
_PHONE_NAME = re.compile(r"(?:^|[_.\- ])(?:phone|mobile|msisdn|telephone|tel)(?:$|[_.\- ])|phone[_.\- ]?n(?:o|umber)")
_BARE_PHONE = re.compile(r"\+?\d(?:[ .\-/]?\(?\d\)?){7,14}")
_CARD = re.compile(r"(?<![\w.+-])\d(?:[ -]?\d){12,18}(?![\w-]|\.\d)")
_ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|(?:222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}"
    r"|6(?:011\d{12}|5\d{14})|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}"
)
_BEGINNINGS = (
    "-----begin", "akia", "asia", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "aiza", "sg.", "xox",
    "k_live_", "k_test_", "eyj", "://", "bearer ",
)  # fmt: skip
_NAMES = ("pass", "secret", "token", "key", "phone", "mobile", "msisdn", "tel")
_SIGNS = ("@", "\\u", *_NAMES, *_BEGINNINGS)
"""The second begins a character that is spelled by its number, which may be any."""
_DIGITS = re.compile(r"\+[1-9]|\d(?:[ -]?\d){12}")
_DEEPEST = 20


@lru_cache(maxsize=4_096)
def may_hold(text: str) -> bool:
    """A quick look: where it says no, `found_in` finds nothing in the JSON text's value. Many codes share one text."""
    low = text.lower()
    for sign in _SIGNS:
        if sign in low:
            return True
    return _DIGITS.search(text) is not None


def found_in(value: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Every secret and personal datum in a JSON value, by where it is: path, family (`SECRETS`, `PERSONAL`) and kind.

    Names of members are looked at, too; one that holds something itself does not stand in the path.
    """
    yield from _found_in(value, path, "", 0)


def _found_in(value: Any, path: str, name: str, depth: int) -> Iterator[tuple[str, str, str]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        for member, inner in value.items():
            kinds = list(kinds_in(member, ""))
            below = f"{path}.{'(a name)' if kinds else member}".lstrip(".")
            yield from ((below, family, kind) for family, kind in kinds)
            yield from _found_in(inner, below, member, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _found_in(inner, path, name, depth + 1)
    elif isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        yield from ((path, family, kind) for family, kind in kinds_in(str(value), name))


def kinds_in(text: str, name: str) -> Iterator[tuple[str, str]]:
    """What a text holds: family and kind, each once.

    Args:
        text: any.
        name: of the member whose value it is; "" for none.
    """
    low = text.lower()
    may_be_secret = any(beginning in low for beginning in _BEGINNINGS)
    secrets = [kind for kind, form in _SECRETS.items() if form.search(text)] if may_be_secret else []
    yield from ((SECRETS, kind) for kind in secrets)
    names_secret, names_phone = _named(name)
    if not secrets and names_secret and _SECRET_VALUE.fullmatch(text):
        yield SECRETS, "a key or password, by its name"
    is_card = any(is_card_number(match[0]) for match in _CARD.finditer(text))
    if is_card:
        yield SECRETS, "a payment card's number"
    if not secrets and "@" in text and _ADDRESS.search(text):
        yield PERSONAL, "an e-mail address"
    if not is_card and (_PHONE.search(text) or (names_phone and _BARE_PHONE.fullmatch(text.strip()))):
        yield PERSONAL, "a phone number"


@lru_cache(maxsize=1_024)
def _named(name: str) -> tuple[bool, bool]:
    """Whether a member's name says that it holds a secret, and a phone number."""
    named = _CAMEL.sub("_", name).lower()
    return bool(_NAMED_SECRET.search(named)), bool(_PHONE_NAME.search(named))


def is_card_number(text: str) -> bool:
    """Whether digits are a payment card's number: an issuer's beginning, its length, and the check digit (Luhn)."""
    digits = "".join(char for char in text if char.isascii() and char.isdigit())
    if not _ISSUERS.fullmatch(digits) or len(set(digits)) < 2:
        return False
    odd, even = digits[-1::-2], digits[-2::-2]
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in even)
    return (sum(map(int, odd)) + doubled) % 10 == 0
