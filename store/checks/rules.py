"""What cannot be redeemed, since its dates leave no time or its rules exclude each other."""

from collections.abc import Iterator, Mapping
from typing import Any

from store.checks.codes import codes_never_valid
from store.checks.contradictions import contradiction
from store.checks.finding import Asked, Case
from store.queries.campaign_rules import CampaignRule, campaign_rules, rules_by_campaign, voucher_rules
from store.ref import VOUCHER, Ref

_KINDS = ("promotion_tier", "voucher")


def never_redeemable(asked: Asked) -> Iterator[Case]:
    """What cannot be redeemed by anyone at any time."""
    yield from codes_never_valid(asked)
    connection = asked.connection
    names = dict(connection.execute("select id, coalesce(name, id) from campaigns where missing_since is null"))
    for thing in sorted(rules_by_campaign(connection)):
        if thing in names:
            yield from _of_campaign(asked, thing, names[thing], campaign_rules(connection, thing))
        else:
            query = "select coalesce(code, id), campaign_id from vouchers where id = ? and missing_since is null"
            for code, campaign in connection.execute(query, (thing,)):
                if campaign is None:
                    yield from _case(asked, None, Ref(VOUCHER, thing), code, voucher_rules(connection, thing))


def _of_campaign(asked: Asked, campaign: str, name: str, rules: list[CampaignRule]) -> Iterator[Case]:
    """The campaign as such; else its tiers and single codes, for which its own rules count, too."""
    own = [rule for rule in rules if any(one.kind == "campaign" for one in rule.assignments)]
    found = list(_case(asked, campaign, Ref.campaign(campaign), name, own))
    yield from found
    if found:
        return
    parts: dict[Ref, tuple[str, list[CampaignRule]]] = {}
    for rule in rules:
        for one in rule.assignments:
            if one.kind in _KINDS:
                ref = Ref(one.kind, one.object_id)
                parts.setdefault(ref, (one.name or one.object_id, list(own)))[1].append(rule)
    for ref, (called, held) in parts.items():
        yield from _case(asked, campaign, ref, called, held)


def _case(asked: Asked, campaign: str | None, ref: Ref, called: str, rules: list[CampaignRule]) -> Iterator[Case]:
    documents: list[Mapping[str, Any]] = [rule.document for rule in rules]
    why = contradiction(documents, asked.currency)
    if why:
        yield Case(asked.under(campaign), ref, called, why, None, "rules")
