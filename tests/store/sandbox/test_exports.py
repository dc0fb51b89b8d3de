"""Export jobs from order to file (API §3)."""

import csv
import io
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from store.sandbox import ExportHabits
from store.sandbox.export_fields import EXPORTABLE
from store.wire import Request, Response
from tests.support.sandbox_asking import Asker, ask_tiny


def fetch(asker: Asker, url: str) -> Response:
    """Follow a download address, without keys."""
    parts = urlsplit(url)
    return asker.sandbox.respond(Request("GET", parts.path, tuple(parse_qsl(parts.query)), {}))


def export(asker: Asker, name: str, **parameters: Any) -> list[list[str]]:
    """Order, wait, download: the file's rows, heading first."""
    job = asker.post("/v1/exports", {"exported_object": name, "parameters": parameters})
    asker.clock.advance(10)
    done = asker.get(f"/v1/exports/{job['id']}")
    response = fetch(asker, done["result"]["url"])
    assert response.status == 200
    assert response.headers["Content-Type"].startswith("text/plain")
    return list(csv.reader(io.StringIO(response.body.decode())))


def is_(value: str) -> dict[str, Any]:
    return {"conditions": {"$is": [value]}}


def test_a_job_is_scheduled_runs_and_is_done_by_the_clock() -> None:
    asker = ask_tiny(exports=ExportHabits(scheduled=5, running=20))
    job = asker.post("/v1/exports", {"exported_object": "voucher", "parameters": {"fields": ["id"]}})
    assert (job["status"], job["result"], job["exported_object"]) == ("SCHEDULED", None, "voucher")
    seen = []
    for _ in range(6):
        asker.clock.advance(5)
        seen.append(asker.get(f"/v1/exports/{job['id']}")["status"])
    assert seen == ["IN_PROGRESS"] * 4 + ["DONE"] * 2


def test_a_job_can_move_with_the_polls_instead() -> None:
    asker = ask_tiny(exports=ExportHabits(polls=2))
    job = asker.post("/v1/exports", {"exported_object": "order"})
    seen = [asker.get(f"/v1/exports/{job['id']}")["status"] for _ in range(5)]
    assert seen == ["SCHEDULED", "IN_PROGRESS", "IN_PROGRESS", "DONE", "DONE"]


def test_a_job_can_fail() -> None:
    asker = ask_tiny(exports=ExportHabits(failing=frozenset({"customer"})))
    job = asker.post("/v1/exports", {"exported_object": "customer"})
    asker.clock.advance(100)
    failed = asker.get(f"/v1/exports/{job['id']}")
    assert (failed["status"], failed["result"]) == ("ERROR", None)


def test_columns_come_in_the_order_asked_under_display_labels() -> None:
    asker = ask_tiny()
    heading, *rows = export(asker, "voucher", fields=["id", "code", "voucher_type", "value"], order="code")
    assert heading == ["ID", "Code", "Voucher Type", "Value"]
    assert [row[1] for row in rows] == sorted(asker.column("vouchers", "code"))
    plain = ask_tiny(exports=ExportHabits(labels=False))
    assert export(plain, "voucher", fields=["customer_source_id", "id"])[0] == ["customer_source_id", "id"]


def test_gift_money_is_in_major_units_unless_told() -> None:
    major, minor = ask_tiny(), ask_tiny(exports=ExportHabits(major=False))
    fields = ["id", "voucher_type", "gift_balance", "loyalty_balance"]
    told = {row[0]: row for row in export(major, "voucher", fields=fields)[1:]}
    exact = {row[0]: row for row in export(minor, "voucher", fields=fields)[1:]}
    kinds = set()
    for key, kind, gift, points in exact.values():
        voucher = major.get(f"/v1/vouchers/{key}")
        if kind == "GIFT_VOUCHER":
            assert int(gift) == voucher["gift"]["balance"]
            assert told[key][2] == f"{int(gift) // 100}.{int(gift) % 100:02d}"
        elif kind == "LOYALTY_CARD":
            assert int(points) == voucher["loyalty_card"]["balance"] == int(told[key][3])
        else:
            assert (gift, points) == ("", "")
        kinds.add(kind)
    assert len(kinds) == 3


def test_one_campaigns_codes_and_a_window_of_time() -> None:
    asker = ask_tiny()
    key = max(set(asker.column("vouchers", "campaign_id")), key=asker.column("vouchers", "campaign_id").count)
    for narrow in ({"campaign_id": key}, {"campaign_ids": [key]}):
        rows = export(asker, "voucher", fields=["id", "campaign_id"], **narrow)[1:]
        assert len(rows) == asker.column("vouchers", "campaign_id").count(key)
        assert {row[1] for row in rows} == {key}
    times = sorted(asker.column("redemptions", "created_at"))
    after, before = times[50], times[200]
    window = {"junction": "and", "created_at": {"conditions": {"$after": [after], "$before": [before]}}}
    rows = export(asker, "redemption", fields=["id", "date"], filters=window, order="created_at")[1:]
    assert [row[1] for row in rows] == [time for time in times if after < time < before]


def test_an_export_lacks_what_only_lists_carry() -> None:
    asker = ask_tiny()
    for name, field in (("redemption", "status"), ("redemption", "related_object_id"), ("publication", "id")):
        error = asker.post("/v1/exports", {"exported_object": name, "parameters": {"fields": [field]}}, status=400)
        assert error["key"] == "invalid_export_fields"
        assert error["details"].startswith("Unsupported field used. Allowed fields: ")


@pytest.mark.parametrize(
    "body",
    [
        {}, {"exported_object": "product"}, {"exported_object": "voucher", "parameters": []},
        {"exported_object": "voucher", "parameters": {"order": "colour"}},
        {"exported_object": "voucher", "parameters": {"filters": {"colour": is_("x")}}},
        {"exported_object": "voucher", "parameters": {"filters": {"code": "x"}}},
        {"exported_object": "customer", "parameters": {"filters": []}},
        {"exported_object": ["voucher"]}, {"exported_object": {"is": "voucher"}},
        {"exported_object": "voucher", "parameters": {"fields": [["id"]]}},
        {"exported_object": "voucher", "parameters": {"filters": {"created_at": {"conditions": {"$after": [[]]}}}}},
        ["voucher"],
    ],
)  # fmt: skip
def test_an_order_that_makes_no_sense_is_refused(body: Any) -> None:
    error = ask_tiny().post("/v1/exports", body, status=400)
    assert error["key"] in {"invalid_payload", "invalid_export_fields"}


@pytest.mark.parametrize("parameters", [None, {"order": None, "fields": None, "filters": None, "campaign_id": None}])
def test_null_stands_for_what_was_not_given(parameters: dict[str, None] | None) -> None:
    job = ask_tiny().post("/v1/exports", {"exported_object": "voucher", "parameters": parameters})
    assert (job["status"], job["parameters"]) == ("SCHEDULED", {})


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 200_000], ids=["cut", "no text", "deep"])
def test_a_body_that_is_no_json_is_refused(body: bytes) -> None:
    asker = ask_tiny()
    response = asker.sandbox.respond(
        Request("POST", "/v1/exports", (), {"x-app-id": "demo", "x-app-token": "demo-token"}, body)
    )
    assert response.status == 400
    assert json.loads(response.body)["key"] == "invalid_payload"


@pytest.mark.parametrize("name", EXPORTABLE)
def test_every_object_exports_every_field_of_every_row(name: str) -> None:
    asker = ask_tiny()
    heading, *rows = export(asker, name)
    assert len(heading) == len(EXPORTABLE[name].fields)
    assert len(rows) == len(asker.column(EXPORTABLE[name].table, "id"))
    assert {len(row) for row in rows} == {len(heading)}


def test_redemptions_say_credits_or_points() -> None:
    asker = ask_tiny()
    rows = export(asker, "redemption", fields=["id", "gift_amount", "loyalty_points", "order_amount", "customer_name"])[
        1:
    ]
    assert any(row[1] for row in rows)
    assert any(row[2] for row in rows)
    assert not any(row[1] and row[2] for row in rows)


def test_the_file_needs_the_token_of_its_job() -> None:
    asker = ask_tiny(exports=ExportHabits(download_base_url="https://download.sandbox.test"))
    job = asker.post("/v1/exports", {"exported_object": "order"})
    asker.clock.advance(10)
    url = asker.get(f"/v1/exports/{job['id']}")["result"]["url"]
    assert url.startswith(f"https://download.sandbox.test/v1/exports/{job['id']}?token=")
    refused = fetch(asker, url + "x")
    assert asker._document(refused, 401)["key"] == "unauthorized"
    assert fetch(asker, url.replace(job["id"], "exp_none")).status == 404
    assert fetch(asker, url).status == 200


def test_no_file_before_the_job_is_done() -> None:
    asker = ask_tiny()
    job = asker.post("/v1/exports", {"exported_object": "order"})
    later = ask_tiny()
    same = later.post("/v1/exports", {"exported_object": "order"})
    later.clock.advance(10)
    url = later.get(f"/v1/exports/{same['id']}")["result"]["url"]
    assert job["id"] == same["id"]
    assert fetch(asker, url).status == 404


def test_jobs_are_listed_and_deleted() -> None:
    asker = ask_tiny()
    first, second = (asker.post("/v1/exports", {"exported_object": name})["id"] for name in ("order", "customer"))
    assert asker.ids("/v1/exports") == [second, first]
    assert asker.ids("/v1/exports", ("order", "created_at"), ("limit", "1")) == [first]
    assert asker.send(f"/v1/exports/{first}", method="DELETE").status == 204
    assert asker.ids("/v1/exports") == [second]
    assert asker.get(f"/v1/exports/{first}", status=404)["resource_type"] == "export"


def test_shortcuts_start_the_same_jobs_and_only_where_there_are_balances() -> None:
    asker = ask_tiny()
    kinds = dict(zip(asker.column("campaigns", "campaign_type"), asker.column("campaigns", "id"), strict=True))
    coupons = asker.post(f"/v1/campaigns/{kinds['DISCOUNT_COUPONS']}/transactions/export", {}, status=403)
    assert coupons["key"] == "forbidden"
    loyalty = kinds["LOYALTY_PROGRAM"]
    body = {"parameters": {"fields": ["id", "campaign_id"]}}
    job = asker.post(f"/v1/campaigns/{loyalty}/transactions/export", body)
    assert job["exported_object"] == "voucher_transactions"
    assert job["parameters"]["filters"]["campaign_id"] == {"conditions": {"$in": [loyalty]}}
    asker.clock.advance(10)
    file = fetch(asker, asker.get(f"/v1/exports/{job['id']}")["result"]["url"]).body.decode().splitlines()
    assert len(file) - 1 == asker.column("transactions", "campaign_id").count(loyalty)
    expiring = asker.post(f"/v1/loyalties/{loyalty}/points-expiration/export", {})
    assert expiring["exported_object"] == "points_expiration"
    card = asker.column("transactions", "voucher_id")[0]
    members = (f"/v1/loyalties/members/{card}", f"/v1/loyalties/{loyalty}/members/{card}")
    for path in (f"/v1/vouchers/{card}", *members):
        of_card = asker.post(f"{path}/transactions/export", {})
        assert of_card["parameters"]["filters"] == {"voucher_id": {"conditions": {"$in": [card]}}}
    assert asker.post("/v1/orders/export", {})["exported_object"] == "order"
