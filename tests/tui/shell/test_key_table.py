"""Every key is declared once: in a table of its room or folder, which all that shows keys is made from."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

import tui
import widgets
from tests.support.paths import ROOT
from tui.campaigns.commands import CAMPAIGN, LIST
from tui.campaigns.detail_screen import CampaignDetailScreen
from tui.campaigns.list_screen import CampaignListScreen
from tui.shell.app import PromoscopeApp
from tui.shell.commands import EVERYWHERE
from tui.shell.key_table import command_tables, commands, key_table, with_key_table
from widgets.keys.command_table import Command, CommandTable, command_table, key_words


def our_classes(kind: type[DOMNode] = DOMNode) -> Iterator[type[DOMNode]]:
    """Screens and widgets of the product."""
    for sub in kind.__subclasses__():
        yield from our_classes(sub)
        if sub.__module__.startswith(("tui.", "widgets.")):
            yield sub


@pytest.fixture(scope="module")
def owners() -> dict[str, set[type[DOMNode]]]:
    """The classes that bind each command, by its id."""
    for package in (tui, widgets):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    found: dict[str, set[type[DOMNode]]] = {}
    for kind in set(our_classes()):
        for binding in kind.__dict__.get("BINDINGS", ()):
            assert isinstance(binding, Binding), (kind, binding)
            assert binding.id is not None, (kind, binding)
            assert binding.id in commands(), f"{kind.__name__} binds {binding.key} outside a command table"
            found.setdefault(binding.id, set()).add(kind)
    return found


def test_every_key_of_every_class_stands_in_a_table_and_every_table_is_bound(
    owners: dict[str, set[type[DOMNode]]],
) -> None:
    assert set(owners) == {identity for identity, (_, command) in commands().items() if command.keys}


def test_every_action_exists_on_what_binds_it(owners: dict[str, set[type[DOMNode]]]) -> None:
    for identity, (_, command) in commands().items():
        name = command.action.split("(")[0]
        for owner in owners.get(identity, {PromoscopeApp}):
            target: type[DOMNode] = PromoscopeApp if name.startswith("app.") else owner
            assert hasattr(target, f"action_{name.removeprefix('app.')}"), (identity, owner)


def test_each_id_is_given_once_and_each_table_has_a_heading_of_its_own() -> None:
    assert len(commands()) == sum(len(table.commands) for table in command_tables())
    titles = [table.title for table in command_tables()]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("table", command_tables(), ids=lambda table: table.title)
def test_a_key_has_one_meaning_in_its_place(table: CommandTable) -> None:
    tables = (table, EVERYWHERE) if table in (LIST, CAMPAIGN) else (table,)
    keys = [
        key
        for one in tables
        for command in one.commands
        if not command.is_number
        for key in command.keys.split(",")
        if key
    ]
    assert len(keys) == len(set(keys))


def test_screens_name_the_table_they_bind() -> None:
    for screen, table in ((CampaignListScreen, LIST), (CampaignDetailScreen, CAMPAIGN)):
        assert screen.COMMAND_TABLE is table
        assert table.bindings == screen.BINDINGS
    assert App in PromoscopeApp.__mro__
    assert EVERYWHERE.bindings == PromoscopeApp.BINDINGS


def test_the_table_has_every_key() -> None:
    lines = key_table().splitlines()
    assert all(line.count("|") == 4 for line in lines)
    for table in command_tables():
        for keys, words in table.rows():
            assert any(
                line.startswith(f"| {table.title} | ") and line.endswith(f" | {words} |")
                and all(f"`{sign}`" in line for sign in key_words(keys).split())
                for line in lines
            ), keys  # fmt: skip


def test_nine_tabs_are_one_row() -> None:
    table = command_table("T", *(Command(f"t.{at}", str(at), f"number_tab({at})", "", "") for at in range(1, 10)))
    assert list(table.rows()) == [("1-9 0 A-D", "Tabs by key")]


def test_the_readme_shows_the_keys_there_are() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert with_key_table(readme) == readme, "run: python -m tui.shell.key_table"
