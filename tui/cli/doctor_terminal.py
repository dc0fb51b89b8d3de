"""What `doctor` says of the terminal it runs in."""

import locale
import os
import shutil
import sys

from store.config import Settings
from tui.cli.doctor_checks import GOOD, WARN, Checks

_SMALLEST = (60, 15)
_OLD = {
    "": "is not set: say what this terminal is, as in `export TERM=xterm-256color`",
    "dumb": "cannot place text, which the app needs; commands work, as `promoscope calendar --format text` does",
    "linux": "is the console: 16 colours, few signs; the app writes ASCII unless [screen] has signs",
    "vt100": "has no colours; the app writes ASCII unless [screen] has signs",
}
CANNOT_PLACE = frozenset({"dumb"})
"""Kinds of terminal that the app cannot be shown on."""


def usual_signs() -> str:
    """The signs that this terminal can be trusted to show: "ascii" on the console and where the locale is C."""
    stated = os.environ.get("LC_ALL") or os.environ.get("LANG", "")
    # Python gives itself LC_CTYPE C.UTF-8 in the C locale; the flag tells that this was not the user's.
    in_c = bool(sys.flags.utf8_mode) and stated in ("C", "POSIX")
    is_utf = "utf" in (sys.stdout.encoding or "").casefold()
    return "ascii" if in_c or not is_utf or os.environ.get("TERM") in ("linux", "vt100") else "unicode"


def takes_mouse() -> bool:
    """Whether the app asks for the mouse. While a program has it, GNU screen keeps a lone Esc back until the next key.

    In tmux within screen it is tmux that decides about the mouse.
    """
    return "STY" not in os.environ or "TMUX" in os.environ


def terminal(checks: Checks, _: Settings) -> None:
    """Note kind, size, colours, encoding and locale, and what of it limits the app."""
    kind = os.environ.get("TERM", "")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        checks.add("output", GOOD, "is no terminal, which the app needs")
    size = shutil.get_terminal_size()
    small = size.columns < _SMALLEST[0] or size.lines < _SMALLEST[1]
    advice = "the app wants {}x{} at least".format(*_SMALLEST) if small else ""
    checks.add("terminal", WARN if small else GOOD, f"{kind or 'TERM not set'} {size.columns}x{size.lines}", advice)
    if kind in _OLD:
        checks.add("terminal", WARN, f"TERM {kind}".rstrip(), f"it {_OLD[kind]}")
    checks.add("colours", GOOD, _colours(kind))
    if not takes_mouse():
        checks.add("mouse", GOOD, "off in GNU screen, which would keep Esc back until the next key")
    encoding, language = sys.stdout.encoding or "unknown", _locale()
    plain = "utf" not in encoding.casefold()
    signs = "the app writes ASCII unless [screen] has signs; for all signs `export LANG=C.UTF-8`"
    checks.add("locale", WARN if plain else GOOD, f"{language}, output as {encoding}", signs if plain else "")


def _colours(kind: str) -> str:
    if os.environ.get("NO_COLOR"):
        return "none: NO_COLOR is set"
    stated = os.environ.get("COLORTERM", "")
    if stated in ("truecolor", "24bit"):
        return f"16 million (COLORTERM {stated})"
    if kind == "dumb":
        return "none (TERM dumb)"
    if "256" in kind:
        return f"256 (TERM {kind})"
    return f"16 (TERM {kind or 'not set'}{f', COLORTERM {stated}' if stated else ''})"


def _locale() -> str:
    """The variable that decides, and what it says."""
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if value := os.environ.get(name):
            return f"{name} {value}"
    return f"no locale is set ({locale.getpreferredencoding(do_setlocale=False)})"
