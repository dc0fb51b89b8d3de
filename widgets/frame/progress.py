"""A sync as it runs, in numbers: rows, calls and the limit."""

from typing import Literal

from msgspec import Struct

ProgressState = Literal["waiting", "running", "complete", "partial", "failed"]


class ResourceProgress(Struct, frozen=True):
    """One resource of a sync.

    Attributes:
        name: the API's name for it.
        state: how far it is.
        rows: rows read so far.
        total: rows expected, `None` when the API does not say.
        calls: requests sent for it.
        note: the reason of a partial or failed end; "by export".
    """

    name: str
    state: ProgressState
    rows: int = 0
    total: int | None = None
    calls: int = 0
    note: str = ""


class ProgressData(Struct, frozen=True):
    """One sync.

    Attributes:
        resources: in the order they are read.
        calls: requests sent.
        limit: requests allowed per period; `None` when the API has not said.
        remaining: of them left.
        waiting_text: why nothing is being sent now, "waits 12 s: the shop's reserve".
    """

    resources: tuple[ResourceProgress, ...] = ()
    calls: int = 0
    limit: int | None = None
    remaining: int | None = None
    waiting_text: str = ""
