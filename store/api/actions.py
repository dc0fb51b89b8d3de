"""The requests that the client may send. Everything that is not declared here is refused at the transport."""

import posixpath
import re
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


@dataclass(frozen=True, slots=True)
class WritePermission:
    """The consent to change things. The profile and the command both gave it. Only `permit` makes one."""

    profile: str


class WritesOff(MethodRefused):
    """Changing things was not consented to; the message says what is missing."""


def permit(profile: str, *, profile_allows: bool, asked_for: bool) -> WritePermission:
    """The permission to change things, where both the profile and the command say so.

    Raises:
        WritesOff: one of them does not.
    """
    if not profile_allows:
        raise WritesOff(f"Profile “{profile}” only reads. `writes = true` in its settings lets it change things")
    if not asked_for:
        raise WritesOff("Nothing is changed without --allow-writes")
    return WritePermission(profile)


_WRITES = (
    ("POST", r"/v1/(campaigns|vouchers)/[^/]+/(enable|disable)"),
    ("POST", r"/v1/promotions/tiers/[^/]+/(enable|disable)"),
    ("POST", r"/v1/loyalties/[^/]+/earning-rules/[^/]+/(enable|disable)"),
    ("PUT", r"/v1/(campaigns|vouchers)/[^/]+"),
    ("PUT", r"/v1/promotions/tiers/[^/]+"),
    ("POST", r"/v1/vouchers/[^/]+/balance"),
    ("POST", r"/v1/loyalties/members/[^/]+/balance"),
    ("POST", r"/v1/loyalties/[^/]+/members/[^/]+/transfers"),
    ("POST", r"/v1/redemptions/[^/]+/rollbacks?"),
    ("POST", r"/v1/publications"),
    ("DELETE", r"/v1/vouchers/[^/]+/sessions/[^/]+"),
    ("POST", r"/v1/campaigns/[^/]+/(vouchers|importCSV)"),
    ("PUT", r"/v1/loyalties/[^/]+/(earning-rules|rewards)/[^/]+"),
    ("POST", r"/v1/loyalties/members/[^/]+/pending-points/[^/]+/(activate|cancel|balance)"),
    ("PUT", r"/v1/validation-rules/[^/]+"),
    ("POST", r"/v1/validation-rules/[^/]+/assignments"),
    ("DELETE", r"/v1/validation-rules/[^/]+/assignments/[^/]+"),
)
"""What a permission covers, method and path: nothing that deletes a record."""


WRITES_BY_GET = ("/v1/publications/create",)
"""Paths that publish, though their verb says read (API §11.25): refused in every spelling."""


def check_request(method: str, path: str, prefix: str = "", permission: WritePermission | None = None) -> None:
    """Let only declared requests pass.

    Args:
        method: the verb as it would be sent.
        path: the path as it would be sent, percent-encoding kept, no query.
        prefix: the path of the base URL, in front of every path of the API.
        permission: to change things; without one only reading requests pass.

    Raises:
        MethodRefused: no action allows this request.
    """
    below = path[len(prefix) :] if prefix and path.startswith(f"{prefix}/") else path
    if any(spelling.endswith(WRITES_BY_GET) for spelling in _spellings(below)):
        raise MethodRefused(f"{method} {path} publishes a code, so it is never sent")
    for action in ACTIONS:
        if method == action.method and action.path in (None, below):
            return
    if permission is not None and any(method == verb and _is_sure(form, below) for verb, form in _WRITES):
        return
    raise MethodRefused(f"{method} {path} is not a reading request, so it was not sent")


def _is_sure(form: str, path: str) -> bool:
    """Whether a path is of this form however a server reads it: no dots and no slashes hide in a name."""
    parts = path.count("/")
    for _ in range(4):
        names = path.replace("\\", "/").split("/")
        if len(names) != parts + 1 or {".", ".."} & set(names) or not re.fullmatch(form, path):
            return False
        path = unquote(path)
    return True


def _spellings(path: str) -> set[str]:
    """The forms in which servers may see a path: each round of decoding, dots and doubled slashes resolved."""
    forms = set()
    for _ in range(4):
        forms.add(posixpath.normpath("/" + path.replace("\\", "/").strip("/")).lower())
        path = unquote(path)
    return forms
