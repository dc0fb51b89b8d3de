"""Export jobs: started, watched, and their file read row by row (API §3)."""

import zlib
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store.api.addresses import segment
from store.api.csv_stream import CsvStream, CsvTrouble
from store.api.errors import (
    ApiError,
    BudgetSpent,
    ConnectionLost,
    ExportUnusable,
    NotFound,
    NotUnderstood,
    RateLimited,
    ServerError,
    TimedOut,
)
from store.api.replies import Reply
from store.words import wait

if TYPE_CHECKING:
    from store.api.client import ApiClient

PAUSES = (2.0, 5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds between looks at a job; the last one repeats."""
LONGEST_JOB = 1_800.0
LONGEST_QUEUE = 240.0
"""Seconds a job may stay where it was when it was created: one that never begins must not block a run."""
UNCLEAR_LOOKS = 3
"""How often a job is polled without a known status before it is given up."""
DOWNLOADS = 3
"""How often a broken download is begun."""
DONE, FAILED = "DONE", "ERROR"
WAITING = frozenset({"SCHEDULED", "IN_PROGRESS"})


@dataclass(frozen=True, slots=True)
class ExportJob:
    """A job as the API last stated it.

    Attributes:
        id: API id.
        status: `SCHEDULED`, `IN_PROGRESS`, `DONE`, `ERROR`, or a word of the future.
        url: where the file lies once it is done; holds a token.
        request_id: of that answer.
    """

    id: str
    status: str
    url: str | None = field(default=None, repr=False)
    request_id: str | None = None


async def export_rows(
    client: "ApiClient",
    object_name: str,
    fields: Sequence[str],
    *,
    order: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    on_state: Callable[[str], None] | None = None,
) -> AsyncGenerator[dict[str, str], None]:
    """Export a resource and read its rows.

    The file's labels are not field names, so columns are known by the order asked for. Units differ from the API's
    own records: whoever knows the fields calibrates them.

    Args:
        client: asks; its clock does the waiting.
        object_name: e.g. `voucher`.
        fields: asked for, in this order; the keys of every row.
        order: e.g. `created_at`.
        parameters: further members beside fields and order, e.g. `campaign_id`.
        on_state: called with each new status of the job, then `DOWNLOADING`.

    Raises:
        ExportUnusable: the job failed, vanished, takes too long, or its file is not what was asked for.
        RateLimited, BudgetSpent: no further call is allowed for now.
        ApiError: the job could not be started or asked about.
    """
    tell = on_state or (lambda _: None)
    asked = {**(parameters or {}), "fields": list(fields)}
    if order is not None:
        asked["order"] = order
    job = _job(await client.create_export({"exported_object": object_name, "parameters": asked}), None)
    tell(job.status)
    job = await _finished(client, job, tell)
    tell("DOWNLOADING")
    async with aclosing(_rows(client, job, len(fields))) as rows:
        async for row in rows:
            yield dict(zip(fields, row, strict=True))


async def _finished(client: "ApiClient", job: ExportJob, tell: Callable[[str], None]) -> ExportJob:
    """Look at the job, less and less often, until it is done."""
    started, first = client.clock.monotonic(), job.status
    looks = unclear = 0
    while job.status != DONE or job.url is None:
        unclear = 0 if job.status in WAITING else unclear + 1
        _check_goes_on(job, client.clock.monotonic() - started, unclear, moved=job.status != first)
        await client.clock.sleep(PAUSES[min(looks, len(PAUSES) - 1)])
        looks += 1
        try:
            reply = await client.get(f"/v1/exports/{segment(job.id)}")
        except NotFound as error:
            raise ExportUnusable("the job has vanished", request_id=error.request_id, passing=True) from error
        known, job = job, _job(reply, job.id)
        if job.status != known.status:
            tell(job.status)
    return job


def _check_goes_on(job: ExportJob, waited: float, unclear: int, *, moved: bool) -> None:
    """Raise ExportUnusable when there is no point in looking at the job again."""
    why, stuck = "", False
    if job.status == FAILED:
        raise ExportUnusable("the job failed on the server", request_id=job.request_id, refused=True)
    if job.status == DONE:
        raise ExportUnusable("the job is done but names no file", request_id=job.request_id, passing=True)
    if unclear > UNCLEAR_LOOKS:
        why, stuck = f"the server does not state the job's status ({job.status.lower()[:40]})", True
    elif waited > (LONGEST_JOB if moved else LONGEST_QUEUE):
        why, stuck = f"the job is still {job.status.lower()[:40]} after {wait(waited)}", True
    if why:
        raise ExportUnusable(why, request_id=job.request_id, stuck=stuck)


def _job(reply: Reply, known_id: str | None) -> ExportJob:
    body = reply.document()
    job_id, status, result = body.get("id"), body.get("status"), body.get("result")
    url = result.get("url") if isinstance(result, Mapping) else None
    if known_id is None and not (isinstance(job_id, str) and job_id):
        why = "the server started no job that it has a name for"
        raise ExportUnusable(why, request_id=reply.request_id, passing=True)
    if known_id is not None and job_id not in (None, known_id):
        # The answer is about another job; the next poll may be about this one.
        return ExportJob(known_id, "UNKNOWN", request_id=reply.request_id)
    return ExportJob(
        id=known_id or str(job_id),
        status=status if isinstance(status, str) else "UNKNOWN",
        url=url if isinstance(url, str) and url else None,
        request_id=reply.request_id,
    )


async def _rows(client: "ApiClient", job: ExportJob, columns: int) -> AsyncGenerator[list[str], None]:
    """Rows of the file; a broken download is begun again and what was read is skipped, if it is still the same.

    Where it is not the same, its rows come again from the first on. The call limit is no fault of the file: it is
    waited out, or ends the run, as with any other read.
    """
    stream, read = CsvStream(columns, client.scrubber.text), _Prefix()
    attempt = limited = 0
    seen = -1
    while True:
        try:
            async with client.download(job.url or "") as pieces:
                skip = read.again()
                async for piece in pieces:
                    for row in _parsed(stream, skip.rest(piece)):
                        yield row
                skip.check_end()
            # A file whose last line has no end may have been cut there: it is downloaded again to compare lengths.
            if not stream.broken_off and (stream.ended or read.length == seen):
                break
            seen, trouble = read.length, None
        except _Changed:
            stream, read, seen = CsvStream(columns, client.scrubber.text), _Prefix(), -1
            trouble = ExportUnusable("its file changed while it was read", passing=True)
        except RateLimited as error:
            if not await client.retries.wait(client.clock, error, limited):
                raise
            limited += 1
            continue
        except (BudgetSpent, ExportUnusable):
            raise
        except ApiError as error:
            trouble = _not_downloaded(error)
        if not await _again(client, attempt := attempt + 1, trouble):
            break
    for row in _parsed(stream, None):
        yield row


def _not_downloaded(error: ApiError) -> ExportUnusable:
    """What an error means to a download; another attempt may bring the file where that is worth one."""
    if isinstance(error, (ConnectionLost, TimedOut, ServerError, NotUnderstood)):
        why, passing = f"its file could not be downloaded: {error.said or error.happened}", True
    else:
        why, passing = f"its file was not given out: {error.sentence}", False
    unusable = ExportUnusable(why, request_id=error.request_id, passing=passing)
    unusable.__cause__ = error
    return unusable


async def _again(client: "ApiClient", attempt: int, trouble: ExportUnusable | None) -> bool:
    """Wait before a download is begun again; False, or the trouble there was, when it was begun often enough."""
    if trouble is not None and (attempt >= DOWNLOADS or not trouble.passing):
        raise trouble
    if attempt >= DOWNLOADS:
        return False
    await client.clock.sleep(PAUSES[attempt])
    return True


def _parsed(stream: CsvStream, piece: bytes | None) -> Iterator[list[str]]:
    """The records that this piece completes; None marks the end of the file."""
    try:
        yield from stream.finish() if piece is None else stream.feed(piece)
    except CsvTrouble as trouble:
        raise ExportUnusable(f"its file cannot be read: {trouble}", passing=True) from None


class _Changed(Exception):
    """A repeated download is not the file that was read before."""


class _Prefix:
    """What was read of a file so far: its length and checksum, so that a second download can be joined to it."""

    def __init__(self) -> None:
        self.length = 0
        self.checksum = 0

    def again(self) -> "_Skip":
        """A reader of the file from its beginning."""
        return _Skip(self)


class _Skip:
    """Passes the part of a repeated download that was not read before."""

    def __init__(self, read: _Prefix) -> None:
        self._read = read
        self._left = read.length
        self._checksum = 0

    def rest(self, piece: bytes) -> bytes:
        """The new part of a piece."""
        old, new = piece[: self._left], piece[self._left :]
        if old:
            self._left -= len(old)
            self._checksum = zlib.crc32(old, self._checksum)
            if self._left == 0 and self._checksum != self._read.checksum:
                raise _Changed
        self._read.length += len(new)
        self._read.checksum = zlib.crc32(new, self._read.checksum)
        return new

    def check_end(self) -> None:
        """Raise _Changed for a file that has become shorter than what was read of it."""
        if self._left:
            raise _Changed
