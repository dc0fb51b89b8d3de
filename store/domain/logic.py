"""The logic string of a validation rule, `1 and (2 or not 3)`, read into a tree.

Grammar: `or` binds weakest, then `and`, then `not`; words in any case. The text is outside input: it is never
evaluated, its length and depth are bounded, and what does not fit the grammar is reported, not guessed.
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

_TOKEN = re.compile(r"\s*(?:([()])|([^\s()]+))")
_LONGEST = 4_000
_DEEPEST = 40


class LogicNotUnderstood(ValueError):
    """The text is not a logic string; the message says where it stops making sense."""


@dataclass(frozen=True, slots=True)
class ConditionKey:
    """One condition, by its key in the rules object."""

    key: str


@dataclass(frozen=True, slots=True)
class Negation:
    """The opposite of what follows `not`."""

    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Junction:
    """Two or more operands joined by one word, `and` or `or`."""

    word: str
    operands: tuple["Expression", ...]


Expression: TypeAlias = ConditionKey | Negation | Junction


def parse_logic(text: str) -> Expression:
    """Read a logic string.

    Raises:
        LogicNotUnderstood: empty, too long, too deep, or not of the grammar.
    """
    if len(text) > _LONGEST:
        raise LogicNotUnderstood("the logic is too long")
    tokens = [bracket or name for bracket, name in _TOKEN.findall(text)]
    reader = _Tokens(tokens)
    expression = _disjunction(reader, 0)
    if reader.next is not None:
        raise LogicNotUnderstood(f"“{reader.next}” is not expected there")
    return expression


def references(expression: Expression) -> set[str]:
    """The keys of every condition an expression mentions."""
    if isinstance(expression, ConditionKey):
        return {expression.key}
    parts = (expression.operand,) if isinstance(expression, Negation) else expression.operands
    return set().union(*(references(part) for part in parts))


def required(expression: Expression) -> set[str]:
    """The conditions that must hold whatever the others say: those joined by `and` alone, never negated."""
    if isinstance(expression, ConditionKey):
        return {expression.key}
    if isinstance(expression, Junction) and expression.word == "and":
        return set().union(*(required(part) for part in expression.operands))
    return set()


def negated(expression: Expression) -> set[str]:
    """The conditions that stand below a `not`."""
    if isinstance(expression, Negation):
        return references(expression.operand)
    if isinstance(expression, Junction):
        return set().union(*(negated(part) for part in expression.operands))
    return set()


class _Tokens:
    """Tokens with one to look at."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._place = 0

    @property
    def next(self) -> str | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def take(self) -> str:
        token = self.next
        if token is None:
            raise LogicNotUnderstood("the logic ends too early")
        self._place += 1
        return token

    def skip(self, word: str) -> bool:
        if (self.next or "").lower() != word:
            return False
        self._place += 1
        return True


def _disjunction(tokens: _Tokens, depth: int) -> Expression:
    operands = [_conjunction(tokens, depth)]
    while tokens.skip("or"):
        operands.append(_conjunction(tokens, depth))
    return operands[0] if len(operands) == 1 else Junction("or", tuple(operands))


def _conjunction(tokens: _Tokens, depth: int) -> Expression:
    operands = [_factor(tokens, depth)]
    while tokens.skip("and"):
        operands.append(_factor(tokens, depth))
    return operands[0] if len(operands) == 1 else Junction("and", tuple(operands))


def _factor(tokens: _Tokens, depth: int) -> Expression:
    if depth > _DEEPEST:
        raise LogicNotUnderstood("the logic is nested too deeply")
    if tokens.skip("not"):
        return Negation(_factor(tokens, depth + 1))
    if tokens.skip("("):
        inner = _disjunction(tokens, depth + 1)
        if not tokens.skip(")"):
            raise LogicNotUnderstood("a bracket is not closed")
        return inner
    key = tokens.take()
    if key.lower() in (")", "and", "or"):
        raise LogicNotUnderstood(f"“{key}” is not expected there")
    return ConditionKey(key)
