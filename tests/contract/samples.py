"""Answers made from the schemas of the specification: deterministic, of every shape a reader must survive."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from typing import Any

from tests.contract.endpoints import Endpoint
from tests.contract.schemas import Node
from tests.contract.spec import Document, Schema, Spec

DEPTH = 7
"""Objects deeper than this are left empty: schemas contain themselves."""
ROWS_PER_ALTERNATIVE = 2


class Variant(StrEnum):
    """What kind of documents to make."""

    MINIMAL = "minimal"
    """Required members, and the id."""
    FULL = "full"
    """Every member."""
    NULLS = "nulls"
    """Every member; null where the schema allows it, but for the id."""
    EXTRA = "extra members"
    """Every member and some the specification does not know."""
    NEW_VALUES = "new values"
    """Enumerations hold words the specification does not know."""
    HOSTILE = "hostile"
    """Wrong types, and texts made to break a terminal, a query or a spreadsheet."""
    NAMELESS = "nameless"
    """Every member but the id, which is null."""


LAWFUL = (Variant.MINIMAL, Variant.FULL, Variant.NULLS, Variant.EXTRA)
"""Variants that satisfy the specification."""

HOSTILE_TEXTS = (
    "[/x]",
    "[@click=app.quit]go[/]",
    "\x1b]52;c;YQ==\x07\x1b[2J",
    "\u202egnp.exe\u2066",
    "'; drop table campaigns; --",
    "=cmd|' /C calc'!A0",
    "a/b%2Fc?d#e f",
    "\u0000null\u0000",
    "e\u0301\u200b\ufeff👩‍👩‍👧",
    "x" * 5_000,
)
_WRONG: Mapping[str, tuple[Any, ...]] = {
    "string": (7, 1.5, True, ["a"], {"a": 1}, None, *HOSTILE_TEXTS),
    "integer": ("12", "twelve", 1.5, 10**30, -(2**63) - 1, True, [1], {"n": 1}, None),
    "number": ("1.5", 1e308, True, [1], None),
    "boolean": ("true", 0, [], None),
    "object": ([], [1], "text", 3, None),
    "array": ({}, "text", 3, None),
}


@dataclass
class Sampler:
    """Makes values for schema objects of one document.

    Attributes:
        document: where references point.
        variant: what kind of values to make.
        rng: seeded; the same seed makes the same documents.
    """

    document: Document
    variant: Variant
    rng: random.Random
    numbers: Iterator[int] = field(default_factory=count)

    def value(self, node: Node, depth: int = 0, name: str = "") -> Any:
        """A value for a schema object.

        Args:
            node: the schema object, or a reference to one.
            depth: how deep it stands in the document.
            name: of the member it is for.
        """
        nullable = node.get("nullable") is True
        whole = self._merge(node, self.rng.randrange(1_000))
        if name == "id" and depth <= 1:
            return self._identity()
        if self.variant is Variant.NULLS and depth > 0 and (nullable or whole.get("nullable") is True):
            return None
        kind = _kind(whole)
        if self.variant is Variant.HOSTILE and depth > 0 and self.rng.random() < 0.35:
            return self.rng.choice(_WRONG.get(kind, (None,)))
        if kind == "object":
            return self._object(whole, depth)
        if kind == "array":
            return self._array(whole, depth, name)
        return self._scalar(whole, kind, name)

    def _identity(self) -> str | None:
        number = next(self.numbers)
        match self.variant:
            case Variant.NAMELESS:
                return None
            case Variant.HOSTILE:
                return f"{HOSTILE_TEXTS[number % len(HOSTILE_TEXTS)]} {number}"
            case _:
                return f"id_{number:06}"

    def _merge(self, node: Node, choice: int) -> dict[str, Any]:
        """One flat schema: references followed, `allOf` united, one alternative chosen."""
        node = self.document.resolve(node)
        whole = {key: value for key, value in node.items() if key not in ("allOf", "oneOf", "anyOf")}
        parts = list(node.get("allOf", []))
        alternatives = (node[way] for way in ("oneOf", "anyOf") if node.get(way))
        parts += [ways[choice % len(ways)] for ways in alternatives]
        for part in parts:
            merged = self._merge(part, choice)
            properties = {**whole.get("properties", {}), **merged.get("properties", {})}
            required = [*whole.get("required", []), *merged.get("required", [])]
            whole = {**merged, **whole, "properties": properties, "required": required}
        return whole

    def _object(self, node: Node, depth: int) -> dict[str, Any]:
        required = set(node.get("required", ()))
        members: dict[str, Any] = {}
        for name, schema in node.get("properties", {}).items():
            optional = name not in required and not (name == "id" and depth <= 1)
            if optional and (self.variant is Variant.MINIMAL or depth >= DEPTH):
                continue
            members[name] = self.value(schema, depth + 1, name)
        extra = node.get("additionalProperties")
        if isinstance(extra, Mapping) and self.variant is not Variant.MINIMAL and depth < DEPTH:
            members["a name"] = self.value(extra, depth + 1)
        for name in sorted(required - members.keys()):
            members[name] = self._text({}, name)
        if self.variant in (Variant.EXTRA, Variant.HOSTILE) and not isinstance(extra, Mapping) and extra is not False:
            members |= {"x_new_member": {"deep": [1, {"er": None}]}, "x_[/new]": "later"}
        return members

    def _array(self, node: Node, depth: int, name: str) -> list[Any]:
        if depth >= DEPTH or self.variant is Variant.MINIMAL:
            return [self.value(node["items"], depth + 1, name) for _ in range(node.get("minItems", 0))]
        return [self.value(node.get("items", {}), depth + 1) for _ in range(max(1, node.get("minItems", 0)))]

    def _scalar(self, node: Node, kind: str, name: str) -> Any:
        if node.get("enum"):
            known = [word for word in node["enum"] if word is not None]
            return "SOMETHING_NEW" if self.variant is Variant.NEW_VALUES else self.rng.choice(known)
        if "const" in node:
            return node["const"]
        if kind == "boolean":
            return self.rng.random() < 0.5
        if kind in ("integer", "number"):
            return self._number(node)
        return self._text(node, name)

    def _number(self, node: Node) -> int:
        high = int(node.get("maximum", 9_999))
        low = int(node.get("minimum", min(0, high))) + (1 if node.get("exclusiveMinimum") else 0)
        return self.rng.randint(low, max(low, high))

    def _text(self, node: Node, name: str) -> str:
        day, second = self.rng.randint(1, 28), self.rng.randint(0, 59)
        match node.get("format"):
            case "date-time":
                return f"2026-{self.rng.randint(1, 12):02}-{day:02}T08:30:{second:02}.250Z"
            case "date":
                return f"2026-{self.rng.randint(1, 12):02}-{day:02}"
            case _:
                example = node.get("example")
                return example if isinstance(example, str) else f"{name or 'text'} {next(self.numbers)}"


def _kind(node: Node) -> str:
    kind = node.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "string")
    if isinstance(kind, str):
        return kind
    return "object" if node.get("properties") else "array" if "items" in node else "string"


def sample(schema: Schema, variant: Variant, seed: int = 0) -> Any:
    """One document of a schema."""
    return Sampler(schema.document, variant, random.Random(f"{variant} {seed}")).value(schema.node)


def row_schemas(schema: Schema, key: str) -> list[Node]:
    """The schema of a list's rows, once for each alternative; under `key`, or the only array there is."""
    resolved = Sampler(schema.document, Variant.FULL, random.Random(0))._merge(schema.node, 0)
    arrays = {name: schema.document.resolve(node) for name, node in resolved["properties"].items()}
    arrays = {name: node for name, node in arrays.items() if node.get("type") == "array"}
    items = schema.document.resolve((arrays.get(key) or next(iter(arrays.values())))["items"])
    return list(items.get("oneOf") or items.get("anyOf") or [items])


def rows(spec: Spec, endpoint: Endpoint, variant: Variant, seed: int = 0) -> list[dict[str, Any]]:
    """Rows of a list, some for each alternative its schema names, with different ids."""
    schema = spec.response_schema("GET", endpoint.template)
    sampler = Sampler(schema.document, variant, random.Random(f"{endpoint} {variant} {seed}"))
    made: list[dict[str, Any]] = []
    for node in row_schemas(schema, endpoint.key):
        for _ in range(ROWS_PER_ALTERNATIVE):
            value = sampler.value(node)
            assert isinstance(value, dict)
            value["id"] = value.get("id") or sampler._identity()
            made.append(value)
    return made


def list_answer(spec: Spec, endpoint: Endpoint, variant: Variant, seed: int = 0) -> dict[str, Any]:
    """A whole list answer, its frame as documented around rows of a variant."""
    made = rows(spec, endpoint, variant, seed)
    return {"object": "list", "data_ref": endpoint.key, endpoint.key: made, "total": len(made), "has_more": False}


def answer(spec: Spec, endpoint: Endpoint, variant: Variant, seed: int = 0) -> dict[str, Any]:
    """An answer of a list or of a single object."""
    if endpoint.key:
        return list_answer(spec, endpoint, variant, seed)
    made = sample(spec.response_schema("GET", endpoint.template), variant, seed)
    assert isinstance(made, dict)
    return made
