"""Names of keys as the settings file has them: which the app can ever receive."""

import unicodedata

from textual.keys import KEY_NAME_REPLACEMENTS, Keys

from store.nearest import did_you_mean

_MODIFIERS = ("ctrl", "shift", "alt", "meta", "super", "hyper")
_NAMED = frozenset({key.value for key in Keys if not key.value.startswith("<")} | set(KEY_NAME_REPLACEMENTS.values()))


def unknown_keys(wanted: str) -> list[str]:
    """Sentences about the keys, given by commas, that no terminal sends under this name."""
    parts = [part.strip() for part in wanted.split(",")]
    return [f"there is no key “{part}”.{did_you_mean(part, _NAMED)}" for part in parts if not _is_known(part)]


def _is_known(key: str) -> bool:
    if len(key) == 1 or key in _NAMED:
        return True
    *before, last = key.split("+")
    if any(one not in _MODIFIERS for one in before):
        return False
    return len(last) == 1 or last in _NAMED or _is_character(last)


def _is_character(name: str) -> bool:
    try:
        unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return False
    return True
