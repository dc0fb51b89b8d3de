"""A gateway that sends the keys back: they are nowhere in what is kept, shown or logged."""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from store.api import errors
from store.api.client import ApiClient, Credentials
from store.api.exports import export_rows
from store.cache.deliveries import Delivery, Kept
from store.clock import ManualClock
from store.domain.signature import sign
from store.redact import MASK
from store.webhooks.intake import DeliveryVerdict, Intake
from store.wire import Request, Response

TOKEN = "4f9c2b1a-77d0-4e5b-9a3c-0b1d2e3f4a5b"
SPELLED = [TOKEN, quote(TOKEN).replace("-", "%2D"), base64.b64encode(f"app:{TOKEN}".encode()).decode(),
           json.dumps(TOKEN.replace("f", "\\u0066"))[1:-1]]  # fmt: skip
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
JSON = {"content-type": "application/json"}


def client_for(answer: Response) -> ApiClient:
    return ApiClient(
        Credentials("https://api.test", "app", TOKEN), clock=ManualClock(NOON), responder=lambda _: answer, retries=0
    )


def holds_none(text: str) -> bool:
    return not any(part in text for spelled in SPELLED for part in (spelled, spelled[4:-4]))


@pytest.mark.parametrize("spelled", SPELLED)
async def test_a_document_is_clean_before_anything_reads_it(spelled: str) -> None:
    body = json.dumps({"vouchers": [{"id": "v_1", "metadata": {"seen": f"X-App-Token={spelled}", spelled: 1}}]})
    async with client_for(Response(200, JSON, body.encode())) as client:
        reply = await client.get("/v1/vouchers")
    (row,) = reply.rows("vouchers")
    assert holds_none(reply.content.decode() + row.decode())
    assert MASK in json.loads(row)["metadata"]["seen"]


@pytest.mark.parametrize("spelled", SPELLED)
@pytest.mark.parametrize("status", [200, 302, 400, 401, 404, 429, 500])
async def test_no_error_tells_the_token(spelled: str, status: int) -> None:
    headers = {
        "content-type": f"text/{spelled}",
        "x-request-id": spelled + "x" * 300,
        "location": f"https://{spelled}.test/?token={spelled}",
        "x-rate-limit-type": spelled,
    }
    body = {"message": f"bad key {spelled}", "details": spelled, "key": spelled, "request_id": spelled}
    async with client_for(Response(status, headers, json.dumps(body).encode())) as client:
        with pytest.raises(errors.ApiError) as caught:
            await client.get("/v1/vouchers")
        told = [caught.value.sentence, repr(vars(caught.value)), str(client.limits)]
    assert holds_none(" ".join(told))


async def test_the_head_of_an_answer_that_cannot_be_read_is_not_told() -> None:
    def broken(_: Request) -> Response:
        raise ConnectionError(f"illegal header line: bytearray(b'X-App-Token: {TOKEN}')")

    keys = Credentials("https://api.test", "app", TOKEN)
    async with ApiClient(keys, clock=ManualClock(NOON), responder=broken, retries=0) as client:
        with pytest.raises(errors.ConnectionLost) as caught:
            await client.get("/v1/vouchers")
    assert holds_none(caught.value.sentence)


@pytest.mark.parametrize("spelled", SPELLED)
async def test_the_rows_of_an_export_are_clean(spelled: str) -> None:
    rows = "".join(f"v_{number},{'x' * (number % 700)}{spelled}\n" for number in range(1500))

    def respond(request: Request) -> Response:
        if request.path == "/file":
            return Response(200, {"content-type": "text/csv"}, f"id,code\n{rows}".encode())
        job = {"id": "exp_1", "status": "DONE", "result": {"url": "https://api.test/file?token=t"}}
        return Response(200, JSON, json.dumps(job).encode())

    keys = Credentials("https://api.test", "app", TOKEN)
    async with ApiClient(keys, clock=ManualClock(NOON), responder=respond) as client:
        read = [row async for row in export_rows(client, "voucher", ["id", "code"])]
    assert len(read) == 1500
    assert holds_none(json.dumps(read))
    assert all(row["code"].rstrip("vUgw=").endswith(MASK) for row in read)


@pytest.mark.parametrize("secret", ["whsec-0123456789abcdef", "whsec-żółw-0123456789"])
def test_a_delivery_is_kept_without_the_secret_it_was_signed_with(secret: str) -> None:
    kept: list[bytes] = []

    def keep(deliveries: Sequence[Delivery]) -> list[Kept]:
        kept.extend(one.body for one in deliveries)
        return [Kept("ev_1", None, None, None, None, (), "", "", new=True) for _ in deliveries]

    body = json.dumps({"id": "ev_1", "note": secret, "url": f"https://x.test/?s={quote(secret)}"}).encode()
    intake = Intake(keep, ManualClock(NOON), secret=secret)
    try:
        assert intake.take(body, sign(body, secret)).verdict is DeliveryVerdict.KEPT
    finally:
        intake.close()
    assert json.loads(kept[0]) == {"id": "ev_1", "note": MASK, "url": f"https://x.test/?s={MASK}"}
