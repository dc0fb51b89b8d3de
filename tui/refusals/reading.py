"""Asking the cache for an explanation, with personal data masked in all of its forms until it is revealed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from store.explain.answer import Attempt, Explanation
from store.explain.circumstances import Circumstances
from store.explain.explain import explain
from store.explain.paste import as_document, as_is, ticket_paragraph
from store.ref import VOUCHER, Ref
from tui.kit.masking import masked_addresses
from tui.kit.services import AppServices

Hide = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Told:
    """An explanation, and its forms for others.

    Attributes:
        explanation: what was found.
        paste: the paragraph for a ticket.
        document: the same as JSON values.
    """

    explanation: Explanation
    paste: str
    document: Mapping[str, Any]


ReadsExplanation = Callable[[Attempt, bool], Told]
"""Asks for an explanation, given what is assumed and whether personal data is shown. Blocks; raises `CacheError`."""


def about_ref(wanted: str) -> Ref:
    """What an explanation's id names: `KIND:ID`, else a code."""
    kind, sign, identity = wanted.partition(":")
    return Ref(kind, identity) if sign else Ref(VOUCHER, wanted)


def circumstances_of(services: AppServices) -> Circumstances:
    """The project's clock and currency."""
    return Circumstances(services.now(), services.zone, services.reader.week_start, services.settings.currency)


def reads(services: AppServices, about: Ref) -> ReadsExplanation:
    """What asks the cache for the explanation of a thing."""

    def read(attempt: Attempt, reveal: bool) -> Told:
        surrounding = circumstances_of(services)
        found = services.reader.ask(explain, about, attempt, surrounding)
        hide = as_is if reveal else masked_addresses
        return Told(
            hidden(found, hide), ticket_paragraph(found, surrounding, hide), as_document(found, surrounding, hide)
        )

    return read


def hidden(told: Explanation, hide: Hide) -> Explanation:
    """An explanation with personal data hidden in each of its texts."""
    return replace(
        told,
        sentence=hide(told.sentence),
        shopper_message=hide(told.shopper_message),
        evidence=tuple(
            replace(one, claim=hide(one.claim), then=hide(one.then), now=hide(one.now), note=hide(one.note))
            for one in told.evidence
        ),
        context=tuple(hide(text) for text in told.context),
        changed_since=tuple(replace(one, before=hide(one.before), after=hide(one.after)) for one in told.changed_since),
        not_known=tuple(replace(one, what=hide(one.what), call=hide(one.call)) for one in told.not_known),
        ids=tuple((name, hide(identity)) for name, identity in told.ids),
    )
