"""The most memory that a process held."""

import re
import resource
from pathlib import Path


def most_held(process: int | None = None) -> float:
    """Megabytes, of this process or of another one; of another one on Linux alone.

    On Linux the kernel's book of the process itself is read: `getrusage` counts what its parent held before it began.
    """
    status = Path(f"/proc/{process or 'self'}/status")
    if process is None and not status.exists():
        # macOS says bytes.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return int(re.findall(r"VmHWM:\s+(\d+)", status.read_text())[0]) / 2**10


def forget_most() -> None:
    """Let what this process held until now not count; where the kernel cannot, it counts."""
    book = Path("/proc/self/clear_refs")
    if book.exists():
        book.write_text("5")
