"""What `doctor` found: its checks in order."""

from typing import Any

GOOD, WARN, BAD = "ok", "warning", "problem"


class Checks:
    """Findings in order: name, verdict, what was seen and what to do."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []

    def add(self, name: str, verdict: str, seen: str, advice: str = "") -> None:
        """Note one finding."""
        self.found.append({"check": name, "state": verdict, "seen": seen, "advice": advice})

    @property
    def worst(self) -> str:
        """The gravest verdict."""
        return max((entry["state"] for entry in self.found), key=(GOOD, WARN, BAD).index, default=GOOD)
