"""Handing things out of the app: the terminal's clipboard, a private file, an address in the web dashboard."""

from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from textual.app import App

from store.private_files import create_private_text
from tui.kit.services import AppServices
from widgets.text import escaped, plain

_API = "api.voucherify.io"
_DASHBOARD = "app.voucherify.io"


def copy_text(app: App[Any], text: str, what: str) -> None:
    """Send text to the terminal's clipboard and say what was sent.

    Whether it arrives is up to the terminal (tmux may swallow it), so the note names the way by a file.

    Args:
        app: the app whose terminal it is.
        text: raw; what a terminal would act on when it is pasted goes out as an escape.
        what: in words.
    """
    app.copy_to_clipboard(escaped(text))
    app.notify(f"{plain(what)} sent to the clipboard; or ctrl+p “save copied”", markup=False, timeout=4)


def save_copied(text: str, directory: Path, now: datetime) -> Path:
    """Write what was copied last to a new private file (mode 0600) and return its path.

    Raises:
        OSError: it cannot be written, or is there already.
    """
    path = directory / f"promoscope-copied-{now:%Y%m%dT%H%M%SZ}.txt"
    with create_private_text(path) as target:
        target.write(text)
    return path


def dashboard_url(base_url: str, page: str) -> str | None:
    """The address of a page of the web dashboard; None where the API host is none of Voucherify's regions."""
    host = urlsplit(base_url).hostname or ""
    if host != _API and not host.endswith(f".{_API}"):
        return None
    region = host.removesuffix(_API)
    return f"https://{region}{_DASHBOARD}/#/app/{page}"


def show_dashboard(app: App[Any], services: AppServices, page: str) -> None:
    """Copy the address of a page of the dashboard and show it, to be opened where there is a browser."""
    url = dashboard_url(services.settings.base_url, page)
    if url is None:
        reason = "A made-up project" if services.demo else f"The host {urlsplit(services.settings.base_url).hostname}"
        app.notify(plain(f"{reason} has no dashboard address known here."), severity="warning", markup=False)
        return
    app.copy_to_clipboard(url)
    app.notify(plain(f"{url} sent to the clipboard"), markup=False, timeout=10)
