"""Codes through HTTP by pages: rows a second and the memory it takes at most, beside a client that keeps nothing.

Pages are made by a process of their own, so that a server's work is not measured. `--codes` says how many;
a million take some minutes.
"""

import asyncio
import contextlib
import http.client
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.bench.figures import Figure
from tests.bench.memory import most_held
from tests.bench.programs import environment

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
APART = timedelta(seconds=29)
CAMPAIGN = "camp_bulk"
_CODE = (
    '{"id":"v_%(id)s","code":"BULK-%(id)s","campaign":"Bulk","campaign_id":"camp_bulk","category":null,'
    '"category_id":null,"categories":[],"type":"DISCOUNT_VOUCHER","discount":{"type":"AMOUNT","amount_off":1000,'
    '"effect":"APPLY_TO_ORDER","is_dynamic":false},"gift":null,"loyalty_card":null,"start_date":null,'
    '"expiration_date":null,"active":true,"additional_info":null,"metadata":{"channel":"email","wave":"%(id)s"},'
    '"assets":{"qr":{"id":"U2Fs%(id)s","url":"https://dl.example/qr/%(id)s"},"barcode":{"id":"U2Fs%(id)s",'
    '"url":"https://dl.example/barcode/%(id)s"}},"is_referral_code":false,"created_at":"%(at)s","updated_at":null,'
    '"holder_id":null,"referrer_id":null,"object":"voucher","publish":{"object":"list","count":0,'
    '"url":"/v1/vouchers/v_%(id)s/publications?page=1&limit=10"},"redemption":{"object":"list","quantity":1,'
    '"url":"/v1/vouchers/v_%(id)s/redemptions?page=1&limit=10","redeemed_quantity":0}}'
)


def _text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def page_of(codes: int, query: dict[str, list[str]]) -> str:
    """A page of the vouchers list, ascending by time, as the API answers it."""
    limit, page = int(query.get("limit", ["10"])[0]), int(query.get("page", ["1"])[0])
    after, before = (query.get(f"created_at[{name}]", [""])[0] for name in ("after", "before"))
    first = 0 if not after else (datetime.fromisoformat(after) - FIRST) // APART + 1
    end = codes if not before else min(codes, -(-(datetime.fromisoformat(before) - FIRST) // APART))
    start = first + (page - 1) * limit
    rows = (
        _CODE % {"id": f"{number * 2_654_435_761 % 2**32:08x}{number:016x}", "at": _text(FIRST + number * APART)}
        for number in range(start, min(end, start + limit))
    )
    return f'{{"object":"list","total":{max(0, end - first)},"data_ref":"vouchers","vouchers":[{",".join(rows)}]}}'


async def serve(codes: int) -> None:
    """Answer until killed; the port goes to standard output."""
    campaign = {"id": CAMPAIGN, "name": "Bulk", "campaign_type": "DISCOUNT_COUPONS", "created_at": _text(FIRST)}
    lists = {"/v1/campaigns": json.dumps({"object": "list", "total": 1, "campaigns": [campaign]})}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                address = urlsplit(head.split(b" ", 2)[1].decode())
                body = (lists.get(address.path) or page_of(codes, parse_qs(address.query))).encode()
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                    % (len(body), body)
                )
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def sync(port: int, path: Path) -> dict[str, Any]:
    """One sync of the codes into a new cache: rows, seconds, seconds of the processor, and memory at most in MB."""
    from store.api.client import ApiClient, Credentials
    from store.cache.database import connect_writer
    from store.clock import SystemClock
    from store.sync.engine import SyncEngine
    from store.sync.rate_limiter import RateLimiter
    from store.sync.request import PAGES_ONLY, SyncRequest

    request = SyncRequest(everything=True, via=PAGES_ONLY, only=frozenset({"campaigns", "vouchers"}))

    async def run() -> int:
        clock, keys = SystemClock(), Credentials(f"http://127.0.0.1:{port}", "bench", "token")
        connection = connect_writer(path)
        async with ApiClient(keys, clock=clock, gate=RateLimiter(clock)) as client:
            report = await SyncEngine(client, connection, zone=UTC, clock=clock).run(request)
        connection.close()
        if report.state != "complete":
            raise RuntimeError("; ".join(one.reason or one.state for one in report.resources.values()))
        return report.resources["vouchers"].added

    began, worked = time.perf_counter(), time.process_time()
    rows = asyncio.run(run())
    return {
        "rows": rows, "seconds": time.perf_counter() - began, "processor": time.process_time() - worked,
        "most": most_held(),
    }  # fmt: skip


def fetch(port: int) -> dict[str, Any]:
    """The same pages by the standard library's client, one after the other; of each only the last time is looked at."""
    connection, rows, after = http.client.HTTPConnection("127.0.0.1", port), 0, ""
    began, worked = time.perf_counter(), time.process_time()
    while True:
        connection.request("GET", f"/v1/vouchers?limit=100&page=1&order=created_at{after}")
        body = connection.getresponse().read().decode()
        times = re.findall(r'"created_at":"([^"]+)"', body)
        rows += len(times)
        if len(times) < 100:
            return {"rows": rows, "seconds": time.perf_counter() - began, "processor": time.process_time() - worked}
        after = f"&created_at[after]={times[-1]}"


def measure(codes: int) -> Iterator[Figure]:
    """So many codes, each client in a process of its own."""
    group = f"{codes:,} codes through HTTP on loopback, by pages"
    here = [sys.executable, "-m", "tests.bench.bulk"]
    with tempfile.TemporaryDirectory(prefix="promoscope-bench-") as folder:
        server = subprocess.Popen([*here, "serve", str(codes)], stdout=subprocess.PIPE, text=True, env=environment())
        try:
            port = (server.stdout.readline() if server.stdout else "").strip()
            bare, ours = (
                json.loads(subprocess.run([*here, *what], capture_output=True, check=True, env=environment()).stdout)
                for what in (["fetch", port], ["sync", port, f"{folder}/bulk.db"])
            )
        finally:
            server.kill()
            server.wait()
    for name, unit in (("seconds", "rows/s"), ("processor", "rows per second of the processor")):
        base = Figure(group, f"http.client, nothing kept, {unit}", bare["rows"] / bare[name], "rows/s")
        yield base
        yield Figure(group, f"sync, {unit}", ours["rows"] / ours[name], "rows/s").over(base)
    yield Figure(group, "sync, memory at most", ours["most"], "MB")


def _main(what: str, number: str, *more: str) -> None:
    if what == "serve":
        asyncio.run(serve(int(number)))
    else:
        print(json.dumps(fetch(int(number)) if what == "fetch" else sync(int(number), Path(more[0]))))


if __name__ == "__main__":
    _main(*sys.argv[1:])
