"""What the campaign list says while it holds no campaign: why, and what to do; never a zero. Pure."""

from pathlib import Path

from store.cache.unreadable import SHOWN_BY, unreadable_words
from store.models import Freshness
from tui.kit.messages import SyncStatus
from widgets.text.lines import Role

NO_CACHE = "Nothing is synced yet. Press R to read the project's campaigns (a few calls)."
NO_CACHE_OFFLINE = "There is no cache at {path}, and this is offline. Run `promoscope sync`, or open a cache file."
NO_MATCH = "No campaign matches. esc clears the filter, ctrl+k looks for it in everything."
READING = "Reading the project for the first time…"
UNREADABLE: tuple[str, Role] = ("The number of campaigns is not known", "warn")
NO_CAMPAIGNS = "This project has no campaigns. R looks again."
_UNDONE: dict[str | None, tuple[str, Role, str]] = {
    "failed": ("the sync failed", "bad", "{reason} Press R to try again; P shows the details."),
    "partial": ("the sync ended early", "warn", "{reason} Press R to resume; P shows the details."),
    "stopped": ("the sync was stopped", "warn", "No campaign was read yet. Press R to resume."),
}
"""By the state of the last sync: what it came to, its role, and what to do."""


def why_nothing(sync: SyncStatus, cached: Freshness, offline_cache: Path | None) -> str:
    """In place of the rows.

    Args:
        sync: the app's own.
        cached: how far the cached list of campaigns can be trusted.
        offline_cache: the file there is not, when nothing can be fetched; None when it can.
    """
    if sync.running:
        return READING
    if cached.not_understood:
        return f"{unreadable_words(cached.not_understood)}; {SHOWN_BY}."
    if cached.completed_at is not None:
        return NO_CAMPAIGNS
    end = _UNDONE.get(sync.state or cached.state)
    if end is not None:
        return end[2].replace("{reason}", sync.reason or cached.reason or "").strip()
    return NO_CACHE if offline_cache is None else NO_CACHE_OFFLINE.format(path=offline_cache)


def nothing_words(sync: SyncStatus, cached: Freshness) -> tuple[str, Role]:
    """In place of the counts, and its role."""
    if sync.running:
        return "Reading the project for the first time", "accent"
    if cached.not_understood:
        return "No campaign that could be understood", "warn"
    if cached.completed_at is not None:
        return "No campaigns", "muted"
    words, role, _ = _UNDONE.get(sync.state or cached.state, ("", "muted", ""))
    return f"Nothing read yet: {words}" if words else "Nothing read yet", role
