from typing import Any

import pytest
from rich.cells import cell_len

from widgets.text import glyphs

NAMES = glyphs.Glyphs._fields


@pytest.mark.parametrize("signs", [glyphs.UNICODE, glyphs.ASCII], ids=["unicode", "ascii"])
def test_every_sign_is_one_cell(signs: glyphs.Glyphs) -> None:
    for name in NAMES:
        value = getattr(signs, name)
        if name == "tree":
            assert [cell_len(part) for part in value] == [3, 3, 3, 3]
        else:
            expected = {"spark": 8, "borders": 6}.get(name, 1)
            assert cell_len(value) == expected, name


def test_the_ascii_set_is_ascii() -> None:
    assert all("".join(getattr(glyphs.ASCII, name)).isascii() for name in NAMES)


def test_states_differ_from_one_another() -> None:
    for signs in (glyphs.UNICODE, glyphs.ASCII):
        states = [signs.active, signs.scheduled, signs.draft, signs.disabled, signs.expired, signs.failed]
        assert len(set(states)) == len(states)


def test_use_switches_the_set_and_refuses_others() -> None:
    unknown: Any = "runes"
    try:
        assert glyphs.use("ascii") is glyphs.current() is glyphs.ASCII
        with pytest.raises(KeyError):
            glyphs.use(unknown)
    finally:
        glyphs.use("unicode")
