"""With the ASCII signs in use nothing outside ASCII is painted by the app itself, on any screen, tab or dialog."""

import ast
import sqlite3
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from tests.support.app_host import NARROW, WIDE, DemoHost, name_campaigns, press, screen_text, settle
from tests.support.paths import ROOT
from tests.tui.campaigns.test_names import REQUIRED, busiest, own_tabs
from widgets.frame.tab_bar import TabBar
from widgets.text import plain
from widgets.text.ascii_signs import cell_sign

GRAPHICS = (range(0x2190, 0x2200), range(0x2300, 0x2400), range(0x2500, 0x2600), range(0x2800, 0x2900))
"""Arrows, technical signs, lines, blocks, shapes and braille: they draw, whoever wrote them."""


@cache
def own_signs() -> frozenset[str]:
    """Every character outside ASCII that the program's own words and signs are written with."""
    found: set[str] = set()
    for package in ("tui", "widgets", "store"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if "sandbox" not in path.parts and not (text.isascii() and "\\" not in text):
                nodes = list(ast.walk(ast.parse(text)))
                documentation = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
                for node in nodes:
                    if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
                        found |= set(node.value)
    return frozenset(char for char in found if not char.isascii())


def outside(host: DemoHost) -> set[str]:
    """Every character outside ASCII that the cached documents hold."""
    found: set[str] = set()
    with sqlite3.connect(host.cache) as connection:
        tables = [row[0] for row in connection.execute("select name from sqlite_master where name like '%_raw'")]
        for table in tables:
            for (text,) in connection.execute(f'select json from "{table}"'):
                found |= set(text)
    connection.close()
    return {char for char in found if not char.isascii()}


@pytest.fixture
def ascii_host(demo_host: DemoHost) -> DemoHost:
    demo_host.preferences = replace(demo_host.preferences, signs="ascii")
    return demo_host


class Walk:
    """Looks at one screen after the other."""

    def __init__(self, pilot: Pilot[Any], known: set[str]) -> None:
        self._pilot = pilot
        self._known = known

    def look(self, where: str) -> None:
        """Nothing but letters of the documents may stand outside ASCII."""
        painted = {char for char in screen_text(self._pilot) if not char.isascii()}
        own = own_signs() - {char for char in self._known if unicodedata.category(char)[0] == "L"}
        assert not painted & own, where
        assert not [char for char in painted if any(ord(char) in held for held in GRAPHICS)], where
        assert painted <= self._known, where

    async def press(self, *keys: str) -> None:
        await press(self._pilot, *keys)
        self.look(" ".join(keys))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", REQUIRED)
async def test_every_tab_and_its_dialogs(ascii_host: DemoHost, kind: str) -> None:
    identity = busiest(ascii_host.cache, kind)
    async with ascii_host.run(NARROW, open_campaign=identity) as (app, pilot):
        walk = Walk(pilot, outside(ascii_host))
        for _ in range(5):
            await walk.press("ctrl+d")
        await walk.press("t")
        for place_in_type, (number, tab) in enumerate(own_tabs(kind)):
            app.screen.query_one(TabBar).choose_number(number)
            await settle(pilot)
            walk.look(tab.id)
            place = app.screen
            # Days and JSON have one dialog for all tabs.
            for key in ("enter", "f", "s", *(() if place_in_type else ("J", "d"))):
                await press(pilot, key)
                walk.look(f"{tab.id} {key}")
                if app.screen is not place:
                    await press(pilot, "escape")
        await walk.press("full_stop")


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "160x45"])
async def test_the_list_and_what_opens_from_it(ascii_host: DemoHost, size: tuple[int, int]) -> None:
    async with ascii_host.run(size) as (app, pilot):
        walk = Walk(pilot, outside(ascii_host))
        walk.look("list")
        for keys in (
            ("question_mark",), ("escape",), ("T",), ("escape",), ("S",), ("escape",), ("s",), ("escape",), ("P",),
            ("P",), ("slash", *"zzz"), ("escape",), ("space",), ("J",), ("q",), ("H",), ("q",), ("ctrl+p",),
            ("escape",),
        ):  # fmt: skip
            await walk.press(*keys)
        app.notify("Toast … “quoted” · words")
        await settle(pilot)
        walk.look("toast")


async def test_hostile_names_are_marked_in_ascii(ascii_host: DemoHost) -> None:
    names = ("a\x1b[31mb", "inv\u202eoice", "zero\u200bwidth", "two\nlines", "\u0301start", "“€5” … ≤ → ● –", "del\x7f")
    name_campaigns(ascii_host, names)
    async with ascii_host.run((200, 45)) as (_app, pilot):
        text = screen_text(pilot)
        assert "a^[[31mb" in text
        assert "inv[U+202E]oice" in text
        assert '"EUR5" ... <= -> * -' in text
        Walk(pilot, outside(ascii_host) | {"\u0301"}).look("names")


def test_each_own_sign_has_its_ascii(ascii_signs: None) -> None:
    for char in own_signs():
        finished = "".join(map(cell_sign, plain(f"a{char}")))
        assert finished.isascii() or unicodedata.category(char) in {"Mn", "Lo"}, char
        assert len(cell_sign(char)) == 1, char


@pytest.fixture
def ascii_signs() -> Iterator[None]:
    from widgets.text import glyphs

    glyphs.use("ascii")
    yield
    glyphs.use("unicode")


@pytest.mark.parametrize("words", ["Größe 日本語 Привет", "ünïversal", "नमस्ते"])
def test_letters_of_other_scripts_stay(words: str, ascii_signs: None) -> None:
    assert plain(words) == words
    assert "".join(map(cell_sign, words)) == words
