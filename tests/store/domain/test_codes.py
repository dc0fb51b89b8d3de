"""How codes are made, and who may join, in words."""

from string import ascii_letters, digits
from typing import Any

import pytest

from store.domain.codes import charset_text, code_pattern, joining_lines


@pytest.mark.parametrize(
    ("config", "pattern"),
    [
        ({"length": 8}, "########"),
        ({"length": 8, "pattern": "PL-####"}, "PL-####"),
        ({"length": 3, "prefix": "SUMMER-", "postfix": "-26"}, "SUMMER-###-26"),
        ({"prefix": "A", "pattern": "#-#"}, "A#-#"),
        ({"length": 40}, "#" * 40),
        ({"length": 10_000, "prefix": "X"}, "X(10,000 random characters)"),
        ({"length": 2.0}, "##"),
        ({"length": 2.5}, ""),
        ({"length": -1}, ""),
        ({"length": None, "pattern": None}, ""),
        ({"pattern": 7, "prefix": ["a"]}, ""),
        (None, ""),
        ("text", ""),
    ],
)
def test_a_pattern_shows_where_random_characters_stand(config: Any, pattern: str) -> None:
    assert code_pattern(config) == pattern


@pytest.mark.parametrize(
    ("charset", "words"),
    [
        (digits + ascii_letters, "letters and digits"),
        ("9876543210", "digits"),
        ("abcdefghijklmnopqrstuvwxyz", "small letters"),
        ("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"),
        ("", ""),
        (None, ""),
    ],
)
def test_known_sets_of_characters_have_a_name(charset: Any, words: str) -> None:
    assert charset_text({"charset": charset}) == words


@pytest.mark.parametrize(
    ("auto", "once", "lines"),
    [
        (True, True, ["customers join by themselves", "each customer joins once"]),
        (False, False, ["customers do not join by themselves", "a customer may join more than once"]),
        (None, True, ["each customer joins once"]),
        (None, None, ["not stated"]),
        ("yes", 1, ["not stated"]),
    ],
)
def test_joining_is_told_as_far_as_the_campaign_states_it(auto: Any, once: Any, lines: list[str]) -> None:
    assert joining_lines({"auto_join": auto, "join_once": once}) == lines
