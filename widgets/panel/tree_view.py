"""A tree of short texts, such as a validation rule in words. Drawn completely: for up to some hundred nodes."""

from collections.abc import Sequence
from dataclasses import dataclass

from widgets.text import glyphs
from widgets.text.lines import Line, Role, Span
from widgets.text.wrap import wrap_cells

_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One node.

    Attributes:
        label: outside text allowed; wraps under itself.
        children: shown below, joined by lines.
        role: of the label.
        note: quiet words after the label ("✕ not met", "used 12 times").
        note_role: of the note.
    """

    label: str
    children: tuple["TreeNode", ...] = ()
    role: Role = "text"
    note: str = ""
    note_role: Role = "muted"


def tree_lines(roots: Sequence[TreeNode], width: int) -> list[Line]:
    """Nodes as lines with branches before them; beyond 40 levels a line says that more lie below."""
    branch, last_branch, through, nothing = glyphs.current().tree
    out: list[Line] = []
    # Node, what precedes its first line, and the lines under it; a stack, for depth is not ours to bound.
    stack: list[tuple[TreeNode, str, str, int]] = [(root, "", "", 0) for root in reversed(roots)]
    while stack:
        node, lead, under, depth = stack.pop()
        out += _node_lines(node, lead, under + (through if node.children else ""), width)
        if node.children and depth >= _DEEPEST:
            out.append(((under, "border"), (f"{glyphs.current().ellipsis} more levels below", "muted")))
            continue
        for place in range(len(node.children) - 1, -1, -1):
            final = place == len(node.children) - 1
            pair = (under + (last_branch if final else branch), under + (nothing if final else through))
            stack.append((node.children[place], *pair, depth + 1))
    return out


def _node_lines(node: TreeNode, lead: str, under: str, width: int) -> list[Line]:
    room = max(8, width - max(len(lead), len(under)))
    texts = wrap_cells(node.label, room)
    out: list[list[Span]] = []
    for number, text in enumerate(texts):
        out.append([(lead if number == 0 else under, "border"), (text, node.role)])
    if node.note:
        if len(texts[-1]) + len(node.note) + 2 <= room:
            out[-1] += [("  ", "text"), (node.note, node.note_role)]
        else:
            out += [[(under, "border"), (text, node.note_role)] for text in wrap_cells(node.note, room)]
    return [tuple(line) for line in out]
