"""Changes reach a cache that was filled before them, and nothing else differs from one that is filled after them."""

import json
from pathlib import Path

from store.sandbox.world import World
from store.sync.request import SyncRequest
from store.wire import Request
from tests.support.sandbox_asking import KEYS
from tests.support.syncing import Project

COMPARED = {
    "campaigns_raw": "id, json", "vouchers_raw": "id, json", "promotion_tiers_raw": "id, json",
    "transactions_raw": "id, json",
    # Their documents repeat codes and tiers as they were when these rows were read.
    "redemptions": "id, rolled_back_by", "publications": "id, voucher_id",
}  # fmt: skip
"""What of a table is compared."""


def send(project: Project, method: str, path: str, body: object = None) -> None:
    content = b"" if body is None else json.dumps(body).encode()
    response = project.sandbox.respond(Request(method, path, (), KEYS, content))
    assert response.status < 300, response.body


def change(project: Project) -> None:
    """One change of each kind of thing that lists are read for."""
    world: World = project.world
    gift = next(row for row in world.sheets["vouchers"].rows() if row.type == "GIFT_VOUCHER")
    undone = next(
        row for row in reversed(list(world.sheets["redemptions"].rows()))
        if row.object == "redemption" and row.status == "SUCCEEDED" and row.voucher_id and not row.parent_redemption_id
    )  # fmt: skip
    campaigns = world.documents["campaigns"].documents
    free = next(one for one in campaigns if one["campaign_type"] == "GIFT_VOUCHERS" and not one["protected"])
    tier = world.documents["promotion_tiers"].documents[0]
    send(project, "PUT", f"/v1/campaigns/{free['id']}", {"description": "Changed", "metadata": {"a": 1}})
    send(project, "POST", f"/v1/campaigns/{campaigns[0]['id']}/disable")
    send(project, "POST", f"/v1/vouchers/{gift.code}/balance", {"amount": 700, "source_id": "s-1"})
    send(project, "PUT", f"/v1/vouchers/{gift.code}", {"additional_info": "Changed"})
    send(project, "POST", f"/v1/redemptions/{undone.id}/rollback", {"reason": "Wrong"})
    send(project, "POST", f"/v1/campaigns/{free['id']}/vouchers", {"metadata": {"new": True}})
    new = world.sheets["vouchers"].row(len(world.sheets["vouchers"]) - 1)
    send(project, "POST", "/v1/publications", {"voucher": new.code, "customer": {"source_id": "new"}})
    send(project, "PUT", f"/v1/promotions/tiers/{tier['id']}", {"banner": "Changed"})


def cached(project: Project) -> dict[str, set[tuple[object, ...]]]:
    connection = project.connect()
    try:
        return {
            name: set(connection.execute(f'select {columns} from "{name}"').fetchall())
            for name, columns in COMPARED.items()
        }
    finally:
        connection.close()


def test_a_sync_after_changes_finds_them(tmp_path: Path) -> None:
    project = Project(tmp_path / "before.db")
    project.copy_synced()
    before = cached(project)
    project.clock.advance(3_600)
    change(project)
    project.clock.advance(3_600)
    project.sync(SyncRequest(everything=True))
    after = cached(project)
    assert [name for name in COMPARED if before[name] == after[name]] == []
    fresh = Project(tmp_path / "after.db")
    fresh.world, fresh.sandbox, fresh.clock = project.world, project.sandbox, project.clock
    fresh.sync(SyncRequest(everything=True))
    assert after == cached(fresh)
