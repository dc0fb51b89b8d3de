"""The ladder of a campaign's promotion tiers, before one of them gets another place and after."""

from typing import Any

from store.actions.action import Change, Document, FieldKind, Get, Values, beside
from store.api.addresses import segment
from store.domain.values import called, entries, inside, members, whole


async def read_ladder(get: Get, record: Document, values: Values) -> dict[str, Any]:
    """The tiers of the record's campaign, where its place is to change."""
    campaign = record.get("campaign_id") or inside(record, "campaign", "id")
    if "hierarchy" not in values or not campaign:
        return {}
    answer = await get(f"/v1/promotions/{segment(str(campaign))}/tiers")
    tiers = entries(answer.get(str(answer.get("data_ref") or "tiers")))
    return {"ladder": [{name: members(one).get(name) for name in ("id", "name", "hierarchy")} for one in tiers]}


def ladder_changes(record: Document, values: Values) -> tuple[Change, ...]:
    """The whole ladder before and after; nothing where the tier stays on its place."""
    tiers = [members(one) for one in entries(beside(record).get("ladder"))]
    place = whole(values.get("hierarchy"))
    if place is None or place == record.get("hierarchy") or not tiers:
        return ()
    before = sorted(tiers, key=lambda one: whole(one.get("hierarchy")) or 0)
    own = [one for one in before if one["id"] == record["id"]]
    after = [one for one in before if one["id"] != record["id"]]
    after[max(0, place - 1) : max(0, place - 1)] = own
    return (Change("ladder", _lines(before), _lines(after), FieldKind.LINES),)


def other_tiers(record: Document, values: Values) -> tuple[tuple[str, str], ...]:
    """The ladder, where its tiers get other places."""
    campaign = record.get("campaign_id") or inside(record, "campaign", "id")
    if not ladder_changes(record, values):
        return ()
    return (("promotion_tiers", f"/v1/promotions/{segment(str(campaign))}/tiers"),)


def _lines(tiers: list[Any]) -> list[str]:
    return [f"{place}. {called(one) or one.get('id')}" for place, one in enumerate(tiers, 1)]
