"""Promotion and loyalty tiers of a campaign, as received and in order."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from store.json_text import stored_object

_PROMOTION = (
    "select r.json from promotion_tiers t join promotion_tiers_raw r on r.id = t.id"
    " where t.campaign_id = ? and t.missing_since is null order by t.hierarchy, t.created_at"
)
_LOYALTY = (
    "select r.json from loyalty_tiers t join loyalty_tiers_raw r on r.id = t.id"
    " where t.campaign_id = ? and t.missing_since is null order by t.points_from, t.created_at"
)
_NAMES = (
    "select id, name from earning_rules union all select id, name from rewards"
    " union all select a.id, r.name from reward_assignments a join rewards r on r.id = a.reward_id"
)


def promotion_tiers(connection: sqlite3.Connection, campaign_id: str) -> list[Mapping[str, Any]]:
    """A campaign's promotion tiers by hierarchy."""
    return [stored_object(text) for (text,) in connection.execute(_PROMOTION, (campaign_id,))]


def loyalty_tiers(connection: sqlite3.Connection, campaign_id: str) -> list[Mapping[str, Any]]:
    """A campaign's loyalty tiers, that of the fewest points first."""
    return [stored_object(text) for (text,) in connection.execute(_LOYALTY, (campaign_id,))]


def count_loyalty_tiers(connection: sqlite3.Connection, campaign_id: str) -> int:
    """How many tiers `loyalty_tiers` finds."""
    query = "select count(*) from loyalty_tiers where campaign_id = ? and missing_since is null"
    return int(connection.execute(query, (campaign_id,)).fetchone()[0])


def changed_by_tiers(connection: sqlite3.Connection) -> dict[str, str | None]:
    """Names of the objects a tier changes; rewards stand in it under their own id or their assignment's."""
    return dict(connection.execute(_NAMES).fetchall())
