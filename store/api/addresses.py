"""Addresses: where a project lives, who may see its keys, which proxy leads there, how a path is spelled."""

from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from store.redact import remember
from store.wire import check_address

API_SUFFIX = "api.voucherify.io"
DOWNLOAD_SUFFIX = "download.voucherify.io"


@dataclass(frozen=True)
class Credentials:
    """Where a project lives and the server-side keys that open it.

    Attributes:
        base_url: `http` or `https`, any host and port, with or without a path in front of `/v1`.
        app_id: sent as `X-App-Id`.
        app_token: sent as `X-App-Token`; never shown.

    Raises:
        ValueError: the address or a key cannot be used; the text says why and holds no key.
    """

    base_url: str
    app_id: str
    app_token: str = field(repr=False)

    def __post_init__(self) -> None:
        for name, value in (("app id", self.app_id), ("app token", self.app_token)):
            if not value or not value.isascii() or not value.isprintable() or value != value.strip():
                raise ValueError(f"The {name} is empty or has characters that no key has.")
        check_address(self.base_url)
        remember(self.app_token)

    @property
    def base(self) -> str:
        """The base URL without a slash at its end."""
        return self.base_url.rstrip("/")

    @property
    def prefix(self) -> str:
        """The path of the base URL, without a slash at its end."""
        return urlsplit(self.base).path

    def may_see(self, url: str) -> bool:
        """Whether the keys may go to this address: the configured origin, or its region's download host by TLS."""
        here, there = urlsplit(self.base), urlsplit(url)
        if origin(url) == origin(self.base):
            return True
        return (
            origin(url) == ("https", download_host(here.hostname or ""), 443)
            and there.username is None
            and here.scheme == "https"
        )


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port that an address leads to.

    Raises:
        ValueError: the port is no number.
    """
    parts = urlsplit(url)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or default


def download_host(api_host: str) -> str | None:
    """The host that serves export files of a region (API §1); None for a host that is not Voucherify's own."""
    host = api_host.lower()
    if host == API_SUFFIX or host.endswith(f".{API_SUFFIX}"):
        return host.removesuffix(API_SUFFIX) + DOWNLOAD_SUFFIX
    return None


def proxy_for(url: str) -> str | None:
    """The proxy that the environment names for an address; None to connect directly."""
    from urllib.request import getproxies, proxy_bypass  # late: brings the standard library's HTTP client

    parts = urlsplit(url)
    host = parts.hostname or ""
    if proxy_bypass(f"{host}:{parts.port}" if parts.port else host) or proxy_bypass(host):
        return None
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return None if not proxy else proxy if "://" in proxy else f"http://{proxy}"


def host_of(url: str) -> str:
    """The host of an address, without what else it may carry."""
    try:
        return (urlsplit(url).hostname or "an unnamed host")[:100]
    except ValueError:
        return "an unreadable address"


def segment(value: str) -> str:
    """One path segment, percent-encoded, slashes, percent signs and dots-only names included.

    Raises:
        ValueError: the value is empty, which would turn one object's address into its list's.
    """
    if not value:
        raise ValueError("an empty name is no path segment")
    if value in {".", ".."}:
        return value.replace(".", "%2E")
    return quote(value, safe="", errors="replace")
