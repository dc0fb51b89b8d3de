"""Answers as bytes whose records are known to the byte, so that a test can ask for exactly these back."""

import json
from collections.abc import Mapping, Sequence
from typing import Any


def encode(document: Any, style: int) -> bytes:
    """A document as JSON in one of the spellings a server may choose: same value, other bytes."""
    match style % 3:
        case 0:
            return json.dumps(document, separators=(",", ":")).encode()
        case 1:
            return json.dumps(document, ensure_ascii=False, indent=2).encode()
        case _:
            return json.dumps(document, ensure_ascii=False, separators=(" , ", " :\t")).encode()


def records(rows: Sequence[Any]) -> list[bytes]:
    """Each row in bytes, spelled differently from its neighbours."""
    return [encode(row, style) for style, row in enumerate(rows)]


def list_body(document: Mapping[str, Any], key: str, rows: Sequence[bytes]) -> bytes:
    """A list answer: the frame of `document` around the given rows."""
    members = [
        json.dumps(name).encode() + b": " + (b"[\n" + b",\n".join(rows) + b" ]" if name == key else encode(value, 0))
        for name, value in document.items()
    ]
    return b"{ " + b", ".join(members) + b"}\n"
