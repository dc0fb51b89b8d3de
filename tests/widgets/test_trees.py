import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from widgets.frame.progress import ProgressData, ResourceProgress
from widgets.frame.progress_panel import SyncProgressPanel, progress_lines
from widgets.panel.ladder import Ladder, Rung, ladder_lines
from widgets.panel.tree_view import TreeNode, tree_lines
from widgets.text.lines import Line, LineWidget, line_width

RULE = TreeNode(
    "all of",
    (
        TreeNode("order amount is at least €50 [/x]", note="✕ not met", note_role="bad"),
        TreeNode("any of", (TreeNode("segment “VIP”"), TreeNode("first order"))),
    ),
)
TIERS = (Rung("Bronze", "0 – 999 pts", 300), Rung("Silver [/x]", "from 1,000 pts", 100, "points × 1.5"))
SYNC = ProgressData(
    (
        ResourceProgress("campaigns", "complete", 145, 145, 2),
        ResourceProgress("vouchers", "running", 5_000, 25_000, 50),
        ResourceProgress("redemptions", "partial", 9_900, 12_000, 99, "page limit reached"),
        ResourceProgress("customers", "waiting"),
        ResourceProgress("publications", "failed", note="[/x] \x1b[31m"),
    ),
    151,
    100,
    37,
)
NODES: st.SearchStrategy[TreeNode] = st.recursive(
    st.builds(TreeNode, st.text(max_size=60), note=st.text(max_size=20)),
    lambda children: st.builds(TreeNode, st.text(max_size=60), st.lists(children, max_size=3).map(tuple)),
    max_leaves=12,
)


def text(lines: list[Line]) -> list[str]:
    return ["".join(part for part, _ in line).rstrip() for line in lines]


def test_a_tree_reads_as_branches() -> None:
    assert text(tree_lines([RULE], 60)) == [
        "all of",
        "├─ order amount is at least €50 [/x]  ✕ not met",
        "└─ any of",
        "   ├─ segment “VIP”",
        "   └─ first order",
    ]


def test_labels_wrap_under_themselves() -> None:
    assert text(tree_lines([TreeNode("a", (TreeNode("one two three"), TreeNode("b")))], 12)) == [
        "a",
        "├─ one two",
        "│  three",
        "└─ b",
    ]


@given(st.lists(NODES, max_size=3), st.integers(30, 90))
def test_trees_keep_every_label(roots: list[TreeNode], width: int) -> None:
    lines = tree_lines(roots, width)
    stack, count = list(roots), 0
    while stack:
        node = stack.pop()
        count += 1
        stack += node.children
    assert len(lines) >= count


def test_a_very_deep_tree_says_that_more_lies_below() -> None:
    node = TreeNode("leaf")
    for _ in range(3_000):
        node = TreeNode("level", (node,))
    lines = text(tree_lines([node], 80))
    assert len(lines) < 60
    assert lines[-1].endswith("… more levels below")


def test_the_highest_tier_is_on_top() -> None:
    got = text(ladder_lines(TIERS, 80))
    assert got[0].split()[0] == "Silver"
    assert got[0].endswith("100   25.0 %")
    assert got[1].strip() == "points × 1.5"
    assert got[2].endswith("300   75.0 %")
    assert ladder_lines((), 80) == []


def test_unknown_members_are_a_dash() -> None:
    assert text(ladder_lines((Rung("Gold", "from 5,000", None),), 60))[0].split()[-2:] == ["–", "–"]


def test_progress_shows_rows_calls_limit_and_reasons() -> None:
    got = text(progress_lines(SYNC, 80))
    assert got[0].split() == ["151", "calls", "API", "▰▰▰▱▱▱", "63/100"]
    assert got[1].startswith("✓ campaigns")
    assert "5,000 / 25,000" in got[2]
    assert got[3].endswith("page limit reached")
    assert got[4].endswith("waiting")
    assert text(progress_lines(SYNC, 50))[4] == "    page limit reached"


def test_a_wait_is_said_instead_of_the_time_left() -> None:
    got = text(progress_lines(ProgressData(calls=1, waiting_text="waits 12 s: the reserve"), 80))
    assert got == ["1 call" + " " * 51 + "waits 12 s: the reserve"]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 160])
def test_nothing_passes_the_width(width: int) -> None:
    for lines in (progress_lines(SYNC, width), ladder_lines(TIERS, width)):
        assert all(line_width(line) <= width for line in lines)


class Host(App[None]):
    def compose(self) -> ComposeResult:
        yield Ladder((TIERS, ""))
        yield Ladder(((), "No tiers."), id="none")
        yield SyncProgressPanel(SYNC)


def shown(widget: LineWidget) -> str:
    return "\n".join(widget.render_line(y).text for y in range(widget.size.height))


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_they_show_and_repaint_on_change_alone(size: tuple[int, int]) -> None:
    app = Host()
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        ladder, progress = app.query(Ladder).first(), app.query_one(SyncProgressPanel)
        assert "Silver [/x]" in shown(ladder)
        assert "No tiers." in shown(app.query_one("#none", Ladder))
        assert "[/x] ␛[31m" in shown(progress)
        kept = progress.render_line(0)
        progress.show(ProgressData(SYNC.resources, 151, 100, 37))
        assert progress.render_line(0) is kept
        progress.show(ProgressData(SYNC.resources[:2], 152, 100, 36))
        ladder.show((TIERS[:1], ""))
        await pilot.pause()
        assert progress.size.height == 3
        assert ladder.size.height == 1
