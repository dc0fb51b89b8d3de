"""Where an unfinished reading resumes: typed values, stored as tagged JSON in the ledger's windows."""

from dataclasses import dataclass
from typing import Any

import msgspec

from store.api.places import Place, untagged_place
from store.cache.ledger import Ledger
from store.sync.context import LOOKBACK_WINDOW, earlier


class PassProgress(msgspec.Struct):
    """What a pass has reached; stored with its cursor so that an interruption keeps it.

    Attributes:
        newest: the newest instant it met.
        unsafe_from: from here on more records may have begun to be listed behind the cursor; None while it met none
            so new.
        last_id: the last record before those.
        total: how many records the API counts.
    """

    newest: str | None = None
    unsafe_from: str | None = None
    last_id: str | None = None
    total: int | None = None

    def advance(self, newest: str | None, asked_at: str) -> None:
        """Note the newest instant of some records, which were asked for at this one."""
        if newest is None:
            return
        self.newest = max(self.newest or newest, newest)
        sure = earlier(asked_at, LOOKBACK_WINDOW)
        if newest > sure:
            self.unsafe_from = min(self.unsafe_from or sure, sure)

    @property
    def watermark(self) -> str | None:
        """Up to which instant all records are cached, those that begin to be listed late included."""
        if self.newest is None or self.unsafe_from is None:
            return self.newest
        return min(self.newest, self.unsafe_from)


class Forward(msgspec.Struct, frozen=True, tag="forward"):
    """In the list's own direction, after a page.

    Attributes:
        page: its place in the list (`store.api.pages.Page.place`).
        progress: what the pass has reached.
        filter: which of the resource's filters narrows the list to the campaign.
    """

    page: Place | None
    progress: PassProgress
    filter: int = 0


class OtherEnd(msgspec.Struct, frozen=True, tag="other end"):
    """From the newest back, in a list whose oldest records were read up to the page cap.

    Attributes:
        known_to: up to which instant they were.
        progress, filter: as in `Forward`.
        page: its place in the list; None before the first page.
    """

    known_to: str
    progress: PassProgress
    filter: int = 0
    page: Place | None = None


class Gap(msgspec.Struct, frozen=True, tag="gap"):
    """Both ends are read and do not meet: only what is new is read any more.

    Attributes:
        reason: why.
        known_to: up to which instant the newer end is cached.
        filter: as in `Forward`.
    """

    reason: str
    known_to: str | None
    filter: int = 0


Resume = Forward | OtherEnd | Gap
_decode = msgspec.json.Decoder(Resume).decode


@dataclass(frozen=True, slots=True)
class Window:
    """An unfinished reading: which pass, since when, and where to go on; None at its beginning."""

    name: str
    started_at: str
    resume: Resume | None = None


def load_window(ledger: Ledger, resource: str, scope: str, name: str) -> Window | None:
    """The reading that was cut off.

    None also where its place in the list cannot be read, for it is damaged or in the form of another version: the pass
    then begins anew, and what it had returned so far is forgotten with it.
    """
    stored = ledger.window(resource, scope, name)
    if stored is None:
        return None
    started_at, resume = stored
    try:
        return Window(name, started_at, _read(resume) if resume else None)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _read(text: str) -> Resume:
    resume: Resume
    try:
        resume = _decode(text)
    except msgspec.ValidationError:
        # Releases before typed places stored them without a tag.
        stored = msgspec.json.decode(text, type=dict[str, Any])
        if not isinstance(page := stored.get("page"), dict):
            raise
        resume = msgspec.convert({**stored, "page": msgspec.to_builtins(untagged_place(page))}, Resume)
    return resume


def resume_text(resume: Resume) -> str:
    """The stored form."""
    return msgspec.json.encode(resume).decode()
