"""What can go wrong between this machine and the API, each as a type with one sentence for people.

The texts of the server are kept as they came, only shortened: whoever draws them cleans them.
"""

import os
from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec

from store.api.limits import CYCLE_CALLS, LimitState
from store.json_text import decode
from store.redact import redact
from store.words import KEYS_MAY_NOT_READ, KEYS_NOT_ACCEPTED, wait

TEXT_LIMIT = 500
"""Characters kept of any text from outside."""


class ApiError(Exception):
    """A call that brought no answer to use.

    Attributes:
        status: HTTP status, None when no answer came.
        key: machine name of the error, e.g. `not_found` (schema `Error`).
        message: the server's words, or ours when it said nothing.
        details: the server's explanation.
        request_id: what Voucherify support asks for.
        limit_type: allowance that was exceeded (429 only).
        retry_after: seconds the server asks to wait.
        retryable: whether a read may be sent again.
        repeats: how often at most, where that is less than usual.
        is_unsent: whether the call surely never left this machine.
    """

    happened: ClassVar[str] = "Voucherify refused the call"
    advice: ClassVar[str] = "Show this to Voucherify support if it stays."
    kept: ClassVar[str] = "What is already stored is kept."
    retryable: bool = False
    repeats: int | None = None
    is_unsent: bool = False

    def __init__(
        self,
        message: str = "",
        *,
        status: int | None = None,
        key: str | None = None,
        details: str | None = None,
        request_id: str | None = None,
        limit_type: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.message = shorten(message)
        self.status = status
        self.key = key
        self.details = details
        self.request_id = request_id
        self.limit_type = limit_type
        self.retry_after = retry_after
        super().__init__(self.message or self.happened)

    @property
    def said(self) -> str:
        """The cause in the server's words, details included; empty when there are none."""
        parts = [self.message.rstrip(". ")]
        if self.details and self.details != self.message:
            parts.append(self.details.rstrip(". "))
        return ": ".join(part for part in parts if part)

    @property
    def sentence(self) -> str:
        """What happened, what is kept, what to do and the request id, on one line."""
        status = f" ({self.status})" if self.status else ""
        head = f"{self.happened}{status}"
        text = f"{head}: {self.said}." if self.said else f"{head}."
        request = f" Request id {self.request_id}." if self.request_id else ""
        return " ".join(f"{text} {self.kept} {self.advice}{request}".split())


class CredentialsRefused(ApiError):
    """401: the keys are wrong, blocked, or belong to another region."""

    happened = KEYS_NOT_ACCEPTED
    advice = "Check the app id, the app token and the region's address of this profile."


class Forbidden(ApiError):
    """403: the role of these keys may not read this, or the resource is not of this kind."""

    happened = KEYS_MAY_NOT_READ
    advice = "Ask for keys whose role may, or leave this resource out."


class PlanExceeded(ApiError):
    """402: the plan of the organisation does not cover the call."""

    happened = "The Voucherify plan does not cover this call"
    advice = "Ask the owner of the organisation about its plan."


class NotFound(ApiError):
    """404: there is no such object in this project."""

    happened = "Voucherify does not know this object"
    advice = "It may have been deleted, or belong to another project."


class BadRequest(ApiError):
    """400: the API did not take the parameters."""

    happened = "Voucherify did not accept the request"
    advice = "If it stays, report it with the request id."


class RateLimited(ApiError):
    """429: an allowance is used up. `api_calls_cycle` is final, every other comes back by itself."""

    happened = "The call limit is used up"
    retryable = True

    @property
    def final(self) -> bool:
        """Whether waiting cannot help."""
        return self.limit_type == CYCLE_CALLS

    @property
    def sentence(self) -> str:
        """What happened and when calls are possible again, on one line."""
        kept = f"{self.kept} " if self.kept else ""
        request = f" Request id {self.request_id}." if self.request_id else ""
        if self.final:
            said = f" ({self.said})" if self.said else ""
            return (
                f"The calls of this billing cycle are used up{said}. {kept}Waiting does not help: "
                f"ask the owner of the organisation, or work offline.{request}"
            )
        which = {"bulk_api_calls": "bulk calls", "webhook_calls": "webhook calls"}.get(self.limit_type or "", "calls")
        when = "in a while" if self.retry_after is None else f"in {wait(self.retry_after)}"
        status = f" ({self.status})" if self.status else ""
        return f"The limit of {which} is used up{status}. {kept}Calls are possible again {when}.{request}"


class ServerError(ApiError):
    """5xx: the fault is on the other side; planned maintenance looks like this too."""

    happened = "Voucherify has a fault of its own"
    advice = "Try again in a few minutes."
    retryable = True


class NotUnderstood(ApiError):
    """An answer that is not the JSON it should be: cut off, another content type, not an object."""

    happened = "The answer could not be understood"
    advice = "Check that the address is the API's own and that no proxy answers in its place."
    retryable = True


class TimedOut(ApiError):
    """No answer in time."""

    happened = "Voucherify did not answer in time"
    advice = "Try again; if it stays, check the network."
    retryable = True


class ConnectionLost(ApiError):
    """The connection could not be made, or broke before the answer was complete."""

    happened = "The connection to Voucherify failed"
    advice = "Check the network, the address and the proxy settings, then try again."
    retryable = True


class RedirectRefused(ApiError):
    """The server points to another address. Nothing follows it: the keys stay with the configured host."""

    happened = "Unexpected redirect"
    advice = "The keys were not sent there. Correct the address of this profile."


class MethodRefused(ApiError):
    """A request that is not declared, or a change without permission. It never left this machine."""

    happened = "The request was not sent"
    advice = "Nothing was changed."
    is_unsent = True


class BudgetSpent(ApiError):
    """The calls this run was allowed are spent."""

    happened = "The call budget of this run is spent"
    advice = "The next run resumes here."


class IncompleteListing(ApiError):
    """A list that ended before everything was read; the pages before it are good.

    Attributes:
        reason: why, in one plain clause.
        capped: nothing but the last page number the API serves ended it: its other end was not reached.
        goes_on: the next reading need not begin again.
    """

    happened = "The list ended early"
    advice = "What came is stored, and the list is marked as partial."

    def __init__(self, reason: str, *, capped: bool = False, goes_on: bool = False) -> None:
        super().__init__(reason)
        self.reason = self.message
        self.capped = capped
        self.goes_on = goes_on


class ExportUnusable(ApiError):
    """An export job that brought no usable file.

    Attributes:
        reason: why, in one plain clause.
        stuck: the job never got anywhere: another one is not likely to either.
        refused: the server took the job and gave it up.
        passing: another job may well bring a usable file.
    """

    happened = "The export cannot be used"
    advice = "Read the same rows page by page."

    def __init__(
        self,
        reason: str,
        *,
        request_id: str | None = None,
        stuck: bool = False,
        refused: bool = False,
        passing: bool = False,
    ) -> None:
        super().__init__(reason, request_id=request_id)
        self.reason = self.message
        self.stuck = stuck
        self.refused = refused
        self.passing = passing


_BY_STATUS: Mapping[int, type[ApiError]] = {
    400: BadRequest,
    401: CredentialsRefused,
    402: PlanExceeded,
    403: Forbidden,
    404: NotFound,
    408: TimedOut,
    429: RateLimited,
}


def error_from(
    status: int, body: bytes, *, limits: LimitState | None = None, request_id: str | None = None
) -> ApiError:
    """The error behind an answer that is no success (schema `Error`, every member optional and of any type).

    Args:
        status: HTTP status, 400 and above.
        body: as received; need not be JSON.
        limits: the limit headers that came with it.
        request_id: from the headers, used when the body names none.
    """
    kind = _BY_STATUS.get(status) or (ServerError if status >= 500 else ApiError)
    fields = _fields(body)
    own = fields.get("error")
    custom = _text(own.get("message")) if isinstance(own, Mapping) else None
    return kind(
        custom or _text(fields.get("message")) or "",
        status=status,
        key=_text(fields.get("key")),
        details=_text(fields.get("details")),
        request_id=_text(fields.get("request_id")) or request_id,
        limit_type=limits.type if limits and status == 429 else None,
        retry_after=limits.wait if limits else None,
    )


def lost_by(error: BaseException) -> ConnectionLost:
    """The typed error, final when the certificate is the trouble: asking again brings the same one."""
    import ssl  # late: only a broken connection needs it

    cause: BaseException | None = error
    said = redact(str(error))
    while cause is not None:
        said = os.strerror(cause.errno) if isinstance(cause, ConnectionError) and cause.errno else said
        if isinstance(cause, ssl.SSLError) and "CERTIFICATE" in str(cause).upper():
            lost = ConnectionLost(f"the server's certificate is not trusted ({cause.reason or 'no reason given'})")
            lost.retryable = False
            return lost
        cause = cause.__cause__ or cause.__context__
    return ConnectionLost(said)


def shorten(text: str) -> str:
    """The text, cut to what an error may carry."""
    return text if len(text) <= TEXT_LIMIT else f"{text[: TEXT_LIMIT - 1]}…"


def _fields(body: bytes) -> dict[str, Any]:
    try:
        found = decode(body[:1_000_000])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return shorten(value.strip()) or None
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
