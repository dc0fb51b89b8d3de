"""Refusals: every error answer of the sandbox, in the shape of schema `Error` (API §1)."""

from typing import Any


class Problem(Exception):
    """A request that is answered with an error.

    Attributes:
        status: HTTP status.
        key: the API's short name for the error, None where its bodies lack one (413, 429).
        message: one sentence.
        details: what exactly was wrong, None when the message says it all.
        resource_id: what could not be found or is protected.
        resource_type: its kind.
    """

    def __init__(
        self,
        status: int,
        key: str | None,
        message: str,
        details: str | None = None,
        *,
        resource_id: str | None = None,
        resource_type: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.key = key
        self.message = message
        self.details = details
        self.resource_id = resource_id
        self.resource_type = resource_type

    def body(self, request_id: str) -> dict[str, Any]:
        """The error document; members without a value are absent."""
        members = {
            "code": self.status,
            "key": self.key,
            "message": self.message,
            "details": self.details,
            "request_id": request_id,
            "resource_id": self.resource_id,
            "resource_type": self.resource_type,
        }
        return {name: value for name, value in members.items() if value is not None}


def bad_query(details: str) -> Problem:
    """400 for a query parameter that cannot be used."""
    return Problem(400, "invalid_query_params", "Invalid query params", details)


def bad_payload(details: str) -> Problem:
    """400 for a body that cannot be used."""
    return Problem(400, "invalid_payload", "Invalid payload", details)


def bad_path(path: str) -> Problem:
    """400 for a path whose percent-encoding makes no text."""
    return Problem(400, "bad_request", "Bad request", f"Failed to decode {path}")


def not_found(resource_type: str, resource_id: str) -> Problem:
    """404 that names what is not there."""
    return Problem(
        404,
        "not_found",
        "Resource not found",
        f"Cannot find {resource_type} with id {resource_id}",
        resource_id=resource_id,
        resource_type=resource_type,
    )


def not_permitted(permission: str) -> Problem:
    """403 for what the key's role does not allow."""
    return Problem(403, "missing_required_permission", "Missing required permission", f"The key lacks {permission}")


def page_over_limit(cap: int) -> Problem:
    """400 for a page beyond the last one the API serves."""
    return Problem(
        400,
        "page_over_limit",
        f"Listing resource above {cap} page is not supported",
        f"Property .page cannot be higher than {cap}",
    )


def unauthorized() -> Problem:
    """401 for missing or wrong keys, or a wrong download token."""
    return Problem(401, "unauthorized", "Unauthorized", "Invalid or missing authentication credentials")


def payment_required() -> Problem:
    """402 for what the plan does not include."""
    details = "Your current plan does not include a feature required to perform this operation."
    return Problem(402, "missing_required_feature", "Payment required", details)


def duplicate(resource_type: str, resource_id: str) -> Problem:
    """409 for a record that is there already."""
    return Problem(
        409,
        "duplicate_found",
        "Duplicated resource found",
        f"Duplicated {resource_type} exists with id {resource_id}",
        resource_id=resource_id,
        resource_type=resource_type,
    )


def refused(key: str, details: str, message: str | None = None, **named: str) -> Problem:
    """400 under a key of its own, with the key in words as message; `named` are `Problem`'s resource members."""
    return Problem(400, key, message or key.replace("_", " ").capitalize(), details, **named)
