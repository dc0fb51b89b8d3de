"""OpenAPI 3.0 schema objects rewritten as JSON Schema, so that a standard validator can judge with them.

The published file is read the way its own examples use it, in two places where the letter would refuse nearly all of
them: `oneOf` means "one or more of" (its alternatives overlap, almost nothing in them is required), and a property
declared by references alone (`$ref`, or alternatives without a `type` beside them) may be null, because OpenAPI 3.0
has no place to write `nullable` beside a reference.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

Node: TypeAlias = Mapping[str, Any]
"""A schema object as published, or as rewritten."""

_DROPPED = frozenset({"nullable", "discriminator", "example", "examples", "description", "title"})
_MAPS = frozenset({"properties", "patternProperties"})
_LISTS = frozenset({"oneOf", "anyOf", "allOf"})
_SINGLE = frozenset({"items", "not", "additionalProperties", "if", "then", "else"})
_REFERRING = _LISTS | {"$ref"}
_RENAMED: Mapping[str, str] = {"oneOf": "anyOf"}
_NULL: Node = {"type": "null"}


def to_json_schema(node: Any, base: str) -> Any:
    """Rewrite one schema object and all below it.

    `nullable` becomes a null alternative, also beside `$ref`, `allOf` and `enum`, where OpenAPI leaves the meaning to
    the reader. References stay references, so schemas that contain themselves are no trouble. Everything that does
    not decide validity is dropped.

    Args:
        node: a schema object; a boolean (as in `additionalProperties`) is given back as it is.
        base: what to put before a reference's `#`.

    Source: OpenAPI 3.0.3, Schema Object.
    """
    if not isinstance(node, Mapping):
        return node
    rewritten: dict[str, Any] = {}
    if isinstance(node.get("$ref"), str):
        rewritten["$ref"] = base + node["$ref"]
    else:
        for key, value in node.items():
            if key not in _DROPPED:
                rewritten[_RENAMED.get(key, key)] = _keyword(key, value, base)
        _bounds(rewritten)
    return _or_null(rewritten) if node.get("nullable") is True else rewritten


def _keyword(key: str, value: Any, base: str) -> Any:
    if key in _MAPS and isinstance(value, Mapping):
        return {name: _member(schema, base) for name, schema in value.items()}
    if key in _LISTS and isinstance(value, list):
        return [to_json_schema(schema, base) for schema in value]
    if key in _SINGLE:
        return to_json_schema(value, base)
    return value


def _member(node: Any, base: str) -> Any:
    """A property's schema; one that consists of references may be null."""
    rewritten = to_json_schema(node, base)
    referring = isinstance(node, Mapping) and "type" not in node and not _REFERRING.isdisjoint(node)
    return _or_null(rewritten) if referring else rewritten


def _bounds(schema: dict[str, Any]) -> None:
    """Turn the boolean exclusive bounds of OpenAPI 3.0 into the numeric ones of JSON Schema."""
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        flag = schema.get(exclusive)
        if flag is True and bound in schema:
            schema[exclusive] = schema.pop(bound)
        elif isinstance(flag, bool):
            del schema[exclusive]


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The same schema, satisfied by null as well."""
    kind = schema.get("type")
    if kind is None or _LISTS & schema.keys() or "const" in schema:
        return {"anyOf": [schema, _NULL]}
    kinds = [kind] if isinstance(kind, str) else list(kind)
    widened = {**schema, "type": [*kinds, "null"]}
    if "enum" in schema:
        widened["enum"] = [*schema["enum"], None]
    return widened
