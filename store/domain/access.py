"""Access settings in words: the areas and stores a campaign is assigned to.

Source: schema AccessSettingsCampaignAssignmentsList; API §4.2 row F. An absent object does not mean "unassigned":
the feature may be off, or the list was read without its `expand` (API §11.16).
"""

from collections.abc import Mapping
from typing import Any

from store.domain.values import entries, inside, members, shown, word

NOT_STATED = "Not stated: areas and stores may be off in this project."
UNASSIGNED = "Not assigned to any area or store."


def access_lines(settings: Any, names: Mapping[str, str] | None = None) -> list[str]:
    """One line per assignment: `All stores of North`, `Store ars_1 of North`, `Area North`.

    Args:
        settings: a campaign's `access_settings_assignments`, or the bare list of assignments.
        names: known names by area or store id; ids stand where a name is missing.

    Returns:
        Never empty: one sentence says that nothing is stated or assigned.
    """
    if settings is None or not isinstance(settings, Mapping | list):
        return [NOT_STATED]
    if isinstance(settings, Mapping) and not isinstance(settings.get("data"), list):
        return [NOT_STATED]
    listed = entries(settings) or entries(inside(settings, "data"))
    if not listed:
        return [UNASSIGNED]
    return [_assignment(members(entry), names or {}) or shown(entry) for entry in listed]


def _assignment(entry: Mapping[str, Any], names: Mapping[str, str]) -> str:
    area, store = word(entry.get("area_id")), word(entry.get("area_store_id"))
    area_name, store_name = names.get(area, area), names.get(store, store)
    if store:
        return f"Store {store_name}{f' of {area_name}' if area else ''}"
    if not area:
        return ""
    return f"All stores of {area_name}" if entry.get("all_stores") is True else f"Area {area_name}"


def assigned_ids(settings: Any) -> tuple[set[str], set[str]]:
    """The ids of the areas and of the stores that a campaign is assigned to."""
    listed = [members(entry) for entry in entries(settings) or entries(inside(settings, "data"))]
    areas = {word(entry.get("area_id")) for entry in listed}
    stores = {word(entry.get("area_store_id")) for entry in listed}
    return areas - {""}, stores - {""}
