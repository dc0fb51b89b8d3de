"""The programs the benches start, each in an environment of its own."""

import os
import sys
import tempfile
from pathlib import Path

from tests.bench.million import BigCache

COMMAND = Path(sys.executable).with_name("promoscope")
BARE = (sys.executable, "-m", "tests.bench.bare_app")
NOTHING = (sys.executable, "-c", "pass")


def environment(database: Path | None = None) -> dict[str, str]:
    """The machine's own, without keys, settings and animations; modules are compiled once, as where it is installed."""
    dropped = ("PROMOSCOPE_", "VOUCHERIFY_", "TEXTUAL", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    compiled = Path(tempfile.gettempdir()) / "promoscope-bench" / "compiled"
    kept |= {"PYTHONPYCACHEPREFIX": str(compiled), "PYTHONPATH": str(Path.cwd())}
    kept |= {"PROMOSCOPE_CONFIG": os.devnull, "PROMOSCOPE_TIMEZONE": "Europe/Warsaw"}
    return kept if database is None else {**kept, "PROMOSCOPE_DB": str(database)}


def opened(cache: BigCache) -> list[str | Path]:
    """The app at the campaign with all the codes."""
    return [COMMAND, "open", cache.campaign_id]
