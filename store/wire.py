"""HTTP as plain values, so that the client, the sandbox and the tests can speak without a socket."""

import ipaddress
from collections.abc import Callable, Mapping
from typing import TypeAlias
from urllib.parse import urlsplit

from msgspec import Struct, field


class Request(Struct, frozen=True):
    """One HTTP request as a server sees it.

    Attributes:
        method: upper-case verb.
        path: the path as sent, percent-encoding kept, no query.
        query: decoded name/value pairs in the order sent.
        headers: lower-case names.
        body: raw bytes, empty when there is none.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Response(Struct, frozen=True):
    """One HTTP response: status, headers (any case), body bytes."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


Responder: TypeAlias = Callable[[Request], Response]
"""A server without a socket: `store.sandbox.Sandbox.respond` is one."""


def check_address(url: str) -> None:
    """Make sure that an address can be a project's.

    Raises:
        ValueError: it cannot; the text says why and does not repeat it.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError("The address must be http:// or https:// with a host, like https://api.voucherify.io.")
    if parts.username is not None or parts.query or parts.fragment or "?" in url or "#" in url:
        raise ValueError("The address must be without user name, query and fragment.")


def is_loopback(host: str) -> bool:
    """Whether a host, by name or address, is this machine itself; no name server is asked."""
    name = host.lower().rstrip(".").partition("%")[0]
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)
