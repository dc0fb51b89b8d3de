"""The name this program gives itself to a server."""

from importlib.metadata import PackageNotFoundError, version


def user_agent() -> str:
    """The `User-Agent` header: program and version, `source` where it is not installed."""
    try:
        return f"promoscope/{version('promoscope')}"
    except PackageNotFoundError:
        return "promoscope/source"
