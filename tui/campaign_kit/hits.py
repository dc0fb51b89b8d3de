"""Records that were found, and those that one leads to, in words."""

from store.queries.record import Link
from store.queries.search_hits import Hit
from tui.kit.formatter import Formatter
from tui.kit.masking import masked, masked_addresses
from tui.kit.record_view import RecordLink


def label_of(hit: Hit, *, reveal: bool) -> str:
    """What a hit is called; a customer's name masked unless revealed, as an address in any other label is."""
    if reveal:
        return hit.label
    return masked(hit.label) if hit.is_personal else masked_addresses(hit.label)


def hit_words(hit: Hit, formatter: Formatter) -> str:
    """What stands beside the label: status, id where that is no label, campaign, date."""
    date = formatter.when(hit.date) if hit.date else ""
    found_in = f"in {hit.field}" if "." in hit.field or hit.field in ("reason", "failure_message") else ""
    campaign = "" if hit.ref.kind == "campaign" else hit.campaign
    shown_id = "" if hit.label == hit.ref.id else hit.ref.id
    return " · ".join(part for part in (hit.status, found_in, date, campaign, shown_id) if part)


def link_to(link: Link, formatter: Formatter) -> RecordLink:
    """A link with what it leads to."""
    words = label_of(link.hit, reveal=formatter.reveal)
    about = hit_words(link.hit, formatter) if link.is_cached else "not cached"
    return RecordLink(link.hit.ref, link.relation, f"{words}  {about}".strip())
