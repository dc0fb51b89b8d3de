"""What a person may set about the screen: theme, signs, keys, exports, and whether opening a subject reads its rows.

Read from the same file as the profiles, from its `[screen]`, `[keys]` and `[export]` tables.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from store.config import read_settings_file
from store.config_errors import ConfigError
from store.nearest import did_you_mean

DARK, LIGHT, ANSI = "promoscope-dark", "promoscope-light", "promoscope-ansi"
NAMES = {"dark": DARK, "light": LIGHT, "ansi": ANSI}
"""What the settings file calls them."""
_SCREEN = ("theme", "signs", "sync_on_open", "start")
_EXPORT = ("formula_guard",)


class Preferences(Struct, frozen=True):
    """How the app looks and answers keys.

    Attributes:
        theme: a registered theme's name.
        signs: "unicode" or "ascii".
        sync_on_open: opening a subject whose rows were never read starts a frugal sync of it.
        keys: command id to keys, as Textual's keymap takes them.
        problems: what in the file could not be used, in sentences.
        start: the mode that is the first screen, to which `q` leads back; "" for the app's own choice.
        formula_guard: CSV cells that a spreadsheet would take for formulas are neutralised, unless asked otherwise.
    """

    theme: str = DARK
    signs: str = "unicode"
    sync_on_open: bool = True
    keys: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    start: str = ""
    formula_guard: bool = True


def load_preferences(
    path: Path,
    known_commands: Callable[[], Collection[str]],
    *,
    usual: str = "dark",
    usual_signs: str = "unicode",
    starts: Sequence[str] = (),
) -> Preferences:
    """Read the preferences; what cannot be used is left out and reported, it never keeps the app from starting.

    Args:
        path: the settings file; need not exist.
        known_commands: gives the ids of commands that may be given other keys; asked where the file names any.
        usual: the theme where the file names none, as the file would name it.
        usual_signs: the signs where it names none.
        starts: the modes that may be the first screen.
    """
    try:
        data = read_settings_file(path)
    except ConfigError as error:
        return Preferences(NAMES[usual], usual_signs, problems=(str(error),))
    problems: list[str] = []
    screen = _table(data, "screen", problems)
    theme = screen.get("theme", usual)
    if theme not in NAMES:
        problems.append(f"theme must be one of {', '.join(NAMES)}.{did_you_mean(str(theme), NAMES)}")
        theme = usual
    signs = screen.get("signs", usual_signs)
    if signs not in ("unicode", "ascii"):
        problems.append(f"signs must be unicode or ascii.{did_you_mean(str(signs), ('unicode', 'ascii'))}")
        signs = usual_signs
    start = screen.get("start", "")
    if start and start not in starts:
        problems.append(f"start must be one of {', '.join(starts)}.{did_you_mean(str(start), starts)}")
        start = ""
    sync_on_open = _switch(screen, "sync_on_open", problems)
    export = _table(data, "export", problems)
    formula_guard = _switch(export, "formula_guard", problems)
    problems += [
        f"[{section}] has no setting “{name}”.{did_you_mean(name, known)}"
        for section, table, known in (("screen", screen, _SCREEN), ("export", export, _EXPORT))
        for name in table
        if name not in known
    ]
    keys = _keys(_table(data, "keys", problems), known_commands, problems)
    return Preferences(NAMES[theme], signs, sync_on_open, keys, tuple(problems), start, formula_guard)


def _switch(table: Mapping[str, Any], name: str, problems: list[str]) -> bool:
    """A setting that is on unless it is turned off."""
    value = table.get(name, True)
    if not isinstance(value, bool):
        problems.append(f"{name} must be true or false.")
        return True
    return value


def _table(data: Mapping[str, Any], name: str, problems: list[str]) -> Mapping[str, Any]:
    table = data.get(name, {})
    if isinstance(table, dict):
        return table
    problems.append(f"[{name}] must be a table.")
    return {}


def _keys(
    table: Mapping[str, Any], known_commands: Callable[[], Collection[str]], problems: list[str]
) -> dict[str, str]:
    keys: dict[str, str] = {}
    known = known_commands() if table else ()
    for command, wanted in table.items():
        if command not in known:
            problems.append(f"[keys] names “{command}”, which is no command.{did_you_mean(command, known)}")
        elif not isinstance(wanted, str) or not all(part.strip() for part in wanted.split(",")):
            problems.append(f'[keys] {command} must be keys such as "f5" or "ctrl+r,f5".')
        else:
            keys[command] = wanted
    return keys
