"""Pictures of the app compared with stored ones. `make snapshots` stores them anew."""

import os
import re
from pathlib import Path

from textual.app import App

UPDATE = "PROMOSCOPE_UPDATE_SNAPSHOTS"
_RUN_IDS = re.compile(r"\bterminal-\d+-")
"""Rich puts an id of the run into every class and clip path."""


def picture_of(app: App[None]) -> str:
    """What stands on the screen as SVG, the same in every run."""
    return _RUN_IDS.sub("terminal-", app.export_screenshot())


def assert_picture(app: App[None], stored: Path) -> None:
    """Compare the screen with a stored picture; a new one is written beside it where they differ.

    Args:
        app: the running app.
        stored: the SVG to compare with.

    Raises:
        AssertionError: they differ, or there is none to compare with.
    """
    picture = picture_of(app)
    if os.environ.get(UPDATE):
        stored.parent.mkdir(parents=True, exist_ok=True)
        stored.write_text(picture, encoding="utf-8")
        return
    assert stored.is_file(), f"there is no picture {stored}; `make snapshots` stores it"
    seen = stored.with_suffix(".new.svg")
    if picture != stored.read_text(encoding="utf-8"):
        seen.write_text(picture, encoding="utf-8")
        raise AssertionError(f"the screen differs from {stored}; it is drawn in {seen}")
    seen.unlink(missing_ok=True)
