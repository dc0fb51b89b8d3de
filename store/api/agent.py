"""The name this program gives itself to a server."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def user_agent() -> str:
    """The `User-Agent` header: program and version, `source` where it is not installed."""
    try:
        return f"promoscope/{version('promoscope')}"
    except PackageNotFoundError:
        return "promoscope/source"
