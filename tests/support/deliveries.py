"""Webhook deliveries as Voucherify sends them, around data of a test's own."""

import json
from typing import Any

SECRET = "secretKey"


def enveloped(
    kind: str = "campaign.updated", data: Any = None, *, number: int = 1, entity: str = "camp_1", **more: Any
) -> dict[str, Any]:
    """A delivery with its envelope; `more` replaces members of the envelope."""
    return {
        "id": f"whs_{number}",
        "project_id": "proj_1",
        "created_at": "2026-11-20T12:00:01.000Z",
        "type": kind,
        "data": {"campaign": {"id": "camp_1", "name": "Autumn"}} if data is None else data,
        "source": {"id": "wh_1", "object": "webhook", "target_url": "https://hooks.example.com"},
        "event": {
            "id": f"ev_{number}",
            "type": kind,
            "created_at": "2026-11-20T12:00:00Z",
            "entity_id": entity,
            "group_id": "v-1f",
            "event_source": {"channel": "USER_PORTAL", "user": {"id": "user_1"}},
        },
        **more,
    }


def body(document: Any) -> bytes:
    """A delivery's body."""
    return json.dumps(document).encode()
