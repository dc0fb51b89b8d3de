"""One case for every action: a record it can be done to, what is asked for, and what the project holds afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Any

from store.sandbox.world import World
from tests.support.writing import Writer

Prepare = Callable[[Writer], str]
"""Brings the project into a state in which the action can be done; gives the record's id."""
Check = Callable[[Writer, str, dict[str, Any], dict[str, Any]], bool]
"""Whether the project is as it should be: from the record's id, and its document before and after."""


@dataclass(frozen=True)
class Case:
    """How an action is tried.

    Attributes:
        prepare: finds or makes its record.
        values: of its fields; a text in braces is filled by `names_of`.
        body: what must be sent.
        check: what must have become of it.
        theirs: a change of somebody else to the same record: method, path with `{id}` and `{holder}`, body.
        unanswered: the fate of a request that was carried out without an answer.
        texts: fields that take any text, and where the record then holds it.
    """

    prepare: Prepare
    check: Check
    values: dict[str, Any] | None = None
    body: Any = None
    theirs: tuple[str, str, Any] | None = None
    unanswered: str = "done"
    texts: dict[str, tuple[str, ...]] | None = None


_METADATA = {"metadata": {"theirs": 1}}
_CAMPAIGN = ("PUT", "/v1/campaigns/{id}", _METADATA)
_VOUCHER = ("PUT", "/v1/vouchers/{id}", _METADATA)
_TIER = ("PUT", "/v1/promotions/tiers/{id}", _METADATA)
_EARNING_RULE = ("PUT", "/v1/loyalties/{holder}/earning-rules/{id}", _METADATA)
_CARD_OF_POINTS = ("POST", "/v1/loyalties/members/{holder}/pending-points/{id}/balance", {"points": 1})
_DATES = {"start_date": "2026-10-31T22:00:00.000Z", "expiration_date": "2027-03-01T23:00:00.000Z"}


@cache
def _of_type(world: World, kind: str) -> str:
    """The id of a campaign of a type that can be changed."""
    campaigns = world.documents["campaigns"].documents
    return next(str(one["id"]) for one in campaigns if one["campaign_type"] == kind and not one["protected"])


def _campaign(project: Writer) -> str:
    return _of_type(project.world, "DISCOUNT_COUPONS")


def _program(project: Writer) -> str:
    return _of_type(project.world, "LOYALTY_PROGRAM")


def _code(project: Writer, kind: str, least: int = 0) -> str:
    """A code of a type; of cards one that somebody holds."""
    value = {"GIFT_VOUCHER": "gift", "LOYALTY_CARD": "loyalty_card"}.get(kind, "")
    campaign = {"GIFT_VOUCHER": "GIFT_VOUCHERS", "LOYALTY_CARD": "LOYALTY_PROGRAM"}.get(kind, "DISCOUNT_COUPONS")
    of_campaign = ("campaign_id", _of_type(project.world, campaign))
    return next(
        str(one["code"]) for one in project.rows("/v1/vouchers", of_campaign, ("limit", "50"))
        if not value or (one[value]["balance"] >= least and (value == "gift" or one["holder_id"]))
    )  # fmt: skip


def _coupon(project: Writer) -> str:
    return _code(project, "DISCOUNT_VOUCHER")


def _gift(project: Writer) -> str:
    return _code(project, "GIFT_VOUCHER", 1_000)


def _card(project: Writer) -> str:
    return _code(project, "LOYALTY_CARD", 10)


def _other_card(project: Writer) -> str:
    """A card that can give points to `_card`."""
    rows = project.rows(f"/v1/loyalties/{_program(project)}/members", ("limit", "100"))
    mine = _card(project)
    return next(
        str(one["code"]) for one in rows
        if one["holder_id"] and one["loyalty_card"]["balance"] >= 10 and one["code"] != mine
    )  # fmt: skip


def _new_code(project: Writer) -> str:
    """A code that nobody has."""
    gifts = _of_type(project.world, "GIFT_VOUCHERS")
    return str(project.write("POST", f"/v1/campaigns/{gifts}/vouchers", {})["code"])


def _tier(project: Writer) -> str:
    return str(project.get("/v1/promotions/tiers")["tiers"][0]["id"])


def _earning_rule(project: Writer) -> str:
    program = _program(project)
    return f"{program}/{project.rows(f'/v1/loyalties/{program}/earning-rules')[0]['id']}"


def _reward(project: Writer) -> str:
    program = _program(project)
    return f"{program}/{project.rows(f'/v1/loyalties/{program}/reward-assignments')[0]['id']}"


def _points(project: Writer) -> str:
    row = project.rows(f"/v1/loyalties/{_program(project)}/pending-points")[0]
    return f"{row['voucher_id']}/{row['id']}"


def _redemption(project: Writer) -> str:
    """A gift card's redemption of the last months, by itself."""
    return next(
        str(row["id"]) for row in project.rows("/v1/redemptions", ("limit", "100"), ("order", "-created_at"))
        if row["object"] == "redemption" and row.get("status") == "SUCCEEDED" and "gift" in row
        and not row.get("redemption")
    )  # fmt: skip


def _switched(path: str, record_of: Prepare, *, is_on: bool) -> Prepare:
    """A record that is switched the other way before."""

    def prepare(project: Writer) -> str:
        record = record_of(project)
        holder, _, part = record.partition("/")
        verb = "disable" if is_on else "enable"
        project.write("POST", f"{path.format(holder=holder, id=part or record)}/{verb}")
        return record

    return prepare


def _is_switched(is_on: bool, _: Writer, __: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    return after == {**before, "active": is_on} and before["active"] is not is_on


def _switches(kind: str, path: str, record_of: Prepare, theirs: tuple[str, str, Any]) -> dict[tuple[str, str], Case]:
    return {
        (kind, verb): Case(
            prepare=_switched(path, record_of, is_on=verb == "enable"),
            check=partial(_is_switched, verb == "enable"),
            theirs=theirs,
        )
        for verb in ("enable", "disable")
    }


_numbers = count(1)


def _codes_file(folder: Path) -> str:
    """A file of three codes that no other file has."""
    first = next(_numbers) * 10
    lines = ["Code,Active,Colour", *(f"FILE-{first + place},true,red" for place in range(3))]
    file = folder / f"codes {first}.csv"
    file.write_text("\n".join(lines) + "\n")
    return str(file)


def names_of(project: Writer, values: dict[str, Any] | None, folder: Path) -> dict[str, Any]:
    """The values of a case with records of a project, and a file, in the place of names in braces."""
    known: dict[str, Prepare] = {
        "{customer}": lambda one: str(one.rows("/v1/customers")[0]["id"]),
        "{other_card}": _other_card,
        "{rule}": _spare_rule,
        "{file}": lambda _: _codes_file(folder),
    }
    return {
        name: known[value](project) if isinstance(value, str) and value in known else value
        for name, value in (values or {}).items()
    }


def _moved(kind: str, by: int) -> Check:
    return lambda _, __, before, after: bool(after[kind]["balance"] == before[kind]["balance"] + by)


def _holds(**members: Any) -> Check:
    """The record holds these members, and all others as before."""
    return lambda _, __, before, after: after == {**before, **members}


def _tier_edited(_: Writer, __: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    return (after["name"], after["hierarchy"], after["metadata"]) == ("Ours", 2, {**before["metadata"], "step": 99})


def _instants(document: dict[str, Any]) -> list[str]:
    return [str(document[name])[:19] for name in _DATES]


def _rule_edited(_: Writer, __: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    is_dated = _instants(after) == [value[:19] for value in _DATES.values()]
    return is_dated and after["source"] == {**before["source"], "banner": "Ours"}


def _activated(project: Writer, record: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    path = f"/v1/vouchers/{before['voucher_id']}/transactions"
    newest = project.rows(path, ("order", "-id"), ("limit", "1"))[0]
    balance = newest["details"]["balance"]
    return after == {} and (newest["type"], balance["points"]) == ("PENDING_POINTS_ACTIVATION", before["points"])


def _gifts(project: Writer) -> str:
    """A campaign of gift cards, with a code that nobody has."""
    _new_code(project)
    return _of_type(project.world, "GIFT_VOUCHERS")


def _grown(number: int, _: Writer, __: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    return after == {**before, "vouchers_count": before["vouchers_count"] + number}


def _handed_out(project: Writer, record: str, _: dict[str, Any], after: dict[str, Any]) -> bool:
    newest = project.rows("/v1/publications", ("order", "-created_at"), ("limit", "1"))[0]
    told = (newest["voucher"]["campaign"], newest["customer_id"], newest["source_id"][:11])
    return told == (after["name"], project.rows("/v1/customers")[0]["id"], "promoscope-")


def _rule(project: Writer) -> str:
    return str(project.rows("/v1/validation-rules")[0]["id"])


def _spare_rule(project: Writer) -> str:
    """A rule that is none of the first records'."""
    return str(project.rows("/v1/validation-rules", ("limit", "100"))[-1]["id"])


def _assigned(kind: str, record_of: Prepare, wanted: bool, project: Writer) -> str:
    """A record for which the spare rule holds, or does not."""
    record, rule = record_of(project), _spare_rule(project)
    path = {"campaign": "/v1/campaigns/", "voucher": "/v1/vouchers/", "promotion_tier": "/v1/promotions/tiers/"}
    key = project.get(f"{path[kind]}{record}")["id"]
    held = project.rows("/v1/validation-rules-assignments", ("related_object_id", key), ("rule", rule))
    if held and not wanted:
        project.write("DELETE", f"/v1/validation-rules/{rule}/assignments/{held[0]['id']}", status=204)
    elif wanted and not held:
        body = {"related_object_type": kind, "related_object_id": key}
        project.write("POST", f"/v1/validation-rules/{rule}/assignments", body)
    return record


def _holds_for(
    kind: str, wanted: bool, project: Writer, record: str, before: dict[str, Any], after: dict[str, Any]
) -> bool:
    rows = project.rows(
        "/v1/validation-rules-assignments", ("related_object_id", after["id"]), ("rule", _spare_rule(project))
    )
    return bool(rows) is wanted and all(one["related_object_type"] == kind for one in rows)


def _assignments(kind: str, record_of: Prepare, theirs: tuple[str, str, Any]) -> dict[tuple[str, str], Case]:
    return {
        (kind, name): Case(
            prepare=partial(_assigned, kind, record_of, not is_new),
            values={"rule": "{rule}"},
            check=partial(_holds_for, kind, is_new),
            theirs=theirs,
        )
        for name, is_new in (("assign-rule", True), ("remove-rule", False))
    }


RULES: dict[str, Any] = {
    "1": {"name": "order.amount", "property": None, "conditions": {"$more_than": [5_000]}, "rules": {}},
    "2": {"name": "customer.metadata", "property": "country", "conditions": {"$is": ["PL", "DE"]}, "rules": {}},
    "3": {"name": "order.items.count", "property": None, "conditions": {"$less_than": [9]}, "rules": {}},
    "logic": "1 and (2 or not 3)",
}
CASES: dict[tuple[str, str], Case] = {
    **_switches("campaign", "/v1/campaigns/{id}", _campaign, _CAMPAIGN),
    **_switches("voucher", "/v1/vouchers/{id}", _coupon, _VOUCHER),
    **_switches("promotion_tier", "/v1/promotions/tiers/{id}", _tier, _TIER),
    **_switches("earning_rule", "/v1/loyalties/{holder}/earning-rules/{id}", _earning_rule, _EARNING_RULE),
    ("campaign", "edit"): Case(
        prepare=_campaign, values={"description": "Ours"}, body={"description": "Ours"},
        check=_holds(description="Ours"), theirs=_CAMPAIGN, texts={"description": ("description",)},
    ),
    ("voucher", "edit"): Case(
        prepare=_coupon, values={"additional_info": "Ours"}, body={"additional_info": "Ours"},
        check=_holds(additional_info="Ours"), theirs=_VOUCHER, texts={"additional_info": ("additional_info",)},
    ),
    ("promotion_tier", "edit"): Case(
        prepare=_tier, values={"name": "Ours", "hierarchy": 2, "metadata": {"step": 99}},
        body={"name": "Ours", "hierarchy": 2, "metadata": {"step": 99}}, check=_tier_edited, theirs=_TIER,
        texts={"name": ("name",), "banner": ("banner",)},
    ),
    ("earning_rule", "edit"): Case(
        prepare=_earning_rule, values={"banner": "Ours", **_DATES}, body={"source": {"banner": "Ours"}, **_DATES},
        check=_rule_edited, theirs=_EARNING_RULE, texts={"banner": ("source", "banner")},
    ),
    ("reward_assignment", "edit"): Case(
        prepare=_reward, values={"points": 777}, body={"parameters": {"loyalty": {"points": 777}}},
        check=lambda _, __, before, after: (
            after["parameters"]["loyalty"] == {**before["parameters"]["loyalty"], "points": 777}
        ),
        theirs=(
            "PUT", "/v1/loyalties/{holder}/rewards/{id}", {"parameters": {"loyalty": {"auto_redeem": True}}},
        ),
    ),
    ("voucher", "add-credit"): Case(
        prepare=_gift, values={"amount": -250}, body={"amount": -250}, check=_moved("gift", -250), theirs=_VOUCHER,
    ),
    ("voucher", "add-points"): Case(
        prepare=_card, values={"points": 7}, body={"points": 7, "expiration_type": "PROGRAM_RULES"},
        check=_moved("loyalty_card", 7), theirs=_VOUCHER,
    ),
    ("voucher", "transfer-points"): Case(
        prepare=_card, values={"from": "{other_card}", "points": 3}, check=_moved("loyalty_card", 3), theirs=_VOUCHER,
    ),
    ("voucher", "publish"): Case(
        prepare=_new_code, values={"customer": "{customer}"}, theirs=_VOUCHER,
        check=lambda project, _, before, after: (
            before["holder_id"] is None and after["holder_id"] == project.rows("/v1/customers")[0]["id"]
        ),
    ),
    ("voucher", "release-session"): Case(
        prepare=_coupon, values={"session": "ssn_1"}, check=lambda _, __, before, after: before == after,
        theirs=_VOUCHER, unanswered="unknown",
    ),
    ("campaign", "add-codes"): Case(
        prepare=_gifts, values={"count": 4}, body={}, check=partial(_grown, 4), theirs=_CAMPAIGN,
    ),
    ("campaign", "import-codes"): Case(
        prepare=_gifts, values={"file": "{file}"}, check=partial(_grown, 3), theirs=_CAMPAIGN,
    ),
    ("campaign", "publish"): Case(
        prepare=_gifts, values={"customer": "{customer}"}, check=_handed_out, theirs=_CAMPAIGN,
    ),
    **{
        key: case
        for kind, record_of, theirs in (
            ("campaign", _campaign, _CAMPAIGN), ("voucher", _coupon, _VOUCHER), ("promotion_tier", _tier, _TIER),
        )
        for key, case in _assignments(kind, record_of, theirs).items()
    },
    ("validation_rule", "edit"): Case(
        prepare=_rule,
        values={"name": "Ours", "rules": RULES, "message": "Not today"},
        body={"name": "Ours", "rules": RULES, "error": {"message": "Not today"}},
        check=lambda _, __, before, after: (
            after == {**before, "name": "Ours", "rules": RULES, "error": {"message": "Not today"}}
        ),
        theirs=("PUT", "/v1/validation-rules/{id}", {"context_type": "global"}),
        texts={"name": ("name",), "message": ("error", "message")},
    ),
    ("redemption", "roll-back"): Case(
        prepare=_redemption, values={"reason": "Asked"}, body={"reason": "Asked"},
        check=lambda _, __, before, after: (before["status"], after["status"]) == ("SUCCEEDED", "ROLLED_BACK"),
        theirs=("POST", "/v1/redemptions/{id}/rollback", {}),
    ),
    ("pending_points", "activate"): Case(prepare=_points, check=_activated, theirs=_CARD_OF_POINTS),
    ("pending_points", "cancel"): Case(
        prepare=_points, check=lambda _, __, ___, after: after == {}, theirs=_CARD_OF_POINTS, unanswered="unknown",
    ),
    ("pending_points", "adjust"): Case(
        prepare=_points, values={"points": -2}, body={"points": -2}, theirs=_CARD_OF_POINTS,
        check=lambda _, __, before, after: after == {**before, "points": before["points"] - 2},
    ),
}  # fmt: skip
"""By kind and id."""
