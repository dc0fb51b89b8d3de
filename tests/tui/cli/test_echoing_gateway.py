"""A gateway that writes the keys it was sent into all it passes on: no file and no output holds them."""

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from msgspec.structs import replace

from store.sandbox.serve import serve
from store.sandbox.world import World
from store.wire import Request, Response
from tests.support.sizes import TINY
from tests.tui.cli.harness import NOW, CommandLine, make_sandbox
from tests.tui.cli.harness import TOKEN as SANDBOX_TOKEN

TOKEN = "4f9c2b1a-77d0-4e5b-9a3c-0b1d2e3f4a5b"
SPELLED = (
    TOKEN,
    quote(TOKEN).replace("-", "%2D"),
    TOKEN.encode().hex(),
    base64.b64encode(TOKEN.encode()).decode().rstrip("="),
    base64.b64encode(f"demo:{TOKEN}".encode()).decode(),
)


def echoing(answer: Response, *, refuses: bool) -> Response:
    """The answer with the keys in its headers, its texts and the cells of its files."""
    seen = " ".join([*SPELLED, json.dumps(TOKEN)[1:-1].replace("f", "\\u0066")])
    headers = {**answer.headers, "x-request-id": TOKEN}
    if refuses:
        body = json.dumps({"code": 403, "message": f"no entry for {seen}", "details": seen}).encode()
        return Response(403, {"content-type": "application/json", **headers}, body)
    body = answer.body.replace(b'"metadata":{', f'"metadata":{{"seen":"{seen}",'.encode())
    body = body.replace(b'"name":"', f'"name":"{TOKEN} '.encode())
    if "csv" in str(answer.headers):
        body = body.replace(b"API", TOKEN.encode())
    length = {name: str(len(body)) for name in headers if name.lower() == "content-length"}
    return Response(answer.status, {**headers, **length}, body)


@pytest.mark.parametrize("way", ["pages", "exports"])
def test_the_keys_are_nowhere(cli: CommandLine, way: str) -> None:
    respond = make_sandbox(World(7, now=NOW, sizes=TINY, hostile=True), cli.clock).respond
    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(request.path)
        assert request.headers["x-app-token"] == TOKEN
        known = replace(request, headers={**request.headers, "x-app-token": SANDBOX_TOKEN})
        return echoing(respond(known), refuses=request.path.startswith("/v1/validation-rules"))

    cli.patch.setenv("VOUCHERIFY_APP_TOKEN", TOKEN)
    seen = ""
    with serve(answer) as server:
        cli.point_at(server.url)
        for arguments in (["sync", "--all", "--via", way, "--json"], ["sync"], ["doctor"], ["status", "--json"],
                          ["list", "campaigns", "--raw"], ["list", "vouchers", "--json"]):  # fmt: skip
            done = cli(*arguments)
            seen += done.out + done.err
    assert "•••" in seen
    assert any(path.startswith("/v1/validation-rules") for path in asked)
    assert way == "pages" or any(path.startswith("/v1/exports") for path in asked)
    kept = b"".join(path.read_bytes() for path in Path(cli.database.parent).iterdir())
    assert "•••".encode() in kept
    for spelled in SPELLED:
        # Base64 shares its outermost characters with what stands beside the token.
        assert spelled[8:-4] not in seen
        assert spelled[8:-4].encode() not in kept
    for line in cli("list", "campaigns", "--raw", "--format", "jsonl").out.splitlines():
        json.loads(line)
