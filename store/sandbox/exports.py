"""Export jobs: POST, poll, download, delete (API §3)."""

import csv
import io
import json
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from store.sandbox.conditions import FieldCondition, instant
from store.sandbox.export_fields import EXPORTABLE, Exportable, ExportRecord, Lookup, cell_text, label
from store.sandbox.problems import Problem, bad_payload, not_found, unauthorized
from store.sandbox.query import Query
from store.sandbox.routes import CAMPAIGN, VOUCHER, Call, RecordKey, Route
from store.sandbox.routes_loyalty import PROGRAM
from store.sandbox.selection import Selection
from store.sandbox.table import Document
from store.wire import Response

SCHEDULED, IN_PROGRESS, DONE, ERROR = "SCHEDULED", "IN_PROGRESS", "DONE", "ERROR"
_OBJECTS = tuple(name for name in EXPORTABLE if name != "api_log")


@dataclass(frozen=True, slots=True)
class ExportHabits:
    """How exports behave where the documentation leaves it open.

    Attributes:
        scheduled: seconds until work begins.
        running: seconds it takes.
        polls: when set, status moves on with every so many polls instead of with time.
        labels: whether columns are headed by display labels, as the documented sample shows, or by field names.
        major: whether money is spelled in major units (`20.00`), as in that sample, or in minor ones.
        failing: objects whose jobs end with `ERROR`.
        download_base_url: start of `result.url`; empty for the address the request was sent to.
    """

    scheduled: float = 1.0
    running: float = 2.0
    polls: int | None = None
    labels: bool = True
    major: bool = True
    failing: frozenset[str] = frozenset()
    download_base_url: str = ""


@dataclass(slots=True)
class Job:
    """One export."""

    id: str
    created: datetime
    exported_object: str
    parameters: Document
    token: str
    polls: int = 0
    selection: Selection = field(default_factory=Selection)


class ExportDesk:
    """Takes export orders and hands the files out.

    Args:
        habits: see `ExportHabits`.
        secret: what download tokens are made of.
    """

    def __init__(self, habits: ExportHabits, secret: str) -> None:
        self.habits = habits
        self._secret = secret
        self._jobs: dict[str, Job] = {}
        self._made = 0

    def routes(self) -> tuple[Route, ...]:
        """The endpoints of exports and the shortcuts that start one."""
        return (
            Route("POST", "/v1/exports", self._create),
            Route("GET", "/v1/exports", self._list),
            Route("GET", "/v1/exports/{exportId}", self._get),
            Route("DELETE", "/v1/exports/{exportId}", self._delete),
            Route("POST", "/v1/orders/export", lambda call: self._start(call, "order", ())),
            Route("POST", "/v1/campaigns/{campaignId}/transactions/export", self._of_campaign),
            Route("POST", "/v1/loyalties/{campaignId}/transactions/export", self._of_campaign),
            Route("POST", "/v1/loyalties/{campaignId}/points-expiration/export", self._expirations),
            Route("POST", "/v1/vouchers/{code}/transactions/export", self._of_voucher),
            Route("POST", "/v1/loyalties/members/{code}/transactions/export", self._of_voucher),
            Route("POST", "/v1/loyalties/{campaignId}/members/{code}/transactions/export", self._of_voucher),
        )

    def download(self, call: Call, token: str) -> Response:
        """The file of a finished job as CSV.

        Raises:
            Problem: 401 for a wrong token, 404 while there is no file.
        """
        job = self._job(call.path["exportId"])
        if token != job.token:
            raise unauthorized()
        if self._status(job, call.now) != DONE:
            raise not_found("export", job.id)
        body = self._csv(job, call.project.table).encode()
        return Response(200, {"Content-Type": "text/plain; charset=utf-8"}, body)

    def _create(self, call: Call) -> Document:
        body = body_of(call)
        name = body.get("exported_object")
        if not isinstance(name, str) or name not in EXPORTABLE:
            allowed = ", ".join(_OBJECTS)
            raise bad_payload(f"Property .exported_object should be equal to one of the allowed values [ {allowed} ]")
        parameters = _parameters(body)
        required = []
        for key in ("campaign_id", "campaign_ids"):
            wanted = parameters.get(key)
            if name == "voucher" and wanted:
                ids = tuple(str(one) for one in (wanted if isinstance(wanted, list) else [wanted]))
                required.append(FieldCondition("campaign_id", "in", ids))
        return self._open(call, name, parameters, tuple(required))

    def _start(self, call: Call, name: str, required: tuple[FieldCondition, ...], **filters: str) -> Document:
        """A job by a shortcut, whose parameters show the filter that the path stands for."""
        parameters = _parameters(body_of(call))
        implied = {key: {"conditions": {"$in": [value]}} for key, value in filters.items()}
        if implied:
            parameters = {**parameters, "filters": {**(parameters.get("filters") or {}), **implied}}
        return self._open(call, name, parameters, required)

    def _open(self, call: Call, name: str, parameters: Document, required: tuple[FieldCondition, ...]) -> Document:
        exportable = EXPORTABLE[name]
        _check_fields(parameters.get("fields"), exportable)
        order = parameters.get("order") or ""
        if order and str(order).removeprefix("-") not in exportable.orders:
            raise bad_payload(f"Property .parameters.order is not supported: {order}")
        selection = _selection(call.query, parameters.get("filters") or {}, exportable, required)
        self._made += 1
        key = sha256(f"{self._secret}{self._made}".encode()).hexdigest()
        job = Job(f"exp_{key[:24]}", call.now, name, parameters, key[24:56], selection=selection)
        self._jobs[job.id] = job
        return self._document(job, call, SCHEDULED)

    def _list(self, call: Call) -> Document:
        limit = call.query.whole("limit", 10, least=1, most=100)
        page = call.query.whole("page", 1, least=1, most=100)
        orders = ("created_at", "-created_at", "status", "-status")
        order = call.query.one_of("order", orders, "-created_at")
        known = [(self._status(job, call.now), job) for job in self._jobs.values()]
        if order.endswith("status"):
            known.sort(key=lambda pair: pair[0])
        if order.startswith("-"):
            known.reverse()
        shown = known[(page - 1) * limit : page * limit]
        documents = [self._document(job, call, status) for status, job in shown]
        return {"object": "list", "data_ref": "exports", "exports": documents, "total": len(known)}

    def _get(self, call: Call) -> Document | Response:
        token = call.query.text("token")
        if token is not None:
            return self.download(call, token)
        job = self._job(call.path["exportId"])
        job.polls += 1
        return self._document(job, call, self._status(job, call.now))

    def _delete(self, call: Call) -> Response:
        del self._jobs[self._job(call.path["exportId"]).id]
        return Response(204)

    def _of_campaign(self, call: Call) -> Document:
        campaign = _named(call, CAMPAIGN, "campaignId")
        campaigns = call.project.table("campaigns")
        row = campaigns.numbers("id", campaign)[0]
        if campaigns.value(row, "campaign_type") not in {"GIFT_VOUCHERS", "LOYALTY_PROGRAM"}:
            details = "Only gift and loyalty campaigns have transactions"
            raise Problem(403, "forbidden", "Forbidden", details, resource_id=campaign, resource_type="campaign")
        required = (FieldCondition("campaign_id", "is", (campaign,)),)
        return self._start(call, "voucher_transactions", required, campaign_id=campaign)

    def _expirations(self, call: Call) -> Document:
        campaign = _named(call, PROGRAM, "campaignId")
        required = (FieldCondition("campaign_id", "is", (campaign,)),)
        return self._start(call, "points_expiration", required, campaign_id=campaign)

    def _of_voucher(self, call: Call) -> Document:
        voucher = _named(call, VOUCHER, "code")
        required = (FieldCondition("voucher_id", "is", (voucher,)),)
        return self._start(call, "voucher_transactions", required, voucher_id=voucher)

    def _job(self, key: str) -> Job:
        if key not in self._jobs:
            raise not_found("export", key)
        return self._jobs[key]

    def _status(self, job: Job, now: datetime) -> str:
        habits = self.habits
        if habits.polls is not None:
            step = job.polls // max(1, habits.polls)
        else:
            age = (now - job.created).total_seconds()
            step = (age >= habits.scheduled) + (age >= habits.scheduled + habits.running)
        last = ERROR if job.exported_object in habits.failing else DONE
        return (SCHEDULED, IN_PROGRESS, last)[min(step, 2)]

    def _document(self, job: Job, call: Call, status: str) -> Document:
        return {
            "id": job.id,
            "object": "export",
            "created_at": instant(job.created.isoformat()),
            "status": status,
            "channel": "API",
            "exported_object": job.exported_object,
            "parameters": job.parameters,
            "result": {"url": self._url(job, call)} if status == DONE else None,
            "user_id": None,
        }

    def _url(self, job: Job, call: Call) -> str:
        headers = call.request.headers
        here = f"{headers.get('x-forwarded-proto', 'https')}://{headers.get('host', 'download.voucherify.io')}"
        return f"{self.habits.download_base_url or here}/v1/exports/{job.id}?token={job.token}"

    def _csv(self, job: Job, lookup: Lookup) -> str:
        exportable = EXPORTABLE[job.exported_object]
        names = job.parameters.get("fields") or list(exportable.fields)
        order = str(job.parameters.get("order") or "-" + next(iter(exportable.orders)))
        table = lookup(exportable.table)
        column = exportable.orders[order.removeprefix("-")]
        cells = [exportable.fields[name] for name in names]
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([label(name) if self.habits.labels else name for name in names])
        for row in table.select(job.selection, column, descending=order.startswith("-")):
            record = ExportRecord(lookup, table, row)
            writer.writerow([cell_text(cell(record), major=self.habits.major) for cell in cells])
        return text.getvalue()


def body_of(call: Call) -> dict[str, Any]:
    """The JSON object of a request; empty without a body. Raises Problem for anything else."""
    if not call.request.body.strip():
        return {}
    try:
        body = json.loads(call.request.body)
    except (ValueError, RecursionError):
        raise bad_payload("The body is no JSON") from None
    if not isinstance(body, dict):
        raise bad_payload("The body should be object")
    return body


def _parameters(body: dict[str, Any]) -> Document:
    # The vendor's Python SDK sends null for what it was not given.
    parameters = {} if body.get("parameters") is None else body["parameters"]
    if not isinstance(parameters, dict):
        raise bad_payload("Property .parameters should be object")
    given = {name: value for name, value in parameters.items() if value is not None}
    if not isinstance(given.get("filters", {}), dict):
        raise bad_payload("Property .parameters should be object")
    return given


def _check_fields(fields: Any, exportable: Exportable) -> None:
    if fields is None:
        return
    if not isinstance(fields, list) or not all(isinstance(name, str) and name in exportable.fields for name in fields):
        allowed = ", ".join(exportable.fields)
        details = f"Unsupported field used. Allowed fields: {allowed}"
        raise Problem(400, "invalid_export_fields", "Invalid Export", details)


def _selection(
    query: Query, filters: dict[str, Any], exportable: Exportable, required: tuple[FieldCondition, ...]
) -> Selection:
    try:
        found = query.body_filters(filters, exportable.filters)
    except Problem as problem:
        raise bad_payload(problem.details or problem.message) from problem
    return Selection(required, found.group, found.any_of)


def _named(call: Call, named: RecordKey, parameter: str) -> str:
    key = named.find(call.project, call.path[parameter])
    if key is None:
        raise not_found(named.kind, call.path[parameter])
    return key
