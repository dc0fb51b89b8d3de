"""What checks found as CSV: a row for each piece of evidence that is shown, addresses masked as on the screen."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from store.checks.finding import CheckAnswer
from store.export import export_path, save_csv
from tui.checks.words import place_words
from tui.kit.masking import masked_addresses

COLUMNS = ("check", "severity", "place", "place_id", "found", "cases", "since", "kind", "id", "name", "evidence")


def save_findings(answers: Sequence[CheckAnswer], what: str, directory: Path, now: datetime) -> tuple[Path, int]:
    """Save them; returns the file and how many rows it holds.

    Raises:
        OSError: the file cannot be written, or is there already.
    """
    path = export_path(directory, what, now)
    return path, save_csv(path, COLUMNS, _rows(answers))


def _rows(answers: Sequence[CheckAnswer]) -> Iterator[list[Any]]:
    for answer in answers:
        for finding in answer.findings:
            for case in finding.examples:
                yield [
                    answer.check.name, answer.check.severity.value, place_words(finding), finding.thing.id or None,
                    masked_addresses(finding.what), finding.count, case.since, case.ref.kind, case.ref.id,
                    masked_addresses(case.called), masked_addresses(case.words),
                ]  # fmt: skip
