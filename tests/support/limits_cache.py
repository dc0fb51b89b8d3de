"""A cache with one campaign, its rules and its redemptions, for tests of limits."""

import sqlite3
from typing import Any

from tests.support.records import Document, campaign, put, read_whole, redemption

READ = "2026-11-27T12:00:00.000Z"


def condition(name: str, highest: Any, operator: str = "$less_than_or_equal") -> Document:
    """A condition that caps something."""
    return {"name": name, "property": None, "conditions": {operator: [highest]}, "rules": {}}


def set_rule(
    cache: sqlite3.Connection,
    *conditions: Document,
    target: tuple[str, str] = ("campaign", "camp_1"),
    name: str = "Cap",
    identity: str = "val_1",
    **more: Any,
) -> None:
    """Cache a rule of conditions that must all hold, assigned to one object."""
    rules = {str(place): one for place, one in enumerate(conditions, start=1)}
    put(cache, "validation_rules", {"id": identity, "name": name, "rules": rules, "object": "validation_rules", **more})
    put(cache, "validation_rules_assignments", {
        "id": f"asgm_{identity}_{target[1]}", "rule_id": identity, "related_object_type": target[0],
        "related_object_id": target[1], "object": "validation_rules_assignment",
    })  # fmt: skip


def fill(cache: sqlite3.Connection, *redemptions: Document, read_at: str = READ, codes: int = 1) -> None:
    """Cache the campaign and these of its redemptions, read whole."""
    put(cache, "campaigns", campaign(vouchers_count=codes))
    if redemptions:
        put(cache, "redemptions", *redemptions)
    read_whole(cache, "redemptions", at=read_at)


def made(identity: str, at: str, **more: Any) -> Document:
    """A redemption made at an instant."""
    return redemption(identity, date=at, **more)
