"""What checks found as CSV: a row for each piece of evidence that is shown."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from store.checks.finding import CheckAnswer
from tui.checks.words import place_words
from tui.kit.csv_export import save_table
from tui.kit.export_way import ExportWay, Wording, export_questions
from tui.kit.masking import masked_addresses
from tui.kit.screen import AppScreen

COLUMNS = ("check", "severity", "place", "place_id", "found", "cases", "since", "kind", "id", "name", "evidence")


def ask_findings(screen: AppScreen, answers: Sequence[CheckAnswer], what: str) -> None:
    """Ask how to export findings, then write them."""
    services = screen.services
    wording = Wording(services.settings.currency, services.zone)
    asked = export_questions(personal=True, guard=services.preferences.formula_guard)
    screen.ask_export(
        "findings", asked, lambda way: save_findings(answers, what, Path.cwd(), services.now(), way, wording)
    )


def save_findings(
    answers: Sequence[CheckAnswer], what: str, directory: Path, now: datetime, way: ExportWay, wording: Wording
) -> tuple[Path, int]:
    """Save them; returns the file and how many rows it holds.

    Raises:
        OSError: the file cannot be written, or is there already.
    """
    columns = [wording.heading(name, readable=way.readable, is_time=name == "since") for name in COLUMNS]
    return save_table(what, columns, _rows(answers, way, wording), directory, now, way)


def _rows(answers: Sequence[CheckAnswer], way: ExportWay, wording: Wording) -> Iterator[list[Any]]:
    told = str if way.reveal else masked_addresses
    for answer in answers:
        for finding in answer.findings:
            for case in finding.examples:
                yield [
                    answer.check.name, answer.check.severity.value, place_words(finding), finding.thing.id or None,
                    told(finding.what), finding.count, wording.readable(case.since) if way.readable else case.since,
                    case.ref.kind, case.ref.id, told(case.called), told(case.words),
                ]  # fmt: skip
