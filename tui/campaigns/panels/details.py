"""Campaign details and access settings: what the campaign's own document says, in words."""

from collections.abc import Mapping
from typing import Any

from store import words as fmt
from store.days import last_day, parse_instant
from store.domain.access import access_lines, assigned_ids
from store.domain.codes import charset_text, code_config, code_pattern, joining_lines
from store.domain.discount import campaign_value_text, has_tiers
from store.domain.validity import validity_text
from store.domain.values import called, entries, inside, members, shown, visible, word
from store.queries.campaigns import access_assignments
from store.queries.freshness import data_state
from store.queries.names import names_of
from store.queries.reader import holds
from store.times import is_endless, is_instant, utc_text
from tui.campaigns.context import CampaignContext
from tui.kit.figures import state_words, value_field
from widgets.panel.panel import Field, PanelData
from widgets.text import glyphs

_SHOWN_ELSEWHERE = frozenset((
    "id", "name", "description", "object", "campaign_type", "type", "metadata", "voucher", "promotion", "active",
    "category", "category_id", "categories", "start_date", "expiration_date", "created_at", "updated_at",
    "vouchers_count", "auto_join", "join_once", "creation_status", "vouchers_generation_status",
    "validity_timeframe", "validity_day_of_week", "validity_hours", "access_settings_assignments",
    "validation_rules_assignments",
))  # fmt: skip
"""Members that the details, the Metadata tab or the access settings put in words."""
_MOST_OTHERS = 24
_LINES_MOST, _LINE_MOST = 6, 300
"""Lines of a description, and characters of each, that a panel shows."""
_AREAS_UNNAMED = "Names of areas are not available: this key may not read them, or they are not synced yet."
_STORES_UNNAMED = "Names of stores are not available from the API."
_KINDS = {
    "STATIC": "Static: a fixed number of codes",
    "AUTO_UPDATE": "Auto-update: codes are made as they are published",
    "STANDALONE": "Generic: one code for everybody",
}


def _day_of(text: str | None, context: CampaignContext) -> str:
    if text is None or not is_instant(text):
        return text or ""
    return fmt.clock(parse_instant(text), context.zone, named=False)


def _end_of(text: str | None, context: CampaignContext) -> str:
    """An end by the clock; one at midnight is that of the day before."""
    if text is None or is_endless(text):
        return "never"
    words = _day_of(text, context)
    midnight = words.endswith(" 00:00")
    return f"{fmt.day(last_day(text, context.zone))} 24:00" if midnight else words


def campaign_details(context: CampaignContext) -> PanelData:
    """Type, value, use per code, what the campaign says of itself, generation."""
    campaign, document = context.campaign, context.campaign.document
    state = data_state(context.reader.connection, "campaigns")
    fields = [
        status_field(context),
        value_field("Kind", _kind(document), role="text"),
        value_field("Value", campaign_value_text(document, context.currency)),
        *_codes(campaign.vouchers_count, members(document.get("voucher"))),
        *campaign_facts(context),
        *_generation(document),
        Field("Created", _day_of(_text(document, "created_at"), context)),
        Field("Updated", _day_of(_text(document, "updated_at"), context) or "never"),
        Field("Id", campaign.id, "muted"),
    ]
    if campaign.missing_since:
        fields.insert(
            0,
            Field(
                "Upstream",
                f"{glyphs.current().missing} missing since {_day_of(campaign.missing_since, context)}",
                "bad",
            ),
        )
    return PanelData("Campaign details", tuple(fields), source_note=state_words(state, context.reader.now()))


def status_field(context: CampaignContext) -> Field:
    """The derived status with its hint; dates that cannot be right are a warning."""
    status = context.campaign.status
    words = " · ".join(part for part in (status.kind.value, status.hint, status.sub) if part)
    return Field("Status", words, "warn" if status.ends_first else "text")


def campaign_facts(context: CampaignContext) -> list[Field]:
    """What the campaign says of itself: description, dates in the project's zone, category, pattern, joining."""
    campaign, document = context.campaign, context.campaign.document
    fields = [
        Field("Description", _described(document)),
        Field("Starts", _day_of(campaign.start_date, context) or "at once"),
        Field("Ends", _end_of(campaign.expiration_date, context)),
    ]
    if words := validity_text(document):
        fields.append(Field("Valid", words, substitute="est. in project time"))
    fields.append(Field("Category", _categories(context)))
    if has_tiers(document):
        return fields
    config = code_config(document)
    fields.append(Field("Pattern", code_pattern(config) or "not stated"))
    if charset := charset_text(config):
        fields.append(Field("Characters", charset))
    return [*fields, Field("Joining", tuple(joining_lines(document)))]


def _described(document: Mapping[str, Any]) -> str | tuple[str, ...]:
    """The description's first lines; the JSON has all of a long one."""
    text = visible(document.get("description"))
    if not text:
        return "none"
    lines = text.strip().splitlines()
    kept = [line[:_LINE_MOST] for line in lines[:_LINES_MOST]]
    complete = len(lines) <= _LINES_MOST and all(len(line) <= _LINE_MOST for line in lines)
    return tuple(kept) if complete else (*kept, "… the rest is in the JSON (J)")


def _categories(context: CampaignContext) -> str:
    """Every category by name, else by id."""
    named = [called(entry) for entry in entries(context.campaign.document.get("categories"))]
    known = [name for name in named if name] or [context.campaign.category]
    return (
        ", ".join(name for name in known if name.strip())
        or word(context.campaign.document.get("category_id"))
        or "none"
    )


def _text(document: Mapping[str, Any], member: str) -> str | None:
    return utc_text(document.get(member))


def _kind(document: Mapping[str, Any]) -> str:
    if has_tiers(document):
        return "No codes: tiers apply to orders that match their rules"
    kind = document.get("type")
    return _KINDS.get(str(kind)) or (shown(kind) if kind else "")


def _codes(count: int | None, voucher: Mapping[str, Any]) -> list[Field]:
    if not voucher:
        return []
    quantity = inside(voucher, "redemption", "quantity")
    per_code = "unlimited" if quantity is None else f"{shown(quantity)} redemption{'' if quantity == 1 else 's'}"
    return [value_field("Codes", fmt.count(count), role="text"), Field("Per code", per_code)]


def _generation(document: Mapping[str, Any]) -> list[Field]:
    """The progress of creating the campaign and its codes, until that is done."""
    status = document.get("creation_status"), document.get("vouchers_generation_status")
    if all(word in ("DONE", None) for word in status):
        return []
    words = " / ".join(str(word) for word in status if word)
    return [Field("Generation", words, "bad" if "FAILED" in status else "warn")]


def other_fields(context: CampaignContext) -> PanelData:
    """What the campaign's document says and no other panel puts in words, as it was received."""
    document = context.campaign.document
    others = [(name, value) for name, value in document.items() if name not in _SHOWN_ELSEWHERE and value is not None]
    fields = [
        Field(str(name).replace("_", " ").capitalize(), _shown_member(value, context))
        for name, value in others[:_MOST_OTHERS]
    ]
    rest = len(others) - len(fields)
    if rest > 0:
        fields.append(Field("", f"and {rest:,} more in the JSON", "muted"))
    state = data_state(context.reader.connection, "campaigns")
    return PanelData(
        "Other fields", tuple(fields), state_words(state, context.reader.now()), "J JSON",
        "The document has no fields beyond those above.",
    )  # fmt: skip


def _shown_member(value: Any, context: CampaignContext) -> str:
    """A member of any shape in words: instants on the project's clock, yes and no, anything else as received."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    instant = utc_text(value)
    return _day_of(instant, context) if instant else shown(value)


def access_settings(context: CampaignContext) -> PanelData:
    """Areas and stores the campaign is assigned to; nothing stated is not the same as nothing assigned (API §11.16)."""
    connection = context.reader.connection
    assignments = access_assignments(connection, context.campaign)
    state = data_state(connection, "access_settings")
    areas, stores = assigned_ids(assignments)
    names = names_of(connection, "areas", areas) if holds(connection, "areas") else {}
    fields = [Field("", tuple(access_lines(assignments, names)))]
    if areas - names.keys():
        fields.append(Field("", _AREAS_UNNAMED, "muted"))
    if stores:
        fields.append(Field("", _STORES_UNNAMED, "muted"))
    return PanelData("Access settings", tuple(fields), source_note=state_words(state, context.reader.now()))
