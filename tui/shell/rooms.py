"""The rooms, discovered: every package beside this one whose `room.py` declares a `Room`."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from textual.screen import Screen

import tui
from store.ref import AUDIT, CAMPAIGN, FAILURES, Ref
from tui.kit.rooms import Room
from tui.kit.services import AppServices

PLACES = (AUDIT, "checks", FAILURES)
"""Kinds of rooms of which there is one alone: their name opens it."""


@cache
def rooms() -> Mapping[str, Room]:
    """Every room by the kind of thing it opens."""
    packages = [found.name for found in pkgutil.iter_modules(tui.__path__) if found.ispkg]
    declared = [name for name in packages if any((Path(place) / name / "room.py").is_file() for place in tui.__path__)]
    modules = [importlib.import_module(f"{tui.__name__}.{name}.room") for name in declared]
    found: list[Room] = [room for module in modules for room in vars(module).values() if isinstance(room, Room)]
    return {room.kind: room for room in found}


def ref_of(text: str) -> Ref:
    """What a text names: a place, `KIND:ID` of a kind that a room opens, else a campaign by its id or name."""
    if text in PLACES:
        return Ref(text, "")
    kind, sign, identity = text.partition(":")
    return Ref(kind, identity) if sign and kind in rooms() else Ref(CAMPAIGN, text)


def screen_of(
    known: Mapping[str, Room] | None, services: AppServices, ref: Ref, above: tuple[str, ...]
) -> Screen[None] | None:
    """The screen of a thing: of the room of its kind, else as a record; None for what is no kind.

    Args:
        known: rooms by kind; None for all that are discovered.
        services: what the app is given.
        ref: what to open.
        above: where the user comes from.
    """
    room = (rooms() if known is None else known).get(ref.kind)
    if room is not None:
        return room.open(services, ref.id)
    from tui.search.record import record_screen

    return record_screen(services, ref, above)
