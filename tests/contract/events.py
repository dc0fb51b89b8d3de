"""The documented webhook bodies, as data for whoever reads deliveries (API §8)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.contract.spec import Document, folder

WEBHOOKS = "voucherify-webhooks.json"


@dataclass(frozen=True)
class EventSample:
    """One documented webhook body.

    Attributes:
        name: the event as the file names it, e.g. `EVENTS.VOUCHER.CREATED`; on the wire it is lower case.
        source: the file.
        document: the body as plain JSON values.
    """

    name: str
    source: str
    document: Any

    def __str__(self) -> str:
        return f"{self.name} ({self.source})"


@cache
def event_samples() -> tuple[EventSample, ...]:
    """Every documented webhook body, equal ones once.

    Raises:
        FileNotFoundError: the specification is not there.
    """
    root = folder()
    files = [root / WEBHOOKS, *sorted((root / "events").glob("*.json"))]
    found: dict[str, EventSample] = {}
    for file in files:
        for sample in _samples(file):
            found.setdefault(f"{sample.name} {json.dumps(sample.document)}", sample)
    return tuple(found.values())


def _samples(file: Path) -> Iterator[EventSample]:
    content: Mapping[str, Any] = json.loads(file.read_bytes())
    document = Document(file.name, content)
    for name, methods in content["webhooks"].items():
        for operation in methods.values():
            for body in operation.get("requestBody", {}).get("content", {}).values():
                if "example" in body:
                    yield EventSample(name, file.name, body["example"])
                for example in body.get("examples", {}).values():
                    yield EventSample(name, file.name, document.resolve(example).get("value"))
