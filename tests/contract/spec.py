"""The published specification, as data to hold the product against. It is never part of this repository."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.contract.schemas import Node, to_json_schema
from tests.support.paths import ROOT

MAIN = "voucherify-openapi.json"
_METHODS = ("get", "post", "put", "delete", "patch")
_ERRORS = "Error"
_DISCRIMINATORS = ("object", "type", "campaign_type", "exported_object", "related_object_type")


@dataclass(frozen=True)
class Document:
    """One file of the specification."""

    name: str
    content: Mapping[str, Any]

    def resolve(self, node: Node) -> Node:
        """Follow `$ref` until a schema, parameter or example object stands there.

        Raises:
            KeyError: the reference points to nothing.
        """
        while isinstance(node.get("$ref"), str):
            target: Any = self.content
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    @cached_property
    def base(self) -> str:
        """The address its schemas have in the registry."""
        return f"urn:spec:{self.name}"

    @cached_property
    def registry(self) -> Registry[Any]:
        """Its component schemas as JSON Schema, reachable by reference."""
        schemas = self.content.get("components", {}).get("schemas", {})
        converted = {name: to_json_schema(schema, self.base) for name, schema in schemas.items()}
        resource = DRAFT202012.create_resource({"components": {"schemas": converted}})
        registry: Registry[Any] = Registry().with_resource(self.base, resource)
        return registry

    def validator(self, node: Node) -> Draft202012Validator:
        """A compiled validator for a schema object that stands in this document."""
        return Draft202012Validator(to_json_schema(node, self.base), registry=self.registry)


@dataclass(frozen=True)
class Route:
    """An operation of the API: upper-case method, path template, and the file that declares it."""

    method: str
    path: str
    source: str


@dataclass(frozen=True)
class Example:
    """A documented answer: `document` is plain JSON values, or text for a CSV answer."""

    route: Route
    status: str
    name: str
    document: Any

    def __str__(self) -> str:
        return f"{self.route.method} {self.route.path} {self.status} {self.name} ({self.route.source})"


@dataclass(frozen=True)
class Schema:
    """A schema object together with the document its references point into."""

    document: Document
    node: Node


class Spec:
    """The main file and the by-tag files, searched in this order.

    Args:
        documents: by file name, the main file first.
    """

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self._validators: dict[tuple[str, str, str], Draft202012Validator] = {}

    @cached_property
    def _operations(self) -> dict[tuple[str, str], list[tuple[Route, Node]]]:
        found: dict[tuple[str, str], list[tuple[Route, Node]]] = {}
        for name, document in self._documents.items():
            for path, item in document.content.get("paths", {}).items():
                for method in _METHODS:
                    if method in item:
                        route = Route(method.upper(), path, name)
                        found.setdefault((route.method, path), []).append((route, item[method]))
        return found

    def routes(self) -> list[Route]:
        """Every method and path template once, from the first file that has it."""
        return [declared[0][0] for declared in self._operations.values()]

    def match(self, method: str, path: str) -> Route | None:
        """The route a path as sent belongs to; the one with the most literal segments when several fit."""
        asked = path.split("/")
        fitting = [
            route
            for route in self.routes()
            if route.method == method and _fits(route.path.split("/"), asked)
        ]  # fmt: skip
        return max(fitting, key=lambda route: route.path.count("/") - route.path.count("{"), default=None)

    def has(self, method: str, path: str) -> bool:
        """Whether the API documents this method on this path template."""
        return (method.upper(), path) in self._operations

    def response_schema(self, method: str, path: str, status: str = "200") -> Schema:
        """The JSON schema of an answer.

        An error status that a route does not document has the schema `Error`.

        Args:
            method: in any case.
            path: the template, with the names of the specification.
            status: HTTP status as text.

        Raises:
            KeyError: no such route, or no JSON answer with this status.
        """
        declared = self._operations[method.upper(), path]
        for route, operation in declared:
            body = operation.get("responses", {}).get(status, {}).get("content", {}).get("application/json", {})
            if "schema" in body:
                return Schema(self._documents[route.source], body["schema"])
        if status >= "400":
            return Schema(self._documents[MAIN], {"$ref": f"#/components/schemas/{_ERRORS}"})
        raise KeyError(f"{method} {path} has no JSON answer {status}")

    def request_schema(self, method: str, path: str) -> Schema:
        """The JSON schema of a request's body.

        Raises:
            KeyError: no such route, or it takes no JSON.
        """
        for route, operation in self._operations[method.upper(), path]:
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            if "schema" in body:
                return Schema(self._documents[route.source], body["schema"])
        raise KeyError(f"{method} {path} takes no JSON")

    def parameters(self, method: str, path: str) -> dict[str, Node]:
        """Query parameters by name, references followed."""
        found: dict[str, Node] = {}
        for route, operation in self._operations[method.upper(), path][:1]:
            document = self._documents[route.source]
            shared = document.content["paths"][path].get("parameters", [])
            for parameter in map(document.resolve, [*shared, *operation.get("parameters", [])]):
                if parameter.get("in") == "query":
                    found[parameter["name"]] = parameter
        return found

    def examples(self, method: str, path: str, status: str | None = None) -> list[Example]:
        """Every documented answer of a route, of all files that have it, equal ones once."""
        found: dict[str, Example] = {}
        for route, operation in self._operations.get((method.upper(), path), ()):
            for example in self._examples(route, operation):
                if status in (None, example.status):
                    found.setdefault(f"{example.status} {json.dumps(example.document)}", example)
        return list(found.values())

    def _examples(self, route: Route, operation: Node) -> Iterator[Example]:
        document = self._documents[route.source]
        for status, response in operation.get("responses", {}).items():
            for body in response.get("content", {}).values():
                if "example" in body:
                    yield Example(route, status, "example", body["example"])
                for name, example in body.get("examples", {}).items():
                    yield Example(route, status, name, document.resolve(example).get("value"))

    def validate(self, method: str, path: str, status: str | int, document: Any) -> list[str]:
        """What is wrong with an answer, in readable lines; an empty list when it is as published.

        Args:
            method: in any case.
            path: the template, with the names of the specification.
            status: HTTP status.
            document: the answer's body as plain JSON values.

        Raises:
            KeyError: no such route, or no JSON answer with this status.
        """
        key = (method.upper(), path, str(status))
        if key not in self._validators:
            schema = self.response_schema(*key)
            self._validators[key] = schema.document.validator(schema.node)
        return _sentences(self._validators[key].iter_errors(document))

    def validate_body(self, method: str, path: str, document: Any) -> list[str]:
        """What is wrong with a request's body, in readable lines.

        Raises:
            KeyError: no such route, or it takes no JSON.
        """
        schema = self.request_schema(method, path)
        return _sentences(schema.document.validator(schema.node).iter_errors(document))


def _fits(template: list[str], asked: list[str]) -> bool:
    return len(template) == len(asked) and all(
        there == here or (there.startswith("{") and here != "") for there, here in zip(template, asked, strict=True)
    )


def _sentences(errors: Iterator[ValidationError]) -> list[str]:
    return list(dict.fromkeys(_sentence(leaf) for error in errors for leaf in _leaves(error)))


def _leaves(error: ValidationError) -> list[ValidationError]:
    """The violations themselves; where alternatives failed, those of the one that was probably meant."""
    if not error.context:
        return [error]
    alternatives: dict[Any, list[ValidationError]] = {}
    for inner in error.context:
        alternatives.setdefault(inner.relative_schema_path[0], []).extend(_leaves(inner))
    return min(alternatives.values(), key=lambda leaves: (_strangeness(error, leaves), len(leaves)))


def _strangeness(error: ValidationError, leaves: list[ValidationError]) -> int:
    """2 when an alternative speaks of another kind of value, 1 when of another kind of object."""
    depth = len(error.absolute_path)
    if any(leaf.validator == "type" and len(leaf.absolute_path) == depth for leaf in leaves):
        return 2
    other = [leaf for leaf in leaves if leaf.validator in ("enum", "const") and len(leaf.absolute_path) == depth + 1]
    return 1 if any(leaf.absolute_path[-1] in _DISCRIMINATORS for leaf in other) else 0


def _sentence(error: ValidationError) -> str:
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
    message = " ".join(error.message.split())
    shortened = message if len(message) < 300 else f"{message[:140]} … {message[-140:]}"
    return f"{where or '.'}: {shortened}"


def folder() -> Path:
    """Where the specification is looked for: `PROMOSCOPE_OPENAPI`, else beside the repository."""
    named = os.environ.get("PROMOSCOPE_OPENAPI")
    return Path(named) if named else ROOT.parent / "shared" / "openapi"


@cache
def load() -> Spec:
    """Read the specification, once.

    Raises:
        FileNotFoundError: it is not there.
    """
    root = folder()
    files = [root / MAIN, *sorted((root / "by-tag").glob("*.json"))]
    return Spec({file.name: Document(file.name, json.loads(file.read_bytes())) for file in files})


def require_spec() -> Spec:
    """The specification for a test, which is skipped without it, and fails in continuous integration."""
    if not (folder() / MAIN).is_file():
        reason = f"the published specification is not in {folder().name}/: set PROMOSCOPE_OPENAPI to its folder"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return load()
