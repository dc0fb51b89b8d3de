"""Campaign details and access settings: what the campaign's own document says, in words."""

from collections.abc import Mapping
from typing import Any

from store.days import parse_instant
from store.domain.access import access_lines
from store.domain.discount import campaign_value_text, has_tiers
from store.domain.validity import validity_text
from store.domain.values import inside, members, shown, word
from store.json_text import stored
from store.queries.freshness import data_state
from store.times import utc_text
from tui.figures import state_words
from tui.spec import CampaignContext
from widgets import format as fmt
from widgets import glyphs
from widgets.panel import Field, PanelData

_TOLD_ELSEWHERE = frozenset((
    "id", "name", "object", "campaign_type", "type", "metadata", "voucher", "promotion", "active", "category",
    "category_id", "categories", "start_date", "expiration_date", "created_at", "updated_at", "vouchers_count",
    "auto_join", "join_once", "creation_status", "vouchers_generation_status", "validity_timeframe",
    "validity_day_of_week", "validity_hours", "access_settings_assignments", "validation_rules_assignments",
))  # fmt: skip
"""Members that the details, the Metadata tab or the access settings put in words."""
_MOST_OTHERS = 24
_KINDS = {
    "STATIC": "Static: a fixed number of codes",
    "AUTO_UPDATE": "Auto-update: codes are made as they are published",
    "STANDALONE": "Generic: one code for everybody",
}


def _day_of(text: str | None, context: CampaignContext) -> str:
    return fmt.clock(parse_instant(text), context.zone, named=False) if text else ""


def campaign_details(context: CampaignContext) -> PanelData:
    """Type, value, use per code, dates in the project's zone, validity, category, joining, generation."""
    campaign, document = context.campaign, context.campaign.document
    state = data_state(context.reader.connection, "campaigns")
    fields = [
        Field(
            "Status",
            " · ".join(p for p in (campaign.status.kind.value, campaign.status.hint, campaign.status.sub) if p),
        ),
        Field("Kind", _kind(document)),
        Field("Value", campaign_value_text(document, context.currency) or "–", "strong"),
        *_codes(campaign.vouchers_count, members(document.get("voucher"))),
        Field("Starts", _day_of(campaign.start_date, context) or "at once"),
        Field("Ends", _day_of(campaign.expiration_date, context) or "open"),
    ]
    if words := validity_text(document):
        fields.append(Field("Valid", words, substitute="est. in project time"))
    fields += [
        Field("Category", campaign.category or "none"),
        *_joining(document),
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


def _text(document: Mapping[str, Any], member: str) -> str | None:
    return utc_text(document.get(member))


def _kind(document: Mapping[str, Any]) -> str:
    if has_tiers(document):
        return "No codes: tiers apply to orders that match their rules"
    kind = document.get("type")
    return _KINDS.get(str(kind)) or (shown(kind) if kind else "–")


def _codes(count: int | None, voucher: Mapping[str, Any]) -> list[Field]:
    if not voucher:
        return []
    quantity = inside(voucher, "redemption", "quantity")
    pattern = word(inside(voucher, "code_config", "pattern"))
    fields = [Field("Codes", fmt.count(count))]
    if pattern:
        fields.append(Field("Pattern", f"{word(inside(voucher, 'code_config', 'prefix'))}{pattern}"))
    per_code = "unlimited" if quantity is None else f"{shown(quantity)} redemption{'' if quantity == 1 else 's'}"
    return [*fields, Field("Per code", per_code)]


def _joining(document: Mapping[str, Any]) -> list[Field]:
    words = []
    holds_codes = not has_tiers(document)
    if holds_codes and document.get("auto_join") is True:
        words.append("customers join by themselves")
    if holds_codes and document.get("join_once") is True:
        words.append("each customer joins once")
    fields = [Field("Joining", ", ".join(words))] if words else []
    status = document.get("creation_status"), document.get("vouchers_generation_status")
    if any(word not in ("DONE", None) for word in status):
        shown = " / ".join(str(word) for word in status if word)
        fields.append(Field("Generation", shown, "bad" if "FAILED" in status else "warn"))
    return fields


def other_fields(context: CampaignContext) -> PanelData:
    """What the campaign's document says and no other panel puts in words, as it was received."""
    told = context.campaign.document
    others = [(name, value) for name, value in told.items() if name not in _TOLD_ELSEWHERE and value is not None]
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
    """Areas and stores the campaign is assigned to; nothing told is not the same as nothing assigned (API §11.16)."""
    connection = context.reader.connection
    row = connection.execute("select settings from access_settings where id = ?", (context.campaign.id,)).fetchone()
    told = stored(row[0]) if row and row[0] else context.campaign.document.get("access_settings_assignments")
    state = data_state(connection, "access_settings")
    lines = tuple(access_lines(told))
    return PanelData("Access settings", (Field("", lines),), source_note=state_words(state, context.reader.now()))
