"""SQL stands in the store: screens, widgets and commands ask its functions."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [path for folder in ("tui", "widgets", "promoscope") for path in sorted((ROOT / folder).rglob("*.py"))]
STATEMENT = re.compile(
    r"\b(select\s.+\sfrom\s|insert\s+(or\s+\w+\s+)?into\s|update\s+\w+\s+set\s|delete\s+from\s|pragma\s+\w)",
    re.IGNORECASE | re.DOTALL,
)
CLAUSE = re.compile(r"(^|\s)\(?t\.\w+\s*(=|<|>|is\s|in\s)", re.IGNORECASE)
RUNS = ("execute", "executemany", "executescript")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def found_in(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    prose = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, DOCUMENTED)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in RUNS:
            yield f"line {node.lineno}: .{node.func.attr}()"
        text = text_of(node)
        if text not in prose and (STATEMENT.search(text) or CLAUSE.search(text)):
            yield f"line {getattr(node, 'lineno', 0)}: {text[:60]!r}"


def text_of(node: ast.AST) -> str:
    """A string, with something in the place of what an f-string fills in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) or "x" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sql(path: Path) -> None:
    assert list(found_in(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        'rows = c.execute("x")',
        'QUERY = "select id from campaigns"',
        'QUERY = f"select {name} from campaigns"\n',
        "WHERE = \"t.result = 'SUCCESS'\"",
        'QUERY = "pragma quick_check(1)"',
    ],
)
def test_sql_is_found(source: str) -> None:
    assert list(found_in(source))
