"""What a delivery says of itself, and which records it is about: documents of any shape into words (API §8).

A delivery mostly is an envelope `{id, project_id, created_at, type, data, source, event}`. A "raw payload" is the data
alone, which has no event id and no type. Both may come from someone who guesses: every reader here answers for any
JSON value, and takes no id longer than the API's are.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from store.domain.values import entries, inside, members, word

LONGEST_ID = 200
MOST_RECORDS = 200
"""Records taken from one delivery: a publication names its vouchers, an order its redemptions."""

_CAMPAIGN_PATHS = (
    ("campaign", "id"),
    ("campaign_id",),
    ("voucher", "campaign_id"),
    ("promotion_tier", "campaign", "id"),
    ("promotion_tier", "campaign_id"),
    ("promotion_stack", "campaign_id"),
    ("loyalty_tier", "campaign_id"),
    ("loyalty_tier_from", "campaign_id"),
    ("loyalty_tier_to", "campaign_id"),
    ("referral_tier", "campaign_id"),
    ("earning_rule", "campaign_id"),
    ("pending_points", "campaign_id"),
    ("transaction", "campaign_id"),
    ("publication", "voucher", "campaign_id"),
    *(
        (redemption, *path)
        for redemption in ("redemption", "redemption_rollback")
        for path in (
            ("voucher", "campaign_id"),
            ("promotion_tier", "campaign", "id"),
            ("promotion_tier", "campaign_id"),
            ("related_object_parent_id",),
        )
    ),
)
"""Where the data names a campaign it is about. A customer's own `loyalty` and `referrals` list every program they are
in, whatever happened, and metadata is anybody's: neither is looked into."""

_CAMPAIGN_LISTS = ("vouchers", "redemptions")
_ASSIGNMENTS = ("assignment", "reward_assignment")


def is_enveloped(document: Any) -> bool:
    """Whether a delivery has its envelope around it."""
    known = members(document)
    return "data" in known and (isinstance(known.get("event"), Mapping) or isinstance(known.get("type"), str))


def data_of(document: Any) -> Mapping[str, Any]:
    """The event's data: inside the envelope, or the delivery itself; empty when it is no object."""
    return members(members(document).get("data")) if is_enveloped(document) else members(document)


def identity(document: Any) -> str | None:
    """What distinguishes a repeated delivery from a new one: the id of event or sendout; None for a raw payload."""
    if not is_enveloped(document):
        return None
    return _id(inside(document, "event", "id")) or _id(document.get("id"))


def of_envelope(*path: str) -> Callable[[Any], str | None]:
    """A reader of one id or word of the envelope."""

    def read(document: Any) -> str | None:
        return _id(inside(document, *path)) if is_enveloped(document) else None

    return read


def event_type(document: Any) -> str | None:
    """The event in lower case, without the `EVENTS.` of the specification; unknown ones as they are.

    The envelope's own `type` is free text on a distribution's webhook, and is used only for an event without one.
    """
    if not is_enveloped(document):
        return None
    type_ = _id(inside(document, "event", "type"))
    if type_ is None and inside(document, "source", "object") != "distribution":
        type_ = _id(document.get("type"))
    return word(type_).strip().lower().removeprefix("events.") or None


def happened_at(document: Any) -> Any:
    """When it happened, as the API wrote it: the event's time, the sendout's, or what a raw payload says."""
    of_event = inside(document, "event", "created_at") if is_enveloped(document) else None
    return of_event or members(document).get("created_at")


def outcome(document: Any) -> str | None:
    """SUCCESS or FAILURE where the event has one: by its name, else by the redemption or publication inside."""
    last = word(event_type(document)).rpartition(".")[2]
    if last in ("succeeded", "failed"):
        return "SUCCESS" if last == "succeeded" else "FAILURE"
    data = data_of(document)
    for member in ("redemption_rollback", "redemption", "publication"):
        result = inside(data, member, "result")
        if result in ("SUCCESS", "FAILURE"):
            return str(result)
    return None


def state(document: Any) -> str | None:
    """The state of a reward redemption or a distribution, which no endpoint states."""
    data = data_of(document)
    return _id(inside(data, "reward_redemption", "state")) or _id(inside(data, "distribution", "status"))


def campaigns(document: Any) -> list[str]:
    """Ids of the campaigns a delivery is about, the nearest first."""
    return campaigns_in(data_of(document))


def campaigns_in(data: Mapping[str, Any]) -> list[str]:
    """The same of the data of an event alone."""
    return list(dict.fromkeys(_campaigns(data)))[:MOST_RECORDS]


def _campaigns(data: Mapping[str, Any]) -> Iterator[str]:
    for path in _CAMPAIGN_PATHS:
        yield from _ids(inside(data, *path))
    for member in _CAMPAIGN_LISTS:
        for entry in entries(data.get(member))[:MOST_RECORDS]:
            for path in (("campaign_id",), ("voucher", "campaign_id"), ("promotion_tier", "campaign", "id")):
                yield from _ids(inside(entry, *path))
    for member in _ASSIGNMENTS:
        if inside(data, member, "related_object_type") == "campaign":
            yield from _ids(inside(data, member, "related_object_id"))


def records(document: Any) -> list[tuple[str, str]]:
    """Every record a delivery is about: the member that names it and the record's id, each pair once.

    `campaign` for campaigns wherever they are named, `entity` for what the envelope says set it off, else the data's
    own members with an id (`voucher`, `customer`, `rule`, …; also undocumented ones).
    """
    found = [("campaign", campaign) for campaign in campaigns(document)]
    found += [("entity", entity) for entity in _ids(of_envelope("event", "entity_id")(document))]
    for member, value in list(data_of(document).items())[:MOST_RECORDS]:
        if len(member) <= LONGEST_ID:
            for entry in [value, *entries(value)[:MOST_RECORDS]]:
                found += [(member, record) for record in _ids(members(entry).get("id"))]
    return list(dict.fromkeys(found))[:MOST_RECORDS]


def _id(value: Any) -> str | None:
    identity = word(value)
    return identity if 0 < len(identity) <= LONGEST_ID else None


def _ids(value: Any) -> list[str]:
    known = _id(value)
    return [] if known is None else [known]
