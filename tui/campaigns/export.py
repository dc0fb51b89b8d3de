"""The campaign list as a table in a file: the campaigns that are shown, in their order."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from store.queries.campaigns import CampaignRow
from tui.campaign_kit.status_words import long_status
from tui.campaigns.rows import total_words
from tui.campaigns.types import spec_for
from tui.kit.csv_export import save_table
from tui.kit.export_way import THOUSANDTHS, ExportWay, Wording, export_questions
from tui.kit.screen import AppScreen
from tui.kit.services import AppServices

Column = tuple[str, str, Callable[[CampaignRow], Any]]
"""Heading, unit and value; the headings of times end as columns of the cache do, or are in `_TIMES`."""
_TIMES = ("Starts", "Ends", "Data")


def _total(value: int | None, *, complete: bool) -> int | str | None:
    """A number where it is known; `≥ 12` where rows are missing, nothing where nothing is known."""
    return value if complete else total_words(value, complete=False) if value else None


def _redeemed(one: CampaignRow) -> int | str | None:
    return _total(one.redemptions, complete=one.complete)


def _published(one: CampaignRow) -> int | str | None:
    return _total(one.publications, complete=one.publications_complete)


_SHOWN: tuple[Column, ...] = (
    ("Campaign", "", lambda one: one.display_name),
    ("Type", "", lambda one: spec_for(one.campaign_type).short),
    ("Status", "", lambda one: long_status(one.status)),
    ("Value", "", lambda one: one.value_text),
    ("Category", "", lambda one: one.category),
    ("Starts", "", lambda one: one.start_date),
    ("Ends", "", lambda one: one.expiration_date),
    ("Vouchers", "", lambda one: one.vouchers_count),
    ("Redeemed", "", _redeemed),
    ("Rate ever", THOUSANDTHS, lambda one: one.success_permille),
    ("Published", "", _published),
    ("Data", "", lambda one: one.as_of),
)
_ALL: tuple[Column, ...] = (
    ("id", "", lambda one: one.id),
    ("name", "", lambda one: one.name),
    ("campaign_type", "", lambda one: one.campaign_type),
    ("status", "", lambda one: one.status.kind.value),
    ("category", "", lambda one: one.category),
    ("value", "", lambda one: one.value_text),
    ("start_date", "", lambda one: one.start_date),
    ("expiration_date", "", lambda one: one.expiration_date),
    ("vouchers_count", "", lambda one: one.vouchers_count),
    ("redemptions", "", _redeemed),
    ("success_rate", THOUSANDTHS, lambda one: one.success_permille),
    ("publications", "", _published),
    ("refused_today", "", lambda one: one.refused_today),
    ("source", "", lambda one: one.source.value),
    ("read_at", "", lambda one: one.as_of),
    ("missing_since", "", lambda one: one.missing_since),
    ("metadata", "", lambda one: one.metadata),
)


def ask_how(screen: AppScreen, campaigns: Sequence[CampaignRow]) -> None:
    """Ask how the campaigns are to be written, then write them."""
    services = screen.services
    asked = export_questions(columns=True, guard=services.preferences.formula_guard)
    screen.ask_export("campaigns", asked, lambda way: save_campaigns(campaigns, way, Path.cwd(), services))


def save_campaigns(
    campaigns: Sequence[CampaignRow], way: ExportWay, directory: Path, services: AppServices
) -> tuple[Path, int]:
    """Write a new private file; returns where it is and how many campaigns it has.

    Raises:
        OSError: it cannot be written, or is there already.
    """
    wording = Wording(services.settings.currency, services.zone)
    columns = _ALL if way.all_columns else _SHOWN
    heads = [wording.heading(name, unit, readable=way.readable, is_time=name in _TIMES) for name, unit, _ in columns]

    def told(value: Any, unit: str) -> Any:
        return wording.readable(value, unit) if way.readable else value

    rows = ([told(read(one), unit) for _, unit, read in columns] for one in campaigns)
    return save_table("campaigns", heads, rows, directory, services.now(), way)
