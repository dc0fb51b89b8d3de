"""Validation rules in readable words beside their JSON, where each holds, and the limits found in them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.events import Resize

from store import words as fmt
from store.domain.limit_names import Measure
from store.domain.limits import Limit, rule_limits
from store.domain.rules import RuleNode, rule_tree
from store.models import Freshness
from store.queries.campaign_rules import Assignment, CampaignRule, count_rules_of, rules_of
from store.queries.freshness import data_state
from store.queries.names import names_of
from store.ref import CAMPAIGN, VOUCHER
from tui.campaign_kit.commands import RULES
from tui.kit.bodies import CacheLoading
from tui.kit.context import SubjectContext
from tui.kit.figures import state_words
from widgets.json.json_view import JsonView
from widgets.panel.tree_view import TreeNode, tree_lines
from widgets.text import glyphs
from widgets.text.lines import DataLines, Line, Role, ends
from widgets.text.wrap import wrap_cells

_WIDE = 110
_NONE = {
    CAMPAIGN: "No validation rules: every code of this campaign may be redeemed within its own limits.",
    VOUCHER: "No validation rules: this code may be redeemed within its own limits.",
}
_SEGMENT = re.compile(r"\bseg_[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class RulesData:
    """What the tab shows: a tree per rule, its documents in the same order, their state, what is said without any."""

    trees: tuple[TreeNode, ...]
    documents: tuple[Any, ...]
    state: Freshness
    source: str
    none: str = ""


def load_rules(context: SubjectContext) -> RulesData:
    """The rules of a campaign and its parts, or those that apply to a code, as trees."""
    rules = context.reader.ask(rules_of, context.subject)
    state = context.reader.ask(data_state, "validation_rules_assignments")
    words = [rule_tree(rule.document, context.currency) for rule in rules]
    names = _segment_names(context, words)
    known = context.reader.ask(data_state, "validation_rules").complete
    trees = tuple(
        _rule_node(rule, tree, context, names) if rule.document else _without_document(rule, known=known)
        for rule, tree in zip(rules, words, strict=True)
    )
    documents = tuple(dict(rule.document) or {"id": rule.id} for rule in rules)
    none = _NONE.get(context.subject.kind, "No validation rules.")
    return RulesData(trees, documents, state, state_words(state, context.reader.now()), none)


def count_rules(context: SubjectContext) -> int | None:
    """How many rules there are for it; None while rules were never read."""
    count = context.reader.ask(count_rules_of, context.subject)
    known = context.reader.ask(data_state, "validation_rules_assignments").as_of is not None
    return count if count or known else None


def _labels(node: RuleNode) -> Iterator[str]:
    yield node.label
    for child in node.children:
        yield from _labels(child)


def _segment_names(context: SubjectContext, trees: Sequence[RuleNode]) -> dict[str, str]:
    wanted = {found for tree in trees for label in _labels(tree) for found in _SEGMENT.findall(label)}
    return context.reader.ask(names_of, "segments", wanted) if wanted else {}


def _without_document(rule: CampaignRule, *, known: bool) -> TreeNode:
    """A rule that something is assigned to, and of which there is no document."""
    why = "The API did not return this rule with the others. It may be deleted."
    missing = TreeNode(why if known else "The rule itself is not synced yet. Press R to fetch the rules.", role="warn")
    return TreeNode(rule.id, (missing, _holds_for(rule.assignments)), "title")


def _rule_node(rule: CampaignRule, tree: RuleNode, context: SubjectContext, names: dict[str, str]) -> TreeNode:
    """A rule with its conditions, its limits and the objects it is assigned to."""
    children = [_words(child, names) for child in tree.children]
    limits = rule_limits(rule.document, context.currency)
    if limits:
        lines = tuple(_limit_node(limit, context.currency) for limit in limits)
        children.append(TreeNode("limits", lines, "label"))
    children.append(_holds_for(rule.assignments))
    context_type = str(rule.document.get("context_type") or "").replace(".", " ").replace("_", " ")
    return TreeNode(tree.label, tuple(children), "title", context_type)


def _words(node: RuleNode, names: dict[str, str]) -> TreeNode:
    label = _SEGMENT.sub(lambda match: f"“{names[match[0]]}”" if match[0] in names else match[0], node.label)
    refused = label.startswith("when refused:")
    return TreeNode(label, tuple(_words(child, names) for child in node.children), "warn" if refused else "text")


def _limit_node(limit: Limit, currency: str | None) -> TreeNode:
    computed = limit.counts.measure is not Measure.UNKNOWN
    note = "" if computed else "not computed"
    if not limit.is_certain:
        note = "only if other conditions are met"
    text = limit.text(currency)
    return TreeNode(f"at most {text}" if computed else text, (), "strong" if computed else "text", note)


def _holds_for(assignments: Sequence[Assignment]) -> TreeNode:
    lines = []
    for assignment in assignments:
        kind = assignment.kind.replace("_", " ") or "object"
        name = f"{kind} {assignment.name or assignment.object_id}" if assignment.kind != "campaign" else "the campaign"
        status = assignment.status.lower().replace("_", " ")
        lines.append(TreeNode(name, (), "text", status, "warn" if status not in ("", "valid") else "muted"))
    return TreeNode("assigned to", tuple(lines), "label")


class RuleTrees(DataLines[tuple[RulesData, int] | None]):
    """Trees of rules under each other; the one whose JSON is beside, by its index, is marked."""

    DEFAULT_CSS = """
    RuleTrees { height: auto; }
    """

    def draw(self, width: int) -> list[Line]:
        """A head line, then every tree with a blank line between."""
        if self.data is None:
            return [(("Reading…", "muted"),)]
        data, chosen = self.data
        count = len(data.trees)
        role: Role = "source" if data.state.complete else "warn"
        lines: list[Line] = [ends(((fmt.counted(count, "rule"), "strong"),), ((data.source, role),), width)]
        if not data.trees:
            known = data.state.as_of is not None
            words = data.none if known else "No rules are synced yet. Press R to fetch them."
            lines += [((line, "muted"),) for line in wrap_cells(words, max(1, width))]
        cursor = glyphs.current().cursor
        for index, tree in enumerate(data.trees):
            lines.append(())
            sign = cursor if index == chosen and count > 1 else " "
            drawn = tree_lines([tree], max(1, width - 2))
            lines += [((f"{sign} " if place == 0 else "  ", "accent"), *line) for place, line in enumerate(drawn)]
        return lines


class RulesTab(Horizontal, CacheLoading[RulesData]):
    """Rules in words at the left, the chosen rule's JSON at the right where there is room, else in its place.

    `n` goes to the next rule, `J` shows or hides the JSON.
    """

    DEFAULT_CSS = """
    RulesTab { height: 1fr; }
    RulesTab > VerticalScroll { width: 1fr; padding: 0 1; scrollbar-size: 1 1; }
    RulesTab > JsonView { width: 1fr; display: none; padding: 0 1; }
    RulesTab.-json > JsonView { display: block; }
    RulesTab.-json.-narrow > VerticalScroll { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = RULES.bindings

    def __init__(self, context: SubjectContext) -> None:
        super().__init__()
        self.prepare(context, load_rules)
        self.chosen = 0
        self.rules: RulesData | None = None
        self._by_reader = False

    def compose(self) -> ComposeResult:
        """Words, then JSON."""
        with VerticalScroll():
            yield RuleTrees(None)
        yield JsonView()

    def show(self, data: RulesData) -> None:
        """Show the rules; the chosen one stays chosen while there is one in its place."""
        before = self.rules.documents if self.rules else ()
        self.rules = data
        self.chosen = min(self.chosen, max(0, len(data.documents) - 1))
        self._show(changed=before != data.documents)

    def on_resize(self, event: Resize) -> None:
        """Side by side from 110 columns, unless the user chose."""
        self.set_class(event.size.width < _WIDE, "-narrow")
        self._lay_out()

    def _lay_out(self) -> None:
        if self.rules is not None and not self.rules.documents:
            self.remove_class("-json")
        elif not self._by_reader:
            self.set_class(not self.has_class("-narrow"), "-json")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """JSON where there is a rule, the next where there are several."""
        least = {"toggle_json": 1, "next_rule": 2}.get(action, 0)
        return len(self.rules.documents if self.rules else ()) >= least and super().check_action(action, parameters)

    def action_toggle_json(self) -> None:
        """Show or hide the JSON; it takes the keys while shown."""
        self._by_reader = True
        self.toggle_class("-json")
        target = self.query_one(JsonView).tree_lines if self.has_class("-json") else self.query_one(VerticalScroll)
        target.focus()

    def action_next_rule(self, step: int) -> None:
        """Go to another rule, round the end."""
        if self.rules is not None and self.rules.documents:
            self.chosen = (self.chosen + step) % len(self.rules.documents)
            self._show(changed=True)

    def _show(self, *, changed: bool) -> None:
        if self.rules is None:
            return
        self.query_one(RuleTrees).show((self.rules, self.chosen))
        self._lay_out()
        self.refresh_bindings()
        if changed and self.rules.documents:
            self.query_one(JsonView).show(self.rules.documents[self.chosen])
