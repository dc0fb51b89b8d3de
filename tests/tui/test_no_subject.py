"""The kit and the widgets know no subject by name: what one of them needs, its room declares."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.test_no_sql import ROOT

FILES = [path for folder in ("tui/kit", "widgets") for path in sorted((ROOT / folder).rglob("*.py"))]
SUBJECT = re.compile(r"campaign|voucher(?!ify)|redemption|publication|loyalty|referral", re.IGNORECASE)
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def named_in(source: str) -> Iterator[str]:
    """Names and texts of the code with a subject's word in them; prose may give examples."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None:
            del node.body[0]
    for line in ast.unparse(tree).splitlines():
        if SUBJECT.search(line):
            yield line.strip()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_subject(path: Path) -> None:
    assert list(named_in(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "from tui.campaigns import room",
        "campaign_id = 1",
        'TITLE = "Vouchers"',
        'def f():\n    "Prose."\n    return "loyalty"',
    ],
)
def test_a_subject_is_found(source: str) -> None:
    assert list(named_in(source))


def test_prose_may_give_examples() -> None:
    assert list(named_in('"""A campaign."""\nclass Kit:\n    """A voucher, from Voucherify."""\n\n    x = 1\n')) == []
