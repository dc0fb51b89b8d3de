"""The requests that the client may send. Everything that is not declared here is refused at the transport."""

import posixpath
from dataclasses import dataclass
from urllib.parse import unquote

from store.api.errors import MethodRefused


@dataclass(frozen=True, slots=True)
class Action:
    """One kind of request.

    Attributes:
        name: what it is called in reports.
        method: upper-case verb.
        path: the path below the base URL; None means any.
    """

    name: str
    method: str
    path: str | None


READ = Action("read", "GET", None)
CREATE_EXPORT = Action("create_export", "POST", "/v1/exports")
"""Starts an export job (API §3): reading in bulk needs it, and it changes nothing but the list of exports.

Sent twice, it starts two jobs; the one that is not waited for ends by itself.
"""

ACTIONS = (READ, CREATE_EXPORT)

WRITES_BY_GET = ("/v1/publications/create",)
"""Paths that publish, though their verb says read (API §11.25): refused in every spelling."""


def check_request(method: str, path: str, prefix: str = "") -> Action:
    """Find the declared action behind a request.

    Args:
        method: the verb as it would be sent.
        path: the path as it would be sent, percent-encoding kept, no query.
        prefix: the path of the base URL, in front of every path of the API.

    Returns:
        The action that allows it.

    Raises:
        MethodRefused: no action allows this request.
    """
    below = path[len(prefix) :] if prefix and path.startswith(f"{prefix}/") else path
    if any(spelling.endswith(WRITES_BY_GET) for spelling in _spellings(below)):
        raise MethodRefused(f"{method} {path} publishes a code, so it is never sent")
    for action in ACTIONS:
        if method == action.method and action.path in (None, below):
            return action
    raise MethodRefused(f"{method} {path} is not a reading request, so it was not sent")


def _spellings(path: str) -> set[str]:
    """The forms in which servers may see a path: each round of decoding, dots and doubled slashes resolved."""
    forms = set()
    for _ in range(4):
        forms.add(posixpath.normpath("/" + path.replace("\\", "/").strip("/")).lower())
        path = unquote(path)
    return forms
